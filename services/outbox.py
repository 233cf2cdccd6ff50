"""Writing down what is to be done in Slack, in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.effects import REFRESHES, Effect, EffectKind, EffectState
from storage.database import wake_after_commit
from storage.numbering import give_id
from storage.tables import outbox

# How much later a lesser severity's effect counts as owed: the serious go first, yet nobody starves.
HEAD_START = timedelta(seconds=20)
# Of edits that wait for Slack's limits the card goes first, then whoever was asked, then those who read along; what nobody
# sees while all is well comes last.
_BEHIND = {
    EffectKind.REFRESH_NOTICE: timedelta(seconds=1),
    EffectKind.REFRESH_ANNOUNCEMENT: timedelta(seconds=2),
    EffectKind.REFRESH_BACKUP: timedelta(seconds=3),
}


async def enqueue(
    session: AsyncSession,
    kind: EffectKind,
    *,
    now: datetime,
    escalation_id: int | None = None,
    subject_id: int | None = None,
    not_before: datetime | None = None,
    **arguments: Any,
) -> Effect:
    """As `add`, or return the one of a refresh that already waits (unless it is for later, `not_before`)."""
    if kind in REFRESHES and not_before is None:
        waiting = await waiting_refreshes(session, escalation_id, now)
        if (kind, subject_id) in waiting:
            return waiting[kind, subject_id]
    return await add(
        session,
        kind,
        now=now,
        escalation_id=escalation_id,
        subject_id=subject_id,
        not_before=not_before,
        **arguments,
    )


async def add(
    session: AsyncSession,
    kind: EffectKind,
    *,
    team_id: str,
    now: datetime,
    rank: int,
    escalation_id: int | None = None,
    subject_id: int | None = None,
    needs: Iterable[Effect | int] = (),
    needs_within: timedelta | None = None,
    not_before: datetime | None = None,
    **data: Any,
) -> Effect:
    """Add an effect. The id is there after the next flush.

    `rank` is the severity's place in the policy, 0 the most serious. `needs` (effects or their ids) must be done
    first; when `needs_within` is given, the effect goes without them after that time.
    """
    needed = [need if isinstance(need, int) else await give_id(session, need) for need in needs]
    effect = Effect(
        team_id=team_id,
        kind=kind,
        key=uuid4().hex,
        created_at=now,
        rank_at=rank_at(now, rank) + _BEHIND.get(kind, timedelta()),
        not_before=not_before or now,
        escalation_id=escalation_id,
        subject_id=subject_id,
        data=data,
        needs=needed,
        needs_until=now + needs_within if needed and needs_within is not None else None,
    )
    session.add(effect)
    wake_after_commit(session)
    return effect


def rank_at(now: datetime, rank: int) -> datetime:
    """The moment by which an effect of a severity (0 the most serious) takes its place in the outbox."""
    return now + rank * HEAD_START


async def follow(session: AsyncSession, cause: Effect, kind: EffectKind, now: datetime, **arguments: Any) -> Effect:
    """Add what follows from an effect: for the same escalation, and as urgent as that was."""
    owed_at = cause.created_at + _BEHIND.get(cause.kind, timedelta())
    return await enqueue(
        session,
        kind,
        team_id=cause.team_id,
        now=now,
        rank=round((cause.rank_at - owed_at) / HEAD_START),
        escalation_id=cause.escalation_id,
        **arguments,
    )


Refreshes = dict[tuple[EffectKind, int | None], Effect]

_WAITING_REFRESHES = (
    select(Effect)
    .where(
        outbox.c.escalation_id == bindparam("escalation_id"),
        outbox.c.kind.in_(REFRESHES),
        outbox.c.state == EffectState.PENDING,
        outbox.c.attempts == 0,
        outbox.c.not_before <= bindparam("now"),
    )
    .order_by(outbox.c.id)  # in one order, as the courier takes its claims
    .with_for_update()
)


async def waiting_refreshes(session: AsyncSession, escalation_id: int | None, now: datetime) -> Refreshes:
    """The escalation's refreshes that wait to be sent, by kind and subject.

    Locked, so that the courier cannot take one and read the old state before this transaction is committed.
    """
    found = await session.scalars(_WAITING_REFRESHES, {"escalation_id": escalation_id, "now": now})
    return {(effect.kind, effect.subject_id): effect for effect in found}
