"""One message to a person who is asked about several escalations within a minute.

Who is about to be asked is foreseen before a round of the sweep. The first message to somebody who will be asked about
more is held until the last of them is due, a minute at most, and the others join it: a message that still waits to be
sent lists whatever has been added by then (`services.notices.ask`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import CHANNEL, Escalation, NoticeKind
from escalation.clocks import severity_of
from escalation.effects import Effect, EffectState
from escalation.hearing import heard
from escalation.ladder import LADDERED_KINDS, passed
from escalation.obligations import Obligation
from escalation.policy import AudienceKind, Policy
from escalation.roster import Roster
from services.calendars import calendar_of
from services.clarion import Clarion
from services.outbox import rank_at
from storage.database import wake_after_commit
from storage.tables import escalations, notices, obligations, outbox

if TYPE_CHECKING:
    from services.change import Change

# What the ladder says; news (somebody became an owner, is asked to take over) goes at once and by itself.
ASKS = (NoticeKind.WARNING, NoticeKind.NAG, NoticeKind.RAISED)
# With its buttons each escalation takes four of the fifty blocks of a message.
MOST_IN_ONE = 10
WITHIN = timedelta(minutes=1)
# For those of one round, which takes moments: should the process die within it, what is held goes after this.
_ROUND = timedelta(seconds=30)
# The courier wakes at the same moment as the sweep, and is not to take a message before the last has joined it.
_GRACE = timedelta(seconds=5)
# In the words of the index of what waits.
_UNTRIED = text(
    "outbox.state IN ('pending', 'sending', 'unknown') AND outbox.state = 'pending' AND outbox.attempts = 0"
)


class Outlook:
    """Of each person: about which escalations they are to be asked, and when, within the minute from `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._asks: dict[str, dict[int, datetime]] = {}
        self._held: dict[str, list[int]] = {}

    @property
    def people(self) -> set[str]:
        """Everybody who is to be asked."""
        return set(self._asks)

    def expect(self, user_id: str, escalation_id: int, at: datetime) -> None:
        """They will be asked at that time; of several times the first counts."""
        asks = self._asks.setdefault(user_id, {})
        asks[escalation_id] = min(at, asks.get(escalation_id, at))

    def hold_until(self, user_id: str, escalation_id: int) -> datetime | None:
        """How long a message about this escalation has to wait for others; None when there is none to wait for."""
        others = [at for one, at in self._asks.get(user_id, {}).items() if one != escalation_id]
        if not others:
            return None
        last = max(others)
        return last + _GRACE if last > self.now else self.now + _ROUND

    def hold(self, user_id: str, effect_id: int, until: datetime) -> None:
        """A message to them was written down that waits until then; for the rest of this round it need not wait so long."""
        if until == self.now + _ROUND:
            self._held.setdefault(user_id, []).append(effect_id)

    def swept(self, escalation_id: int) -> list[int]:
        """Take note that this one has been swept; returns the messages that nothing more of this round can join."""
        for asks in self._asks.values():
            asks.pop(escalation_id, None)
        ready = [user for user in self._held if not self._asks.get(user)]
        return [effect_id for user in ready for effect_id in self._held.pop(user)]


async def foresee(clarion: Clarion, due: Collection[int], now: datetime) -> Outlook:
    """Look at the escalations of which something is `due`, and at what comes within a minute for the same people."""
    outlook = Outlook(now)
    columns = obligations.c
    async with clarion.database.read() as session:
        roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, now)
        look = _Look(clarion, session, roster, outlook)
        await look.at(columns.next_at <= now, columns.escalation_id.in_(due))
        concerned = outlook.people
        if concerned:
            soon = [columns.next_at > now, columns.next_at <= now + WITHIN]
            if not concerned & _told_by_rungs(clarion.policy, roster):
                soon.append(func.coalesce(columns.debtor_id, escalations.c.owner_id).in_(concerned))
            await look.at(*soon)
    return outlook


@dataclass(frozen=True)
class _Look:
    clarion: Clarion
    session: AsyncSession
    roster: Roster
    outlook: Outlook

    async def at(self, *which: ColumnElement[bool]) -> None:
        """Expect what these obligations come to at the moment the sweep is to look at them."""
        rows = await self.session.execute(
            select(Obligation, Escalation)
            .join(Escalation, escalations.c.id == obligations.c.escalation_id)
            .where(obligations.c.team_id == self.clarion.team_id, obligations.c.kind.in_(LADDERED_KINDS), *which)
        )
        for obligation, escalation in rows.all():
            await self._expect(obligation, escalation)

    async def _expect(self, obligation: Obligation, escalation: Escalation) -> None:
        clarion = self.clarion
        calendar = await calendar_of(self.session, clarion, escalation, obligation)
        at = max(self.outlook.now, obligation.next_at or self.outlook.now)
        what = passed(obligation, severity_of(escalation, clarion.policy), calendar, at)
        for one in heard(what, obligation, escalation.owner_id, self.roster, clarion.policy):
            for user in one.audience:
                if user != CHANNEL:
                    self.outlook.expect(user, escalation.id, at)


def _told_by_rungs(policy: Policy, roster: Roster) -> set[str]:
    """Whom a rung can tell of others' silence."""
    rungs = [rung.tell for severity in policy.severities.values() for rung in severity.if_silent]
    raised = [tell for tell in rungs if tell.kind not in (AudienceKind.OWNER, AudienceKind.CHANNEL)]
    return {user for tell in raised for user in roster.told(tell, policy, "") or ()}


async def release(clarion: Clarion, effect_ids: Collection[int]) -> None:
    """Let messages go that were held for others to join them."""
    if not effect_ids:
        return
    now = clarion.clock.now()
    async with clarion.database.write() as session:
        await session.execute(
            update(outbox)
            .where(
                outbox.c.id.in_(effect_ids),
                outbox.c.state == EffectState.PENDING,
                outbox.c.not_before > now,
                outbox.c.reason == "",  # nothing of Slack's is waited for
            )
            .values(not_before=now)
        )
        wake_after_commit(session)


async def waiting_for(it: Change, user_id: str) -> Effect | None:
    """The message that asks somebody about other escalations, has not been tried yet and has room for one more.

    It is locked, so that it cannot go meanwhile; one that the courier holds just now is passed over.
    """
    columns = notices.c
    found: Effect | None = await it.session.scalar(
        select(Effect)
        .join(notices, columns.effect_id == outbox.c.id)
        .where(
            outbox.c.team_id == it.clarion.team_id,
            _UNTRIED,
            columns.audience == user_id,
            columns.kind.in_(ASKS),
            columns.retired_at.is_(None),
            columns.escalation_id != it.escalation.id,
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)
    )
    if found is None:
        return None
    listed = await it.session.scalar(select(func.count()).where(columns.effect_id == found.id))
    return found if (listed or 0) < MOST_IN_ONE else None


def hurry(it: Change, effect: Effect, due_at: datetime, until: datetime | None) -> None:
    """What joins a message makes it as urgent as itself, and lets it go where there is none to wait for (`until`)."""
    if until is None:
        effect.not_before = min(effect.not_before, it.now)
    effect.data = {**effect.data, "due_at": min(effect.data.get("due_at") or due_at.isoformat(), due_at.isoformat())}
    effect.rank_at = min(effect.rank_at, rank_at(it.now, it.clarion.rank(it.escalation.severity)))
