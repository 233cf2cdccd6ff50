"""The forms that change whose it is, how serious it is, and whether it is over."""

from __future__ import annotations

from blocks import close_form, handoff_form, reopen_form, resolve_form, severity_form
from blocks.metadata import escalation_of
from blocks.severity_form import SeverityDraft
from blocks.text import Json
from escalation.case import Escalation
from handlers import policy_words
from handlers.interaction import Interaction
from handlers.preset import Preset
from services import ending, finding, handing_over, owners, reading, severity


async def draw_handoff(_: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return handoff_form.view(escalation, preset.words)


async def take_handoff(it: Interaction, escalation_id: int) -> None:
    sent = handoff_form.parse(it.values)
    await handing_over.hand_off(it.clarion, escalation_id, it.user_id, it.key, sent.to_id, sent.reason, sent.notes)


async def draw_severity(it: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return await _severity_view(it, escalation, preset.severity or "", preset.words)


async def redraw_severity(it: Interaction) -> None:
    """Another severity was chosen: its example follows, and the question for an owner of another rank."""
    chosen, reason = severity_form.chosen(it.values)
    escalation = await finding.by_id(it.clarion, escalation_of(it.metadata), it.user_id)
    await it.redraw(await _severity_view(it, escalation, chosen, reason))


async def _severity_view(it: Interaction, escalation: Escalation, chosen: str, reason: str) -> Json:
    clarion, owner_id = it.clarion, escalation.owner_id
    needed = bool(chosen) and not await reading.owner_fits(clarion, owner_id, chosen)
    found = await owners.owners_for(clarion, chosen, it.user_id, without=owner_id) if needed else None
    suggested = policy_words.owner_choice(found.suggested, found.load) if found and found.suggested else None
    draft = SeverityDraft(chosen, needed, suggested, reason)
    return severity_form.view(escalation, policy_words.severities(clarion), draft)


async def take_severity(it: Interaction, escalation_id: int) -> None:
    sent = severity_form.parse(it.values, it.metadata)
    new_owner_id = sent.new_owner_id or await _new_owner(it, escalation_id, sent.severity)
    await severity.change_severity(
        it.clarion, escalation_id, it.user_id, it.key, sent.severity, sent.reason, new_owner_id or None
    )


async def _new_owner(it: Interaction, escalation_id: int, chosen: str) -> str:
    """Whom the form would have asked for, had it not been sent before it could; "" where the rank fits."""
    escalation = await finding.by_id(it.clarion, escalation_id, it.user_id)
    if await reading.owner_fits(it.clarion, escalation.owner_id, chosen):
        return ""
    found = await owners.owners_for(it.clarion, chosen, it.user_id, without=escalation.owner_id)
    return found.suggested.user_id if found.suggested else ""


async def draw_resolve(_: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return resolve_form.view(escalation, preset.words)


async def take_resolve(it: Interaction, escalation_id: int) -> None:
    sent = resolve_form.parse(it.values)
    await ending.resolve(
        it.clarion,
        escalation_id,
        it.user_id,
        it.key,
        sent.resolution,
        root_cause=sent.root_cause,
        customer_confirmed=sent.customer_confirmed,
        thanks_to=sent.thanks,
    )


async def draw_reopen(_: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return reopen_form.view(escalation, preset.words)


async def take_reopen(it: Interaction, escalation_id: int) -> None:
    reason = reopen_form.parse(it.values)
    await ending.reopen(it.clarion, escalation_id, it.user_id, it.key, reason)


async def draw_close(_: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return close_form.view(escalation, preset.words)


async def take_close(it: Interaction, escalation_id: int) -> None:
    sent = close_form.parse(it.values)
    await ending.close(it.clarion, escalation_id, it.user_id, it.key, sent.learned, sent.preventive_actions)
