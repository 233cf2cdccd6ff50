"""Changing the owner: asked and accepted, taken over from above, or replaced when they cannot go on."""

from __future__ import annotations

from escalation.case import Escalation, EventKind, Handover, HandoverOutcome, NoticeKind, Person
from escalation.consequences import Transition
from escalation.effects import EffectKind
from escalation.errors import NotFound, Refused
from escalation.lifecycle import Move
from escalation.obligations import Kind, Obligation
from escalation.permissions import Act
from services import absence, notices, path
from services.asking import ask, check_fits, end_waiting
from services.change import Change, change
from services.clarion import Clarion
from services.successors import successors

_ENDED = {
    HandoverOutcome.ACCEPTED: "was accepted already",
    HandoverOutcome.DECLINED: "was declined already",
    HandoverOutcome.LAPSED: "ended without an answer",
    HandoverOutcome.REPLACED: "went to somebody else since",
    HandoverOutcome.OVERTAKEN: "is over",
    HandoverOutcome.WITHDRAWN: "was withdrawn, as the owner is back",
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
    await check_fits(it, it.by, ranked=False)
    handover = Handover(it.escalation.id, it.now, it.by, it.escalation.owner_id, it.by, reason, notes)
    await end_waiting(it, HandoverOutcome.OVERTAKEN)
    handover.answered_at, handover.outcome = it.now, HandoverOutcome.ACCEPTED
    it.session.add(handover)
    await _become_owner(it, it.by, reason)


async def accept(clarion: Clarion, escalation_id: int, handover_id: int, by: str, key: str | None) -> Escalation:
    """The one who was asked becomes the owner."""
    async with change(clarion, escalation_id, by, key) as it:
        handover = await _waiting_for(it, handover_id)
        await check_fits(it, by, ranked=False)
        handover.answered_at, handover.outcome = it.now, HandoverOutcome.ACCEPTED
        await _become_owner(it, by, handover.reason, by_clarion=not handover.asked_by)
        return it.escalation


async def decline(clarion: Clarion, escalation_id: int, handover_id: int, by: str, key: str | None) -> Escalation:
    """The one who was asked says no; the old owner, who still owns it, is told."""
    async with change(clarion, escalation_id, by, key) as it:
        handover = await _waiting_for(it, handover_id)
        handover.answered_at, handover.outcome = it.now, HandoverOutcome.DECLINED
        await it.owe(Transition.HANDOVER_ENDED)
        event = it.record(EventKind.HANDOVER_DECLINED, to=by, owner=it.escalation.owner_id)
        await it.show(event)
        if handover.asked_by:
            await it.tell(event, [it.escalation.owner_id, handover.asked_by])
        # Whom Clarion asked in the owner's absence is followed by the next, of which the owner is told.
        await absence.follow(it, without=[by])
        return it.escalation


async def lapse(it: Change, obligation: Obligation) -> None:
    """Nobody answered in time: it stays with the old owner, and they and one rung above them are told."""
    handover = await it.session.get(Handover, obligation.subject_id)
    if handover is None or handover.answered_at is not None:
        obligation.settle(it.now, "")
        return
    handover.answered_at, handover.outcome = it.now, HandoverOutcome.LAPSED
    await it.owe(Transition.HANDOVER_ENDED)
    above = it.one_rung_up()
    told = path.with_roles(it, above)
    event = it.record(EventKind.HANDOVER_LAPSED, to=handover.to_id, owner=it.escalation.owner_id, told=told)
    await path.remember(it, above)
    await it.show(event)
    asked = [it.escalation.owner_id, handover.asked_by] if handover.asked_by else []
    await it.tell(event, [*asked, *above])
    await absence.follow(it, without=[handover.to_id])


async def see_to_owner(clarion: Clarion, escalation_id: int, *, afresh: bool = False) -> None:
    """An owner who cannot go on is replaced at once; for one who is away the next is asked (`absence.follow`)."""
    async with change(clarion, escalation_id, "", None) as it:
        await look_after_owner(it, afresh=afresh)


async def look_after_owner(it: Change, *, afresh: bool = False) -> None:
    """Like `see_to_owner`, within a change."""
    if await replace_if_lost(it) is None:
        await absence.follow(it, afresh=afresh)


async def replace_if_lost(it: Change, why: str = "") -> str | None:
    """Give an escalation whose owner cannot go on to the next in the path; returns who that is.

    None when the owner can go on or nobody could follow.
    """
    owner = await it.person(it.escalation.owner_id)
    if not it.escalation.status.is_live or (owner is not None and owner.may_act):
        return None
    why = why or _why_lost(owner)
    found = await successors(it)
    if not found:
        return None
    it.move(Move.REPLACE_OWNER)
    it.escalation.acknowledged_at = None
    await _become_owner(it, found[0].user_id, why, Transition.OWNER_REPLACED, by_clarion=True)
    return found[0].user_id


def _why_lost(owner: Person | None) -> str:
    if owner is None:
        return "The owner is not known to Slack any more"
    return f"{owner.name}'s account was deactivated" if owner.is_deactivated else f"{owner.name} may not own any more"


async def _become_owner(
    it: Change,
    user_id: str,
    reason: str,
    transition: Transition = Transition.HANDOVER_ACCEPTED,
    *,
    by_clarion: bool = False,
) -> None:
    """`by_clarion`: it came of nobody's wish, so that the reporter hears of it, too."""
    escalation = it.escalation
    if transition is Transition.HANDOVER_ACCEPTED:
        it.move(Move.ACCEPT_HANDOVER)
        escalation.acknowledged_at = escalation.acknowledged_at or it.now
    previous, owner = escalation.owner_id, await it.person(user_id)
    escalation.owner_id, escalation.owner_zone = user_id, it.clarion.zone_of(owner)
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
        **absence.mark(owner, it.now),
    )
    await it.enqueue(EffectKind.INVITE, users=[user_id])
    await it.show(event, subscribers_too=True)
    heard = (await it.followers()).to_tell(escalation, without={it.by})
    concerned = [previous, *([escalation.reporter_id] if by_clarion else [])]
    told = await it.who_can(concerned, but=user_id)
    await it.tell(event, [user for user in told if user not in heard])
    if transition is Transition.OWNER_REPLACED:
        await notices.ask(it, user_id, NoticeKind.ASSIGNMENT, it.still_owed(Kind.ACKNOWLEDGE))
        await absence.follow(it)


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
