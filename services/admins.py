"""Telling the policy's admins by direct message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from escalation.effects import EffectKind
from services.clarion import Clarion
from services.outbox import enqueue


async def tell_admins(session: AsyncSession, clarion: Clarion, admins: Iterable[str], text: str, **marks: Any) -> None:
    """One message to each; `marks` are kept with it, to find it by."""
    for user in admins:
        await enqueue(
            session,
            EffectKind.TELL_PERSON,
            team_id=clarion.team_id,
            now=clarion.clock.now(),
            rank=len(clarion.policy.severities),  # behind every escalation's
            user=user,
            text=text,
            **marks,
        )
