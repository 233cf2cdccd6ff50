"""A company's database with its services and a clock to move; no Slack."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from escalation.case import Escalation, Event, EventKind, Handover, Member, Notice, Person, Workspace
from escalation.effects import Effect, EffectKind, EffectState
from escalation.obligations import Kind, Obligation
from escalation.policy_file import read_policy
from services import people
from services.clarion import Clarion
from services.opening import NewEscalation, open_escalation
from services.sweep import next_due, sweep
from storage.database import Database
from storage.tables import events, handovers, members, notices, obligations, outbox
from tests.support.clock import LONDON, NEW_YORK, TestClock
from tests.support.invariants import check

TEAM = "T1"
OLGA, CARLA, SANA, OMAR, DINA = "U0OLGA", "U0CARLA", "U0SANA", "U0OMAR", "U0DINA"
VERA, VICTOR, TESS, CLEO, ULF = "U0VERA", "U0VICTOR", "U0TESS", "U0CLEO", "U0ULF"
GRETA, ROBOT, STRANGER, GONE = "U0GRETA", "U0ROBOT", "U0STRANGER", "U0GONE"

POLICY = f"""
announcements: escalations
roles:
  support_agent: [{OLGA}]
  csm: [{CARLA}]
  senior_csm: [{SANA}]
  cs_manager: [{OMAR}]
  cs_director: [{DINA}]
  vp_customer_success: [{VERA}]
  vp_engineering: [{VICTOR}]
  cto: [{TESS}]
  ceo: [{CLEO}]
admins: [{OMAR}]
"""


def company() -> list[Person]:
    """Everybody; Ulf fills no role, and the last four may do nothing."""
    able = {
        OLGA: "Olga", CARLA: "Carla", SANA: "Sana", OMAR: "Omar", DINA: "Dina",
        VERA: "Vera", VICTOR: "Victor", TESS: "Tess", CLEO: "Cleo", ULF: "Ulf",
    }  # fmt: skip
    zones = {VICTOR: NEW_YORK}
    return [
        *(Person(TEAM, user, name, zone=zones.get(user, LONDON)) for user, name in able.items()),
        Person(TEAM, GRETA, "Greta", is_guest=True),
        Person(TEAM, ROBOT, "Robot", is_bot=True),
        Person(TEAM, STRANGER, "Stranger", is_stranger=True),
        Person(TEAM, GONE, "Gone", is_deactivated=True),
    ]


class Office:
    """What the tests of the services work with; every helper reads the rows afresh."""

    def __init__(self, database: Database, clock: TestClock, policy: str = POLICY) -> None:
        self.database = database
        self.clock = clock
        self.clarion = Clarion(TEAM, database, read_policy(policy), clock)
        self._opened = 0

    def beside(self) -> Clarion:
        """The same workspace as another process sees it: a database connection and a roster of its own."""
        return Clarion(TEAM, self.database, self.clarion.policy, self.clock)

    async def open(self, severity: str = "SEV-1", owner: str = DINA, by: str = OLGA, **fields: Any) -> Escalation:
        """Open one for a customer of its own."""
        self._opened += 1
        form = {"customer_name": f"Acme {self._opened}", "summary": "Checkout is down", **fields}
        key = form.pop("key", f"form {self._opened}")
        request = NewEscalation(severity=severity, owner_id=owner, **form)
        return await open_escalation(self.clarion, request, by, key)

    async def pass_by(self, **length: float) -> None:
        """Let time pass, ringing at every due time on the way."""
        end = self.clock.now() + timedelta(**length)
        while (due := await next_due(self.clarion)) is not None and due <= end:
            self.clock.jump_to(max(due, self.clock.now()))
            await sweep(self.clarion)
        self.clock.jump_to(end)

    async def until(self, instant: datetime) -> None:
        """Let time pass until then."""
        await self.pass_by(seconds=(instant - self.clock.now()).total_seconds())

    async def sweep(self) -> int:
        """Ring once, now."""
        return await sweep(self.clarion)

    async def escalation(self, id_: int) -> Escalation:
        """As it stands now."""
        async with self.database.read() as session:
            return await session.get_one(Escalation, id_)

    async def person(self, user_id: str) -> Person:
        """As we know them now."""
        async with self.database.read() as session:
            return await session.get_one(Person, (TEAM, user_id))

    async def events(self, id_: int) -> list[Event]:
        """The audit, in its order."""
        async with self.database.read() as session:
            return list(await session.scalars(select(Event).where(events.c.escalation_id == id_).order_by(events.c.id)))

    async def event(self, id_: int, kind: EventKind) -> Event:
        """The one event of a kind."""
        (found,) = [one for one in await self.events(id_) if one.kind is kind]
        return found

    async def owed(self, id_: int) -> dict[Kind, Obligation]:
        """What is owed now, the last of a kind."""
        async with self.database.read() as session:
            rows = await session.scalars(
                select(Obligation)
                .where(obligations.c.escalation_id == id_, obligations.c.settled_at.is_(None))
                .order_by(obligations.c.id)
            )
            return {one.kind: one for one in rows}

    async def settled(self, id_: int, kind: Kind) -> Obligation:
        """The last of a kind that was settled."""
        async with self.database.read() as session:
            rows = await session.scalars(
                select(Obligation)
                .where(
                    obligations.c.escalation_id == id_,
                    obligations.c.kind == kind,
                    obligations.c.settled_at.is_not(None),
                )
                .order_by(obligations.c.id)
            )
            return rows.all()[-1]

    async def notices(self, id_: int, *, live: bool = False) -> list[Notice]:
        """The messages that ask, in their order."""
        async with self.database.read() as session:
            rows = await session.scalars(select(Notice).where(notices.c.escalation_id == id_).order_by(notices.c.id))
            return [one for one in rows if not live or one.retired_at is None]

    async def live(self, id_: int, audience: str) -> Notice | None:
        """The live message of an audience."""
        return next((one for one in await self.notices(id_, live=True) if one.audience == audience), None)

    async def members(self, id_: int) -> list[Member]:
        """Who is in the channel or was told."""
        async with self.database.read() as session:
            return list(await session.scalars(select(Member).where(members.c.escalation_id == id_)))

    async def handovers(self, id_: int) -> list[Handover]:
        """Every handover, in its order."""
        async with self.database.read() as session:
            query = select(Handover).where(handovers.c.escalation_id == id_).order_by(handovers.c.id)
            return list(await session.scalars(query))

    async def effects(self, *kinds: EffectKind, after: int = 0) -> list[Effect]:
        """The outbox in its order, or what of it is of these kinds; `after` the mark.

        The backup's, which follow whatever moves what is owed, are left out unless they are asked for.
        """
        async with self.database.read() as session:
            rows = await session.scalars(select(Effect).where(outbox.c.id > after).order_by(outbox.c.id))
            return [one for one in rows if (one.kind in kinds if kinds else one.kind is not EffectKind.REFRESH_BACKUP)]

    async def mark(self) -> int:
        """Where the outbox ends now."""
        async with self.database.read() as session:
            return await session.scalar(select(func.max(outbox.c.id))) or 0

    async def new(self, act: Awaitable[object]) -> list[Effect]:
        """What an act adds to the outbox, after everything before has been sent."""
        await self.send()
        before = await self.mark()
        await act
        return await self.effects(after=before)

    async def send(self) -> None:
        """Be the courier: everything in the outbox that is not put off is done, and channels stand."""
        waiting = select(Effect).where(outbox.c.state == EffectState.PENDING, outbox.c.not_before <= self.clock.now())
        async with self.database.write() as session:
            for effect in await session.scalars(waiting):
                effect.state, effect.done_at = EffectState.DONE, self.clock.now()
                if effect.kind is EffectKind.OPEN_CHANNEL:
                    escalation = await session.get_one(Escalation, effect.escalation_id)
                    escalation.channel_id = f"C{escalation.number}N{escalation.channel_serial}"

    async def change_person(self, user_id: str, **facts: Any) -> Person:
        """Somebody as they would be told of by Slack; not stored yet."""
        known = await self.person(user_id)
        now = {name: getattr(known, name) for name in ("name", "email", "zone", "is_bot", "is_guest", "is_stranger")}
        return Person(TEAM, user_id, **{**now, "is_deactivated": known.is_deactivated, **facts})

    async def goes_away(self, user_id: str, status: str = "Out of office", until: datetime | None = None) -> None:
        """Somebody sets a Slack status that says so, and Slack tells of it."""
        away = await self.change_person(user_id, away_status=status, away_until=until)
        await people.remember(self.clarion, [away])

    async def comes_back(self, user_id: str) -> None:
        """Somebody clears it."""
        await people.remember(self.clarion, [await self.change_person(user_id)])

    async def check(self) -> None:
        """Hold the rows to the invariants."""
        async with self.database.read() as session:
            await check(session)


def kinds(effects: Iterable[Effect]) -> list[str]:
    """Kinds in their order."""
    return [one.kind.value for one in effects]


@contextlib.asynccontextmanager
async def office(url: str, start: datetime, policy: str = POLICY) -> AsyncIterator[Office]:
    """An office on a migrated database; it is held to the invariants as it closes."""
    database = Database(url)
    try:
        async with database.write() as session:
            session.add(Workspace(TEAM, "U0BOT", "Company"))
            session.add_all(company())
        made = Office(database, TestClock(start), policy)
        yield made
        await made.check()
    finally:
        await database.close()


Act = Callable[[], Awaitable[object]]
