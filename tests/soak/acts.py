"""What people do about one escalation: most of it by the services, a share by the buttons and forms they see."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from blocks.ids import Action
from escalation.case import Delivery, Escalation, Follows, Handover
from escalation.errors import ClarionError
from escalation.obligations import Kind, Obligation
from services import ending, handing_over, owning
from services.owning import NewStep, NewUpdate
from services.severity import change_severity
from services.subscribing import Target, subscribe
from simulator import id_for
from simulator.driver.sight import NotSeen
from storage.tables import escalations, handovers, obligations
from tests.soak import company
from tests.soak.clicks import Clicks
from tests.soak.world import World

_SEVERITIES = ("SEV-1", "SEV-2", "SEV-3", "SEV-4")
_BY_HAND = 0.25
_DELIVERED_TWICE = 0.05
_TO_THE_POINT = 0.75
_ANSWERS = {
    Kind.ACKNOWLEDGE: ("acknowledge", "acknowledge", "update"),
    Kind.PLAN: ("plan",),
    Kind.UPDATE: ("update", "update", "update", "still"),
    Kind.CUSTOMER_CONTACT: ("told", "update"),
    Kind.PLAN_STEP: ("step", "step", "plan"),
    Kind.HANDOVER: ("accept", "accept", "decline"),
}
ALIKE = "The fix is rolled out in one region; the queue is draining"


@dataclass(frozen=True)
class Standing:
    """An escalation as somebody who acts on it finds it."""

    case: Escalation
    owed: list[Obligation]
    waiting: Handover | None

    def owes(self, kind: Kind) -> bool:
        return any(one.kind is kind for one in self.owed)


class Acts:
    """Seeded choices of what to do, and how. `done` counts what was carried out, by name."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.clicks = Clicks(world)
        self.done: dict[str, int] = {}
        self._keys = 0

    async def standing(self, id_: int) -> Standing:
        async with self.world.database.read() as session:
            case = await session.get_one(Escalation, id_)
            owed = await session.scalars(
                select(Obligation)
                .where(obligations.c.escalation_id == id_, obligations.c.settled_at.is_(None))
                .order_by(obligations.c.due_at, obligations.c.id)
            )
            waiting = await session.scalar(
                select(Handover).where(handovers.c.escalation_id == id_, handovers.c.answered_at.is_(None))
            )
            return Standing(case, list(owed), waiting)

    async def find(self, customer: str) -> Escalation | None:
        """The newest escalation of a customer."""
        async with self.world.database.read() as session:
            found: Escalation | None = await session.scalar(
                select(Escalation).where(escalations.c.customer == customer).order_by(escalations.c.id.desc()).limit(1)
            )
            return found

    async def carry_out(self, name: str, case: str, by: str, act: Callable[[], Awaitable[object]]) -> bool:
        """Do it; whether it was not refused."""
        self.world.say(name, case, "by", by)
        try:
            await act()
        except ClarionError as refusal:
            self.world.say("  refused:", refusal)
            return False
        except NotSeen as missed:
            self.world.say("  not seen:", str(missed).splitlines()[0])
            return False
        self.done[name] = self.done.get(name, 0) + 1
        return True

    def key(self) -> str:
        self._keys += 1
        return f"soak {self._keys}"

    def _by_hand(self) -> bool:
        return not self.world.troubled and self.chance.random() < _BY_HAND

    async def move_on(self, at: Standing) -> None:
        """What an owner does who looks at it."""
        name = self._choice(at)
        by = at.case.owner_id
        if name in ("update", "plan", "resolve", "severity") and self.chance.random() < 0.1:
            by = self.chance.choice(company.EVERYBODY)
        if name in ("accept", "decline") and at.waiting is not None:
            by = at.waiting.to_id
        act: Callable[[Standing, str], Awaitable[None]] = getattr(self, f"_{name}")
        await act(at, by)

    def _choice(self, at: Standing) -> str:
        """Mostly what is due next, now and then something else."""
        first = next((one.kind for one in at.owed if one.kind in _ANSWERS), None)
        if first is not None and self.chance.random() < _TO_THE_POINT:
            return self.chance.choice(_ANSWERS[first])
        weights = {
            "update": 45,
            "still": 12,
            "snooze": 8,
            "hand_off": 12,
            "severity": 9,
            "suggest": 2,
            "subscribe": 3,
            "take_over": 2,
            "acknowledge": 60 if at.case.acknowledged_at is None else 0,
            "plan": 40 if at.owes(Kind.PLAN) else 2,
            "step": 25 if at.owes(Kind.PLAN_STEP) else 0,
            "told": 25 if at.owes(Kind.CUSTOMER_CONTACT) else 0,
            "accept": 80 if at.waiting is not None else 0,
            "decline": 30 if at.waiting is not None else 0,
        }
        return self.chance.choices(list(weights), list(weights.values()))[0]

    async def _acknowledge(self, at: Standing, by: str) -> None:
        case = at.case

        async def act() -> None:
            if self._by_hand() and await self.clicks.press(by, Action.ACKNOWLEDGE, case):
                return
            await owning.acknowledge(self.world.clarion, case.id, by, self.key())

        await self.carry_out("acknowledge", case.reference, by, act)

    async def _update(self, at: Standing, by: str) -> None:
        case, now = at.case, self.world.now
        told = self.chance.random() < (0.6 if at.owes(Kind.CUSTOMER_CONTACT) else 0.2)
        update = NewUpdate(
            f"{ALIKE} ({self.words(case)})",
            "We watch it",
            self._soon(now) if self.chance.random() < 0.3 else None,
            "They know what we know" if told else "",
            "call" if told else "",
            self._soon(now) if self.chance.random() < 0.2 else None,
        )
        key = self.key()

        async def act() -> None:
            if self._by_hand() and await self.clicks.post_update(by, case, update.situation):
                return
            await owning.post_update(self.world.clarion, case.id, by, key, update)
            if self.chance.random() < _DELIVERED_TWICE:
                await owning.post_update(self.world.clarion, case.id, by, key, update)

        await self.carry_out("update", case.reference, by, act)

    def words(self, case: Escalation) -> str:
        """What somebody writes about it, with a mark of what must stay secret."""
        return f"secret-{case.number}" if case.confidential else "as discussed"

    def _soon(self, now: datetime) -> datetime:
        return now + timedelta(minutes=self.chance.choice([10, 45, 150, 600, 1_500, 6_000]))

    async def _still(self, at: Standing, by: str) -> None:
        async def act() -> None:
            if self._by_hand() and await self.clicks.still_working(by, at.case):
                return
            next_at = self._soon(self.world.now) if self.chance.random() < 0.5 else None
            await owning.still_working(self.world.clarion, at.case.id, by, self.key(), "Reading the logs", next_at)

        await self.carry_out("still", at.case.reference, by, act)

    async def _snooze(self, at: Standing, by: str) -> None:
        limit = self.world.policy.severities[at.case.severity].snooze_at_most.time
        length = limit * self.chance.choice([0.25, 0.5, 1])

        async def act() -> None:
            await owning.snooze(self.world.clarion, at.case.id, by, self.key(), length, "In a call with them")

        await self.carry_out("snooze", at.case.reference, by, act)

    async def _hand_off(self, at: Standing, by: str) -> None:
        to = self._somebody_for(at.case.severity)
        await self.carry_out(
            f"hand off to {to}",
            at.case.reference,
            by,
            lambda: handing_over.hand_off(self.world.clarion, at.case.id, by, self.key(), to, "My shift ends"),
        )

    def _somebody_for(self, severity: str) -> str:
        """Mostly somebody who may own it."""
        roles = self.world.policy.severities[severity].owners
        allowed = [id_for(name) for role in roles for name in company.ROLES[role]]
        return self.chance.choice(allowed if self.chance.random() < 0.8 else company.EVERYBODY)

    async def _take_over(self, at: Standing, by: str) -> None:
        by = self.chance.choice(company.EVERYBODY)
        await self.carry_out(
            "take over",
            at.case.reference,
            by,
            lambda: handing_over.take_over(self.world.clarion, at.case.id, by, self.key()),
        )

    async def _accept(self, at: Standing, by: str) -> None:
        await self._answer(at, by, Action.ACCEPT, handing_over.accept)

    async def _decline(self, at: Standing, by: str) -> None:
        await self._answer(at, by, Action.DECLINE, handing_over.decline)

    async def _answer(self, at: Standing, by: str, action: Action, answer: Callable[..., Awaitable[object]]) -> None:
        waiting = at.waiting
        if waiting is None:
            return

        async def act() -> None:
            if self._by_hand() and await self.clicks.press(by, action, at.case):
                return
            await answer(self.world.clarion, at.case.id, waiting.id, by, self.key())

        await self.carry_out(action.value, at.case.reference, by, act)

    async def _severity(self, at: Standing, by: str) -> None:
        at_now = _SEVERITIES.index(at.case.severity)
        wanted = _SEVERITIES[max(0, min(3, at_now + self.chance.choice([-1, 1, 1])))]
        new_owner = self._somebody_for(wanted) if self.chance.random() < 0.3 else None
        await self.carry_out(
            f"severity {wanted}",
            at.case.reference,
            by,
            lambda: change_severity(
                self.world.clarion, at.case.id, by, self.key(), wanted, "It is not what it was", new_owner
            ),
        )

    async def _plan(self, at: Standing, by: str) -> None:
        days = [self.chance.randint(0, 6) for _ in range(self.chance.randint(1, 3))]
        steps = [
            NewStep(f"Step {n}", self.chance.choice(company.EVERYBODY), (self.world.now + timedelta(days=day)).date())
            for n, day in enumerate(days, start=1)
        ]
        await self.carry_out(
            "plan",
            at.case.reference,
            by,
            lambda: owning.plan(self.world.clarion, at.case.id, by, self.key(), steps, None),
        )

    async def _step(self, at: Standing, by: str) -> None:
        step = next(one for one in at.owed if one.kind is Kind.PLAN_STEP)
        by = self.chance.choice([by, step.debtor_id or by])

        async def act() -> None:
            if self._by_hand() and await self.clicks.press(by, Action.STEP_DONE, at.case):
                return
            await owning.step_done(self.world.clarion, at.case.id, step.subject_id, by, self.key())

        await self.carry_out("step done", at.case.reference, by, act)

    async def _told(self, at: Standing, by: str) -> None:
        async def act() -> None:
            if self._by_hand() and await self.clicks.press(by, Action.TOLD_CUSTOMER, at.case):
                return
            await owning.told_customer(self.world.clarion, at.case.id, by, self.key())

        await self.carry_out("customer told", at.case.reference, by, act)

    async def _suggest(self, at: Standing, by: str) -> None:
        by = self.chance.choice(company.EVERYBODY)
        await self.carry_out(
            "suggest",
            at.case.reference,
            by,
            lambda: owning.suggest(self.world.clarion, at.case.id, by, self.key(), f"Say that, {self.words(at.case)}"),
        )

    async def _subscribe(self, at: Standing, by: str) -> None:
        by, how = self.chance.choice(company.EVERYBODY), self.chance.choice(list(Delivery))
        what = self.chance.choice([Target(Follows.ESCALATION, str(at.case.id)), Target(Follows.SEVERITY, "SEV-1")])
        await self.carry_out(
            f"subscribe {what.follows}",
            at.case.reference,
            by,
            lambda: subscribe(self.world.clarion, by, self.key(), [what], how),
        )

    async def resolve(self, at: Standing, by: str) -> bool:
        case = at.case

        async def act() -> None:
            if self._by_hand() and await self.clicks.resolve(by, case):
                return
            await ending.resolve(self.world.clarion, case.id, by, self.key(), f"Swapped it ({self.words(case)})")

        return await self.carry_out("resolve", case.reference, by, act)

    async def reopen(self, at: Standing, by: str) -> bool:
        return await self.carry_out(
            "reopen",
            at.case.reference,
            by,
            lambda: ending.reopen(self.world.clarion, at.case.id, by, self.key(), "It is back"),
        )

    async def close(self, at: Standing, by: str) -> bool:
        return await self.carry_out(
            "close",
            at.case.reference,
            by,
            lambda: ending.close(self.world.clarion, at.case.id, by, self.key(), "To look sooner"),
        )
