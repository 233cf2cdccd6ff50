"""One change to one escalation: its transaction, its rules, and everything that follows from it.

async with change(clarion, escalation_id, by, key) as it:
    it.allow(Act.RESOLVE)
    it.move(Move.RESOLVE)
    event = it.record(EventKind.RESOLVED, …)
    await it.owe(Transition.RESOLVED)
    await it.show(event)
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation import lifecycle, moves, permissions
from escalation.business_time import Calendar
from escalation.case import Escalation, Event, EventKind, Person
from escalation.clocks import severity_of
from escalation.consequences import Transition
from escalation.effects import REFRESHES, Effect, EffectKind
from escalation.errors import NotFound
from escalation.ladder import above_the_owner
from escalation.obligations import Kind, Obligation
from escalation.permissions import Act, Standing
from escalation.policy import SeverityPolicy
from escalation.promises import Book
from escalation.roster import Roster
from services import notices, requests, subscribers
from services.clarion import Clarion
from services.outbox import Refreshes, add, waiting_refreshes
from services.standings import may, standing
from storage.database import wake_after_commit
from storage.numbering import give_id
from storage.tables import escalations, obligations

log = logging.getLogger(__name__)

# Built once: to build a statement takes longer than to run it, and people wait for this.
_LOCKED = (
    select(Escalation)
    .where(escalations.c.id == bindparam("escalation_id"), escalations.c.team_id == bindparam("team_id"))
    .with_for_update()
)
_OWED = (
    select(Obligation)
    .where(obligations.c.escalation_id == bindparam("escalation_id"), obligations.c.settled_at.is_(None))
    .order_by(obligations.c.due_at, obligations.c.id)
)


@dataclass
class Change:
    """An escalation locked for one change. `by` is a user id, or "" for Clarion itself.

    `is_new`: this transaction opens it, so nothing of it can be found in the database yet.
    """

    clarion: Clarion
    session: AsyncSession
    escalation: Escalation
    by: str
    now: datetime
    roster: Roster
    owed: list[Obligation]
    standings: set[Standing]
    told: bool
    is_new: bool = False
    _refreshes: Refreshes | None = None

    def __post_init__(self) -> None:
        self._book = Book(self.owed, self.calendar)
        self._calendars: dict[str, Calendar] = {}
        # The session itself forgets whom nobody holds, and would read them again.
        self._known: dict[str, Person | None] = {}

    @property
    def severity(self) -> SeverityPolicy:
        """The policy of the escalation's severity."""
        return severity_of(self.escalation, self.clarion.policy)

    @property
    def calendar(self) -> Calendar:
        """Business time where the owner lives."""
        return self.clarion.calendar(self.escalation.owner_zone)

    def allow(self, act: Act) -> None:
        """Raise Refused (who can) or NotFound unless this person may; Clarion itself may do anything."""
        if self.by:
            permissions.check(act, self.escalation, self.standings, told=self.told)

    def move(self, move: lifecycle.Move) -> None:
        """Take the escalation to the status that the move leads to, or raise Refused."""
        self.escalation.status = lifecycle.after(move, self.escalation.status, self.escalation.reference)

    def record(self, kind: EventKind, why: str = "", *, by: str | None = None, **values: Any) -> Event:
        """Write the audit row (DESIGN.md, invariants: who, why and the new values).

        It carries what became of what was owed since the last one, so whatever ends an obligation comes before it. `by` is
        whose act it was where that is not whoever makes this change: "" for what Clarion does in the course of it.
        """
        by = self.by if by is None else by
        still_working = kind is EventKind.STILL_WORKING
        came = self._book.came_of(self.owed, self.now, self.calendar, self._calendars, still_working=still_working)
        if came:
            values["promises"] = [promise.as_value() for promise in came]
        event = Event(self.escalation.id, self.now, kind, by, why, values)
        self.session.add(event)
        # For operators: who did what, and nobody's words.
        log.info("%s: %s by %s", self.escalation.reference, kind, by or "Clarion")
        return event

    async def owe(self, transition: Transition, owed: Iterable[Obligation] | None = None, **terms: Any) -> None:
        """Settle, move and arm obligations by the table of `escalation.consequences`."""
        debtors = {one.debtor_id for one in self.owed if one.debtor_id is not None}
        people = await self._people({step.who for step in terms.get("steps", ())} | _asked(terms) | debtors)
        calendars = {user: self.clarion.calendar_of(person) for user, person in people.items()}
        self._calendars |= calendars
        arising = moves.apply(
            transition,
            self.escalation,
            self.owed if owed is None else owed,
            moves.Terms(
                policy=self.clarion.policy,
                calendar=self.calendar,
                now=self.now,
                by=self.by,
                calendar_of=lambda user: calendars.get(user, self.calendar),
                **terms,
            ),
        )
        if arising and any(not one.is_open for one in self.owed):
            # The settled ones leave the unique index before their successors enter it.
            await self.session.flush()
        self.session.add_all(arising)
        for obligation in arising:
            await give_id(self.session, obligation)
        self.owed = [*self.owed, *arising]
        await self.enqueue(EffectKind.REFRESH_BACKUP)
        wake_after_commit(self.session)

    def still_owed(self, kind: Kind) -> list[Obligation]:
        """What is owed of this kind."""
        return [one for one in self.owed if one.kind is kind and one.is_open]

    def due_at(self, kind: Kind) -> datetime | None:
        """When what is owed of this kind is due first; None when it is not owed."""
        return next((one.due_at for one in self.still_owed(kind)), None)

    def due(self, kind: Kind) -> str | None:
        """The same, as an event keeps it."""
        at = self.due_at(kind)
        return at.isoformat() if at is not None else None

    async def person(self, user_id: str) -> Person | None:
        """Somebody of this workspace, if we know of them."""
        if user_id not in self._known:
            self._known[user_id] = await self.session.get(Person, (self.clarion.team_id, user_id))
        return self._known[user_id]

    async def _people(self, user_ids: set[str]) -> dict[str, Person | None]:
        return {user: await self.person(user) for user in user_ids}

    async def enqueue(self, kind: EffectKind, **arguments: Any) -> Effect:
        """Add an effect of this escalation to the outbox, or return the refresh that waits already."""
        if kind in REFRESHES and "not_before" not in arguments:
            return await self._refresh(kind, **arguments)
        return await self._add(kind, **arguments)

    async def _refresh(self, kind: EffectKind, **arguments: Any) -> Effect:
        if self._refreshes is None:
            self._refreshes = {} if self.is_new else await self._waiting()
        what = (kind, arguments.get("subject_id"))
        if what not in self._refreshes:
            self._refreshes[what] = await self._add(kind, **arguments)
        return self._refreshes[what]

    async def _add(self, kind: EffectKind, **arguments: Any) -> Effect:
        return await add(
            self.session,
            kind,
            team_id=self.clarion.team_id,
            now=self.now,
            escalation_id=self.escalation.id,
            rank=self.clarion.rank(self.escalation.severity),
            **arguments,
        )

    async def _waiting(self) -> Refreshes:
        with self.session.no_autoflush:
            return await waiting_refreshes(self.session, self.escalation.id, self.now)

    async def show(self, event: Event | None = None, *, aloud: bool = True, subscribers_too: bool = False) -> None:
        """Let card and topic follow; post the event in the channel and tell every subscriber once."""
        for kind in (EffectKind.REFRESH_CARD, EffectKind.SET_TOPIC, EffectKind.REFRESH_ANNOUNCEMENT):
            await self.enqueue(kind)
        if event is None:
            return
        await give_id(self.session, event)
        if aloud:
            await self.enqueue(EffectKind.POST_EVENT, subject_id=event.id)
        if subscribers_too:
            for user in (await self.followers()).to_tell(self.escalation, without={self.by}):
                await self.enqueue(EffectKind.TELL_EVENT, subject_id=event.id, user=user)

    async def followers(self) -> subscribers.Followers:
        """Who follows it and may see it: a confidential one is followed in vain by those who left its channel."""
        found = await subscribers.followers(self.session, self.escalation)
        if not self.escalation.confidential:
            return found
        seeing = (self.clarion, self.session, self.escalation)
        every = (*found.in_channel, *found.by_message)
        return found.only([user for user in every if await may(*seeing, user, self.roster, Act.SEE)])

    async def tell(self, event: Event, user_ids: Iterable[str], needs: Iterable[Effect] = ()) -> None:
        """Tell these people of the event by direct message, once what it needs is done."""
        await give_id(self.session, event)
        for user in dict.fromkeys(user_ids):
            await self.enqueue(EffectKind.TELL_EVENT, subject_id=event.id, needs=needs, user=user)

    async def who_can(self, user_ids: Iterable[str], but: str = "") -> list[str]:
        """Those of them who can be written to: "" is Clarion, and nobody reads the messages of an account that is gone."""
        people = await self._people({user for user in user_ids if user and user != but})
        return [user for user in dict.fromkeys(user_ids) if (one := people.get(user)) is not None and one.may_act]

    def one_rung_up(self) -> list[str]:
        """The people whom the ladder tells first besides the owner; nobody where that is the channel."""
        above = above_the_owner(self.severity)
        told = self.roster.told(above, self.clarion.policy, self.escalation.owner_id) if above is not None else None
        return told or []


@contextlib.asynccontextmanager
async def change(clarion: Clarion, escalation_id: int, by: str, key: str | None) -> AsyncIterator[Change]:
    """Lock the escalation, check the person and the idempotency key, and settle its messages at the end.

    Raises NotFound, Refused, or AlreadyDone when a request with this key was carried out before.
    """
    now = clarion.clock.now()
    async with clarion.database.write() as session:
        if key is not None:
            await requests.claim(session, clarion.team_id, key, escalation_id, now)
        it = await begin(clarion, session, escalation_id, by, now)
        was_open = {one.id for one in it.owed}
        yield it
        settled = {one.id for one in it.owed if one.id in was_open and not one.is_open}
        await notices.answered(it, settled)


async def begin(clarion: Clarion, session: AsyncSession, escalation_id: int, by: str, now: datetime) -> Change:
    """The escalation, locked, with what it owes and what `by` is to it."""
    roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, now)
    escalation = await session.scalar(_LOCKED, {"escalation_id": escalation_id, "team_id": clarion.team_id})
    if escalation is None:
        raise NotFound("That escalation does not exist.")
    owed = await session.scalars(_OWED, {"escalation_id": escalation_id})
    standings, told = await standing(clarion, session, escalation, by, roster)
    return Change(clarion, session, escalation, by, now, roster, list(owed), standings, told)


def _asked(terms: dict[str, Any]) -> set[str]:
    handover = terms.get("handover")
    return {handover.to_id} if handover is not None else set()
