"""The announcement: what the announcements channel reads of a serious escalation, edited as it goes on."""

from __future__ import annotations

from collections.abc import Iterator

from blocks.ids import Action, button_value
from blocks.layout import actions, button, facts, header, line, muted, rich
from blocks.message import Message, message
from blocks.text import clean_line, escape, mention, say
from blocks.times import when_mrkdwn
from blocks.title import summary
from blocks.views import OVER, severity_mark
from escalation.case import Escalation, Status
from escalation.wording import CUSTOMER_NAME_LIMIT


def announcement(escalation: Escalation, severity_name: str) -> Message:
    """Severity, customer, summary, owner, status and the way there.

    Of one in a private channel only reference, severity and owner: its words appear nowhere public (DESIGN.md).
    """
    is_private = escalation.private or escalation.confidential
    is_open = escalation.status is not Status.CLOSED
    mark = severity_mark(escalation.severity) if escalation.status.is_live else OVER
    severity = clean_line(f"{escalation.severity} {severity_name}")
    if is_private:
        return message(
            header(f"{severity_mark(escalation.severity)} {escalation.reference} · {severity}"),
            rich(line(say("Private: the people in its channel see what it is about."))),
            muted(f"Owner {mention(escalation.owner_id)}"),
        )
    return message(
        header(f"{mark} {escalation.reference} · {severity} · {clean_line(escalation.customer, CUSTOMER_NAME_LIMIT)}"),
        rich(line(summary(escalation))),
        *facts(_facts(escalation)),
        *(actions([button("Subscribe", Action.SUBSCRIBE, button_value(escalation.id))]) if is_open else []),
    )


def _facts(escalation: Escalation) -> Iterator[tuple[str, str]]:
    yield "Status", escape(escalation.status.value)
    yield "Owner", mention(escalation.owner_id)
    if escalation.channel_id:
        yield "Channel", f"<#{escalation.channel_id}>"
    yield "Opened", when_mrkdwn(escalation.opened_at)
