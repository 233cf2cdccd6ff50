"""The buttons that settle what a message asks for."""

from __future__ import annotations

from collections.abc import Sequence

from blocks.ids import Action, button_value
from blocks.layout import asking_first, button
from blocks.obligation_words import debtor
from blocks.text import Json
from blocks.views import NoticeView, Owed
from escalation.case import CHANNEL, Escalation, NoticeKind
from escalation.obligations import Kind


def buttons(view: NoticeView, waiting: Sequence[Owed], *, raised: bool) -> list[Json]:
    """What settles what the reader owes, each once and the first of them primary; of others' debts what a senior may do.

    `waiting` is what is asked for now; `raised` that it tells of somebody else's silence.
    """
    case = view.escalation
    value = button_value(case.id)
    chosen: dict[str, tuple[Action, str]] = {}
    if raised and view.may_take_over:
        chosen = {"Take over": (Action.TAKE_OVER, value), "Post update": (Action.POST_UPDATE, value)}
    for one in waiting:
        if view.notice.audience in (CHANNEL, debtor(one, case)):
            chosen |= _settling(view, one)
    if raised:
        chosen[f"Join {case.reference}"] = Action.JOIN, value
    if view.notice.kind is NoticeKind.ASSIGNMENT:
        chosen["Hand off"] = Action.HAND_OFF, value
    first_settles = next(iter(chosen), "") not in ("Hand off", f"Join {case.reference}")
    row = [
        button(text, action, value, primary=place == 0 and first_settles)
        for place, (text, (action, value)) in enumerate(chosen.items())
    ]
    return [_taking_over(one, case) if one["action_id"] == Action.TAKE_OVER else one for one in row]


def _taking_over(pressed: Json, case: Escalation) -> Json:
    """It changes the owner at once, without a form in between."""
    what_follows = "You own it from then on. Whoever owns it now is told, and so is its channel."
    return asking_first(pressed, f"Take over {case.reference}?", what_follows, "Not now")


def _settling(view: NoticeView, owed: Owed) -> dict[str, tuple[Action, str]]:
    """The buttons that settle one obligation; a plan step has its own beside it."""
    value = button_value(view.escalation.id)
    match owed.obligation.kind:
        case Kind.ACKNOWLEDGE:
            return {"Acknowledge": (Action.ACKNOWLEDGE, value)}
        case Kind.PLAN:
            return {"Plan": (Action.PLAN, value)}
        case Kind.CUSTOMER_CONTACT:
            told = {"Told the customer": (Action.TOLD_CUSTOMER, value)}
            return {**told, "Post update": (Action.POST_UPDATE, value)}
        case Kind.HANDOVER if owed.handover:
            answer = button_value(view.escalation.id, owed.handover.id)
            return {"Accept": (Action.ACCEPT, answer), "Decline": (Action.DECLINE, answer)}
        case Kind.UPDATE:
            buttons = {"Post update": (Action.POST_UPDATE, value)}
            if owed.may_still_work:
                buttons["Still working on it"] = Action.STILL_WORKING, value
            if owed.obligation.snoozed_until is None:
                buttons["Snooze"] = Action.SNOOZE, value
            return buttons
    return {}
