"""Who fills the policy's roles right now, read from the people we know of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import GroupMember, Person
from escalation.policy import PersonKind, Policy, named_entries, person_reference
from escalation.roster import Roster
from storage.database import Database
from storage.tables import group_members, people

# People change seldom, and another process may be the one that hears of it.
KEEP_FOR = timedelta(seconds=30)


class Rosters:
    """Reads the roster, and those who act, keeping them for half a minute; `forget` when people changed."""

    def __init__(self) -> None:
        self._kept: tuple[datetime, Roster, Mapping[str, Person]] | None = None
        self._people: dict[str, tuple[datetime, Person]] = {}

    async def read(self, session: AsyncSession, team_id: str, policy: Policy, now: datetime) -> Roster:
        """The roster of `policy` as of `now`, or of up to half a minute before."""
        return (await self._read(session, team_id, policy, now))[1]

    async def members(self, session: AsyncSession, team_id: str, policy: Policy, now: datetime) -> Mapping[str, Person]:
        """The people of that roster, by user id, as they were when it was read."""
        return (await self._read(session, team_id, policy, now))[2]

    async def _read(
        self, session: AsyncSession, team_id: str, policy: Policy, now: datetime
    ) -> tuple[datetime, Roster, Mapping[str, Person]]:
        if self._kept is None or not _is_fresh(self._kept[0], now):
            self._kept = (now, *await _read_with_people(session, team_id, policy))
        return self._kept

    async def person(self, database: Database, team_id: str, user_id: str, now: datetime) -> Person | None:
        """Somebody as we know them as of `now`, or of up to half a minute before; None whom we do not know."""
        kept = self._people.get(user_id)
        if kept is not None and _is_fresh(kept[0], now):
            return kept[1]
        async with database.read() as session:
            found = await session.get(Person, (team_id, user_id))
        if found is not None:
            self._people[user_id] = (now, found)
        return found

    def forget(self) -> None:
        """Read anew next time."""
        self._kept = None
        self._people.clear()


def _is_fresh(at: datetime, now: datetime) -> bool:
    return timedelta() <= now - at < KEEP_FOR


async def read_roster(session: AsyncSession, team_id: str, policy: Policy) -> Roster:
    """Every role of the policy with its active people, in the order the policy names them."""
    return (await _read_with_people(session, team_id, policy))[0]


async def _read_with_people(session: AsyncSession, team_id: str, policy: Policy) -> tuple[Roster, Mapping[str, Person]]:
    named = named_entries(policy)
    by_reference, people_found = await _find(session, team_id, dict.fromkeys(named))

    def resolved(entries: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(user for entry in entries for user in by_reference[entry]))

    roles = {role: resolved(entries) for role, entries in policy.roles.items()}
    # Copies: what a session read is worth nothing once it was rolled back, as when somebody is refused.
    kept = {user_id: replace(person) for user_id, person in people_found.items()}
    return Roster(roles=roles, admins=resolved(policy.admins)), kept


async def unknown_references(session: AsyncSession, team_id: str, policy: Policy) -> list[str]:
    """Entries of the policy for which nobody active is known."""
    named = named_entries(policy)
    found, _ = await _find(session, team_id, dict.fromkeys(named))
    return [entry for entry, users in found.items() if not users]


async def _find(
    session: AsyncSession, team_id: str, entries: dict[str, None]
) -> tuple[dict[str, list[str]], dict[str, Person]]:
    kinds = {entry: person_reference(entry) for entry in entries}
    ids = [value for kind, value in kinds.values() if kind == "id"]
    emails = [value.lower() for kind, value in kinds.values() if kind == "email"]
    handles = [value for kind, value in kinds.values() if kind == "usergroup"]
    in_groups: dict[str, list[str]] = {}
    if handles:
        rows = await session.scalars(
            select(GroupMember).where(group_members.c.team_id == team_id, group_members.c.handle.in_(handles))
        )
        for row in rows:
            in_groups.setdefault(row.handle, []).append(row.user_id)
    wanted = [*ids, *(user for users in in_groups.values() for user in users)]
    if not wanted and not emails:
        return {entry: [] for entry in entries}, {}
    found = await session.scalars(
        select(Person).where(people.c.team_id == team_id, people.c.user_id.in_(wanted) | people.c.email.in_(emails))
    )
    active = {person.user_id: person for person in found if person.may_act}
    by_email = {person.email: user_id for user_id, person in active.items() if person.email}

    def users(kind: PersonKind, value: str) -> list[str]:
        if kind == "id":
            return [value] if value in active else []
        if kind == "email":
            return [by_email[value.lower()]] if value.lower() in by_email else []
        return [user for user in in_groups.get(value, ()) if user in active]

    return {entry: users(kind, value) for entry, (kind, value) in kinds.items()}, active
