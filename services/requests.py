"""The idempotency keys of what people send: Slack may deliver the same form, button or event again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.errors import AlreadyDone
from storage.database import insert_into
from storage.tables import requests

_CARRIED_OUT = select(requests.c.escalation_id).where(
    requests.c.team_id == bindparam("team_id"), requests.c.key == bindparam("key")
)


async def claim(session: AsyncSession, team_id: str, key: str, escalation_id: int, now: datetime) -> None:
    """Take the key in this transaction; AlreadyDone when it was taken by one that committed.

    On PostgreSQL a rival that holds the key uncommitted is waited for.
    """
    values = {"team_id": team_id, "key": key[:255], "escalation_id": escalation_id, "at": now}
    taken = await session.execute(
        insert_into(session, requests).on_conflict_do_nothing().returning(requests.c.escalation_id), values
    )
    if taken.first() is None:
        raise AlreadyDone(await carried_out(session, team_id, key) or escalation_id)


async def carried_out(session: AsyncSession, team_id: str, key: str) -> int | None:
    """The escalation that a request with this key concerned, if it was carried out."""
    found: int | None = await session.scalar(_CARRIED_OUT, {"team_id": team_id, "key": key[:255]})
    return found
