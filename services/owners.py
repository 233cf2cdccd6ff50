"""Who may own, as forms offer it: the suggested first, then the others, each with how many they hold."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from escalation.case import Person
from services.clarion import Clarion
from services.opening import open_counts
from storage.tables import people

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
        found = [one for one in await session.scalars(query.order_by(people.c.name).limit(OTHERS_SHOWN + 5))]
        left_out = [without] if without else []
        chosen = roster.suggested_owner(policy, load, by, without=left_out)
        suggested = await session.get(Person, (clarion.team_id, chosen)) if chosen != without else None
    if suggested is not None and not suggested.may_act:
        suggested = None
    others = [one for one in found if one.user_id not in (chosen, without)][:OTHERS_SHOWN]
    return Owners(suggested, others, load)
