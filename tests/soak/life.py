"""A year in the life of a company, drawn from a seed: what people do, what happens to them, and what goes wrong."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from escalation.case import Status
from escalation.ladder import LADDERED_KINDS
from services.opening import NewEscalation, open_escalation
from simulator import id_for
from tests.soak import company
from tests.soak.acts import Acts, Standing
from tests.soak.company import LONDON, NEW_YORK, SYDNEY
from tests.soak.trouble import Trouble
from tests.soak.world import LATENCY, World

Act = Callable[[], Awaitable[None]]

_MIX = {"SEV-1": 5, "SEV-2": 15, "SEV-3": 45, "SEV-4": 35}
_LASTS = {"SEV-1": (0.1, 0.8), "SEV-2": (0.2, 1.5), "SEV-3": (0.3, 3), "SEV-4": (0.5, 6)}  # days
_LATE_BY = {"SEV-1": 0.25, "SEV-2": 1, "SEV-3": 4, "SEV-4": 12}  # hours, on the average
_SILENT_FOR = {"SEV-1": (2, 8), "SEV-2": (6, 30), "SEV-3": (24, 96), "SEV-4": (48, 200)}  # hours
_OPEN_AT_NIGHT = 0.35
_CONFIDENTIAL = 0.12
_TWO_AT_ONCE = 0.15
_MOST_LOOKS = 250
# The nights in which clocks change, by the wall time of those who live through it.
_CHANGES = (
    ("2026-03-08 01:30", NEW_YORK), ("2026-03-29 00:30", LONDON), ("2026-04-05 02:30", SYDNEY),
    ("2026-10-04 01:30", SYDNEY), ("2026-10-25 00:30", LONDON), ("2026-11-01 01:30", NEW_YORK),
)  # fmt: skip


@dataclass
class Course:
    """What one escalation is meant to come to; nobody in it knows."""

    id: int
    ends_at: datetime
    looks: int = 0
    reopened: int = 0


class Life:
    """The agenda, and those who act on it. `opened` counts the forms sent."""

    def __init__(self, world: World, seed: int, escalations: int, days: int) -> None:
        self.world, self.chance = world, random.Random(seed)
        self.acts = Acts(world, self.chance)
        self.courses: dict[int, Course] = {}
        self.opened = 0
        self.ends_at = world.now + timedelta(days=days)
        self._agenda: list[tuple[datetime, int, Act, bool]] = []
        self._entries = 0
        self.trouble = Trouble(self)
        for at in self._openings(escalations, days):
            self.enter(at, self._open)
        self.trouble.plan(days)

    def enter(self, at: datetime, act: Act, *, alone: bool = False) -> None:
        """Put something on the agenda; `alone`: nothing else may happen meanwhile."""
        self._entries += 1
        heapq.heappush(self._agenda, (at, self._entries, act, alone))

    async def live(self, until: datetime) -> None:
        """Everything that is on the agenda before `until`."""
        while self._agenda and self._agenda[0][0] < until:
            at, _, act, _ = heapq.heappop(self._agenda)
            await self.world.until(max(at, self.world.now))
            await act()
            if self._agenda and not self._agenda[0][3] and self.chance.random() < _TWO_AT_ONCE:
                await self._beside_the_courier()
            await self.world.step()
        await self.world.until(max(until, self.world.now))

    async def _beside_the_courier(self) -> None:
        """The next on the agenda happens already, while the calls for the one before are under way."""
        _, _, act, _ = heapq.heappop(self._agenda)

        async def soon() -> None:
            await asyncio.sleep(self.chance.uniform(0, 3 * LATENCY))
            await act()

        await asyncio.gather(self.world.process.courier.run_once(), soon())

    def _openings(self, escalations: int, days: int) -> list[datetime]:
        start, moments = self.world.now, []
        for wall, zone in _CHANGES:
            at = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            if start < at < self.ends_at:
                moments.append(at)
        while len(moments) < escalations:
            at = start + timedelta(seconds=self.chance.uniform(0, 0.95 * days * 86_400))
            office = at.astimezone(ZoneInfo(self.chance.choice([*company.ZONES.values()])))
            if self.chance.random() < _OPEN_AT_NIGHT or (office.weekday() < 5 and 9 <= office.hour < 17):
                moments.append(at)
        return sorted(moments[:escalations])

    async def _open(self) -> None:
        if self.world.unavailable:
            self.enter(self.world.now + timedelta(minutes=20), self._open)
            return
        self.opened += 1
        n, severity = self.opened, self.chance.choices(list(_MIX), list(_MIX.values()))[0]
        confidential = self.chance.random() < _CONFIDENTIAL
        customer = f"secret-{n} Holding" if confidential else f"Customer {n}"
        summary = f"{'secret-' if confidential else 'case '}{n} is down"
        by = self.chance.choice([one for one in company.EVERYBODY if not self.world.slack.state.people[one].deleted])
        if not self.world.troubled and self.chance.random() < 0.15:
            await self.acts.carry_out(
                "open by form",
                customer,
                by,
                lambda: self.acts.clicks.open(by, customer, severity, summary, confidential=confidential),
            )
            await self.follow(customer, severity)
            return
        await self._open_by_service(by, NewEscalation(
            severity, summary, self._owner(severity), customer_name=customer, confidential=confidential,
            ticket_link=f"https://tickets.example.com/{n}" if self.chance.random() < 0.3 else "",
        ))  # fmt: skip

    def _owner(self, severity: str) -> str:
        allowed = [
            name
            for role in self.world.policy.severities[severity].owners
            for name in company.ROLES[role]
            if not self.world.slack.state.people[id_for(name)].deleted
        ]
        return id_for(self.chance.choice(allowed))

    async def _open_by_service(self, by: str, request: NewEscalation) -> None:
        key = self.acts.key()

        async def act() -> None:
            times = 2 if self.chance.random() < 0.2 else 1
            await asyncio.gather(*(open_escalation(self.world.clarion, request, by, key) for _ in range(times)))

        await self.acts.carry_out(f"open {request.severity}", request.customer_name, by, act)
        await self.follow(request.customer_name, request.severity)

    async def follow(self, customer: str, severity: str) -> None:
        """What was opened for this customer takes its course."""
        found = await self.acts.find(customer)
        if found is None or found.id in self.courses:
            return
        days = self.chance.uniform(*_LASTS[severity])
        self.courses[found.id] = course = Course(found.id, self.world.now + timedelta(days=days))
        await self._look_again(course)

    async def look(self, course: Course) -> None:
        """Somebody looks at it, and does something about it."""
        if self.world.unavailable:
            self.enter(self.world.now + timedelta(minutes=self.chance.uniform(5, 40)), lambda: self.look(course))
            return
        course.looks += 1
        await self.act_on(course)
        await self._look_again(course)

    async def act_on(self, course: Course) -> None:
        """Do what fits where it stands."""
        at = await self.acts.standing(course.id)
        if at.case.status.is_live and (self.world.now >= course.ends_at or course.looks > _MOST_LOOKS):
            await self.acts.resolve(at, self._leader(at))
        elif at.case.status.is_live:
            await self.acts.move_on(at)
        elif course.reopened < 2 and self.chance.random() < (0.15 if at.case.status is Status.RESOLVED else 0.3):
            course.reopened += 1
            course.ends_at = self.world.now + timedelta(days=self.chance.uniform(0.2, 3))
            await self.acts.reopen(at, self.chance.choice([at.case.owner_id, at.case.reporter_id]))
        elif at.case.status is Status.RESOLVED:
            await self.acts.close(at, self._leader(at))

    def _leader(self, at: Standing) -> str:
        admin = id_for(self.chance.choice(company.ADMINS))
        return at.case.owner_id if self.chance.random() < 0.8 else admin

    async def _look_again(self, course: Course) -> None:
        at = await self.acts.standing(course.id)
        when = self._next_look(course, at)
        if when is not None:
            self.enter(when, lambda: self.look(course))

    def _next_look(self, course: Course, at: Standing) -> datetime | None:
        """In time, late, or after days of silence, as people are."""
        now, chance, severity = self.world.now, self.chance, at.case.severity
        if at.case.status is Status.CLOSED:
            return now + timedelta(days=chance.uniform(3, 30)) if chance.random() < 0.1 else None
        if at.case.status is Status.RESOLVED:
            # Nobody leaves it at that: the steps of its plan are asked for until it is closed.
            return now + timedelta(days=chance.uniform(0.1, 4))
        dues = [one.due_at for one in at.owed if one.kind in LADDERED_KINDS]
        due = max(now, min(dues, default=now))
        how = chance.choices(["in time", "late", "silent", "soon"], [76, 14, 2, 8])[0]
        if how == "in time" and due > now:
            return max(now + timedelta(minutes=1), due - chance.uniform(0, 0.6) * (due - now))
        if how == "late":
            return due + timedelta(hours=chance.expovariate(1 / _LATE_BY[severity]))
        if how == "silent":
            return due + timedelta(hours=chance.uniform(*_SILENT_FOR[severity]))
        return now + timedelta(minutes=chance.uniform(2, 45))

    def some_course(self) -> Course | None:
        """One of those that are being followed."""
        return self.courses[self.chance.choice(list(self.courses))] if self.courses else None
