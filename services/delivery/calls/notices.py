"""Messages that ask: sent, edited as what they ask for changes, and answered to those who were told of a silence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from blocks import notices as surface
from escalation.case import CHANNEL, Notice
from escalation.effects import Effect, EffectKind
from services import views
from services.delivery.calls.messages import Letter, PostRecipe, edit
from services.delivery.jobs import Desk, Done, Dropped, Job, Plain, Recipe, Record
from services.delivery.shapes import target_of
from services.outbox import follow
from storage.numbering import give_id


async def _target(it: Desk, effect: Effect) -> str | None:
    notice = await it.session.get_one(Notice, effect.subject_id)
    return target_of(effect, await it.escalation(effect), notice, it.workspace.announcements_channel_id)


async def _compose(it: Desk, effect: Effect) -> Letter | Dropped:
    """Checked at the last moment: nobody is asked for what is settled or snoozed (DESIGN.md, invariants)."""
    notice = await it.session.get_one(Notice, effect.subject_id)
    if notice.retired_at is not None:
        return Dropped("replaced or answered before it was sent")
    view = await views.notice_view(it.session, it.clarion, notice, it.now)
    if view.owed and not any(one.waits(it.now) for one in view.owed):
        return Dropped("nothing is asked for any more", _retire(notice.id))
    target = await _target(it, effect)
    if target is None:
        return Dropped("nowhere to send it")
    channel = target if notice.audience == CHANNEL else None
    return Letter(target, surface.notice(view), channel)


async def _posted(session: AsyncSession, effect: Effect, channel: str, ts: str, now: datetime) -> None:
    """What happened while it was on its way shows at once."""
    notice = await session.get_one(Notice, effect.subject_id)
    notice.channel_id, notice.ts = channel, ts
    if notice.retired_at is not None:
        await follow(session, effect, EffectKind.REFRESH_NOTICE, now, subject_id=notice.id)


async def _given_up(it: Desk, effect: Effect, _code: str) -> None:
    """The next rung must not find this one in its place."""
    await _retire(effect.subject_id or 0)(it.session, it.now)


def _retire(notice_id: int) -> Record:
    async def record(session: AsyncSession, now: datetime) -> None:
        notice = await session.get_one(Notice, notice_id)
        notice.retired_at = notice.retired_at or now

    return record


class RefreshNotice(Plain):
    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        notice = await it.session.get_one(Notice, effect.subject_id)
        channel, ts = notice.channel_id, notice.ts
        if channel is None or ts is None:
            return Dropped("it was not sent, or will show what is true when it is")
        view = await views.notice_view(it.session, it.clarion, notice, it.now)
        is_answered = bool(view.owed) and all(not one.obligation.is_open for one in view.owed)
        message, wire, retire = surface.refreshed(view), it.wire, _retire(notice.id)

        async def send_again(session: AsyncSession, now: datetime) -> None:
            """Somebody deleted what still asks for something."""
            gone = await session.get_one(Notice, effect.subject_id)
            if gone.retired_at is not None or gone.ts != ts:
                return
            gone.channel_id = gone.ts = None
            again = await follow(session, effect, EffectKind.SEND_NOTICE, now, subject_id=gone.id)
            gone.effect_id = await give_id(session, again)

        async def send() -> Done:
            if await edit(wire, effect, channel, ts, message):
                return Done(channel, ts, record=retire if is_answered else None)
            return Done(channel, ts, note="it was deleted", record=retire if is_answered else send_again)

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
