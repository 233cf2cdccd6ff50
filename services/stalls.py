"""Telling the admins that a part of Clarion stood still and was started anew."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from escalation.effects import EffectKind
from services.admins import tell_admins
from services.clarion import Clarion
from services.rosters import read_roster
from storage.tables import outbox

# A part that stops again and again would otherwise fill the admins' messages; the log has each time.
NOT_AGAIN_WITHIN = timedelta(hours=1)
_ABOUT = "stall"


async def tell_admins_of_stall(clarion: Clarion, sentence: str) -> bool:
    """Write the message down, unless they were told of a stall within the hour, by this process or another."""
    now = clarion.clock.now()
    columns = outbox.c
    async with clarion.database.write() as session:
        told = await session.scalars(
            select(columns.data).where(
                columns.team_id == clarion.team_id,
                columns.escalation_id.is_(None),
                columns.kind == EffectKind.TELL_PERSON,
                columns.created_at > now - NOT_AGAIN_WITHIN,
                columns.created_at <= now,
            )
        )
        if any(data.get("about") == _ABOUT for data in told):
            return False
        roster = await read_roster(session, clarion.team_id, clarion.policy)
        await tell_admins(session, clarion, roster.admins, sentence, about=_ABOUT)
        return True
