"""The owner's forms: update, still working, snooze, plan; and the suggestion of those who may not post one."""

from __future__ import annotations

from datetime import timedelta

from blocks import plan_form, snooze_form, still_working_form, suggest_form, told_form, update_form
from blocks.answers import Answers, FormErrors, StateValues
from blocks.message import Message
from blocks.text import Json
from escalation.case import Escalation
from escalation.errors import InvalidInput
from handlers import replies
from handlers.interaction import Interaction
from handlers.preset import Preset
from services import customer_log, owning, reading

# While it is today anywhere, it is not too late for a step.
_FURTHEST_BEHIND = timedelta(hours=12)


async def draw_update(it: Interaction, escalation: Escalation, preset: Preset) -> Json:
    last = await reading.last_update(it.clarion, escalation.id)
    return update_form.view(escalation, last, reading.next_update_due(it.clarion, escalation), preset.words)


async def take_update(it: Interaction, escalation_id: int) -> Message | None:
    sent = update_form.parse(it.values, it.metadata, it.clarion.clock.now())
    update = owning.NewUpdate(
        situation=sent.situation,
        next_step=sent.next_step,
        next_update_at=sent.next_update_at,
        customer_told=sent.customer_told,
        told_how=sent.told_how,
        customer_next_at=sent.customer_next_at,
    )
    return replies.promised(await owning.post_update(it.clarion, escalation_id, it.user_id, it.key, update))


async def draw_suggestion(_: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return suggest_form.view(escalation, preset.words)


async def take_suggestion(it: Interaction, escalation_id: int) -> str:
    words = suggest_form.parse(it.values)
    escalation = await owning.suggest(it.clarion, escalation_id, it.user_id, it.key, words)
    return f"Your suggestion for {escalation.reference} goes to <@{escalation.owner_id}>."


async def draw_still_working(it: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return still_working_form.view(escalation, reading.next_update_due(it.clarion, escalation), preset.words)


async def take_still_working(it: Interaction, escalation_id: int) -> Message | None:
    sent = still_working_form.parse(it.values, it.metadata, it.clarion.clock.now())
    return replies.promised(
        await owning.still_working(it.clarion, escalation_id, it.user_id, it.key, sent.next_step, sent.next_update_at)
    )


async def draw_snooze(it: Interaction, escalation: Escalation, preset: Preset) -> Json:
    what = await reading.to_snooze(it.clarion, escalation, it.user_id)
    return snooze_form.view(escalation, reading.longest_snooze(it.clarion, escalation), what, preset.words)


async def take_snooze(it: Interaction, escalation_id: int) -> None:
    sent = snooze_form.parse(it.values, it.metadata)
    await owning.snooze(it.clarion, escalation_id, it.user_id, it.key, sent.length, sent.reason)


async def draw_told(_: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return told_form.view(escalation, preset.words, preset.event_id)


async def take_told(it: Interaction, escalation_id: int) -> None:
    sent = told_form.parse(it.values, it.metadata, it.clarion.clock.now())
    await customer_log.add_told(
        it.clarion, escalation_id, it.user_id, it.key, sent.what, sent.how, sent.next_at, sent.press_id
    )


async def draw_plan(it: Interaction, escalation: Escalation, _: Preset) -> Json:
    steps = await reading.steps_to_do(it.clarion, escalation.id)
    return plan_form.view(escalation, steps, invites=it.clarion.rank(escalation.severity) == 0)


async def take_plan(it: Interaction, escalation_id: int) -> None:
    sent = plan_form.parse(it.values, it.metadata, (it.clarion.clock.now() - _FURTHEST_BEHIND).date())
    steps = [owning.NewStep(step.what, step.who, step.due_on, step.done) for step in sent.steps]
    try:
        await owning.plan(it.clarion, escalation_id, it.user_id, it.key, steps, sent.target_resolution_on)
    except InvalidInput as error:
        raise FormErrors({_row_of(error.field, it.values): str(error)}) from None


async def add_step(it: Interaction) -> None:
    """One row more in the plan."""
    await it.redraw(plan_form.with_another_step(it.metadata, it.view["blocks"]))


def _row_of(field: str, state: StateValues) -> str:
    """The service counts the steps that were sent; the form's rows may be empty in between."""
    answers = Answers(state)
    filled = [
        row
        for row in range(plan_form.MOST_STEPS)
        if answers.line(f"{plan_form.WHAT}_{row}") or answers.user(f"{plan_form.WHO}_{row}")
    ]
    name, _, number = field.partition(":")
    row = filled[int(number)] if number.isdigit() and int(number) < len(filled) else 0
    return f"{name if name == plan_form.WHO else plan_form.WHAT}_{row}"
