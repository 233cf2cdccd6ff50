"""Who may own, as forms offer it: the suggested first, then the others, each with how many they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Person, Status
from escalation.policy import SeverityPolicy
from escalation.roster import Presence, Roster
from escalation.wording import role_words
from services.clarion import Clarion
from storage.tables import escalations, people

OTHERS_SHOWN = 95
INSTEAD_SHOWN = 3


@dataclass(frozen=True)
class Owners:
    """The suggestion (None where there is nobody), the others allowed by name, and the load and presence of each."""

    suggested: Person | None
    others: list[Person]
    load: dict[str, int]
    presence: dict[str, Presence]


@dataclass(frozen=True)
class Concern:
    """What speaks against an owner: they are `away` ("" if not), or hold as many as the policy wants at most already.

    `instead` are at most three who could lead it and hold fewer, with what they hold.
    """

    owner: Person
    holds: int
    limit: int
    away: str
    instead: list[tuple[Person, int]]


async def owners_for(clarion: Clarion, severity: str, by: str, typed: str = "", without: str | None = None) -> Owners:
    """Whom the policy allows for this severity. Where anyone may own, the one who asks is suggested."""
    async with clarion.database.read() as session:
        roster, known = await _roster(clarion, session)
        policy = _severity(clarion, severity)
        load = await open_counts(session, clarion.team_id)
        found = await _allowed(clarion, session, roster, policy, typed)
        left_out = [without] if without else []
        chosen = roster.suggested_owner(policy, load, _presence(clarion, known.values()), by, without=left_out)
        suggested = await session.get(Person, (clarion.team_id, chosen)) if chosen != without else None
    if suggested is not None and not suggested.may_act:
        suggested = None
    others = [one for one in found if one.user_id not in (chosen, without)][:OTHERS_SHOWN]
    shown = [*others, suggested] if suggested else others
    return Owners(suggested, others, load, _presence(clarion, shown))


async def concern_about(
    clarion: Clarion, severity: str, owner_id: str, without: str | None = None, *, counted: bool = False
) -> Concern | None:
    """What speaks against this owner, None where nothing does. `counted`: they hold the very escalation already."""
    now, limit = clarion.clock.now(), clarion.policy.max_open_per_owner
    async with clarion.database.read() as session:
        owner = await session.get(Person, (clarion.team_id, owner_id))
        load = await open_counts(session, clarion.team_id)
        holds = load.get(owner_id, 0) - counted
        if owner is None or not (holds >= limit or owner.is_away(now)):
            return None
        roster, known = await _roster(clarion, session)
        policy = _severity(clarion, severity)
        allowed = await _allowed(clarion, session, roster, policy)
    able = {one.user_id: one for one in allowed} | dict(known)
    ranked = roster.ranked(policy, load, _presence(clarion, able.values())) or [one.user_id for one in allowed]
    instead = [
        (able[user], load.get(user, 0))
        for user in sorted(ranked, key=lambda user: load.get(user, 0))
        if user not in (owner_id, without) and load.get(user, 0) < limit and not able[user].is_away(now)
    ]
    away = clarion.away_words(owner, now) if owner.is_away(now) else ""
    return Concern(owner, holds, limit, away, instead[:INSTEAD_SHOWN])


async def _roster(clarion: Clarion, session: AsyncSession) -> tuple[Roster, Mapping[str, Person]]:
    asked = (session, clarion.team_id, clarion.policy, clarion.clock.now())
    return await clarion.rosters.read(*asked), await clarion.rosters.members(*asked)


def _severity(clarion: Clarion, key: str) -> SeverityPolicy:
    """One that is not in the policy any more is taken for the first of those that are."""
    return clarion.policy.severities.get(key) or next(iter(clarion.policy.severities.values()))


def _presence(clarion: Clarion, known: Iterable[Person]) -> dict[str, Presence]:
    now = clarion.clock.now()
    return {person.user_id: clarion.presence(person, now) for person in known}


async def _allowed(
    clarion: Clarion, session: AsyncSession, roster: Roster, policy: SeverityPolicy, typed: str = ""
) -> list[Person]:
    """Those who may own, by name, as many as a menu holds; of those whose name has the letters typed."""
    allowed = roster.allowed_owners(policy)
    query = select(Person).where(
        people.c.team_id == clarion.team_id,
        ~(people.c.is_bot | people.c.is_guest | people.c.is_deactivated | people.c.is_stranger),
    )
    if allowed is not None:
        query = query.where(people.c.user_id.in_(allowed))
    if typed.strip():
        query = query.where(people.c.name.icontains(typed.strip(), autoescape=True))
    return list(await session.scalars(query.order_by(people.c.name).limit(OTHERS_SHOWN + 5)))


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
