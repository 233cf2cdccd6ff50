"""The forms about an escalation: who may open each and when, how it is filled in, and what sending it does.

A new form is one row of FORMS, with its two functions in `handlers.owning_forms` or `handlers.deciding_forms`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from blocks.ids import Form
from blocks.message import Message
from blocks.metadata import escalation_of
from blocks.text import Json
from escalation.case import Escalation
from escalation.errors import Refused
from escalation.lifecycle import Move
from escalation.permissions import Act
from handlers import deciding_forms, following, new_escalation, noting, owning_forms
from handlers.interaction import Interaction, Listener, log
from handlers.preset import NO_WORDS, Preset
from services import reading


@dataclass(frozen=True)
class CaseForm:
    """`draw` fills it in; `take` carries it out and may have something to say afterwards (None: see OTHERS)."""

    act: Act
    move: Move | None
    draw: Callable[[Interaction, Escalation, Preset], Awaitable[Json]]
    take: Callable[[Interaction, int], Awaitable[Message | str | None]] | None


FORMS: Mapping[Form, CaseForm] = {
    Form.POST_UPDATE: CaseForm(Act.POST_UPDATE, Move.POST_UPDATE, owning_forms.draw_update, owning_forms.take_update),
    Form.SUGGEST_UPDATE: CaseForm(Act.SUGGEST, None, owning_forms.draw_suggestion, owning_forms.take_suggestion),
    Form.STILL_WORKING: CaseForm(
        Act.STILL_WORKING, Move.STILL_WORKING, owning_forms.draw_still_working, owning_forms.take_still_working
    ),
    Form.SNOOZE: CaseForm(Act.SNOOZE, Move.SNOOZE, owning_forms.draw_snooze, owning_forms.take_snooze),
    Form.PLAN: CaseForm(Act.PLAN, Move.PLAN, owning_forms.draw_plan, owning_forms.take_plan),
    Form.HAND_OFF: CaseForm(Act.HAND_OFF, Move.ASK_HANDOVER, deciding_forms.draw_handoff, deciding_forms.take_handoff),
    Form.CHANGE_SEVERITY: CaseForm(
        Act.RAISE_SEVERITY, Move.CHANGE_SEVERITY, deciding_forms.draw_severity, deciding_forms.take_severity
    ),
    Form.RESOLVE: CaseForm(Act.RESOLVE, Move.RESOLVE, deciding_forms.draw_resolve, deciding_forms.take_resolve),
    Form.REOPEN: CaseForm(Act.REOPEN, Move.REOPEN, deciding_forms.draw_reopen, deciding_forms.take_reopen),
    Form.CLOSE: CaseForm(Act.CLOSE, Move.CLOSE, deciding_forms.draw_close, deciding_forms.take_close),
    Form.TOLD_CUSTOMER: CaseForm(Act.POST_UPDATE, Move.TELL_CUSTOMER, owning_forms.draw_told, owning_forms.take_told),
    Form.SUBSCRIBE: CaseForm(Act.FOLLOW, None, following.draw, None),
}

# Those that are not about one escalation from the beginning.
OTHERS: Mapping[str, Listener] = {
    Form.NEW_ESCALATION: new_escalation.submit,
    Form.SUBSCRIBE: following.submit,
    Form.ADD_TO_TIMELINE: noting.submit,
}


async def open_form(it: Interaction, form: Form, escalation_id: int, preset: Preset = NO_WORDS) -> None:
    """Show the form, if this person may send it as things stand; who may not post an update may suggest one."""
    await it.acknowledge()
    may_post = form is not Form.POST_UPDATE or await reading.may(it.clarion, escalation_id, it.user_id, Act.POST_UPDATE)
    one = FORMS[form if may_post else Form.SUGGEST_UPDATE]
    escalation = await reading.checked(it.clarion, escalation_id, it.user_id, one.act, one.move)
    await it.open(await one.draw(it, escalation, preset))


async def submit(it: Interaction) -> None:
    """A form was sent."""
    callback_id = str(it.view.get("callback_id"))
    if callback_id in OTHERS:
        await OTHERS[callback_id](it)
        return
    one = FORMS.get(Form(callback_id)) if callback_id in set(Form) else None
    if one is None or one.take is None:
        log.warning("A form that nobody reads: %s", callback_id)
        raise Refused("This form is out of date. Please open it again.")
    said = await one.take(it, escalation_of(it.metadata))
    await it.acknowledge()
    if said:
        await it.say(said)
