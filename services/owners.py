"""Who may own, as forms offer it: the suggested first, then the others, each with how many they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Person, Status
from escalation.wording import role_words
from services.clarion import Clarion
from storage.tables import escalations, people

OTHERS_SHOWN = 95


@dataclass(frozen=True)
class Owners:
    """The suggestion (None where there is nobody), the others allowed by name, and the load of each."""

    suggested: Person | None
    others: list[Person]
    load: dict[str, int]


async def owners_for(clarion: Clarion, severity: str, by: str, typed: str = "", without: str | None = None) -> Owners:
    """Whom the policy allows for this severity. Where anyone may own, the one who asks is suggested."""
    async with clarion.database.read() as session:
        roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, clarion.clock.now())
        policy = clarion.policy.severities.get(severity) or next(iter(clarion.policy.severities.values()))
        allowed = roster.allowed_owners(policy)
        load = await open_counts(session, clarion.team_id)
        query = select(Person).where(
            people.c.team_id == clarion.team_id,
            ~(people.c.is_bot | people.c.is_guest | people.c.is_deactivated | people.c.is_stranger),
        )
        if allowed is not None:
            query = query.where(people.c.user_id.in_(allowed))
        if typed.strip():
            query = query.where(people.c.name.icontains(typed.strip(), autoescape=True))
        found = list(await session.scalars(query.order_by(people.c.name).limit(OTHERS_SHOWN + 5)))
        left_out = [without] if without else []
        chosen = roster.suggested_owner(policy, load, by, without=left_out)
        suggested = await session.get(Person, (clarion.team_id, chosen)) if chosen != without else None
    if suggested is not None and not suggested.may_act:
        suggested = None
    others = [one for one in found if one.user_id not in (chosen, without)][:OTHERS_SHOWN]
    return Owners(suggested, others, load)


async def open_counts(session: AsyncSession, team_id: str) -> dict[str, int]:
    """How many open escalations each owner holds."""
    rows = await session.execute(
        select(escalations.c.owner_id, func.count())
        .where(
            escalations.c.team_id == team_id,
            escalations.c.status.in_([status for status in Status if status.is_live]),
        )
        .group_by(escalations.c.owner_id)
    )
    return dict(rows.all())


def why_not_owner(person: Person | None, severity: str, *, allowed: bool, needed: Sequence[str]) -> str:
    """The sentence that says why somebody cannot own an escalation, or "" when they can."""
    if person is None:
        return "That person is not in this workspace; choose a colleague."
    for is_so, what in (
        (person.is_bot, "is an app"),
        (person.is_stranger, "belongs to another organisation"),
        (person.is_guest, "is a guest"),
        (person.is_deactivated, "has been deactivated"),
    ):
        if is_so:
            return f"{person.name} {what} and cannot own an escalation; choose a colleague."
    if not allowed:
        roles = ", ".join(map(role_words, needed))
        return f"{person.name}'s rank does not allow owning a {severity}; the policy asks for one of: {roles}."
    return ""
