"""The form "Resolve"."""

from __future__ import annotations

from dataclasses import dataclass

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Form
from blocks.metadata import encode
from blocks.text import Json
from escalation.case import Escalation

RESOLUTION, ROOT_CAUSE, CONFIRMED, THANKS = "resolution", "root_cause", "customer_confirmed", "thanks"


@dataclass(frozen=True)
class ResolveAnswers:
    """What was sent; `thanks` are user ids."""

    resolution: str
    root_cause: str
    customer_confirmed: bool
    thanks: tuple[str, ...]


def view(escalation: Escalation, typed: str = "") -> Json:
    """The form, with what an earlier resolution said if it was reopened; `typed` came with the command."""
    confirmed = inputs.checkbox("The customer confirmed that it is resolved", "yes")
    blocks = [
        inputs.field(
            RESOLUTION,
            "Resolution",
            inputs.paragraph(typed or escalation.resolution, "What was done, as the customer would put it"),
            required=True,
        ),
        inputs.field(
            ROOT_CAUSE, "Root cause", inputs.paragraph(escalation.root_cause, "What in the system made it possible")
        ),
        inputs.field(CONFIRMED, "Customer confirmed", confirmed),
        inputs.field(THANKS, "Thanks to", inputs.people_picker("Everyone who helped")),
    ]
    return inputs.modal(Form.RESOLVE, "Resolve", "Resolve", blocks, encode(escalation=escalation.id))


def parse(values: StateValues) -> ResolveAnswers:
    """What was sent; FormErrors with everything that is wrong."""
    answers = Answers(values)
    result = ResolveAnswers(
        resolution=answers.paragraph(RESOLUTION, missing="Say how it was resolved."),
        root_cause=answers.paragraph(ROOT_CAUSE),
        customer_confirmed=answers.checked(CONFIRMED),
        thanks=answers.users(THANKS),
    )
    answers.finish()
    return result
