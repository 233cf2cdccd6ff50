"""Which recipe each kind of effect has."""

from __future__ import annotations

from escalation.effects import EffectKind
from services.delivery.calls import announcement, backup, card, copies, notices, told
from services.delivery.calls.channel import ArchiveChannel, Invite, OpenChannel
from services.delivery.jobs import Recipe

RECIPES: dict[EffectKind, Recipe] = {
    EffectKind.OPEN_CHANNEL: OpenChannel(),
    EffectKind.INVITE: Invite(),
    EffectKind.ARCHIVE_CHANNEL: ArchiveChannel(),
    **card.RECIPES,
    **announcement.RECIPES,
    **notices.RECIPES,
    **told.RECIPES,
    **backup.RECIPES,
    **copies.RECIPES,
}
