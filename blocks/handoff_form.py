"""The form "Hand off": ask somebody else to own it. It is drawn again when somebody is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Action, Form
from blocks.layout import muted
from blocks.metadata import encode
from blocks.owner_select import owner_option, read_owner
from blocks.owner_warning import owner_warning, warned_of
from blocks.text import Json, mention
from blocks.views import OwnerChoice, OwnerConcern
from escalation.case import Escalation

NEW_OWNER, REASON, NOTES = "new_owner", "reason", "notes"
_NOTES = "Where it stands, who to call at the customer, what they were promised"
_COSTS = (
    "Each handover costs the customer a retelling. It is right when a shift ends, when it needs another rank, "
    "or when the owner is away."
)


@dataclass(frozen=True)
class HandoffDraft:
    """The form as far as it is filled in."""

    reason: str = ""
    notes: str = ""
    to: OwnerChoice | None = None


@dataclass(frozen=True)
class HandoffAnswers:
    """What was sent; `to_id` is who is asked."""

    to_id: str
    reason: str
    notes: str


def view(
    escalation: Escalation,
    draft: HandoffDraft | None = None,
    concern: OwnerConcern | None = None,
    *,
    is_first: bool = False,
) -> Json:
    """The form; `is_first`: the person has not handed this escalation off before, and reads once what it costs."""
    draft = draft or HandoffDraft()
    chosen = owner_option(draft.to) if draft.to else None
    owners = inputs.searched(Action.NEW_OWNER, chosen, "Choose one person", from_letters=0)
    blocks = [
        *([muted(_COSTS)] if is_first else []),
        inputs.tells_at_once(inputs.field(NEW_OWNER, "New owner", owners, required=True), Action.NEW_OWNER),
        *owner_warning(concern),
        inputs.field(REASON, "Reason", inputs.one_line(draft.reason, "Off shift from six"), required=True),
        inputs.field(NOTES, "What they need to know", inputs.paragraph(draft.notes, _NOTES)),
        muted(f"They are asked to accept. Until they do, {mention(escalation.owner_id)} owns it."),
    ]
    metadata = encode(escalation=escalation.id, **warned_of(concern))
    return inputs.modal(Form.HAND_OFF, "Hand off", "Ask them", blocks, metadata)


def read_draft(values: StateValues) -> HandoffDraft:
    """The form as it stands while being filled in, to draw it again; nothing is wrong yet."""
    answers = Answers(values)
    to = read_owner(answers.choice(NEW_OWNER), answers.choice_text(NEW_OWNER))
    return HandoffDraft(answers.line(REASON), answers.paragraph(NOTES), to)


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
