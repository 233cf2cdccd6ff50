"""Asking somebody to take over: one request at a time, and until it is accepted the old owner owns."""

from __future__ import annotations

from escalation.case import EventKind, Handover, HandoverOutcome, NoticeKind
from escalation.consequences import Transition
from escalation.effects import EffectKind
from escalation.errors import InvalidInput
from escalation.obligations import Kind
from services import notices, views
from services.change import Change
from services.owners import why_not_owner


async def ask(it: Change, to_id: str, reason: str, notes: str) -> None:
    """Somebody asks; a request that still waits is replaced. InvalidInput where that person cannot own it."""
    if to_id == it.escalation.owner_id:
        raise InvalidInput("new_owner", f"<@{to_id}> owns it already; choose somebody else.")
    await check_fits(it, to_id)
    await end_waiting(it, HandoverOutcome.REPLACED)
    await put(it, to_id, reason, notes, by=it.by)


async def put(it: Change, to_id: str, reason: str, notes: str = "", *, by: str) -> None:
    """Put the question, where none is waiting; `by` "" is Clarion, which tells the owner and the reporter of it, too."""
    escalation = it.escalation
    handover = Handover(escalation.id, it.now, by, escalation.owner_id, to_id, reason, notes)
    it.session.add(handover)
    await it.session.flush()
    await it.owe(Transition.HANDOVER_ASKED, handover=handover)
    await it.enqueue(EffectKind.INVITE, users=[to_id])
    await notices.ask(it, to_id, NoticeKind.HANDOVER, it.still_owed(Kind.HANDOVER))
    event = it.record(
        EventKind.HANDOVER_ASKED,
        why=reason,
        by=by,
        to=to_id,
        notes=notes,
        handover=handover.id,
        until=it.due(Kind.HANDOVER),
    )
    await it.show(event)
    if not by:
        await it.tell(event, await it.who_can([escalation.owner_id, escalation.reporter_id], but=to_id))


async def waiting(it: Change) -> Handover | None:
    """The request that waits to be answered; there is at most one."""
    return await views.waiting_handover(it.session, it.escalation.id)


async def end_waiting(it: Change, outcome: HandoverOutcome) -> Handover | None:
    """End a request that still waits, and return it; its obligation is to be settled so that its message is edited."""
    handover = await waiting(it)
    if handover is not None:
        handover.answered_at, handover.outcome = it.now, outcome
        await it.session.flush()
    return handover


async def check_fits(it: Change, user_id: str, *, ranked: bool = True) -> None:
    """Raise InvalidInput with the reason where somebody cannot own it."""
    person = await it.person(user_id)
    allowed = not ranked or it.roster.may_own(user_id, it.severity)
    reason = why_not_owner(person, it.severity.key, allowed=allowed, needed=it.severity.owners)
    if reason:
        raise InvalidInput("new_owner", reason)
