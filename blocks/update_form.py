"""The form "Post update": the owner's statement, and what the customer was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blocks import inputs, told_form
from blocks.answers import Answers, StateValues
from blocks.ids import Form
from blocks.metadata import decode, encode
from blocks.text import Json
from escalation.case import Escalation, Update

SITUATION, NEXT_STEP, NEXT_UPDATE = "situation", "next_step", "next_update"


@dataclass(frozen=True)
class UpdateAnswers:
    """What was sent. `next_update_at` is None when it was emptied or left as the form filled it in: the cadence."""

    situation: str
    next_step: str
    next_update_at: datetime | None
    customer_told: str
    told_how: str
    customer_next_at: datetime | None


def view(escalation: Escalation, last: Update | None, due_at: datetime | None, typed: str = "") -> Json:
    """The form, filled in with the last update; `due_at` is when the cadence wants the next one after this.

    `typed` are words that came with the command; they are the situation then.
    """
    situation = typed or (last.situation if last else "")
    next_step = last.next_step if last else ""
    blocks = [
        inputs.field(
            SITUATION,
            "What is the situation now",
            inputs.paragraph(situation, "What works for the customer again, and what does not yet"),
            required=True,
        ),
        inputs.field(
            NEXT_STEP, "What happens next", inputs.paragraph(next_step, "Who does what, and by when"), required=True
        ),
        inputs.field(
            NEXT_UPDATE,
            "Next update",
            inputs.instant_picker(due_at),
            hint=f"As it stands, or empty: the latest that {escalation.severity} allows. You can promise it sooner.",
        ),
        *told_form.fields("Leave empty if nobody spoke to them"),
    ]
    metadata = encode(escalation=escalation.id, next_update=int(due_at.timestamp()) if due_at else None)
    return inputs.modal(Form.POST_UPDATE, "Post update", "Post update", blocks, metadata)


def parse(values: StateValues, metadata: str, now: datetime) -> UpdateAnswers:
    """What was sent; FormErrors with everything that is wrong."""
    answers, memory = Answers(values), decode(metadata)
    customer_told, told_how, customer_next_at = told_form.read(answers, now)
    result = UpdateAnswers(
        situation=answers.paragraph(SITUATION, missing="Say where things stand."),
        next_step=answers.paragraph(NEXT_STEP, missing="Say what happens next."),
        next_update_at=answers.instant(NEXT_UPDATE, now, untouched=memory.get("next_update")),
        customer_told=customer_told,
        told_how=told_how,
        customer_next_at=customer_next_at,
    )
    answers.finish()
    return result
