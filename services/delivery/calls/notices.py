"""Messages that ask: sent, edited as what they ask for changes, and answered to those who were told of a silence.

A message holds the notices that share its effect: one mostly, several where somebody is asked about several escalations
at once (`services.bundling`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from blocks import bundle
from blocks import notices as surface
from blocks.views import NoticeView
from escalation.case import CHANNEL, Notice
from escalation.effects import Effect, EffectKind
from services import views
from services.delivery.calls.messages import Letter, Posted, PostRecipe, edit
from services.delivery.jobs import Desk, Done, Dropped, Job, Plain, Recipe, Record
from services.delivery.shapes import target_of
from services.outbox import follow
from storage import tables
from storage.numbering import give_id

# Two machines' clocks, and how long a change may wait for its turn.
_CLOCKS_APART = timedelta(minutes=1)


async def _target(it: Desk, effect: Effect) -> str | None:
    notice = await it.session.get_one(Notice, effect.subject_id)
    return target_of(effect, await it.escalation(effect), notice, it.workspace.announcements_channel_id)


async def _compose(it: Desk, effect: Effect) -> Letter | Dropped:
    """Checked at the last moment: nobody is asked for what is settled or snoozed (DESIGN.md, invariants)."""
    live = [one for one in await _sent_by(it.session, effect) if one.retired_at is None]
    if not live:
        return Dropped("replaced or answered before it was sent")
    asking = [view for view in await _views(it, live) if not view.owed or any(one.waits(it.now) for one in view.owed)]
    if not asking:
        return Dropped("nothing is asked for any more", _retire([one.id for one in live]))
    target = await _target(it, effect)
    if target is None:
        return Dropped("nowhere to send it")
    channel = target if live[0].audience == CHANNEL else None
    return Letter(target, bundle.asking(asking), channel, [view.notice.id for view in asking])


async def _posted(session: AsyncSession, it: Posted, now: datetime) -> None:
    """What happened while it was on its way shows at once."""
    for notice in await _sent_by(session, it.effect):
        if it.letter is not None and notice.id not in it.letter.lists:
            notice.retired_at = notice.retired_at or now
        elif it.letter is not None or not _was_retired_before(notice, it.effect):
            notice.channel_id, notice.ts = it.channel, it.ts
            if notice.retired_at is not None:
                await follow(session, it.effect, EffectKind.REFRESH_NOTICE, now, subject_id=notice.id)


def _was_retired_before(notice: Notice, effect: Effect) -> bool:
    """Whether it cannot have been part of a message. Clocks differ, and who answered took the time before the lock."""
    if notice.retired_at is None or effect.tried_at is None:
        return False
    return notice.retired_at < effect.tried_at - _CLOCKS_APART


async def _given_up(it: Desk, effect: Effect, _code: str) -> None:
    """The next rung must not find these in its place."""
    await _retire([one.id for one in await _sent_by(it.session, effect)])(it.session, it.now)


def _retire(notice_ids: Collection[int]) -> Record:
    async def record(session: AsyncSession, now: datetime) -> None:
        for notice_id in notice_ids:
            notice = await session.get_one(Notice, notice_id)
            notice.retired_at = notice.retired_at or now

    return record


async def _sent_by(session: AsyncSession, effect: Effect) -> Sequence[Notice]:
    """The notices of one message, in the order they were added to it."""
    columns = tables.notices.c
    rows = await session.scalars(
        select(Notice).where(or_(columns.effect_id == effect.id, columns.id == effect.subject_id)).order_by(columns.id)
    )
    return rows.all()


async def _beside(session: AsyncSession, notice: Notice) -> Sequence[Notice]:
    """The notices that stand in the same message, this one among them."""
    columns = tables.notices.c
    if notice.effect_id is None:
        return [notice]
    rows = await session.scalars(
        select(Notice).where(columns.effect_id == notice.effect_id, columns.ts == notice.ts).order_by(columns.id)
    )
    return rows.all()


async def _views(it: Desk, found: Sequence[Notice]) -> list[NoticeView]:
    """The most serious escalation first, then what has been due the longest."""
    seen = [await views.notice_view(it.session, it.clarion, one, it.now) for one in found]
    return sorted(seen, key=lambda view: (it.clarion.rank(view.escalation.severity), _first_due(view)))


def _first_due(view: NoticeView) -> datetime:
    return min((one.obligation.due_at for one in view.owed), default=view.notice.created_at)


class RefreshNotice(Plain):
    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        notice = await it.session.get_one(Notice, effect.subject_id)
        channel, ts = notice.channel_id, notice.ts
        if channel is None or ts is None:
            return Dropped("it was not sent, or will show what is true when it is")
        together = await _beside(it.session, notice)
        seen = await _views(it, together)
        answered = [
            view.notice.id for view in seen if view.owed and all(not one.obligation.is_open for one in view.owed)
        ]
        message, wire, retire = bundle.refreshed(seen), it.wire, _retire(answered)
        left = [one.id for one in together if one.id not in answered]

        async def gone(session: AsyncSession, now: datetime) -> None:
            """Somebody deleted it; what still asks for something is sent again."""
            await retire(session, now)
            again: Effect | None = None
            for notice_id in left:
                lost = await session.get_one(Notice, notice_id)
                if lost.retired_at is not None or lost.ts != ts:
                    continue
                lost.channel_id = lost.ts = None
                again = again or await follow(session, effect, EffectKind.SEND_NOTICE, now, subject_id=lost.id)
                lost.effect_id = await give_id(session, again)

        async def send() -> Done:
            if await edit(wire, effect, channel, ts, message):
                return Done(channel, ts, record=retire)
            return Done(channel, ts, note="it was deleted", record=gone)

        return Job(send)


async def _settled(it: Desk, effect: Effect) -> Letter | Dropped:
    notice = await it.session.get_one(Notice, effect.subject_id)
    if notice.ts is None:
        return Dropped("was never asked")
    view = await views.notice_view(it.session, it.clarion, notice, it.now)
    target = await _target(it, effect)
    return Letter(target, surface.settled(view)) if target is not None else Dropped("nowhere to send it")


RECIPES: dict[EffectKind, Recipe] = {
    EffectKind.SEND_NOTICE: PostRecipe(_compose, _target, _posted, _given_up),
    EffectKind.REFRESH_NOTICE: RefreshNotice(),
    EffectKind.TELL_SETTLED: PostRecipe(_settled, _target),
}
