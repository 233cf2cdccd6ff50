"""On whose business time something is owed."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from escalation.business_time import Calendar
from escalation.case import Escalation, Person
from escalation.obligations import Obligation
from services.clarion import Clarion


async def calendar_of(
    session: AsyncSession, clarion: Clarion, escalation: Escalation, obligation: Obligation
) -> Calendar:
    """Business time where whoever owes it lives."""
    if obligation.debtor_id is None:
        return clarion.calendar(escalation.owner_zone)
    return clarion.calendar_of(await session.get(Person, (clarion.team_id, obligation.debtor_id)))
