"""Menus that look up their options as people type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from blocks import timeline_form
from blocks.answers import Answers
from blocks.customer_select import customer_options
from blocks.ids import Action
from blocks.metadata import escalation_of
from blocks.new_escalation_form import SEVERITY
from blocks.owner_select import owner_options
from blocks.text import unescape
from escalation.case import Escalation
from escalation.permissions import Act
from handlers.interaction import Interaction, log
from handlers.policy_words import owner_choice, usual_severity
from services import finding, owners, people, reading

Offered = dict[str, Any]


async def offer(it: Interaction) -> None:
    """Answer with the options of whichever menu it is."""
    action_id = str(it.body.get("action_id"))
    if action_id in MENUS:
        await it.acknowledge(**await MENUS[action_id](it, unescape(str(it.body.get("value") or "")).strip()))
    else:
        log.warning("A menu that nobody fills: %s", action_id)


async def _customers(it: Interaction, typed: str) -> Offered:
    known = await finding.known_customers(it.clarion, typed, it.user_id)
    return {"options": customer_options(typed, [(one.id, one.name) for one in known])}


async def _owners(it: Interaction, typed: str) -> Offered:
    return await _owner_groups(it, typed, _chosen_severity(it))


async def _new_owners(it: Interaction, typed: str) -> Offered:
    """For a handover; in the form that changes the severity the block says for which severity."""
    escalation = await finding.by_id(it.clarion, escalation_of(it.metadata), it.user_id)
    severity = str(it.body.get("block_id") or "").partition(":")[2]
    return await _owner_groups(it, typed, severity or escalation.severity, escalation)


async def _owner_groups(it: Interaction, typed: str, severity: str, of: Escalation | None = None) -> Offered:
    without = of.owner_id if of else None
    found = await owners.owners_for(it.clarion, severity, it.user_id, typed, without=without)
    suggested = [owner_choice(found.suggested, found)] if found.suggested else []
    others = [owner_choice(one, found) for one in found.others]
    offered = {one.user_id for one in (*suggested, *others)}
    if of is not None and it.user_id not in offered and await _may_take_over(it, of):
        known = await people.known(it.clarion, it.user_id)
        others += [owner_choice(known, found)] if known else []
    groups = owner_options(suggested, others, typed)
    return {"option_groups": groups} if groups else {"options": []}


async def _may_take_over(it: Interaction, escalation: Escalation) -> bool:
    if it.user_id == escalation.owner_id:
        return False
    return await reading.may(it.clarion, escalation.id, it.user_id, Act.TAKE_OVER)


async def _escalations(it: Interaction, typed: str) -> Offered:
    found = [escalation for escalation, _ in await finding.list_open(it.clarion, it.user_id)]
    wanted = typed.casefold()
    fitting = [one for one in found if wanted in f"{one.reference} {one.customer} {one.summary}".casefold()]
    return {"options": timeline_form.escalation_options(fitting)}


def _chosen_severity(it: Interaction) -> str:
    """The severity chosen in the form: as it stands, or as it was drawn."""
    state = (it.view.get("state") or {}).get("values") or {}
    if chosen := Answers(state).choice(SEVERITY):
        return chosen
    for block in it.view.get("blocks") or ():
        if block.get("block_id") == SEVERITY and (initial := block["element"].get("initial_option")):
            return str(initial["value"])
    return usual_severity(it.clarion)


MENUS: Mapping[str, Callable[[Interaction, str], Awaitable[Offered]]] = {
    Action.CUSTOMER: _customers,
    Action.OWNER: _owners,
    Action.NEW_OWNER: _new_owners,
    Action.WHICH_ESCALATION: _escalations,
}
