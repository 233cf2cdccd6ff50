"""The notice that a customer has an open escalation already, with the way into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blocks.ids import Action, button_value
from blocks.layout import button, divider, line, rich
from blocks.text import Json, clean_line, mention, mrkdwn, plain, say, words
from blocks.title import severity_in_words
from blocks.views import Existing, severity_mark
from escalation.wording import CUSTOMER_NAME_LIMIT

_MOST = 3


def existing_notice(customer: str, existing: Sequence[Existing]) -> Iterator[Json]:
    """Blocks for the top of the form; none where nothing is open."""
    if not existing:
        return
    again = "is escalated already. Join it, unless this is something else."
    yield rich(
        line(words(customer or existing[0].escalation.customer, CUSTOMER_NAME_LIMIT, bold=True), say(f" {again}"))
    )
    for one in existing[:_MOST]:
        yield _entry(one)
    if len(existing) > _MOST:
        yield rich(line(say(f"… and {len(existing) - _MOST} more.")))
    yield divider()


def _entry(one: Existing) -> Json:
    case = one.escalation
    severity = severity_in_words(case, one.severity_name)
    mark = severity_mark(case.severity)
    return {
        "type": "section",
        "text": plain(f"{mark} {case.reference}: {clean_line(case.summary)}"),
        "fields": [mrkdwn(f"{severity} · {case.status.value}"), mrkdwn(f"Owner {mention(case.owner_id)}")],
        "accessory": button(f"Join {case.reference}", Action.JOIN, button_value(case.id)),
    }
