"""What speaks against an owner: in the form, and afterwards to whoever sent it before it could say so."""

from __future__ import annotations

from blocks.owner_warning import said_afterwards, was_warned
from blocks.views import OwnerConcern
from escalation.case import Escalation
from handlers import policy_words
from handlers.interaction import Interaction
from services import owners


async def about(it: Interaction, severity: str, owner_id: str, without: str | None = None) -> OwnerConcern | None:
    """What the form says of the owner who is chosen in it, `without` the present one among those who could lead it instead."""
    return (
        policy_words.concern(await owners.concern_about(it.clarion, severity, owner_id, without)) if owner_id else None
    )


async def afterwards(it: Interaction, escalation: Escalation, owner_id: str, without: str | None = None) -> str | None:
    """The sentence for whoever chose this owner unwarned; None where there is nothing to be said, or it was."""
    if was_warned(it.metadata, owner_id):
        return None
    counted = escalation.owner_id == owner_id
    found = await owners.concern_about(it.clarion, escalation.severity, owner_id, without, counted=counted)
    concern = policy_words.concern(found)
    return said_afterwards(escalation.reference, concern) if concern else None
