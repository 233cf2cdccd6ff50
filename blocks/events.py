"""What happened, said aloud: once in the channel, once to each who should hear of it.

An event renders its own immutable values (`blocks.event_values`), so that a late message says what was true when it was
written.
"""

from __future__ import annotations

from collections.abc import Iterator

from blocks.happenings import SAID, Happening
from blocks.ids import Action, button_value
from blocks.layout import actions, button, muted, rich
from blocks.message import Message, message
from blocks.text import (
    channel_mention,
    clean_line,
    escape,
    mention,
)
from blocks.title import title
from blocks.views import Naming
from escalation.case import Escalation, Event, EventKind
from escalation.permissions import Act

# What can be done about it there and then, and the act that this is.
ANSWERS = {EventKind.SUGGESTED: Act.POST_UPDATE} | dict.fromkeys(
    (EventKind.HANDOVER_DECLINED, EventKind.HANDOVER_LAPSED, EventKind.NOBODY_LEFT), Act.HAND_OFF
)
_BUTTONS = {Act.POST_UPDATE: ("Post update", Action.POST_UPDATE), Act.HAND_OFF: ("Hand off", Action.HAND_OFF)}
# A telephone shows little more than the first line.
_LEADS = {
    EventKind.UPDATED: "Update on {}",
    EventKind.SUGGESTED: "Suggestion for {}",
    EventKind.HANDOVER_DECLINED: "Handover of {} declined",
    EventKind.HANDOVER_LAPSED: "Handover of {} not answered",
    EventKind.HANDOVER_ASKED: "Somebody is asked to take over {}",
    EventKind.OWNER_BACK: "The owner of {} is back",
    EventKind.NOBODY_LEFT: "The owner of {} is away",
    EventKind.OWNER_CHANGED: "New owner of {}",
    EventKind.SEVERITY_CHANGED: "New severity of {}",
    EventKind.RESOLVED: "{} is resolved",
    EventKind.REOPENED: "{} is open again",
    EventKind.CLOSED: "{} is closed",
}
_OVER = {EventKind.RESOLVED, EventKind.CLOSED}
_FOLLOWED = {
    EventKind.ACKNOWLEDGED,
    EventKind.UPDATED,
    EventKind.SEVERITY_CHANGED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.CLOSED,
}


def channel_post(event: Event, escalation: Escalation, naming: Naming) -> Message | None:
    """What the escalation's channel reads of it; None for what is on the timeline only."""
    if event.kind not in SAID or event.kind is EventKind.SUGGESTED:
        return None
    return message(*SAID[event.kind](Happening(event, escalation, naming)))


def subscriber_message(
    event: Event, escalation: Escalation, naming: Naming, *, may_answer: bool = True
) -> Message | None:
    """The same as a direct message: to a subscriber, or to those whom it concerns. It names the escalation.

    `may_answer`: the reader may do what ANSWERS has for it.
    """
    if event.kind not in SAID:
        return None
    answer = _BUTTONS[ANSWERS[event.kind]] if may_answer and event.kind in ANSWERS else None
    value = button_value(escalation.id)
    return message(
        rich(title(escalation, _LEADS.get(event.kind, "{}").format(escalation.reference), over=event.kind in _OVER)),
        *SAID[event.kind](Happening(event, escalation, naming)),
        muted(*_surroundings(event, escalation, naming)),
        *actions([button(answer[0], answer[1], value, primary=True)] if answer else []),
    )


def _surroundings(event: Event, escalation: Escalation, naming: Naming) -> Iterator[str]:
    severity = escape(clean_line(naming.severity(escalation.severity)))
    place = [channel_mention(escalation.channel_id)] if escalation.channel_id else []
    secret = ["Confidential"] if escalation.confidential else []
    yield " · ".join([*secret, severity, escalation.status.value, f"Owner {mention(escalation.owner_id)}", *place])
    if event.kind in _FOLLOWED:
        yield "`/escalate subscribe` shows and ends what you follow."
