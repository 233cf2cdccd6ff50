"""The form "Close"."""

from __future__ import annotations

from dataclasses import dataclass

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Form
from blocks.layout import muted
from blocks.metadata import encode
from blocks.text import Json
from escalation.case import Escalation

LEARNED, PREVENTIVE = "learned", "preventive_actions"
_LEARNED = "What we would do the same way again, and what differently"
_PREVENTIVE = "What keeps it from coming back, who does it, by when"


@dataclass(frozen=True)
class CloseAnswers:
    learned: str
    preventive_actions: str


def view(escalation: Escalation, typed: str = "") -> Json:
    """The form; `typed` are words that came with the command."""
    blocks = [
        muted("The channel is archived when this is sent; its words stay where they are."),
        inputs.field(LEARNED, "What we learned", inputs.paragraph(typed or escalation.learned, _LEARNED)),
        inputs.field(PREVENTIVE, "Preventive actions", inputs.paragraph(escalation.preventive_actions, _PREVENTIVE)),
    ]
    return inputs.modal(Form.CLOSE, "Close", "Close escalation", blocks, encode(escalation=escalation.id))


def parse(values: StateValues) -> CloseAnswers:
    """What was sent; FormErrors where something is too long."""
    answers = Answers(values)
    result = CloseAnswers(answers.paragraph(LEARNED), answers.paragraph(PREVENTIVE))
    answers.finish()
    return result
