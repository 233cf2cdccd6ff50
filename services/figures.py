"""How promises were kept (`escalation.figures`), of those escalations that somebody may see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.figures import COUNTED_EVENTS, LAST, PROMISED, Entry, Fact, Report, facts_of, report_of
from escalation.promises import End, Promise
from services.clarion import Clarion
from services.finding import called
from services.visibility import seen_by
from storage.tables import customers, escalations, events, obligations, people

_AT_ONCE = 500


async def read_figures(
    clarion: Clarion,
    user_id: str,
    *,
    mine: bool = False,
    severity: str | None = None,
    customer: str | None = None,
    last: timedelta = LAST,
) -> Report:
    """The figures of the time until now: of everything, or what was promised by this person, at one severity, or to
    customers with these words in their name.
    """
    now = clarion.clock.now()
    async with clarion.database.read() as session:
        chosen = escalations.c.team_id == clarion.team_id
        chosen &= await seen_by(clarion, session, user_id)
        if customer is not None:
            chosen &= escalations.c.customer_id.in_(select(customers.c.id).where(called(customer)))
        overdue = await _overdue(clarion, session, chosen, now)
        facts: list[Fact] = []
        async for escalation_id, history in _histories(session, chosen, now - last, now):
            facts += facts_of(history, overdue.get(escalation_id, ()), now - last)
    asked = [
        fact for fact in facts if (not mine or fact.who == user_id) and (severity is None or fact.severity == severity)
    ]
    return report_of(asked, clarion.rank)


async def _histories(
    session: AsyncSession, chosen: ColumnElement[bool], since: datetime, now: datetime
) -> AsyncIterator[tuple[int, list[Entry]]]:
    """What happened, from its opening on, to each escalation to which something did in this time or is overdue."""
    touched = union(
        select(events.c.escalation_id).where(events.c.at >= since, events.c.kind.in_(COUNTED_EVENTS)),
        select(obligations.c.escalation_id).where(_is_overdue(now)),
    )
    rows = await session.stream(
        select(events.c.escalation_id, events.c.at, events.c.kind, events.c.by, events.c["values"])
        .join(escalations, escalations.c.id == events.c.escalation_id)
        .where(chosen, events.c.kind.in_(COUNTED_EVENTS), events.c.escalation_id.in_(touched))
        .order_by(events.c.escalation_id, events.c.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    current, history = 0, list[Entry]()
    async for several in rows.partitions():
        for escalation_id, *entry in several:
            if escalation_id != current and history:
                yield current, history
                history = []
            current = escalation_id
            history.append(Entry(*entry))
    if history:
        yield current, history


async def _overdue(
    clarion: Clarion, session: AsyncSession, chosen: ColumnElement[bool], now: datetime
) -> dict[int, list[Promise]]:
    """What is overdue now, by escalation, each late on the calendar of whoever owes it."""
    is_debtor = and_(people.c.team_id == obligations.c.team_id, people.c.user_id == obligations.c.debtor_id)
    rows = await session.execute(
        select(
            obligations.c.escalation_id,
            obligations.c.kind,
            obligations.c.severity,
            obligations.c.due_at,
            obligations.c.business,
            obligations.c.debtor_id,
            escalations.c.owner_zone,
            people.c.zone,
        )
        .join(escalations, escalations.c.id == obligations.c.escalation_id)
        .join(people, is_debtor, isouter=True)
        .where(chosen, _is_overdue(now))
    )
    found: dict[int, list[Promise]] = {}
    for escalation_id, kind, severity, due_at, business, debtor, owner_zone, zone in rows:
        calendar = clarion.calendar((zone or clarion.policy.timezone.key) if debtor else owner_zone)
        late = calendar.between(due_at, now, business)
        found.setdefault(escalation_id, []).append(Promise(kind, severity, due_at, End.OVERDUE, late, debtor or ""))
    return found


def _is_overdue(now: datetime) -> ColumnElement[bool]:
    return and_(obligations.c.settled_at.is_(None), obligations.c.due_at < now, obligations.c.kind.in_(PROMISED))
