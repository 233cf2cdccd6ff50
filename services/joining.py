"""Coming into an escalation's channel."""

from __future__ import annotations

from sqlalchemy import select

from escalation.case import Escalation, Member, Status
from escalation.effects import EffectKind
from escalation.errors import Refused
from escalation.permissions import Act
from services.change import change
from services.clarion import Clarion
from storage.tables import members


async def join(clarion: Clarion, escalation_id: int, by: str, key: str | None) -> tuple[Escalation, bool]:
    """Have somebody brought in, and tell whether they were in it before. NotFound where they may not see it."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.SEE)
        escalation = it.escalation
        if escalation.status is Status.CLOSED:
            raise Refused(f"{escalation.reference} is closed and its channel is archived; reopen it to go on.")
        member = await it.session.scalar(
            select(Member).where(members.c.escalation_id == escalation_id, members.c.user_id == by)
        )
        if member is not None and member.joined:
            return escalation, True
        await it.enqueue(EffectKind.INVITE, users=[by])
        return escalation, False
