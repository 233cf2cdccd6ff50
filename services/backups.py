"""What Slack itself is to say should Clarion fall silent, read from what is owed now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from blocks.views import BackupView, Owed
from escalation.backup import wanted
from escalation.business_time import Calendar
from escalation.case import Escalation, Person, PlanStep
from escalation.clocks import severity_of
from escalation.obligations import Kind, Obligation
from services import views
from services.clarion import Clarion


async def backup_view(
    session: AsyncSession, clarion: Clarion, escalation: Escalation, now: datetime
) -> BackupView | None:
    """The backup that the escalation's channel is to have from now on, None when it is to have none."""
    owed = await views.open_obligations(session, [escalation.id])
    calendars = {one.debtor_id: await _calendar(session, clarion, escalation, one.debtor_id) for one in owed}
    stands_here = escalation.backup_channel_id == escalation.channel_id
    backup = wanted(
        escalation,
        owed,
        severity_of(escalation, clarion.policy),
        lambda one: calendars[one.debtor_id],
        now,
        standing=escalation.backup_at if stands_here else None,
    )
    if backup is None:
        return None
    return BackupView(escalation, backup.at, tuple([await _owed(session, one) for one in backup.owed]))


async def _calendar(session: AsyncSession, clarion: Clarion, escalation: Escalation, debtor: str | None) -> Calendar:
    """Business time where whoever owes it lives."""
    if debtor is None:
        return clarion.calendar(escalation.owner_zone)
    return clarion.calendar(clarion.zone_of(await session.get(Person, (clarion.team_id, debtor))))


async def _owed(session: AsyncSession, obligation: Obligation) -> Owed:
    is_step = obligation.kind is Kind.PLAN_STEP and bool(obligation.subject_id)
    return Owed(obligation, step=await session.get(PlanStep, obligation.subject_id) if is_step else None)
