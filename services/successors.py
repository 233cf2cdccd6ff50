"""Who comes next when an owner cannot go on."""

from __future__ import annotations

from sqlalchemy import select

from escalation.case import Person
from services.change import Change
from services.owners import open_counts
from storage.tables import people


async def successors(it: Change) -> list[Person]:
    """Everybody who could own it instead, the next first: those whom the policy allows, the admins, the reporter.

    Whoever is away comes last. The roster is up to half a minute old and several may leave at once, so people are read
    from their rows.
    """
    escalation, roster = it.escalation, it.roster
    named = [*(roster.allowed_owners(it.severity) or ()), *roster.admins, escalation.reporter_id]
    rows = await it.session.scalars(
        select(Person).where(people.c.team_id == escalation.team_id, people.c.user_id.in_(named))
    )
    able = {row.user_id: row for row in rows if row.may_act and row.user_id != escalation.owner_id}
    load = await open_counts(it.session, escalation.team_id)
    presence = {user: it.clarion.presence(person, it.now) for user, person in able.items()}
    ranked = [*roster.ranked(it.severity, load, presence), *roster.admins, escalation.reporter_id]
    found = [able[user] for user in dict.fromkeys(ranked) if user in able]
    return sorted(found, key=lambda person: person.is_away(it.now))
