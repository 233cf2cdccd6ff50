"""What single people are told: the reporter, those in the path, and somebody whose request went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from blocks.ids import Action, button_value
from blocks.layout import actions, button, facts, header, line, muted, rich, said
from blocks.message import Message, message
from blocks.text import Json, channel, channel_mention, clean, clean_line, mention, person, say, words
from blocks.times import when, when_mrkdwn
from blocks.title import customer, summary
from blocks.views import severity_mark
from escalation.case import Escalation

_WHY, _CHANGED, _IMPACT = 200, 400, 1500
_MENTION = re.compile(r"<([@#])([A-Z][A-Z0-9]{1,20})>")


def tell_reporter(escalation: Escalation, acknowledge_by: datetime | None) -> Message:
    """Where it is, whose it is, and when to expect the acknowledgement."""
    where = [say(" It is in "), channel(escalation.channel_id), say(".")] if escalation.channel_id else []
    start = say(f"{escalation.reference} is open", bold=True)
    owner = [say(": "), person(escalation.owner_id), say(" leads it.")]
    waits = acknowledge_by is not None and escalation.acknowledged_at is None
    ack = [say(" Expect the acknowledgement by "), when(acknowledge_by), say(".")] if waits and acknowledge_by else []
    return message(
        rich(
            line(start, *owner, *where, *ack),
            line(customer(escalation), say(": "), summary(escalation)),
        )
    )


@dataclass(frozen=True)
class PathView:
    """What somebody in the path is told; `why` says in our words why them, `changed` how it came to this severity."""

    escalation: Escalation
    severity_name: str
    acknowledge_by: datetime | None = None
    why: str = ""
    changed: str = ""


def tell_path(view: PathView) -> Message:
    """An executive's first word of an escalation."""
    case = view.escalation
    impact = [rich(said("Business impact", case.impact, _IMPACT))] if case.impact else []
    why = [rich(line(words(view.why, _WHY, italic=True)))] if view.why.strip() else []
    changed = [rich(line(words(view.changed, _CHANGED)))] if view.changed.strip() else []
    severity = clean_line(f"{case.severity} {view.severity_name}", 60)
    return message(
        header(f"{severity_mark(case.severity)} {case.reference} · {severity} · {case.customer}"),
        rich(line(summary(case))),
        *([muted("Confidential: only the people in its channel see it.")] if case.confidential else []),
        *changed,
        *impact,
        *facts(_path_facts(view)),
        *why,
        *actions(
            [
                button("Subscribe", Action.SUBSCRIBE, button_value(case.id)),
                button(f"Join {case.reference}", Action.JOIN, button_value(case.id)),
            ]
        ),
    )


def _path_facts(view: PathView) -> Iterator[tuple[str, str]]:
    case = view.escalation
    yield "Owner", mention(case.owner_id)
    yield "Reporter", mention(case.reporter_id)
    if case.acknowledged_at:
        yield "Acknowledged", when_mrkdwn(case.acknowledged_at)
    elif view.acknowledge_by:
        yield "Acknowledge by", when_mrkdwn(view.acknowledge_by)
    if case.channel_id:
        yield "Channel", channel_mention(case.channel_id)


def problem(sentence: str, retry: int | None = None) -> Message:
    """Something went wrong after a form closed: what, and the way to try again (`retry` is an effect's id)."""
    again = [button("Try again", Action.TRY_AGAIN, button_value(retry), primary=True)] if retry is not None else []
    return message(rich(line(*_elements(sentence))), *actions(again))


def refusal(sentence: str) -> Message:
    """One sentence to the person who may not, or whose request cannot be done."""
    return message(rich(line(*_elements(sentence))))


def _elements(sentence: str) -> Iterator[Json]:
    """Our own sentences name people and channels by id; nothing else in them is markup."""
    rest = clean(sentence) or "—"
    while match := _MENTION.search(rest):
        yield say(rest[: match.start()])
        yield person(match[2]) if match[1] == "@" else channel(match[2])
        rest = rest[match.end() :]
    yield say(rest)
