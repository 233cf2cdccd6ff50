"""Finding what has come due and asking for it: the pure ladder decides, one commit per escalation keeps it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from escalation.case import CHANNEL, EventKind, NoticeKind
from escalation.effects import EffectKind
from escalation.hearing import heard
from escalation.ladder import LADDERED_KINDS, may_be_said, passed, take
from escalation.obligations import Kind, Obligation
from services import handing_over, notices, path
from services.bundling import Outlook, foresee, release
from services.calendars import calendar_of
from services.change import Change, change
from services.clarion import Clarion
from storage.tables import obligations

log = logging.getLogger("clarion.sweep")

# A message sent this long after its moment says that it is late. A machine that was busy for some seconds is no outage,
LATE_AFTER = timedelta(seconds=15)
# but what came due before the bot ran was missed, be it by seconds.
MISSED_AFTER = timedelta(seconds=2)


@dataclass
class _Said:
    """What is to be said to one audience of one escalation in this sweep."""

    kind: NoticeKind
    owed: list[Obligation] = field(default_factory=list)
    due_at: datetime | None = None


async def next_due(clarion: Clarion) -> datetime | None:
    """When something comes due next; the past when it already is."""
    async with clarion.database.read() as session:
        found: datetime | None = await session.scalar(
            select(func.min(obligations.c.next_at)).where(
                obligations.c.team_id == clarion.team_id, obligations.c.next_at.is_not(None)
            )
        )
        return found


async def sweep(clarion: Clarion, moves: Callable[[], None] = lambda: None) -> int:
    """Ask for everything that is due, the most serious escalation first; returns how many had something due.

    `moves` is called after each escalation: after an outage there may be work for minutes.
    """
    now = clarion.clock.now()
    async with clarion.database.read() as session:
        rows = await session.execute(
            select(obligations.c.escalation_id, obligations.c.severity, func.min(obligations.c.next_at))
            .where(
                obligations.c.team_id == clarion.team_id,
                obligations.c.next_at.is_not(None),
                obligations.c.next_at <= now,
            )
            .group_by(obligations.c.escalation_id, obligations.c.severity)
        )
        due = sorted(rows, key=lambda row: (clarion.rank(row[1]), row[2]))
    concerned = list(dict.fromkeys(row[0] for row in due))
    outlook = await foresee(clarion, concerned, now) if concerned else Outlook(now)
    for escalation_id in concerned:
        try:
            await sweep_one(clarion, escalation_id, outlook)
        except Exception:  # one escalation that cannot be swept must not silence the others
            log.exception("Escalation %s could not be swept", escalation_id)
        await release(clarion, outlook.swept(escalation_id))
        moves()
    return len(concerned)


async def sweep_one(clarion: Clarion, escalation_id: int, outlook: Outlook) -> None:
    """Ask for what is due of one escalation. Another process that was first leaves nothing to do.

    Nobody is asked who left: the process that heard of it may have been killed before it found a successor.
    """
    async with change(clarion, escalation_id, "", None) as it:
        await handing_over.look_after_owner(it)
        due = [one for one in it.owed if one.next_at is not None and one.next_at <= it.now]
        said: dict[str, _Said] = {}
        for obligation in due:
            if not obligation.is_open:
                continue
            if obligation.kind is Kind.TELL_PATH:
                await _tell_path(it)
            elif obligation.kind is Kind.HANDOVER:
                await _end_handover(it, obligation)
            elif obligation.kind in LADDERED_KINDS:
                await _climb(it, obligation, said)
        for audience, what in said.items():
            await _say(it, audience, what, outlook)


async def _tell_path(it: Change) -> None:
    told = await path.tell_those_due(it)
    if told:
        await it.enqueue(EffectKind.INVITE, users=told)


async def _end_handover(it: Change, obligation: Obligation) -> None:
    calendar = await calendar_of(it.session, it.clarion, it.escalation, obligation)
    if obligation.due_at > it.now:  # it was looked at only because an absence ends
        obligation.next_at = obligation.due_at
    elif may_be_said(obligation, calendar, it.now):
        await handing_over.lapse(it, obligation)
    else:
        obligation.next_at = calendar.next_opening(it.now)


async def _climb(it: Change, obligation: Obligation, said: dict[str, _Said]) -> None:
    calendar = await calendar_of(it.session, it.clarion, it.escalation, obligation)
    what = passed(obligation, it.severity, calendar, it.now)
    if what.steps and not obligation.rungs and obligation.snoozed_until is not None:
        await it.enqueue(EffectKind.REFRESH_CARD)  # it still says that nobody is asked
    take(obligation, what)
    if what.steps:
        await it.enqueue(EffectKind.REFRESH_BACKUP)
    for one in heard(what, obligation, it.escalation.owner_id, it.roster, it.clarion.policy):
        _add(said, one.audience, one.kind, obligation, one.at)


def _is_late(it: Change, moment: datetime) -> bool:
    since = it.clarion.running_since
    missed = since is not None and moment < since
    return it.now - moment > (MISSED_AFTER if missed else LATE_AFTER)


def _add(
    said: dict[str, _Said], audience: Iterable[str], kind: NoticeKind, obligation: Obligation, due_at: datetime | None
) -> None:
    for user in audience:
        what = said.setdefault(user, _Said(kind))
        if kind is not NoticeKind.WARNING:
            what.kind = kind
        if obligation not in what.owed:
            what.owed.append(obligation)
        if due_at is not None:
            what.due_at = min(what.due_at or due_at, due_at)


async def _say(it: Change, audience: str, what: _Said, outlook: Outlook) -> None:
    """One message that lists all that is owed there now, not only what has just come due."""
    told_before = await notices.listed(it, audience) if what.kind is NoticeKind.RAISED else ()
    owed = [
        one
        for one in it.owed
        if one.is_open
        and one.kind in LADDERED_KINDS
        and (one in what.owed or one.id in told_before or _concerns(it, one, audience, what))
    ]
    if audience != CHANNEL and what.kind is NoticeKind.RAISED:
        await path.remember(it, [audience])
    late_since = what.due_at if what.due_at is not None and _is_late(it, what.due_at) else None
    until = outlook.hold_until(audience, it.escalation.id) if audience != CHANNEL else None
    notice = await notices.ask(
        it,
        audience,
        what.kind,
        owed,
        late_since=late_since,
        due_at=what.due_at,
        joins=audience != CHANNEL,
        not_before=until,
    )
    if until is not None and notice.effect_id is not None:
        outlook.hold(audience, notice.effect_id, until)
    it.record(
        EventKind.ASKED,
        audience=audience,
        notice=what.kind.value,
        roles=it.roster.told_as(audience) if what.kind is NoticeKind.RAISED else [],
        what=[one.kind.value for one in owed],
        late_since=late_since.isoformat() if late_since else None,
    )


def _concerns(it: Change, obligation: Obligation, audience: str, what: _Said) -> bool:
    """Whether something overdue belongs into this audience's message besides what has just come due.

    Those higher up hear of what climbed to them, and of nothing else.
    """
    if obligation.due_at > it.now or obligation.is_snoozed(it.now) or what.kind is NoticeKind.RAISED:
        return False
    return audience in (CHANNEL, obligation.owed_by(it.escalation.owner_id))
