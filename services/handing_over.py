"""Changing the owner: asked and accepted, taken over from above, or replaced when they cannot go on."""

from __future__ import annotations

from sqlalchemy import select

from escalation.case import Escalation, EventKind, Handover, HandoverOutcome, NoticeKind, Person
from escalation.consequences import Transition
from escalation.effects import EffectKind
from escalation.errors import InvalidInput, NotFound, Refused
from escalation.ladder import above_the_owner
from escalation.lifecycle import Move
from escalation.obligations import Kind, Obligation
from escalation.permissions import Act
from services import notices
from services.change import Change, change
from services.clarion import Clarion
from services.owners import open_counts, why_not_owner
from storage.tables import handovers

_ENDED = {
    HandoverOutcome.ACCEPTED: "was accepted already",
    HandoverOutcome.DECLINED: "was declined already",
    HandoverOutcome.LAPSED: "ended without an answer",
    HandoverOutcome.REPLACED: "went to somebody else since",
    HandoverOutcome.OVERTAKEN: "is over",
}


async def hand_off(
    clarion: Clarion, escalation_id: int, by: str, key: str | None, to_id: str, reason: str, notes: str = ""
) -> Escalation:
    """Ask somebody to take over; until they accept, the old owner owns. A senior handing to themselves takes over."""
    async with change(clarion, escalation_id, by, key) as it:
        if to_id == by and by != it.escalation.owner_id:
            await take_over_now(it, reason, notes)
        else:
            it.allow(Act.HAND_OFF)
            it.move(Move.ASK_HANDOVER)
            await ask(it, to_id, reason, notes)
        return it.escalation


async def take_over(clarion: Clarion, escalation_id: int, by: str, key: str | None) -> Escalation:
    """Somebody senior takes it at once."""
    async with change(clarion, escalation_id, by, key) as it:
        await take_over_now(it, "", "")
        return it.escalation


async def take_over_now(it: Change, reason: str, notes: str) -> None:
    """Make `it.by` the owner at once; for those whom the policy lets take over."""
    if it.by == it.escalation.owner_id:
        raise Refused(f"You own {it.escalation.reference} already.")
    it.allow(Act.TAKE_OVER)
    await _check_fits(it, it.by, ranked=False)
    handover = Handover(it.escalation.id, it.now, it.by, it.escalation.owner_id, it.by, reason, notes)
    await end_waiting(it, HandoverOutcome.OVERTAKEN)
    handover.answered_at, handover.outcome = it.now, HandoverOutcome.ACCEPTED
    it.session.add(handover)
    await _become_owner(it, it.by, reason)


async def ask(it: Change, to_id: str, reason: str, notes: str) -> Handover:
    """Put the question to the new owner, replacing one that is still waiting."""
    if to_id == it.escalation.owner_id:
        raise InvalidInput("new_owner", f"<@{to_id}> owns it already; choose somebody else.")
    await _check_fits(it, to_id)
    await end_waiting(it, HandoverOutcome.REPLACED)
    handover = Handover(it.escalation.id, it.now, it.by, it.escalation.owner_id, to_id, reason, notes)
    it.session.add(handover)
    await it.session.flush()
    await it.owe(Transition.HANDOVER_ASKED, handover=handover)
    asked = [one for one in it.owed if one.kind is Kind.HANDOVER and one.is_open]
    await it.enqueue(EffectKind.INVITE, users=[to_id])
    await notices.ask(it, to_id, NoticeKind.HANDOVER, asked)
    event = it.record(
        EventKind.HANDOVER_ASKED,
        why=reason,
        to=to_id,
        notes=notes,
        handover=handover.id,
        until=it.due(Kind.HANDOVER),
    )
    await it.show(event)
    return handover


async def accept(clarion: Clarion, escalation_id: int, handover_id: int, by: str, key: str | None) -> Escalation:
    """The one who was asked becomes the owner."""
    async with change(clarion, escalation_id, by, key) as it:
        handover = await _waiting_for(it, handover_id)
        await _check_fits(it, by, ranked=False)
        handover.answered_at, handover.outcome = it.now, HandoverOutcome.ACCEPTED
        await _become_owner(it, by, handover.reason)
        return it.escalation


async def decline(clarion: Clarion, escalation_id: int, handover_id: int, by: str, key: str | None) -> Escalation:
    """The one who was asked says no; the old owner, who still owns it, is told."""
    async with change(clarion, escalation_id, by, key) as it:
        handover = await _waiting_for(it, handover_id)
        handover.answered_at, handover.outcome = it.now, HandoverOutcome.DECLINED
        await it.owe(Transition.HANDOVER_ENDED)
        event = it.record(EventKind.HANDOVER_DECLINED, to=by, owner=it.escalation.owner_id)
        await it.show(event)
        await it.tell(event, [it.escalation.owner_id, handover.asked_by])
        return it.escalation


async def lapse(it: Change, obligation: Obligation) -> None:
    """Nobody answered in time: it stays with the old owner, and they and one rung above them are told."""
    handover = await it.session.get(Handover, obligation.subject_id)
    if handover is None or handover.answered_at is not None:
        obligation.settle(it.now, "")
        return
    handover.answered_at, handover.outcome = it.now, HandoverOutcome.LAPSED
    await it.owe(Transition.HANDOVER_ENDED)
    event = it.record(EventKind.HANDOVER_LAPSED, to=handover.to_id, owner=it.escalation.owner_id)
    await it.show(event)
    above = above_the_owner(it.severity)
    people = it.roster.told(above, it.clarion.policy, it.escalation.owner_id) if above is not None else None
    await it.tell(event, [it.escalation.owner_id, handover.asked_by, *(people or ())])


async def replace_owner(clarion: Clarion, escalation_id: int) -> str | None:
    """Give an escalation whose owner cannot go on to the next in the path, at once; returns who that is."""
    async with change(clarion, escalation_id, "", None) as it:
        return await replace_if_lost(it)


async def replace_if_lost(it: Change, why: str = "") -> str | None:
    """Like `replace_owner`, within a change; None when the owner can go on or nobody could follow."""
    owner = await it.person(it.escalation.owner_id)
    if not it.escalation.status.is_live or (owner is not None and owner.may_act):
        return None
    why = why or _why_lost(owner)
    successor = await _successor(it)
    if not successor:
        return None
    it.move(Move.REPLACE_OWNER)
    it.escalation.acknowledged_at = None
    await _become_owner(it, successor, why, transition=Transition.OWNER_REPLACED)
    return successor


def _why_lost(owner: Person | None) -> str:
    if owner is None:
        return "The owner is not known to Slack any more"
    return f"{owner.name}'s account was deactivated" if owner.is_deactivated else f"{owner.name} may not own any more"


async def _successor(it: Change) -> str:
    """The next in the path who can act: the roster is up to half a minute old, and several may leave at once."""
    load = await open_counts(it.session, it.clarion.team_id)
    gone = [it.escalation.owner_id]
    while found := it.roster.suggested_owner(it.severity, load, "", without=gone):
        person = await it.person(found)
        if person is not None and person.may_act:
            return found
        gone.append(found)
    return await _last_resort(it)


async def _last_resort(it: Change) -> str:
    """Who owns when the path has nobody left: an admin, else the reporter, else nobody ("")."""
    for user in (*it.roster.admins, it.escalation.reporter_id):
        person = await it.person(user)
        if user != it.escalation.owner_id and person is not None and person.may_act:
            return user
    return ""


async def _become_owner(
    it: Change, user_id: str, reason: str, transition: Transition = Transition.HANDOVER_ACCEPTED
) -> None:
    escalation = it.escalation
    if transition is Transition.HANDOVER_ACCEPTED:
        it.move(Move.ACCEPT_HANDOVER)
        escalation.acknowledged_at = escalation.acknowledged_at or it.now
    previous = escalation.owner_id
    escalation.owner_id, escalation.owner_zone = user_id, it.clarion.zone_of(await it.person(user_id))
    escalation.still_working_count = 0
    await end_waiting(it, HandoverOutcome.OVERTAKEN)
    await it.owe(transition)
    await notices.withdraw(it, previous)
    await notices.refresh(it, it.owed)
    event = it.record(
        EventKind.OWNER_CHANGED,
        why=reason,
        **{"from": previous, "to": user_id},
        status=escalation.status.value,
        next_update_at=it.due(Kind.UPDATE),
    )
    await it.enqueue(EffectKind.INVITE, users=[user_id])
    await it.show(event, subscribers_too=True)
    if transition is Transition.HANDOVER_ACCEPTED:
        await it.tell(event, [previous])
    else:
        acknowledge = [one for one in it.owed if one.kind is Kind.ACKNOWLEDGE and one.is_open]
        await notices.ask(it, user_id, NoticeKind.ASSIGNMENT, acknowledge)


async def _check_fits(it: Change, user_id: str, *, ranked: bool = True) -> None:
    person = await it.person(user_id)
    allowed = not ranked or it.roster.may_own(user_id, it.severity)
    reason = why_not_owner(person, it.severity.key, allowed=allowed, needed=it.severity.owners)
    if reason:
        raise InvalidInput("new_owner", reason)


async def _waiting_for(it: Change, handover_id: int) -> Handover:
    handover = await it.session.get(Handover, handover_id)
    if handover is None or handover.escalation_id != it.escalation.id:
        raise NotFound("That handover does not exist.")
    if handover.to_id != it.by:
        raise Refused(f"Only <@{handover.to_id}>, who was asked, can answer this handover.")
    if handover.answered_at is not None:
        ended = _ENDED[handover.outcome or HandoverOutcome.LAPSED]
        raise Refused(f"This request {ended}; <@{it.escalation.owner_id}> owns {it.escalation.reference}.")
    return handover


async def end_waiting(it: Change, outcome: HandoverOutcome) -> None:
    """End a handover that still waits; its obligation is settled so that its message is edited."""
    waiting = await it.session.scalar(
        select(Handover).where(handovers.c.escalation_id == it.escalation.id, handovers.c.answered_at.is_(None))
    )
    if waiting is None:
        return
    waiting.answered_at, waiting.outcome = it.now, outcome
    await it.session.flush()
