"""The forms that change whose it is, how serious it is, and whether it is over."""

from __future__ import annotations

from blocks import close_form, handoff_form, reopen_form, resolve_form, severity_form
from blocks.handoff_form import HandoffDraft
from blocks.ids import Form
from blocks.metadata import escalation_of
from blocks.severity_form import SeverityDraft
from blocks.text import Json
from escalation.case import Escalation
from handlers import owner_warnings, policy_words
from handlers.interaction import Interaction
from handlers.preset import Preset
from services import ending, finding, handing_over, owners, reading, severity


async def draw_handoff(it: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return await _handoff_view(it, escalation, HandoffDraft(preset.words))


async def redraw_for_owner(it: Interaction) -> None:
    """A new owner was chosen: what speaks against them follows."""
    if it.view.get("callback_id") == Form.CHANGE_SEVERITY:
        await redraw_severity(it)
        return
    escalation = await finding.by_id(it.clarion, escalation_of(it.metadata), it.user_id)
    await it.redraw(await _handoff_view(it, escalation, handoff_form.read_draft(it.values)))


async def _handoff_view(it: Interaction, escalation: Escalation, draft: HandoffDraft) -> Json:
    to_id = draft.to.user_id if draft.to else ""
    concern = await owner_warnings.about(it, escalation.severity, to_id, escalation.owner_id)
    is_first = not await reading.has_handed_off(it.clarion, escalation.id, it.user_id)
    return handoff_form.view(escalation, draft, concern, is_first=is_first)


async def take_handoff(it: Interaction, escalation_id: int) -> str | None:
    sent = handoff_form.parse(it.values)
    escalation = await handing_over.hand_off(
        it.clarion, escalation_id, it.user_id, it.key, sent.to_id, sent.reason, sent.notes
    )
    return await owner_warnings.afterwards(it, escalation, sent.to_id, escalation.owner_id)


async def draw_severity(it: Interaction, escalation: Escalation, preset: Preset) -> Json:
    return await _severity_view(it, escalation, SeverityDraft(preset.severity or "", reason=preset.words))


async def redraw_severity(it: Interaction) -> None:
    """Another severity was chosen: its example follows, and the question for an owner of another rank."""
    escalation = await finding.by_id(it.clarion, escalation_of(it.metadata), it.user_id)
    await it.redraw(await _severity_view(it, escalation, severity_form.read_draft(it.values)))


async def _severity_view(it: Interaction, escalation: Escalation, draft: SeverityDraft) -> Json:
    clarion, owner_id, chosen = it.clarion, escalation.owner_id, draft.severity
    needed = bool(chosen) and not await reading.owner_fits(clarion, owner_id, chosen)
    new_owner = draft.new_owner if needed else None
    if needed and new_owner is None:
        found = await owners.owners_for(clarion, chosen, it.user_id, without=owner_id)
        new_owner = policy_words.owner_choice(found.suggested, found) if found.suggested else None
    concern = await owner_warnings.about(it, chosen, new_owner.user_id if new_owner else "", owner_id)
    drawn = SeverityDraft(chosen, needed, new_owner, draft.reason)
    return severity_form.view(escalation, policy_words.severities(clarion), drawn, concern)


async def take_severity(it: Interaction, escalation_id: int) -> str | None:
    sent = severity_form.parse(it.values, it.metadata)
    new_owner_id = sent.new_owner_id or await _new_owner(it, escalation_id, sent.severity)
    escalation = await severity.change_severity(
        it.clarion, escalation_id, it.user_id, it.key, sent.severity, sent.reason, new_owner_id or None
    )
    if not new_owner_id:
        return None
    return await owner_warnings.afterwards(it, escalation, new_owner_id, escalation.owner_id)


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
