"""The form "Suggest an update", for those who may not post one: it goes to the owner."""

from __future__ import annotations

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Form
from blocks.layout import muted
from blocks.metadata import encode
from blocks.text import Json, mention
from escalation.case import Escalation

SUGGESTION = "suggestion"


def view(escalation: Escalation, typed: str = "") -> Json:
    """The form; `typed` are words that came with the command."""
    blocks = [
        muted(f"{mention(escalation.owner_id)} leads {escalation.reference} and speaks for it; this goes to them."),
        inputs.field(
            SUGGESTION,
            "What should it say",
            inputs.paragraph(typed, "How it stands, and what happens next"),
            required=True,
        ),
    ]
    return inputs.modal(Form.SUGGEST_UPDATE, "Suggest an update", "Send", blocks, encode(escalation=escalation.id))


def parse(values: StateValues) -> str:
    """The words for the owner; FormErrors when there are none."""
    answers = Answers(values)
    words = answers.paragraph(SUGGESTION, missing="Say what you would write.")
    answers.finish()
    return words
