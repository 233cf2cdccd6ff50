"""The form "Reopen"."""

from __future__ import annotations

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Form
from blocks.metadata import encode
from blocks.text import Json
from escalation.case import Escalation

REASON = "reason"


def view(escalation: Escalation, typed: str = "") -> Json:
    """The form; `typed` are words that came with the command."""
    reason = inputs.paragraph(typed, "What came back, or was never gone")
    blocks = [inputs.field(REASON, "Reason", reason, required=True)]
    return inputs.modal(Form.REOPEN, "Reopen", "Reopen", blocks, encode(escalation=escalation.id))


def parse(values: StateValues) -> str:
    """The reason; FormErrors when there is none."""
    answers = Answers(values)
    reason = answers.paragraph(REASON, missing="Say why.")
    answers.finish()
    return reason
