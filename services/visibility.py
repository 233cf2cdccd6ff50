"""Which escalations exist for somebody, as a clause: what `permissions.may_see` tells of one, for lists of many."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.clarion import Clarion
from storage.tables import escalations, members


async def seen_by(clarion: Clarion, session: AsyncSession, user_id: str) -> ColumnElement[bool]:
    """Whether an escalation exists for this person; of a guest or a stranger this says nothing."""
    roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, clarion.clock.now())
    if user_id in roster.admins:
        return true()
    columns = escalations.c
    seen = select(members.c.escalation_id).where(members.c.user_id == user_id)
    mine = roster.tier_of(user_id, clarion.policy)
    not_below = roster.people(role for tier, roles in clarion.policy.tiers.items() if tier >= mine for role in roles)
    is_senior = columns.owner_id.not_in(not_below) if mine else false()
    return or_(
        columns.confidential.is_(False),
        columns.owner_id == user_id,
        columns.reporter_id == user_id,
        columns.id.in_(seen.where(members.c.joined.is_(True))),
        columns.id.in_(seen.where(members.c.told.is_(True))) & is_senior,
    )
