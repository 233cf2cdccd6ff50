"""What we know of people: kept as Slack tells it, and acted on when an owner is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from escalation.case import Person, Status, Workspace
from services import absence
from services.clarion import Clarion
from services.handing_over import see_to_owner
from storage.tables import escalations, people

_FACTS = ("name", "email", "zone", "is_bot", "is_guest", "is_deactivated", "is_stranger", "away_status", "away_until")


async def known(clarion: Clarion, user_id: str) -> Person | None:
    """Somebody as we know them, or knew them half a minute ago; what they do is judged by the rows as it is committed."""
    return await clarion.rosters.person(clarion.database, clarion.team_id, user_id, clarion.clock.now())


async def names(clarion: Clarion, user_ids: Iterable[str]) -> dict[str, Person]:
    """Several people by id; those we do not know are left out."""
    wanted = list(dict.fromkeys(user_ids))
    async with clarion.database.read() as session:
        rows = await session.scalars(
            select(Person).where(people.c.team_id == clarion.team_id, people.c.user_id.in_(wanted))
        )
        return {row.user_id: row for row in rows}


async def remember(clarion: Clarion, found: Sequence[Person]) -> None:
    """Store who they are now; only what changed is written. Owners who left or went away are seen to at once."""
    before = await names(clarion, [person.user_id for person in found])
    changed = [person for person in found if not _same(before.get(person.user_id), person)]
    if not changed:
        return
    async with clarion.database.write() as session:
        # Several processes that start at once learn the same people; the workspace's row lets them through one by one.
        await session.get_one(Workspace, clarion.team_id, with_for_update=True)
        for person in changed:
            row = await session.get(Person, (person.team_id, person.user_id))
            if row is None:
                session.add(person)
            else:
                for fact in _FACTS:
                    setattr(row, fact, getattr(person, fact))
    clarion.rosters.forget()
    now = clarion.clock.now()
    was_away = [one for one in before.values() if one.away_status]
    after = {person.user_id: person for person in changed}
    came_back = {one.user_id for one in was_away if one.user_id in after and not after[one.user_id].is_away(now)}
    # Of an absence that ended by itself nobody may have taken note before the next began.
    afresh = {one.user_id for one in was_away if one.user_id in after and not one.is_away(now)}
    await see_to_owners(clarion, came_back | afresh)


async def see_to_owners(clarion: Clarion, came_back: Collection[str] = ()) -> None:
    """Every open escalation whose owner was deactivated (or may not act any more) goes to the next in the path; where
    the owner is away the next is asked. `came_back` are those whose absence has ended, be it that another began.
    """
    for escalation_id in await _lost(clarion):
        await see_to_owner(clarion, escalation_id)
    for escalation_id, owner_id in await absence.to_follow(clarion, came_back):
        await see_to_owner(clarion, escalation_id, afresh=owner_id in came_back)


async def _lost(clarion: Clarion) -> Sequence[int]:
    async with clarion.database.read() as session:
        found = await session.scalars(
            select(escalations.c.id)
            .join(people, (people.c.team_id == escalations.c.team_id) & (people.c.user_id == escalations.c.owner_id))
            .where(
                escalations.c.team_id == clarion.team_id,
                escalations.c.status.in_([status for status in Status if status.is_live]),
                people.c.is_deactivated | people.c.is_guest | people.c.is_bot | people.c.is_stranger,
            )
        )
        return found.all()


def _same(before: Person | None, after: Person) -> bool:
    return before is not None and all(getattr(before, fact) == getattr(after, fact) for fact in _FACTS)
