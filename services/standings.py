"""What somebody is to an escalation, read from the rows, and what they may therefore do (`escalation.permissions`)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation import permissions
from escalation.case import Escalation, Member, Person
from escalation.errors import NotFound, Refused
from escalation.permissions import Act, Standing
from escalation.roster import Roster
from services.clarion import Clarion
from storage.tables import members

NOT_FOR_OUTSIDERS = (
    "Guests, bots and people of other organisations cannot use Clarion; ask a colleague of this workspace."
)


async def may(
    clarion: Clarion, session: AsyncSession, escalation: Escalation, by: str, roster: Roster, act: Act
) -> bool:
    """Whether somebody may do this. For what is offered or shown: who does it is checked again, and told why not."""
    try:
        standings, told = await standing(clarion, session, escalation, by, roster)
        permissions.check(act, escalation, standings, told=told)
    except (NotFound, Refused):
        return False
    return True


async def standing(
    clarion: Clarion, session: AsyncSession, escalation: Escalation, by: str, roster: Roster
) -> tuple[set[Standing], bool]:
    """What somebody is to an escalation, and whether the policy had them told. Refused for outsiders."""
    if not by:
        return set(Standing), True
    person = await session.get(Person, (clarion.team_id, by))
    if person is None or not person.may_act:
        raise Refused(NOT_FOR_OUTSIDERS)
    found = {Standing.ANYONE}
    if by == escalation.owner_id:
        found.add(Standing.OWNER)
    if by == escalation.reporter_id:
        found.add(Standing.REPORTER)
    if by in roster.admins:
        found.add(Standing.ADMIN)
    if roster.is_senior_to(by, escalation.owner_id, clarion.policy):
        found.add(Standing.SENIOR)
    if not escalation.confidential:
        return found, True
    member = await session.scalar(
        select(Member).where(members.c.escalation_id == escalation.id, members.c.user_id == by)
    )
    if member is not None and member.joined:
        found.add(Standing.MEMBER)
    return found, member is not None and member.told
