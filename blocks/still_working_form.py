"""The form "Still working on it": the next step, when there is no news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Form
from blocks.layout import muted
from blocks.metadata import decode, encode
from blocks.text import Json
from escalation.case import Escalation

NEXT_STEP, NEXT_UPDATE = "next_step", "next_update"


@dataclass(frozen=True)
class StillWorkingAnswers:
    """What was sent. `next_update_at` is None when it was emptied or left as it was: one cadence from now."""

    next_step: str
    next_update_at: datetime | None


def view(escalation: Escalation, due_at: datetime | None, typed: str = "") -> Json:
    """The form; `due_at` is one cadence from now."""
    blocks = [
        muted("No news is worth saying too. At most twice in a row; then an update is due."),
        inputs.field(NEXT_STEP, "Next step", inputs.one_line(typed, "Waiting for the vendor's log"), required=True),
        inputs.field(NEXT_UPDATE, "Next update", inputs.instant_picker(due_at)),
    ]
    metadata = encode(escalation=escalation.id, next_update=int(due_at.timestamp()) if due_at else None)
    return inputs.modal(Form.STILL_WORKING, "Still working on it", "Say so", blocks, metadata)


def parse(values: StateValues, metadata: str, now: datetime) -> StillWorkingAnswers:
    """What was sent; FormErrors with everything that is wrong."""
    answers, memory = Answers(values), decode(metadata)
    result = StillWorkingAnswers(
        next_step=answers.line(NEXT_STEP, missing="Say what you do next."),
        next_update_at=answers.instant(NEXT_UPDATE, now, untouched=memory.get("next_update")),
    )
    answers.finish()
    return result
