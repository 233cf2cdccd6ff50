"""The form "Change severity"; it asks for a new owner where the rank of the present one does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Action, Form
from blocks.layout import muted, muted_plain, option
from blocks.metadata import decode, encode
from blocks.owner_select import owner_option, read_owner
from blocks.owner_warning import owner_warning, warned_of
from blocks.text import Json, mention
from blocks.views import OwnerChoice, OwnerConcern, SeverityChoice
from escalation.case import Escalation

NEW_SEVERITY, REASON, NEW_OWNER = "new_severity", "reason", "new_owner"


@dataclass(frozen=True)
class SeverityAnswers:
    """What was sent; `new_owner_id` is "" where none was asked for or chosen."""

    severity: str
    reason: str
    new_owner_id: str


@dataclass(frozen=True)
class SeverityDraft:
    """The form as it stands: the severity chosen, whether that needs another owner, and who is chosen or suggested."""

    severity: str = ""
    new_owner_needed: bool = False
    new_owner: OwnerChoice | None = None
    reason: str = ""


def view(
    escalation: Escalation,
    severities: Sequence[SeverityChoice],
    draft: SeverityDraft,
    concern: OwnerConcern | None = None,
) -> Json:
    """The form; it is drawn again when another severity or owner is chosen."""
    now = escalation.severity
    choices = [
        option(
            f"{one.key} {one.name}{' (as it is now)' if one.key == now else ''}", one.key, description=one.definition
        )
        for one in severities
    ]
    select = inputs.field(NEW_SEVERITY, "New severity", inputs.select(choices, draft.severity), required=True)
    example = next((one.example for one in severities if one.key == draft.severity), "")
    blocks = [
        inputs.tells_at_once(select, Action.NEW_SEVERITY),
        *([muted_plain(f"For example: {example}")] if example else []),
        inputs.field(
            REASON, "Reason", inputs.one_line(draft.reason, "What has changed for the customer"), required=True
        ),
        *(_owner(escalation, draft, concern) if draft.new_owner_needed else []),
    ]
    metadata = encode(escalation=escalation.id, current=now, **warned_of(concern))
    return inputs.modal(Form.CHANGE_SEVERITY, "Change severity", "Change severity", blocks, metadata)


def _owner(escalation: Escalation, draft: SeverityDraft, concern: OwnerConcern | None) -> list[Json]:
    shown = owner_option(draft.new_owner) if draft.new_owner else None
    select = inputs.searched(Action.NEW_OWNER, shown, "Choose one person", from_letters=0)
    # A block of its own for each severity, so that the suggestion follows it
    field = inputs.field(_owner_block(draft.severity), "New owner", select, required=True)
    return [
        inputs.tells_at_once(field, Action.NEW_OWNER),
        *owner_warning(concern),
        muted(f"This severity asks for another rank. Until they accept, {mention(escalation.owner_id)} owns it."),
    ]


def _owner_block(severity: str) -> str:
    return f"{NEW_OWNER}:{severity}"


def read_draft(values: StateValues) -> SeverityDraft:
    """The form as far as it is filled in; an owner that was chosen for another severity is none for this one."""
    answers = Answers(values)
    severity = answers.choice(NEW_SEVERITY)
    block = _owner_block(severity)
    theirs = Answers({block: values[block]} if block in values else {})
    owner = read_owner(theirs.choice(NEW_OWNER), theirs.choice_text(NEW_OWNER))
    return SeverityDraft(severity, owner is not None, owner, answers.line(REASON))


def parse(values: StateValues, metadata: str) -> SeverityAnswers:
    """What was sent; FormErrors with everything that is wrong."""
    answers, memory = Answers(values), decode(metadata)
    result = SeverityAnswers(
        severity=answers.choice(NEW_SEVERITY, missing="Choose a severity."),
        reason=answers.line(REASON, missing="Say why."),
        new_owner_id=answers.choice(NEW_OWNER),
    )
    if result.severity and result.severity == memory.get("current"):
        answers.complain(NEW_SEVERITY, f"It is {result.severity} already. Choose another.")
    answers.finish()
    return result
