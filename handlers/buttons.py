"""Buttons and menus: what each does, and whether it changes something or only answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from blocks import replies as answers
from blocks.ids import Action, Form, chosen_under_more, ids_in, list_page_in
from blocks.told_view import told_view
from escalation.errors import Refused
from handlers import deciding_forms, following, new_escalation, owning_forms, replies
from handlers.command_text import Subcommand, read
from handlers.forms import open_form
from handlers.interaction import Interaction, Listener, log
from handlers.preset import Preset
from handlers.subcommands import language_of
from services import finding, handing_over, joining, owning, retrying

OUT_OF_DATE = "This button is out of date; /escalate list shows what there is."

Press = Callable[..., Awaitable[None]]


async def pressed(it: Interaction) -> None:
    """Whichever it is; a choice of the overflow is what it stands for."""
    action, value = meant(it.action)
    if action in IN_FORMS:
        await IN_FORMS[action](it)
    elif action in OPENING:
        (escalation_id,) = _ids(value, 1)
        await open_form(it, OPENING[action], escalation_id)
    elif action in ABOUT_NO_CASE:
        await ABOUT_NO_CASE[action](it)
    elif action in PRESSES:
        press, count = PRESSES[action]
        await press(it, *_ids(value, count))
    else:
        log.debug("A choice that waits for its form to be sent: %s", action)


def is_answered_at_once(body: Mapping[str, Any]) -> bool:
    """Whether nothing is changed by it."""
    return meant((body.get("actions") or [{}])[0])[0] not in CHANGING


def meant(action: Mapping[str, Any]) -> tuple[str, str]:
    """The action and its value, looking through the overflow."""
    action_id, value = str(action.get("action_id") or ""), str(action.get("value") or "")
    if action_id != Action.MORE:
        return action_id, value
    chosen = chosen_under_more(str((action.get("selected_option") or {}).get("value") or ""))
    return (chosen[0].value, str(chosen[1])) if chosen else (action_id, "")


def _ids(value: str, count: int) -> tuple[int, ...]:
    ids = ids_in(value, count)
    if ids is None:
        raise Refused(OUT_OF_DATE)
    return ids


async def acknowledge(it: Interaction, escalation_id: int) -> None:
    await owning.acknowledge(it.clarion, escalation_id, it.user_id, it.key)


async def told_customer(it: Interaction, escalation_id: int) -> None:
    """Settled by the press alone; what was said may be added, and need not be."""
    told = await owning.told_customer(it.clarion, escalation_id, it.user_id, it.key)
    await it.acknowledge()
    await it.say(answers.told(told.escalation, told.at, told.event_id))


async def add_told(it: Interaction, escalation_id: int, event_id: int) -> None:
    await open_form(it, Form.TOLD_CUSTOMER, escalation_id, Preset(event_id=event_id))


async def customer_log(it: Interaction, escalation_id: int) -> None:
    escalation = await finding.by_id(it.clarion, escalation_id, it.user_id)
    await it.say(await replies.customer_log_of(it.clarion, escalation))


async def customer_log_page(it: Interaction, escalation_id: int, page: int) -> None:
    escalation = await finding.by_id(it.clarion, escalation_id, it.user_id)
    await it.say(await replies.customer_log_of(it.clarion, escalation, page), instead=True)


async def accept(it: Interaction, escalation_id: int, handover_id: int) -> None:
    await handing_over.accept(it.clarion, escalation_id, handover_id, it.user_id, it.key)


async def decline(it: Interaction, escalation_id: int, handover_id: int) -> None:
    await handing_over.decline(it.clarion, escalation_id, handover_id, it.user_id, it.key)


async def step_done(it: Interaction, escalation_id: int, step_id: int) -> None:
    await owning.step_done(it.clarion, escalation_id, step_id, it.user_id, it.key)


async def take_over(it: Interaction, escalation_id: int) -> None:
    await handing_over.take_over(it.clarion, escalation_id, it.user_id, it.key)


async def join(it: Interaction, escalation_id: int) -> None:
    """Bring the person in and show the way; a form for another escalation makes room for it."""
    escalation, was_in = await joining.join(it.clarion, escalation_id, it.user_id, it.key)
    await it.acknowledge()
    way = answers.already(escalation) if was_in else answers.joined(escalation)
    if it.view:
        await it.redraw(told_view(escalation.reference, way))
    else:
        await it.say(way)


async def try_again(it: Interaction, effect_id: int) -> None:
    await retrying.try_again(it.clarion, effect_id, it.user_id)
    await it.acknowledge()
    await it.say("It is being tried again.")


async def timeline(it: Interaction, escalation_id: int) -> None:
    escalation = await finding.by_id(it.clarion, escalation_id, it.user_id)
    await it.say(await replies.timeline_of(it.clarion, escalation))


async def timeline_page(it: Interaction, escalation_id: int, page: int) -> None:
    escalation = await finding.by_id(it.clarion, escalation_id, it.user_id)
    await it.say(await replies.timeline_of(it.clarion, escalation, page), instead=True)


async def list_page(it: Interaction) -> None:
    found = list_page_in(meant(it.action)[1])
    if found is None:
        raise Refused(OUT_OF_DATE)
    page, asked = found
    said = read(f"list {asked}", language_of(tuple(it.clarion.policy.severities)), here=True)
    if isinstance(said, Subcommand):
        await it.say(await replies.list_of(it.clarion, it.user_id, said, page), instead=True)


# Each with how many ids its value holds (`blocks.ids`).
PRESSES: Mapping[str, tuple[Press, int]] = {
    Action.ACKNOWLEDGE: (acknowledge, 1),
    Action.TOLD_CUSTOMER: (told_customer, 1),
    Action.ADD_TOLD: (add_told, 2),
    Action.CUSTOMER_LOG: (customer_log, 1),
    Action.CUSTOMER_LOG_PAGE: (customer_log_page, 2),
    Action.ACCEPT: (accept, 2),
    Action.DECLINE: (decline, 2),
    Action.STEP_DONE: (step_done, 2),
    Action.TAKE_OVER: (take_over, 1),
    Action.JOIN: (join, 1),
    Action.TRY_AGAIN: (try_again, 1),
    Action.END_SUBSCRIPTION: (following.end, 1),
    Action.TIMELINE: (timeline, 1),
    Action.TIMELINE_PAGE: (timeline_page, 2),
}
CHANGING = frozenset(PRESSES) - {
    *(Action.TIMELINE, Action.TIMELINE_PAGE, Action.CUSTOMER_LOG, Action.CUSTOMER_LOG_PAGE),
    Action.ADD_TOLD,
}

OPENING: Mapping[str, Form] = {
    Action.POST_UPDATE: Form.POST_UPDATE,
    Action.STILL_WORKING: Form.STILL_WORKING,
    Action.SNOOZE: Form.SNOOZE,
    Action.PLAN: Form.PLAN,
    Action.HAND_OFF: Form.HAND_OFF,
    Action.CHANGE_SEVERITY: Form.CHANGE_SEVERITY,
    Action.RESOLVE: Form.RESOLVE,
    Action.REOPEN: Form.REOPEN,
    Action.CLOSE: Form.CLOSE,
    Action.TELL_CUSTOMER: Form.TOLD_CUSTOMER,
    Action.SUBSCRIBE: Form.SUBSCRIBE,
}

ABOUT_NO_CASE: Mapping[str, Listener] = {
    Action.LIST_PAGE: list_page,
    Action.NEW_ESCALATION: new_escalation.open_empty,
    Action.FOLLOWED: following.open_for_all,
}

# What changes the form it stands in, before that is sent.
IN_FORMS: Mapping[str, Listener] = {
    Action.CUSTOMER: new_escalation.redraw,
    Action.SEVERITY: new_escalation.redraw,
    Action.OWNER: new_escalation.redraw,
    Action.NEW_SEVERITY: deciding_forms.redraw_severity,
    Action.NEW_OWNER: deciding_forms.redraw_for_owner,
    Action.ADD_STEP: owning_forms.add_step,
}
