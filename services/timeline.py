"""Notes on the timeline, and reading it."""

from __future__ import annotations

from sqlalchemy import select

from escalation.case import Escalation, Event, EventKind
from escalation.permissions import Act
from services.change import change
from services.clarion import Clarion
from storage.tables import events


async def note(
    clarion: Clarion, escalation_id: int, by: str, key: str | None, text: str, *, author: str = "", link: str = ""
) -> Escalation:
    """Put words on the timeline: typed now, or a message of `author` with its link."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.NOTE)
        it.record(EventKind.NOTED, text=text, author=author, link=link)
        return it.escalation


async def read_timeline(clarion: Clarion, escalation_id: int) -> list[Event]:
    """Everything that happened, oldest first. Whether the reader may see it is `services.finding`'s to check."""
    async with clarion.database.read() as session:
        rows = await session.scalars(
            select(Event).where(events.c.escalation_id == escalation_id).order_by(events.c.at, events.c.id)
        )
        return list(rows)
