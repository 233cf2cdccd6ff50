"""What must hold after every committed transaction (DESIGN.md, "Invariants"), read from the rows themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Escalation, Event, EventKind, Handover, Notice, Person, Status, Workspace
from escalation.effects import Effect, EffectKind
from escalation.figures import COUNTED_EVENTS
from escalation.obligations import Kind, Obligation, Outcome
from escalation.promises import End, of_values
from storage.tables import events, handovers, notices, obligations, outbox

_ENDED: dict[Status, frozenset[Kind]] = {
    Status.RESOLVED: frozenset({Kind.PLAN_STEP}),
    Status.CLOSED: frozenset(),
}


async def check(session: AsyncSession) -> None:
    """Raise AssertionError with what does not hold."""
    found = (await session.scalars(select(Escalation))).all()
    for workspace in await session.scalars(select(Workspace)):
        numbers = sorted(one.number for one in found if one.team_id == workspace.team_id)
        assert numbers == list(range(1, workspace.last_number + 1)), f"references were lost or given twice: {numbers}"
    for escalation in found:
        await check_one(session, escalation)
    await _check_outbox(session)


async def check_one(session: AsyncSession, escalation: Escalation) -> None:
    """Raise AssertionError with what does not hold of one escalation."""
    await _check_owner(session, escalation)
    owed = await _check_obligations(session, escalation)
    await _check_handover(session, escalation, owed)
    await _check_notices(session, escalation, owed)
    await _check_channel(session, escalation)
    await _check_audit(session, escalation)
    await _check_promises(session, escalation)
    await _check_absence(session, escalation)


async def _check_owner(session: AsyncSession, escalation: Escalation) -> None:
    if escalation.status.is_live:
        owner = await session.get(Person, (escalation.team_id, escalation.owner_id))
        assert owner is not None, f"{escalation.reference} is owned by nobody known"
        assert owner.may_act, f"{escalation.reference} is owned by {owner.name}, who cannot act"


async def _check_obligations(session: AsyncSession, escalation: Escalation) -> list[Obligation]:
    rows = await session.scalars(select(Obligation).where(obligations.c.escalation_id == escalation.id))
    every = rows.all()
    for one in every:
        assert one.is_open == (one.outcome is None) == (one.settled_by is None), f"half settled: {one}"
        assert one.is_open or one.next_at is None, f"settled, and still looked at: {one}"
        assert one.team_id == escalation.team_id
    owed = [one for one in every if one.is_open]
    keys = [(one.kind, one.subject_id) for one in owed]
    assert len(keys) == len(set(keys)), f"{escalation.reference} owes the same twice: {keys}"
    kinds = {one.kind for one in owed}
    if escalation.status.is_live:
        assert Kind.UPDATE in kinds, f"{escalation.reference} is open, and owes no update"
        unacknowledged = escalation.acknowledged_at is None
        assert (Kind.ACKNOWLEDGE in kinds) == unacknowledged, f"{escalation.reference}: acknowledged, or not?"
    else:
        assert kinds <= _ENDED[escalation.status], f"{escalation.reference} is over, and owes {kinds}"
    return owed


async def _check_handover(session: AsyncSession, escalation: Escalation, owed: Iterable[Obligation]) -> None:
    rows = await session.scalars(
        select(Handover).where(handovers.c.escalation_id == escalation.id, handovers.c.answered_at.is_(None))
    )
    waiting = [one.id for one in rows]
    asked = [one.subject_id for one in owed if one.kind is Kind.HANDOVER]
    assert waiting == asked, f"{escalation.reference}: handovers {waiting} wait, and answers to {asked} are owed"


async def _check_notices(session: AsyncSession, escalation: Escalation, owed: Iterable[Obligation]) -> None:
    rows = (await session.scalars(select(Notice).where(notices.c.escalation_id == escalation.id))).all()
    live = [one for one in rows if one.retired_at is None]
    audiences = [one.audience for one in live]
    assert len(audiences) == len(set(audiences)), f"{escalation.reference} has two live messages: {audiences}"
    still_open = {one.id for one in owed}
    for notice in live:
        assert still_open & set(notice.obligation_ids), f"a live message asks for nothing that is owed: {notice}"
    await _check_each_is_sent(session, escalation, rows)


async def _check_each_is_sent(session: AsyncSession, escalation: Escalation, found: Sequence[Notice]) -> None:
    """By one effect, of its own or shared with what else the same person is asked at once."""
    own = await session.execute(
        select(outbox.c.subject_id, outbox.c.id).where(
            outbox.c.escalation_id == escalation.id, outbox.c.kind == EffectKind.SEND_NOTICE
        )
    )
    sends: dict[int, list[int]] = {}
    for notice_id, effect_id in own:
        sends.setdefault(notice_id, []).append(effect_id)
    for notice in found:
        if sends.get(notice.id) == [notice.effect_id]:
            continue
        sent = await session.get_one(Effect, notice.effect_id)
        assert sends.get(notice.id, []) in ([], [sent.id]), f"not sent exactly once: {notice}"
        lead = await session.get_one(Notice, sent.subject_id)
        assert (sent.kind, lead.audience) == (EffectKind.SEND_NOTICE, notice.audience), f"sent to another: {notice}"


async def _check_channel(session: AsyncSession, escalation: Escalation) -> None:
    rows = await session.scalars(
        select(Effect).where(outbox.c.escalation_id == escalation.id, outbox.c.kind == EffectKind.OPEN_CHANNEL)
    )
    coming = [one for one in rows if not one.state.is_over]
    if escalation.status.is_live:
        standing = [escalation.channel_id] if escalation.channel_id else []
        assert len(coming) + len(standing) == 1, f"{escalation.reference} has channels {standing}, {len(coming)} coming"


async def _check_audit(session: AsyncSession, escalation: Escalation) -> None:
    rows = await session.scalars(select(Event).where(events.c.escalation_id == escalation.id).order_by(events.c.id))
    said: dict[str, object] = {}
    for event in rows:
        said |= {key: event.values[key] for key in ("status",) if key in event.values}
        if event.kind is EventKind.OPENED:
            said |= {"owner": event.values["owner"], "severity": event.values["severity"]}
        elif event.kind is EventKind.OWNER_CHANGED:
            assert said["owner"] == event.values["from"]
            said["owner"] = event.values["to"]
        elif event.kind is EventKind.SEVERITY_CHANGED:
            assert said["severity"] == event.values["from"]
            said["severity"] = event.values["to"]
        elif event.kind is EventKind.UPDATED:
            said["last update"] = event.at
        elif event.kind is EventKind.RESOLVED:
            said["resolution"] = event.values["resolution"]
    state = {
        "status": escalation.status.value,
        "owner": escalation.owner_id,
        "severity": escalation.severity,
        "last update": escalation.last_update_at,
        "resolution": escalation.resolution,
    }
    said = {"last update": None, "resolution": "", **said}
    assert said == state, f"the audit of {escalation.reference} says {said}, the state is {state}"


_ENDS = {
    End.DONE: Outcome.DONE,
    End.STILL_WORKING: Outcome.DONE,
    End.RESOLVED: Outcome.RESOLVED,
    End.DROPPED: Outcome.DROPPED,
    End.REARMED: Outcome.REARMED,
    End.CARRIED: Outcome.REARMED,
}


async def _check_promises(session: AsyncSession, escalation: Escalation) -> None:
    """What was settled is in the audit, each once: with its due time, and whose it was, and how it ended."""
    rows = await session.scalars(select(Obligation).where(obligations.c.escalation_id == escalation.id))
    settled: Counter[object] = Counter(
        (one.kind, one.severity, one.due_at, one.debtor_id or "", one.settled_at, one.outcome)
        for one in rows
        if not one.is_open and one.kind is not Kind.TELL_PATH
    )
    told: Counter[object] = Counter()
    for event in await session.scalars(select(Event).where(events.c.escalation_id == escalation.id)):
        assert len(of_values(event.values)) == len(event.values.get("promises", [])), f"cannot be read: {event}"
        assert event.kind in COUNTED_EVENTS or "promises" not in event.values, f"is not read by the figures: {event}"
        ended = [one for one in of_values(event.values) if one.how is not End.MOVED]
        told.update((one.kind, one.severity, one.due_at, one.who, event.at, _ENDS[one.how]) for one in ended)
    assert told == settled, f"{escalation.reference} in the audit only: {told - settled}; not there: {settled - told}"


async def _check_absence(session: AsyncSession, escalation: Escalation) -> None:
    """Nobody is asked twice by Clarion for the same absence, and nobody is told twice that nobody is left."""
    rows = await session.scalars(select(Event).where(events.c.escalation_id == escalation.id).order_by(events.c.id))
    asked: list[object] = []
    for event in rows:
        if event.kind in (EventKind.OWNER_CHANGED, EventKind.OWNER_BACK, EventKind.REOPENED):
            asked = []
        elif event.kind is EventKind.NOBODY_LEFT:
            asked.append("nobody")
        elif event.kind is EventKind.HANDOVER_ASKED and not event.by:
            asked.append(event.values["to"])
        assert len(asked) == len(set(asked)), f"{escalation.reference}: asked twice for one absence: {asked}"
    assert escalation.owner_id not in asked, f"{escalation.reference}: its own owner was asked"


async def _check_outbox(session: AsyncSession) -> None:
    effects = (await session.scalars(select(Effect))).all()
    ids = {one.id for one in effects}
    for one in effects:
        assert all(need in ids and need < one.id for need in one.needs), f"needs what never comes: {one}"
    keys = [one.key for one in effects]
    assert len(keys) == len(set(keys))
