"""Changing the severity: new clocks, new people told, everybody told why."""

from __future__ import annotations

from escalation.case import Escalation, EventKind
from escalation.consequences import Transition
from escalation.effects import EffectKind
from escalation.errors import InvalidInput, Refused
from escalation.lifecycle import Move
from escalation.obligations import Kind
from escalation.permissions import Act
from services import asking, notices, path
from services.change import Change, change
from services.clarion import Clarion
from services.opening import is_announced


async def change_severity(
    clarion: Clarion,
    escalation_id: int,
    by: str,
    key: str | None,
    severity: str,
    reason: str,
    new_owner_id: str | None = None,
) -> Escalation:
    """Judge it anew. Anybody may raise; a new owner is asked, and the old one owns until acceptance."""
    async with change(clarion, escalation_id, by, key) as it:
        before = it.escalation.severity
        _check_is_another(it, severity)
        raised = clarion.rank(severity) < clarion.rank(before)
        it.allow(Act.RAISE_SEVERITY if raised else Act.LOWER_SEVERITY)
        it.move(Move.CHANGE_SEVERITY)
        was_announced = is_announced(it)
        followed = (await it.followers()).to_tell(it.escalation)
        it.escalation.severity = severity
        await it.owe(Transition.SEVERITY_RAISED if raised else Transition.SEVERITY_LOWERED)
        await notices.refresh(it, it.owed)
        event = it.record(
            EventKind.SEVERITY_CHANGED,
            why=reason,
            **{"from": before, "to": severity},
            next_update_at=it.due(Kind.UPDATE),
            acknowledge_by=it.due(Kind.ACKNOWLEDGE),
        )
        told = await path.tell_those_due(it)
        await _bring_in(it, told)
        if is_announced(it) and not was_announced:
            await it.enqueue(EffectKind.ANNOUNCE)
        await it.show(event)
        # Who followed the old severity hears of it too, or they would believe that it still stands.
        followed += (await it.followers()).to_tell(it.escalation)
        await it.tell(event, [user for user in followed if user not in (by, *told)])
        if new_owner_id is not None and new_owner_id != it.escalation.owner_id:
            await _propose(it, new_owner_id, reason)
        return it.escalation


def _check_is_another(it: Change, severity: str) -> None:
    if severity not in it.clarion.policy.severities:
        raise InvalidInput("severity", "That severity is not in the policy; choose another.")
    if severity == it.escalation.severity:
        raise InvalidInput("severity", f"{it.escalation.reference} is {severity} already; choose another severity.")


async def _bring_in(it: Change, told: list[str]) -> None:
    followers = await it.followers()
    users = dict.fromkeys([*told, *followers.in_channel])
    if users:
        await it.enqueue(EffectKind.INVITE, users=list(users))


async def _propose(it: Change, new_owner_id: str, reason: str) -> None:
    """Whoever may change the severity may propose the owner that its rank asks for (POLICY.md)."""
    try:
        await asking.ask(it, new_owner_id, reason, "")
    except Refused as refusal:
        raise InvalidInput("new_owner", str(refusal)) from None
