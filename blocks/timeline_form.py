"""The form "Add to timeline": a note, or a message from anywhere with the question which escalation it is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Action, Form
from blocks.layout import option
from blocks.metadata import decode, encode
from blocks.quoted_message import Source, quoted
from blocks.text import Json, clean_line
from escalation.case import Escalation
from escalation.errors import Refused

NOTE, WHICH = "note", "which_escalation"
MOST_OPTIONS = 100


@dataclass(frozen=True)
class TimelineAnswers:
    """What was sent. `source` is the message it is about, whose words are in the form's blocks (`quoted_words`)."""

    escalation_id: int
    note: str
    source: Source | None


def view(
    escalation: Escalation | None = None, typed: str = "", source: Source | None = None, source_words: str = ""
) -> Json:
    """The form. Without an escalation it asks which; with a message a note beside it may be left out."""
    which = inputs.searched(Action.WHICH_ESCALATION, None, "Type a reference or a customer", from_letters=0)
    blocks = [
        *([] if escalation else [inputs.field(WHICH, "Which escalation", which, required=True)]),
        inputs.field(
            NOTE, "Note", inputs.paragraph(typed, "What happened, and where it can be seen"), required=source is None
        ),
        *quoted(source_words),
    ]
    metadata = encode(escalation=escalation.id if escalation else None, source=source.as_json() if source else None)
    return inputs.modal(Form.ADD_TO_TIMELINE, "Add to timeline", "Add", blocks, metadata)


def escalation_options(escalations: Iterable[Escalation]) -> list[Json]:
    """What to offer, in the order given: the ones this person may see that fit what was typed."""
    options = []
    for one in escalations:
        text = f"{one.reference} · {clean_line(one.customer, 30)} · {clean_line(one.summary)}"
        options.append(option(text, str(one.id), description=""))
    return options[:MOST_OPTIONS]


def parse(values: StateValues, metadata: str) -> TimelineAnswers:
    """What was sent; FormErrors with everything that is wrong."""
    answers, memory = Answers(values), decode(metadata)
    source = Source.from_json(memory.get("source"))
    escalation_id = memory.get("escalation")
    if escalation_id is None:
        chosen = answers.choice(WHICH, missing="Choose an escalation.")
        escalation_id = int(chosen) if chosen.isascii() and chosen.isdigit() else 0
    note = answers.paragraph(NOTE, missing="" if source else "Write what happened.")
    answers.finish()
    if not isinstance(escalation_id, int):
        raise Refused("This form is out of date. Close it and open it again.")
    return TimelineAnswers(escalation_id, note, source)
