"""The form "Change severity"; it asks for a new owner where the rank of the present one does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Action, Form
from blocks.layout import muted, muted_plain, option
from blocks.metadata import decode, encode
from blocks.owner_select import owner_option
from blocks.text import Json, mention
from blocks.views import OwnerChoice, SeverityChoice
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
    """The form as it stands: the severity chosen, whether that needs another owner, and whom we suggest."""

    severity: str = ""
    new_owner_needed: bool = False
    suggested: OwnerChoice | None = None
    reason: str = ""


def view(escalation: Escalation, severities: Sequence[SeverityChoice], draft: SeverityDraft) -> Json:
    """The form; it is drawn again when another severity is chosen."""
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
        *(_owner(escalation, draft) if draft.new_owner_needed else []),
    ]
    metadata = encode(escalation=escalation.id, current=now)
    return inputs.modal(Form.CHANGE_SEVERITY, "Change severity", "Change severity", blocks, metadata)


def _owner(escalation: Escalation, draft: SeverityDraft) -> list[Json]:
    suggested = owner_option(draft.suggested) if draft.suggested else None
    select = inputs.searched(Action.NEW_OWNER, suggested, "Choose one person", from_letters=0)
    return [
        # A block of its own for each severity, so that the suggestion follows it
        inputs.field(f"{NEW_OWNER}:{draft.severity}", "New owner", select, required=True),
        muted(f"This severity asks for another rank. Until they accept, {mention(escalation.owner_id)} owns it."),
    ]


def chosen(values: StateValues) -> tuple[str, str]:
    """The severity and the reason as far as they are filled in."""
    answers = Answers(values)
    return answers.choice(NEW_SEVERITY), answers.line(REASON)


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
