"""What Slack would say by itself, against what is owed: in every open escalation's channel at most one, and the right one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Escalation
from escalation.effects import Effect, EffectKind, EffectState
from services.backups import backup_view
from services.clarion import Clarion
from simulator import Workspace
from simulator.state import Scheduled
from storage.tables import outbox

_AS_IT_SHOULD_BE = ("it stands already", "there is nothing to say, and nothing stands")


def scheduled(ws: Workspace, channel: str | None) -> Sequence[Scheduled]:
    """What waits to be posted in a channel, named or by its id."""
    found = ws.find_channel(channel) if channel is not None else None
    return [one for one in ws.state.scheduled.values() if found is not None and one.channel == found.id]


async def check_backups(clarion: Clarion, ws: Workspace) -> None:
    """Raise AssertionError with what is not as the rule wants it, but for what Slack refused or was not told yet."""
    async with clarion.database.read() as session:
        for case in (await session.scalars(select(Escalation))).all():
            if case.channel_id is not None and await _is_settled(session, case):
                view = await backup_view(session, clarion, case, clarion.clock.now())
                wants = [(case.backup_id, _epoch(view.at))] if view is not None else []
                stands = [(one.id, one.post_at) for one in scheduled(ws, case.channel_id)]
                assert stands == wants, f"{case.reference}: Slack would speak {stands}, and should {wants}"
    assert not [one for one in ws.state.scheduled.values() if one.never], "with metadata Slack never posts"


async def _is_settled(session: AsyncSession, case: Escalation) -> bool:
    effects = await session.scalars(
        select(Effect)
        .where(outbox.c.escalation_id == case.id, outbox.c.kind == EffectKind.REFRESH_BACKUP)
        .order_by(outbox.c.id)
    )
    every = effects.all()
    if not every or not all(one.state.is_over for one in every):
        return False
    return every[-1].state is EffectState.DONE or every[-1].reason in _AS_IT_SHOULD_BE


def _epoch(at: datetime) -> int:
    return int(at.timestamp())
