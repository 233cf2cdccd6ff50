"""How far behind we are: what operators look at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from escalation.effects import EffectState
from services.clarion import Clarion
from storage.tables import obligations, outbox


@dataclass(frozen=True)
class Backlog:
    """`sweep_lag` is how long, in seconds, the most overdue unasked obligation has waited; 0.0 when none does.

    `unsent_lag` is the same for the oldest effect that could have gone by now.
    """

    sweep_lag: float
    unsent_lag: float
    unsent: int
    in_doubt: int
    failed: int


async def read_backlog(clarion: Clarion) -> Backlog:
    """Read it from the rows, so that any process can tell of all."""
    now = clarion.clock.now()
    async with clarion.database.read() as session:
        due = await session.scalar(
            select(func.min(obligations.c.next_at)).where(
                obligations.c.team_id == clarion.team_id, obligations.c.next_at.is_not(None)
            )
        )
        oldest = await session.scalar(
            select(func.min(outbox.c.not_before)).where(
                outbox.c.team_id == clarion.team_id,
                outbox.c.state.in_([EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN]),
            )
        )
        rows = await session.execute(
            select(outbox.c.state, func.count())
            .where(outbox.c.team_id == clarion.team_id, outbox.c.state.not_in([EffectState.DONE, EffectState.DROPPED]))
            .group_by(outbox.c.state)
        )
        counts: dict[EffectState, int] = dict(rows.all())
    return Backlog(
        sweep_lag=max(0.0, (now - due).total_seconds()) if due else 0.0,
        unsent_lag=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        unsent=counts.get(EffectState.PENDING, 0) + counts.get(EffectState.SENDING, 0),
        in_doubt=counts.get(EffectState.UNKNOWN, 0),
        failed=counts.get(EffectState.FAILED, 0),
    )
