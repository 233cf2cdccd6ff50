"""The form that opens an escalation (CONTRACT.md, 'Form "New escalation"').

It is drawn again whenever customer, severity or owner change. Slack keeps what was typed in blocks whose ids stay, so
the suggested owner sits in a block of its own serial: a new suggestion is a new block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.customer_select import CustomerChoice, customer_option, read_customer
from blocks.existing_notice import existing_notice
from blocks.ids import Action, Form
from blocks.layout import muted_plain, option
from blocks.metadata import decode, encode
from blocks.money import AmountError, parse_amount
from blocks.owner_select import owner_option, read_owner
from blocks.owner_warning import owner_warning, warned_of
from blocks.quoted_message import Source, quoted
from blocks.text import Json
from blocks.views import Existing, OwnerChoice, OwnerConcern, SeverityChoice
from escalation.wording import CUSTOMER_NAME_LIMIT

CUSTOMER, SEVERITY, SUMMARY, IMPACT, OWNER = "customer", "severity", "summary", "impact", "owner"
TRIED, REVENUE, RENEWAL, TICKET, CONFIDENTIAL = "tried", "revenue", "renewal", "ticket", "confidential"


@dataclass(frozen=True)
class Draft:
    """The form as far as it is filled in.

    `owner` is who is shown; `suggested_id` whom we suggested, so that a choice of the person's own is told from it.
    `source` is the message it began with, and `source_words` that message's text.
    """

    customer: CustomerChoice | None = None
    severity: str = "SEV-3"
    summary: str = ""
    impact: str = ""
    owner: OwnerChoice | None = None
    suggested_id: str = ""
    owner_serial: int = 0
    tried: str = ""
    revenue: str = ""
    renewal_on: date | None = None
    ticket_link: str = ""
    confidential: bool = False
    source: Source | None = None
    source_words: str = ""

    def suggesting(self, owner: OwnerChoice | None) -> Draft:
        """With this owner suggested, unless the person has chosen one already."""
        chosen_id = self.owner.user_id if self.owner else ""
        suggested_id = owner.user_id if owner else ""
        if chosen_id != self.suggested_id or suggested_id == self.suggested_id:
            return self
        return replace(self, owner=owner, suggested_id=suggested_id, owner_serial=self.owner_serial + 1)


# A form's memory has an end; nobody passes over so many.
_MOST_REMEMBERED = 100


@dataclass(frozen=True)
class NewEscalation:
    """What was sent. `passed_over` are the ids of this very customer's open escalations that the form showed."""

    customer: CustomerChoice
    severity: str
    summary: str
    impact: str
    owner_id: str
    tried: str
    revenue: int | None
    renewal_on: date | None
    ticket_link: str
    confidential: bool
    passed_over: tuple[int, ...]
    source: Source | None


def view(
    draft: Draft,
    severities: Sequence[SeverityChoice],
    existing: Sequence[Existing] = (),
    concern: OwnerConcern | None = None,
) -> Json:
    """The form; `existing` are the customer's open escalations that this person may see."""
    warned = draft.customer.value if existing and draft.customer else None
    shown = [one.escalation.id for one in existing[:_MOST_REMEMBERED]]
    metadata = encode(
        suggested=draft.suggested_id,
        serial=draft.owner_serial,
        warned=warned,
        shown=shown if warned else None,
        source=draft.source.as_json() if draft.source else None,
        **warned_of(concern),
    )
    blocks = [
        *existing_notice(draft.customer.name if draft.customer else "", existing),
        *_what(draft, severities),
        *_who_and_more(draft, concern),
        *quoted(draft.source_words),
    ]
    submit = "Open another anyway" if existing else "Open escalation"
    return inputs.modal(Form.NEW_ESCALATION, "New escalation", submit, blocks, metadata)


def _what(draft: Draft, severities: Sequence[SeverityChoice]) -> list[Json]:
    customer = customer_option(draft.customer) if draft.customer else None
    choices = [option(f"{one.key} {one.name}", one.key, description=one.definition) for one in severities]
    example = next((one.example for one in severities if one.key == draft.severity), "")
    customers = inputs.searched(Action.CUSTOMER, customer, "Type a name", from_letters=1)
    severity = inputs.field(SEVERITY, "Severity", inputs.select(choices, draft.severity), required=True)
    return [
        inputs.tells_at_once(inputs.field(CUSTOMER, "Customer", customers, required=True), Action.CUSTOMER),
        inputs.tells_at_once(severity, Action.SEVERITY),
        *([muted_plain(f"For example: {example}")] if example else []),
        inputs.field(
            SUMMARY, "Summary", inputs.one_line(draft.summary, "Checkout fails for every shopper"), required=True
        ),
        inputs.field(
            IMPACT,
            "Business impact",
            inputs.paragraph(draft.impact, "What the customer cannot do, in their words and in numbers"),
        ),
    ]


def _who_and_more(draft: Draft, concern: OwnerConcern | None) -> list[Json]:
    owner = inputs.searched(
        Action.OWNER, owner_option(draft.owner) if draft.owner else None, "Choose one person", from_letters=0
    )
    confidential = inputs.checkbox("Only people in its channel see it", "yes", ticked=draft.confidential)
    hint = "The one person who leads it."
    field = inputs.field(f"{OWNER}:{draft.owner_serial}", "Owner", owner, required=True, hint=hint)
    return [
        inputs.tells_at_once(field, Action.OWNER),
        *owner_warning(concern),
        inputs.field(TRIED, "What has been tried", inputs.paragraph(draft.tried, "Each attempt, and what came of it")),
        inputs.field(REVENUE, "Revenue at risk (ARR)", inputs.one_line(draft.revenue, "120k")),
        inputs.field(RENEWAL, "Renewal date", inputs.day_picker(draft.renewal_on)),
        inputs.field(TICKET, "Ticket link", inputs.url(draft.ticket_link, "https://")),
        inputs.field(CONFIDENTIAL, "Confidential", confidential),
    ]


def read_draft(values: StateValues, metadata: str, source_words: str = "") -> Draft:
    """The form as it stands while being filled in, to draw it again; nothing is wrong yet."""
    answers, memory = Answers(values), decode(metadata)
    return Draft(
        customer=read_customer(answers.choice(CUSTOMER), answers.choice_text(CUSTOMER)),
        severity=answers.choice(SEVERITY),
        summary=answers.line(SUMMARY),
        impact=answers.paragraph(IMPACT),
        owner=read_owner(answers.choice(OWNER), answers.choice_text(OWNER)),
        suggested_id=str(memory.get("suggested") or ""),
        owner_serial=int(memory.get("serial") or 0),
        tried=answers.paragraph(TRIED),
        revenue=answers.line(REVENUE),
        renewal_on=answers.day(RENEWAL),
        ticket_link=answers.url(TICKET),
        confidential=answers.checked(CONFIDENTIAL),
        source=Source.from_json(memory.get("source")),
        source_words=source_words,
    )


def parse(values: StateValues, metadata: str) -> NewEscalation:
    """What was sent; FormErrors with everything that is wrong."""
    answers, memory = Answers(values), decode(metadata)
    chosen = answers.choice(CUSTOMER, missing="Choose a customer, or type the name of a new one.")
    customer = read_customer(chosen, answers.choice_text(CUSTOMER))
    if customer is None:
        answers.complain(CUSTOMER, f"A customer's name has at most {CUSTOMER_NAME_LIMIT} characters; shorten it.")
    result = NewEscalation(
        customer=customer or CustomerChoice(None, ""),
        severity=answers.choice(SEVERITY, missing="Choose a severity."),
        summary=answers.line(SUMMARY, missing="Say in a line what is wrong."),
        impact=answers.paragraph(IMPACT),
        owner_id=answers.choice(OWNER, missing="Choose who leads it."),
        tried=answers.paragraph(TRIED),
        revenue=_revenue(answers),
        renewal_on=answers.day(RENEWAL),
        ticket_link=answers.url(TICKET),
        confidential=answers.checked(CONFIDENTIAL),
        passed_over=tuple(memory.get("shown") or ()) if chosen and memory.get("warned") == chosen else (),
        source=Source.from_json(memory.get("source")),
    )
    answers.finish()
    return result


def _revenue(answers: Answers) -> int | None:
    text = answers.line(REVENUE)
    try:
        return parse_amount(text) if text else None
    except AmountError as error:
        answers.complain(REVENUE, str(error))
        return None
