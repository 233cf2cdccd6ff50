"""The messages that ask: at most one live per person and escalation (POLICY.md, "One audible nag")."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from escalation.case import Notice, NoticeKind
from escalation.effects import Effect, EffectKind
from escalation.obligations import Kind, Obligation
from services import bundling
from storage.numbering import give_id
from storage.tables import notices

if TYPE_CHECKING:
    from services.change import Change

_LIVE = select(Notice).where(notices.c.escalation_id == bindparam("escalation_id"), notices.c.retired_at.is_(None))


async def ask(
    it: Change,
    audience: str,
    kind: NoticeKind,
    owed: Iterable[Obligation],
    *,
    late_since: datetime | None = None,
    due_at: datetime | None = None,
    needs: Iterable[Effect | int] = (),
    needs_within: timedelta | None = None,
    joins: bool = False,
    not_before: datetime | None = None,
) -> Notice:
    """Send a new message to a person or CHANNEL; the one that was live there is edited down to a line.

    `due_at` is when it should have been sent, and kept for those who watch how late we are (services/backlog.py). `joins`:
    it may be said in one message with what waits to be sent to that person; `not_before`: others will join it until then.
    """
    asked = dict.fromkeys(one.id for one in owed)
    if not it.is_new:
        asked |= dict.fromkeys(await _brought_along(it, audience))
    notice = Notice(it.escalation.id, audience, kind, list(asked), it.now, late_since)
    it.session.add(notice)
    subject = await give_id(it.session, notice)
    with it.session.no_autoflush:  # or it would be written without its effect first
        effect = await bundling.waiting_for(it, audience) if joins else None
    if effect is not None:
        bundling.hurry(it, effect, due_at or it.now, not_before)
    else:
        effect = await it.enqueue(
            EffectKind.SEND_NOTICE,
            subject_id=subject,
            needs=needs,
            needs_within=needs_within,
            not_before=not_before,
            due_at=(due_at or it.now).isoformat(),
        )
    notice.effect_id = await give_id(it.session, effect)
    return notice


async def _brought_along(it: Change, audience: str) -> list[int]:
    """What the message that was live there asked for and is still owed: with its message it would lose its buttons.

    What was put off since then, as by a lower severity, is asked for in its own time.
    """
    before = await withdraw(it, audience)
    if before is None:
        return []
    waiting = {one.id for one in it.owed if one.is_open and not one.is_snoozed(it.now) and not _put_off(one, it)}
    return [each for each in before.obligation_ids if each in waiting]


def _put_off(one: Obligation, it: Change) -> bool:
    return one.kind in (Kind.PLAN, Kind.UPDATE) and one.due_at > it.now and not one.warned


async def listed(it: Change, audience: str) -> list[int]:
    """The ids of what the live message of this audience is about; none where there is no live one."""
    return [one for notice in await _live(it) if notice.audience == audience for one in notice.obligation_ids]


async def withdraw(it: Change, audience: str) -> Notice | None:
    """Edit the live message of this audience down to a line: a newer one follows, or it is theirs no more."""
    live: Notice | None = await it.session.scalar(
        select(Notice).where(
            notices.c.escalation_id == it.escalation.id,
            notices.c.audience == audience,
            notices.c.retired_at.is_(None),
        )
    )
    if live is not None:
        live.retired_at = it.now
        await it.enqueue(EffectKind.REFRESH_NOTICE, subject_id=live.id, needs=_sending(live))
        await it.session.flush()
    return live


async def answered(it: Change, settled: Collection[int]) -> None:
    """Edit every live message that lists what was just settled; those told on a higher rung hear that it is."""
    if not settled:
        return
    for notice in await _live(it):
        if not set(settled) & set(notice.obligation_ids):
            continue
        await it.enqueue(EffectKind.REFRESH_NOTICE, subject_id=notice.id, needs=_sending(notice))
        if not any(one.is_open and one.id in notice.obligation_ids for one in it.owed):
            notice.retired_at = it.now
            if notice.kind is NoticeKind.RAISED and notice.audience != it.by:
                await it.enqueue(EffectKind.TELL_SETTLED, subject_id=notice.id, needs=_sending(notice))


async def refresh(it: Change, owed: Iterable[Obligation]) -> None:
    """Edit the live messages that list any of these, after they were snoozed or moved."""
    moved = {one.id for one in owed}
    for notice in await _live(it):
        if moved & set(notice.obligation_ids):
            await it.enqueue(EffectKind.REFRESH_NOTICE, subject_id=notice.id, needs=_sending(notice))


async def _live(it: Change) -> list[Notice]:
    return list(await it.session.scalars(_LIVE, {"escalation_id": it.escalation.id}))


def _sending(notice: Notice) -> list[int]:
    """The effect that sends the message, which an edit of it has to wait for."""
    return [notice.effect_id] if notice.effect_id is not None else []
