"""The form "Told the customer": what they were told, how, and when they hear next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Form
from blocks.layout import option
from blocks.metadata import decode, encode
from blocks.text import Json
from escalation.case import Escalation

TOLD, TOLD_HOW, CUSTOMER_NEXT = "customer_told", "told_how", "customer_next"
WAYS = ("email", "call", "meeting", "chat", "other")


@dataclass(frozen=True)
class ToldAnswers:
    """What was sent. `press_id` is the event of the press whose words these are; None when they stand alone."""

    what: str
    how: str
    next_at: datetime | None
    press_id: int | None = None


def view(escalation: Escalation, typed: str = "", press_id: int | None = None) -> Json:
    """The form; `typed` are words that came with the command, `press_id` the event of "Told the customer"."""
    metadata = encode(escalation=escalation.id, press=press_id)
    blocks = fields("That we found the cause, and are rolling back", typed)
    return inputs.modal(Form.TOLD_CUSTOMER, "Told the customer", "Keep it", blocks, metadata)


def fields(placeholder: str, typed: str = "") -> Sequence[Json]:
    """The same three as "Post update" has."""
    ways = [option(way.capitalize(), way, description="") for way in WAYS]
    return [
        inputs.field(TOLD, "What the customer was told", inputs.paragraph(typed, placeholder)),
        inputs.field(TOLD_HOW, "How they were told", inputs.select(ways)),
        inputs.field(
            CUSTOMER_NEXT, "Customer hears next by", inputs.instant_picker(), hint="What was promised to the customer."
        ),
    ]


def read(answers: Answers, now: datetime) -> tuple[str, str, datetime | None]:
    """What they were told, how, and when they hear next."""
    how = answers.choice(TOLD_HOW)
    return answers.paragraph(TOLD), how if how in WAYS else "", answers.instant(CUSTOMER_NEXT, now)


def parse(values: StateValues, metadata: str, now: datetime) -> ToldAnswers:
    """What was sent; FormErrors with everything that is wrong. A promise alone is one."""
    answers, press_id = Answers(values), decode(metadata).get("press")
    what, how, next_at = read(answers, now)
    if not what and (how or next_at is None):
        answers.complain(TOLD, "Say what they were told, or at least when they hear next.")
    answers.finish()
    return ToldAnswers(what, how, next_at, press_id if isinstance(press_id, int) else None)
