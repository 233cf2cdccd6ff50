"""What forms and answers are filled in with: each function is one read, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from blocks.views import CardView
from escalation import ladder, lifecycle, moves, permissions
from escalation.business_time import on_clock
from escalation.case import Escalation, PlanStep, Update
from escalation.clocks import severity_of
from escalation.errors import NotFound, Refused
from escalation.obligations import Kind
from escalation.permissions import Act
from services import opening, views
from services.clarion import Clarion
from services.standings import standing
from storage.tables import handovers


async def may(clarion: Clarion, escalation_id: int, user_id: str, act: Act) -> bool:
    """Whether this person may do this; it is checked again when it is done."""
    try:
        await checked(clarion, escalation_id, user_id, act)
    except Refused:
        return False
    return True


async def checked(
    clarion: Clarion, escalation_id: int, user_id: str, act: Act, move: lifecycle.Move | None = None
) -> Escalation:
    """The escalation, if this person may do this to it as it stands; NotFound, or Refused with who can and when."""
    async with clarion.database.read() as session:
        found = await session.get(Escalation, escalation_id)
        if found is None or found.team_id != clarion.team_id:
            raise NotFound("That escalation does not exist, or you cannot see it.")
        roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, clarion.clock.now())
        standings, told = await standing(clarion, session, found, user_id, roster)
    permissions.check(act, found, standings, told=told)
    if move is not None:
        lifecycle.after(move, found.status, found.reference)
    return found


async def card(clarion: Clarion, escalation: Escalation) -> CardView:
    """The escalation as its card shows it now."""
    async with clarion.database.read() as session:
        return await views.card_view(session, clarion, escalation, clarion.clock.now())


async def last_update(clarion: Clarion, escalation_id: int) -> Update | None:
    """The current statement."""
    async with clarion.database.read() as session:
        return await views.last_update(session, escalation_id)


async def steps_to_do(clarion: Clarion, escalation_id: int) -> Sequence[PlanStep]:
    """The plan's steps that are not done, in their order."""
    async with clarion.database.read() as session:
        return [step for step in await views.plan(session, escalation_id) if step.done_at is None]


async def open_of_customer(clarion: Clarion, customer_id: int, user_id: str) -> list[Escalation]:
    """The customer's open escalations that this person may see, most recent first."""
    async with clarion.database.read() as session:
        return await opening.open_for_customer(clarion, session, customer_id, user_id)


async def owner_fits(clarion: Clarion, user_id: str, severity: str) -> bool:
    """Whether the person's rank allows owning this severity; one that the policy does not have fits anybody."""
    policy = clarion.policy.severities.get(severity)
    async with clarion.database.read() as session:
        roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, clarion.clock.now())
    return policy is None or roster.may_own(user_id, policy)


async def has_handed_off(clarion: Clarion, escalation_id: int, user_id: str) -> bool:
    """Whether this person has asked somebody to take this escalation over before."""
    mine = (handovers.c.escalation_id == escalation_id, handovers.c.asked_by == user_id)
    async with clarion.database.read() as session:
        return bool(await session.scalar(select(exists().where(*mine))))


def next_update_due(clarion: Clarion, escalation: Escalation) -> datetime:
    """When the update after one that is posted now will be due by the cadence."""
    calendar = clarion.calendar(escalation.owner_zone)
    terms = moves.Terms(clarion.policy, calendar, clarion.clock.now(), escalation.owner_id, lambda _: calendar)
    return moves.next_update_due(escalation, terms)


async def to_snooze(clarion: Clarion, escalation: Escalation, user_id: str) -> list[Kind]:
    """Of what a snooze would put off the reminders; Refused where there is nothing."""
    async with clarion.database.read() as session:
        owed = await views.open_obligations(session, [escalation.id])
    return [one.kind for one in ladder.to_snooze(owed, escalation, user_id, clarion.clock.now())]


def longest_snooze(clarion: Clarion, escalation: Escalation) -> timedelta:
    """How long the policy allows a snooze to last, on the clock of what is owed."""
    return on_clock(severity_of(escalation, clarion.policy).snooze_at_most, business=False).time
