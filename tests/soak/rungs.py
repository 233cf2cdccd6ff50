"""Every rung that comes due is a message or a recorded reason: foretold by the rules before the sweep, looked for after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import CHANNEL, Escalation, Notice, Person
from escalation.clocks import severity_of
from escalation.effects import Effect, EffectState
from escalation.ladder import LADDERED_KINDS, Passed, passed
from escalation.obligations import Obligation
from escalation.policy import AudienceKind
from escalation.roster import Roster
from services.rosters import read_roster
from storage.tables import escalations, notices, obligations
from tests.soak.world import World

# Slack being well, a message that is owed is there or given up within this.
_BY = timedelta(minutes=15)
Foretold = tuple[int, str, datetime]


class Rungs:
    """`foretell` before each sweep; `check` when all is quiet."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.count = 0
        self._foretold: set[Foretold] = set()
        self._unsent: set[int] = set()

    async def foretell(self) -> None:
        """Whom this sweep has to ask or tell, by the pure ladder alone."""
        now = self.world.now
        async with self.world.database.read() as session:
            roster = await read_roster(session, self.world.clarion.team_id, self.world.policy)
            for obligation, case in await self._due(session, now):
                owner = await session.get(Person, (case.team_id, case.owner_id))
                if owner is None or not owner.may_act:
                    continue  # replaced first, and asked afresh
                what = await self._passed(session, obligation, case, now)
                debtor = obligation.debtor_id or case.owner_id
                for audience in self._audiences(what, debtor, case, roster):
                    self._foretold.add((case.id, audience, now))

    async def _due(self, session: AsyncSession, now: datetime) -> Iterable[tuple[Obligation, Escalation]]:
        rows = await session.execute(
            select(Obligation, Escalation)
            .join(Escalation, escalations.c.id == obligations.c.escalation_id)
            .where(
                obligations.c.team_id == self.world.clarion.team_id,
                obligations.c.next_at <= now,
                obligations.c.kind.in_(LADDERED_KINDS),
            )
        )
        return [(obligation, case) for obligation, case in rows]

    async def _passed(self, session: AsyncSession, obligation: Obligation, case: Escalation, now: datetime) -> Passed:
        zone = case.owner_zone
        if obligation.debtor_id is not None:
            zone = self.world.clarion.zone_of(await session.get(Person, (case.team_id, obligation.debtor_id)))
        calendar = self.world.clarion.calendar(zone)
        return passed(obligation, severity_of(case, self.world.policy), calendar, now)

    def _audiences(self, what: Passed, debtor: str, case: Escalation, roster: Roster) -> set[str]:
        found = {debtor} if what.warn else set()
        for step in what.steps:
            tell = step.rung.tell
            if tell.kind is AudienceKind.OWNER:
                found.add(debtor)
            else:
                users = roster.told(tell, self.world.policy, case.owner_id)
                found.update(users if users is not None else [CHANNEL])
        return found

    async def check(self) -> None:
        """After a step: everybody foretold has a notice, and what is owed now has been said."""
        foretold, self._foretold = self._foretold, set()
        if not foretold:
            return
        async with self.world.database.read() as session:
            since = min(at for _, _, at in foretold)
            cases = {case_id for case_id, _, _ in foretold}
            rows = await session.scalars(
                select(Notice).where(notices.c.escalation_id.in_(cases), notices.c.created_at >= since)
            )
            made = {(one.escalation_id, one.audience, one.created_at): one for one in rows}
            for case_id, audience, at in foretold:
                notice = made.get((case_id, audience, at))
                assert notice is not None, f"{audience} was to be asked about {case_id} at {at}, and is not"
                self.count += 1
                self._unsent.add(notice.id)
            await self._check_nothing_is_left(session, cases)

    async def _check_nothing_is_left(self, session: AsyncSession, cases: Iterable[int]) -> None:
        """Of what was just swept no rung is due and unsaid, whatever `next_at` says."""
        now = self.world.now
        rows = await session.execute(
            select(Obligation, Escalation)
            .join(Escalation, escalations.c.id == obligations.c.escalation_id)
            .where(
                obligations.c.escalation_id.in_(list(cases)),
                obligations.c.settled_at.is_(None),
                obligations.c.kind.in_(LADDERED_KINDS),
            )
        )
        for obligation, case in rows:
            if obligation.is_snoozed(now) or obligation.debtor_id in self.world.moved:
                continue
            what = await self._passed(session, obligation, case, now)
            unsaid = what.warn or bool(what.steps)
            assert not unsaid, f"{case.reference}: a rung is due and unsaid: {obligation}"

    async def check_sent(self) -> None:
        """Slack being well for a while, each was sent, or has a reason why not."""
        if not self._unsent:
            return
        async with self.world.database.read() as session:
            rows = await session.execute(
                select(Notice, Effect)
                .join(Effect, Effect.id == notices.c.effect_id)  # type: ignore[arg-type]
                .where(notices.c.id.in_(self._unsent))
            )
            for notice, effect in rows:
                if effect.state is EffectState.DONE and effect.ts:
                    self._unsent.discard(notice.id)
                elif effect.state.is_over:
                    assert effect.reason, f"not sent, and nobody knows why: {effect}"
                    self._unsent.discard(notice.id)
                else:
                    waits = self.world.now - notice.created_at
                    assert waits < _BY, f"waits for {waits}: {effect}"
