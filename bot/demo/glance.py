"""A look into the bot's database from outside, for the page's clock and its figures."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.policy_source import load_policy
from escalation.effects import EffectKind, EffectState
from services.clarion import Clarion
from services.sweep import next_due
from storage.database import Database
from storage.tables import outbox


class Glance:
    """Reads, never writes."""

    def __init__(self, clarion: Clarion, clock: SystemClock) -> None:
        self._clarion = clarion
        self._clock = clock

    async def next_due(self) -> float | None:
        """When the bot does something next by itself, in seconds since the epoch."""
        async with self._clarion.database.read() as session:
            held = await session.scalar(
                select(func.min(outbox.c.not_before)).where(
                    outbox.c.kind == EffectKind.SEND_NOTICE,
                    outbox.c.state == EffectState.PENDING,
                    outbox.c.not_before > self._now(),
                )
            )
        moments = [at.timestamp() for at in (held, await next_due(self._clarion)) if at is not None]
        return min(moments, default=None)

    async def waiting(self) -> int:
        """How many effects the bot still owes to Slack by now."""
        open_states = [EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN]
        due = outbox.c.not_before <= self._now()
        async with self._clarion.database.read() as session:
            return await session.scalar(select(func.count()).where(outbox.c.state.in_(open_states), due)) or 0

    def _now(self) -> datetime:
        self._clock.reread()
        return self._clock.now()


@contextlib.asynccontextmanager
async def glance(database_url: str, policy: Path, clock: Path, team_id: str) -> AsyncIterator[Glance]:
    """Open until the block ends; the bot has made the database."""
    database = Database(database_url)
    try:
        own = SystemClock(clock)
        yield Glance(Clarion(team_id, database, load_policy(policy), own), own)
    finally:
        await database.close()
