"""The form "Snooze": be asked later, for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Form
from blocks.layout import muted_plain, option
from blocks.metadata import decode, encode
from blocks.obligation_words import in_a_sentence
from blocks.text import Json
from blocks.times import span
from escalation.case import Escalation
from escalation.obligations import Kind

LENGTH, REASON = "length", "reason"
_STEPS = tuple(
    timedelta(minutes=minutes) for minutes in (10, 15, 30, 60, 2 * 60, 4 * 60, 24 * 60, 2 * 24 * 60, 7 * 24 * 60)
)


@dataclass(frozen=True)
class SnoozeAnswers:
    """What was sent; `length` counts on the clock of what is owed."""

    length: timedelta
    reason: str


def lengths(at_most: timedelta) -> list[timedelta]:
    """The choices within the policy's `snooze_at_most`: round ones, and always that limit itself."""
    return [step for step in _STEPS if step < at_most] + [at_most]


def view(escalation: Escalation, at_most: timedelta, what: Sequence[Kind], typed: str = "") -> Json:
    """The form; `at_most` is the longest that is allowed, `what` is owed and would be asked for later."""
    choices = [option(span(length), _value(length), description="") for length in lengths(at_most)]
    only = choices[0]["value"] if len(choices) == 1 else ""
    names = in_a_sentence(what, escalation.customer)
    blocks = [
        inputs.field(LENGTH, "For how long", inputs.select(choices, only), required=True),
        inputs.field(
            REASON, "Reason", inputs.one_line(typed, "On a call with the customer until three"), required=True
        ),
        muted_plain(f"Puts off the reminders for {names}, once. What was promised stays due when it was."),
    ]
    metadata = encode(escalation=escalation.id, at_most=_value(at_most))
    return inputs.modal(Form.SNOOZE, "Snooze", "Snooze", blocks, metadata)


def parse(values: StateValues, metadata: str) -> SnoozeAnswers:
    """What was sent; FormErrors with everything that is wrong."""
    answers, memory = Answers(values), decode(metadata)
    length = _length(answers.choice(LENGTH, missing="Choose how long."))
    at_most = _length(str(memory.get("at_most") or ""))
    if at_most and length > at_most:
        answers.complain(LENGTH, f"At most {span(at_most)}.")
    elif length <= timedelta(0):
        answers.complain(LENGTH, "Choose how long.")
    result = SnoozeAnswers(length, answers.line(REASON, missing="Say why it can wait."))
    answers.finish()
    return result


def _value(length: timedelta) -> str:
    return str(length.total_seconds())


def _length(value: str) -> timedelta:
    try:
        return timedelta(seconds=float(value or 0))
    except (ValueError, OverflowError):
        return timedelta(0)
