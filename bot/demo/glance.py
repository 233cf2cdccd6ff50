"""A look into the bot's database from outside, for the page's clock and its figures."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.policy_source import load_policy
from escalation.effects import EffectState
from services.clarion import Clarion
from services.sweep import next_due
from storage.database import Database
from storage.tables import outbox


class Glance:
    """Reads, never writes."""

    def __init__(self, clarion: Clarion) -> None:
        self._clarion = clarion

    async def next_due(self) -> float | None:
        """When the bot does something next by itself, in seconds since the epoch."""
        due = await next_due(self._clarion)
        return due.timestamp() if due is not None else None

    async def waiting(self) -> int:
        """How many effects the bot still owes to Slack."""
        open_states = [EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN]
        async with self._clarion.database.read() as session:
            return await session.scalar(select(func.count()).where(outbox.c.state.in_(open_states))) or 0


@contextlib.asynccontextmanager
async def glance(database_url: str, policy: Path, clock: Path, team_id: str) -> AsyncIterator[Glance]:
    """Open until the block ends; the bot has made the database."""
    database = Database(database_url)
    try:
        yield Glance(Clarion(team_id, database, load_policy(policy), SystemClock(clock)))
    finally:
        await database.close()
