"""Finding escalations as somebody may see them: by reference, by channel, in lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Customer, Escalation
from escalation.errors import NotFound
from escalation.obligations import Kind, Obligation
from escalation.permissions import may_see
from escalation.wording import name_key
from services.channels import find_by_channel
from services.clarion import Clarion
from services.standings import standing
from services.visibility import seen_by
from storage.conditions import IS_LIVE
from storage.tables import customers, escalations, obligations

_REFERENCE = re.compile(r"esc-(\d{1,9})", re.IGNORECASE)
KNOWN_CUSTOMERS_SHOWN = 99

Row = TypeVar("Row")


def reference_number(word: str) -> int | None:
    """The number in `ESC-42`, in any case; None when the word is no reference."""
    match = _REFERENCE.fullmatch(word.strip())
    return int(match.group(1)) if match else None


async def by_reference(clarion: Clarion, number: int, user_id: str) -> Escalation:
    """ESC-<number>, if this person may see it; NotFound otherwise, in the same words for both."""
    async with clarion.database.read() as session:
        found: Escalation | None = await session.scalar(
            select(Escalation).where(escalations.c.team_id == clarion.team_id, escalations.c.number == number)
        )
        if found is None or not await sees(clarion, session, found, user_id):
            raise NotFound(f"There is no ESC-{number} that you can see; /escalate list all shows what there is.")
        return found


async def by_id(clarion: Clarion, escalation_id: int, user_id: str) -> Escalation:
    """The escalation with this id, if this person may see it; NotFound otherwise."""
    async with clarion.database.read() as session:
        found = await session.get(Escalation, escalation_id)
        if found is None or found.team_id != clarion.team_id or not await sees(clarion, session, found, user_id):
            raise NotFound("That escalation does not exist, or you cannot see it.")
        return found


async def by_channel(clarion: Clarion, channel_id: str) -> Escalation | None:
    """The escalation whose channel this is. Whoever types in a channel is in it, and may see it."""
    async with clarion.database.read() as session:
        return await find_by_channel(session, clarion.team_id, channel_id)


async def sees(clarion: Clarion, session: AsyncSession, escalation: Escalation, user_id: str) -> bool:
    """Whether the escalation exists for this person; Refused for guests, bots and outsiders."""
    roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, clarion.clock.now())
    standings, told = await standing(clarion, session, escalation, user_id, roster)
    return may_see(escalation, standings, told=told)


async def list_open(
    clarion: Clarion,
    user_id: str,
    *,
    mine: bool = False,
    ended_too: bool = False,
    severity: str | None = None,
    customer: str | None = None,
) -> list[tuple[Escalation, Obligation | None]]:
    """Escalations with what falls due first for each: open ones before ended ones, the overdue first, then by severity,
    then by what is due sooner, then by age.

    `customer` is matched anywhere in the name, as names are compared.
    """
    now = clarion.clock.now()
    async with clarion.database.read() as session:
        query = select(Escalation).where(escalations.c.team_id == clarion.team_id)
        if not ended_too:
            query = query.where(IS_LIVE)
        if mine:
            query = query.where(or_(escalations.c.owner_id == user_id, escalations.c.reporter_id == user_id))
        if severity is not None:
            query = query.where(escalations.c.severity == severity)
        if customer is not None:
            query = query.where(escalations.c.customer_id.in_(select(customers.c.id).where(called(customer))))
        found = (await session.scalars(query.where(await seen_by(clarion, session, user_id)))).all()
        first_due = await _first_due(session, [one.id for one in found])
    rows = [(one, first_due.get(one.id)) for one in found]

    def order(row: tuple[Escalation, Obligation | None]) -> tuple[bool, bool, int, float, int]:
        escalation, due = row
        overdue = due is not None and due.due_at <= now
        soon = due.due_at.timestamp() if due is not None else float("inf")
        return not escalation.status.is_live, not overdue, clarion.rank(escalation.severity), soon, escalation.number

    return sorted(rows, key=order)


async def known_customers(clarion: Clarion, typed: str, user_id: str) -> list[Customer]:
    """Customers whose name holds what was typed, by name; those whose escalations this person may not see stay unknown."""
    async with clarion.database.read() as session:
        theirs = select(escalations.c.customer_id).where(escalations.c.team_id == clarion.team_id)
        rows = await session.scalars(
            select(Customer)
            .where(
                customers.c.team_id == clarion.team_id,
                called(typed),
                customers.c.id.in_(theirs.where(await seen_by(clarion, session, user_id))),
            )
            .order_by(customers.c.name_key)
            .limit(KNOWN_CUSTOMERS_SHOWN)
        )
        return list(rows)


def called(typed: str) -> ColumnElement[bool]:
    """Whether the name holds what was typed; not left to the database, as SQLite knows the case of ASCII alone."""
    return customers.c.name_key.contains(name_key(typed), autoescape=True)


async def customer_named(clarion: Clarion, words: str, user_id: str) -> Customer | None:
    """The known customer whose name `words` begin with, the longest such name; None when there is none."""
    first = words.split(maxsplit=1)[0] if words.split() else ""
    candidates = await known_customers(clarion, first, user_id) if first else []
    compared = name_key(words) + " "
    fitting = [one for one in candidates if compared.startswith(one.name_key + " ")]
    return max(fitting, key=lambda one: len(one.name_key), default=None)


async def _first_due(session: AsyncSession, ids: Sequence[int]) -> dict[int, Obligation]:
    rows = await session.scalars(
        select(Obligation)
        .where(
            obligations.c.escalation_id.in_(ids),
            obligations.c.settled_at.is_(None),
            obligations.c.kind.not_in([Kind.TELL_PATH]),
        )
        .order_by(obligations.c.due_at.desc())
    )
    return {one.escalation_id: one for one in rows}
