"""Opening an escalation: the form, filled in as far as may be, drawn again as it changes, and sent."""

from __future__ import annotations

from dataclasses import replace

from blocks import new_escalation_form as form
from blocks.customer_select import CustomerChoice
from blocks.new_escalation_form import Draft
from blocks.quoted_message import quoted_words
from blocks.text import LINE, Json, clean_line
from escalation.case import Customer, Escalation
from escalation.errors import InvalidInput
from handlers import owner_warnings, policy_words
from handlers.command_text import NewForm
from handlers.interaction import Interaction
from services import finding, opening, owners, reading


async def open_empty(it: Interaction) -> None:
    """The form with nothing in it but what is chosen at first."""
    await open_form(it, Draft(severity=policy_words.usual_severity(it.clarion)))


async def open_with_words(it: Interaction, said: NewForm) -> None:
    """The form with what was typed: the severity picked out, and the customer if a known one stands first."""
    customer = await finding.customer_named(it.clarion, said.words, it.user_id)
    await open_form(
        it,
        Draft(
            customer=_choice(customer) if customer else None,
            severity=said.severity or policy_words.usual_severity(it.clarion),
            summary=said.words,
            # A summary is one line of 200 characters; what does not fit is not lost.
            impact=said.words if len(clean_line(said.words, LINE * 10)) > LINE else "",
        ),
    )


async def open_form(it: Interaction, draft: Draft) -> None:
    """Show the form as far as it is filled in."""
    await it.acknowledge()
    await it.open(await drawn(it, draft))


async def redraw(it: Interaction) -> None:
    """Customer, severity or owner changed: what is open for the customer, the example, the suggested owner and what
    speaks against whoever is chosen follow.
    """
    await it.redraw(await drawn(it, _draft(it)))


async def submit(it: Interaction) -> None:
    """Open it; if the customer has an open one that was not shown yet, show that first."""
    sent = form.parse(it.values, it.metadata)
    try:
        await _open(it, sent)
    except InvalidInput as error:
        led = await _led(it, sent) if error.field == "owner" else sent
        if led is sent:
            raise
        await _open(it, led)


async def _open(it: Interaction, sent: form.NewEscalation) -> None:
    request = _request(sent, quoted_words(it.view["blocks"]))
    try:
        opened = await opening.open_escalation(it.clarion, request, it.user_id, it.key, sent.passed_over)
    except opening.AlreadyOpen as error:
        view = await _view(it, _draft(it), list(error.existing))
        await it.acknowledge(response_action="update", view=view)
        return
    await it.acknowledge()
    if said := await owner_warnings.afterwards(it, opened, sent.owner_id):
        await it.say(said)


async def drawn(it: Interaction, draft: Draft) -> Json:
    """The form with the suggested owner, and with what is open for the customer."""
    found = await owners.owners_for(it.clarion, draft.severity, it.user_id)
    choice = policy_words.owner_choice(found.suggested, found) if found.suggested else None
    return await _view(it, draft.suggesting(choice), await _open_of(it, draft.customer))


async def _view(it: Interaction, draft: Draft, existing: list[Escalation]) -> Json:
    concern = await owner_warnings.about(it, draft.severity, draft.owner.user_id if draft.owner else "")
    severities = policy_words.severities(it.clarion)
    return form.view(draft, severities, policy_words.existing(it.clarion, existing), concern)


async def _led(it: Interaction, sent: form.NewEscalation) -> form.NewEscalation:
    """An owner who was left as suggested follows the severity, also when the form was sent before it could show that."""
    if sent.owner_id != _draft(it).suggested_id:
        return sent
    found = await owners.owners_for(it.clarion, sent.severity, it.user_id)
    return replace(sent, owner_id=found.suggested.user_id) if found.suggested else sent


async def _open_of(it: Interaction, customer: CustomerChoice | None) -> list[Escalation]:
    if customer is None or customer.id is None:
        return []
    return await reading.open_of_customer(it.clarion, customer.id, it.user_id)


def _draft(it: Interaction) -> Draft:
    draft = form.read_draft(it.values, it.metadata, quoted_words(it.view["blocks"]))
    return draft if draft.severity else replace(draft, severity=policy_words.usual_severity(it.clarion))


def _choice(customer: Customer) -> CustomerChoice:
    return CustomerChoice(customer.id, customer.name)


def _request(sent: form.NewEscalation, words: str) -> opening.NewEscalation:
    source = sent.source
    return opening.NewEscalation(
        severity=sent.severity,
        summary=sent.summary,
        owner_id=sent.owner_id,
        customer_id=sent.customer.id,
        customer_name=sent.customer.name,
        impact=sent.impact,
        tried=sent.tried,
        revenue=sent.revenue,
        renewal_on=sent.renewal_on,
        ticket_link=sent.ticket_link,
        confidential=sent.confidential,
        source=opening.SourceMessage(words, source.author, source.link) if source else None,
    )
