"""How far behind we are: what operators look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.effects import EffectKind, EffectState
from services.clarion import Clarion
from storage.tables import obligations, outbox

_UNSENT = (EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN)
# What an obligation that has come due becomes in the outbox.
_ASKING = (EffectKind.SEND_NOTICE, EffectKind.TELL_PATH)
_MOST_LOOKED_AT = 1_000


@dataclass(frozen=True)
class Backlog:
    """`sweep_lag` is how long, in seconds, the most overdue unasked obligation has waited; 0.0 when none does.

    `unsent_lag` is the same for the oldest effect that could have gone by now. `overdue_unsent` is for what was due and
    has not reached Slack, be it unasked or in the outbox, and counts from when it was due; `ask_lag` is how long the
    oldest of it that is in the outbox could have gone.
    """

    sweep_lag: float
    unsent_lag: float
    overdue_unsent: float
    ask_lag: float
    unsent: int
    in_doubt: int
    failed: int


async def read_backlog(clarion: Clarion) -> Backlog:
    """Read it from the rows, so that any process can tell of all."""
    now = clarion.clock.now()

    def lag(*since: datetime | None) -> float:
        return max((max(0.0, (now - at).total_seconds()) for at in since if at is not None), default=0.0)

    async with clarion.database.read() as session:
        due = await session.scalar(
            select(func.min(obligations.c.next_at)).where(
                obligations.c.team_id == clarion.team_id, obligations.c.next_at.is_not(None)
            )
        )
        oldest = await session.scalar(
            select(func.min(outbox.c.not_before)).where(
                outbox.c.team_id == clarion.team_id, outbox.c.state.in_(_UNSENT)
            )
        )
        asks = await _asks(session, clarion.team_id)
        rows = await session.execute(
            select(outbox.c.state, func.count())
            .where(outbox.c.team_id == clarion.team_id, outbox.c.state.not_in([EffectState.DONE, EffectState.DROPPED]))
            .group_by(outbox.c.state)
        )
        counts: dict[EffectState, int] = dict(rows.all())
    return Backlog(
        sweep_lag=lag(due),
        unsent_lag=lag(oldest),
        overdue_unsent=lag(due, *(ask.due_at for ask in asks)),
        ask_lag=lag(*(ask.could_go_at for ask in asks)),
        unsent=counts.get(EffectState.PENDING, 0) + counts.get(EffectState.SENDING, 0),
        in_doubt=counts.get(EffectState.UNKNOWN, 0),
        failed=counts.get(EffectState.FAILED, 0),
    )


@dataclass(frozen=True)
class _Ask:
    """Something that was due and waits in the outbox."""

    due_at: datetime
    could_go_at: datetime


async def _asks(session: AsyncSession, team_id: str) -> list[_Ask]:
    columns = outbox.c
    found: Iterable[tuple[dict[str, str], datetime, datetime]] = await session.execute(
        select(columns.data, columns.created_at, columns.not_before)
        .where(columns.team_id == team_id, columns.kind.in_(_ASKING), columns.state.in_(_UNSENT))
        .order_by(columns.id)
        .limit(_MOST_LOOKED_AT)
    )
    return [
        _Ask(datetime.fromisoformat(data["due_at"]) if data.get("due_at") else created_at, not_before)
        for data, created_at, not_before in found
    ]
