"""What the customer was told and promised: adding to the log, and reading it from the audit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from blocks import event_values as values
from blocks.views import Told
from escalation.case import Escalation, Event, EventKind, Update
from escalation.consequences import Transition
from escalation.errors import InvalidInput, NotFound
from escalation.lifecycle import Move
from escalation.permissions import Act
from services.change import Change, change
from services.clarion import Clarion
from storage.tables import events, updates


@dataclass(frozen=True)
class Press:
    """A press of "Told the customer": when it was, and the event that words can be added to."""

    escalation: Escalation
    at: datetime
    event_id: int


# How the form names the field that may not be empty.
WHAT = "customer_told"


async def add_told(
    clarion: Clarion,
    escalation_id: int,
    by: str,
    key: str | None,
    what: str,
    how: str = "",
    next_at: datetime | None = None,
    press_id: int | None = None,
) -> Escalation:
    """Keep what the customer was told, and arm what they were promised; a promise alone is no word to them.

    `press_id` is the event of "Told the customer" whose words these are: they were told then, and it was settled by that.
    Nothing that was kept is changed: whoever adds to it or corrects it leaves another row.
    """
    if not what and next_at is None:
        raise InvalidInput(WHAT, "Say what they were told, or when they hear next.")
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.POST_UPDATE)
        it.move(Move.TELL_CUSTOMER)
        press = await _press(it, press_id) if press_id is not None else None
        if what and press is None:
            await it.owe(Transition.CUSTOMER_TOLD)
        if next_at is not None:
            await it.owe(Transition.CUSTOMER_PROMISED, promise=next_at)
        promise = next_at.isoformat() if next_at is not None else None
        if what:
            told: dict[str, Any] = {"customer_told": what, "told_how": how, "customer_next_at": promise}
            told |= {"about": press.id, "told_at": press.at.isoformat()} if press is not None else {}
            event = it.record(EventKind.CUSTOMER_TOLD, **told)
        else:
            event = it.record(EventKind.CUSTOMER_PROMISED, customer_next_at=promise)
        await it.show(event)
        return it.escalation


async def _press(it: Change, press_id: int) -> Event:
    found = await it.session.get(Event, press_id)
    if found is None or found.escalation_id != it.escalation.id or found.kind is not EventKind.CUSTOMER_TOLD:
        raise NotFound("That button is out of date; /escalate told takes what they were told.")
    return found


async def read_log(clarion: Clarion, escalation_id: int) -> list[Told]:
    """Everything the customer was told, oldest first. Whether the reader may see it is `services.finding`'s to check."""
    async with clarion.database.read() as session:
        rows = await session.scalars(
            select(Event)
            .where(events.c.escalation_id == escalation_id, events.c.kind.in_(_TELLING))
            .order_by(events.c.at, events.c.id)
        )
        return entries(rows.all())


_TELLING = (EventKind.CUSTOMER_TOLD, EventKind.UPDATED)


def entries(rows: Sequence[Event]) -> list[Told]:
    """The log as the audit has it. A press whose words were added later is not there a second time."""
    presses = {row.id: row for row in rows if row.kind is EventKind.CUSTOMER_TOLD}
    worded = {row.values.get("about") for row in presses.values()}
    told = [_entry(row, presses) for row in rows if _tells(row) and row.id not in worded]
    return sorted(told, key=lambda one: one.at)


def _tells(row: Event) -> bool:
    return row.kind is EventKind.CUSTOMER_TOLD or bool(values.text(row, "customer_told").strip())


def _entry(row: Event, presses: dict[int, Event]) -> Told:
    press = presses.get(row.values.get("about") or 0, row)
    return Told(
        at=press.at,
        by=press.by,
        what=values.text(row, "customer_told"),
        how=values.text(row, "told_how"),
        next_at=values.instant(row, "customer_next_at"),
        added_by=row.by if row.by != press.by else "",
    )


async def last_told(session: AsyncSession, escalation_id: int) -> Told | None:
    """When the customer was told something last, and by whom; without reading every update."""
    rows = await session.scalars(
        select(Event).where(events.c.escalation_id == escalation_id, events.c.kind == EventKind.CUSTOMER_TOLD)
    )
    update: Update | None = await session.scalar(
        select(Update)
        .where(updates.c.escalation_id == escalation_id, updates.c.customer_told != "")
        .order_by(updates.c.id.desc())
        .limit(1)
    )
    found: Iterable[Told] = entries(rows.all())
    if update is not None:
        found = [*found, Told(update.at, update.by, update.customer_told, update.told_how)]
    return max(found, key=lambda one: one.at, default=None)
