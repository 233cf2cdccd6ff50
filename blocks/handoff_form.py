"""The form "Hand off": ask somebody else to own it."""

from __future__ import annotations

from dataclasses import dataclass

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Action, Form
from blocks.layout import muted
from blocks.metadata import encode
from blocks.text import Json, mention
from escalation.case import Escalation

NEW_OWNER, REASON, NOTES = "new_owner", "reason", "notes"
_NOTES = "Where it stands, who to call at the customer, what they were promised"


@dataclass(frozen=True)
class HandoffAnswers:
    """What was sent; `to_id` is who is asked."""

    to_id: str
    reason: str
    notes: str


def view(escalation: Escalation, typed: str = "") -> Json:
    """The form; `typed` are words that came with the command."""
    owners = inputs.searched(Action.NEW_OWNER, None, "Choose one person", from_letters=0)
    blocks = [
        inputs.field(NEW_OWNER, "New owner", owners, required=True),
        inputs.field(REASON, "Reason", inputs.one_line(typed, "Off shift from six"), required=True),
        inputs.field(NOTES, "What they need to know", inputs.paragraph(placeholder=_NOTES)),
        muted(f"They are asked to accept. Until they do, {mention(escalation.owner_id)} owns it."),
    ]
    return inputs.modal(Form.HAND_OFF, "Hand off", "Ask them", blocks, encode(escalation=escalation.id))


def parse(values: StateValues) -> HandoffAnswers:
    """What was sent; FormErrors with everything that is wrong."""
    answers = Answers(values)
    result = HandoffAnswers(
        to_id=answers.choice(NEW_OWNER, missing="Choose who is to own it."),
        reason=answers.line(REASON, missing="Say why."),
        notes=answers.paragraph(NOTES),
    )
    answers.finish()
    return result
