"""The card and what stands beside it in the channel: its pin, the topic and the bookmark."""

from __future__ import annotations

import html
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from blocks import card as surface
from escalation.case import Escalation
from escalation.effects import Effect, EffectKind, EffectState
from services import views
from services.delivery.answers import Refusal
from services.delivery.calls.messages import Letter, Posted, PostRecipe, edit
from services.delivery.jobs import Desk, Done, Dropped, Job, Plain, Recipe, Search
from services.delivery.wire import Wire
from services.outbox import follow
from storage.tables import outbox

_NO_CARD = Dropped("the card is not posted yet; it will show what is true then")
_BOOKMARK = "Ticket"


async def _compose(it: Desk, effect: Effect) -> Letter | Dropped:
    escalation = await it.escalation(effect)
    if escalation.channel_id is None:
        return Dropped("there is no channel")
    if escalation.card_ts is not None:
        return Dropped("the card stands already")
    view = await views.card_view(it.session, it.clarion, escalation, it.now)
    return Letter(escalation.channel_id, surface.card(view), escalation.channel_id)


async def _channel(it: Desk, effect: Effect) -> str | None:
    return (await it.escalation(effect)).channel_id


async def _posted(session: AsyncSession, it: Posted, _now: datetime) -> None:
    escalation = await session.get_one(Escalation, it.effect.escalation_id)
    if escalation.channel_id == it.channel:
        escalation.card_ts = it.ts


class RefreshCard(Plain):
    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        escalation = await it.escalation(effect)
        channel, ts = escalation.channel_id, escalation.card_ts
        if channel is None or ts is None:
            return _NO_CARD
        message = surface.card(await views.card_view(it.session, it.clarion, escalation, it.now))
        wire = it.wire

        async def post_again(session: AsyncSession, now: datetime) -> None:
            """Somebody deleted the card."""
            case = await session.get_one(Escalation, effect.escalation_id)
            if case.card_ts != ts:
                return
            case.card_ts = None
            card = await follow(session, effect, EffectKind.POST_CARD, now)
            await follow(session, effect, EffectKind.PIN_CARD, now, needs=[card])

        async def send() -> Done:
            if await edit(wire, effect, channel, ts, message):
                return Done(channel, ts)
            return Done(channel, ts, note="it was deleted and is posted again", record=post_again)

        return Job(send, channel)


class PinCard(Plain):
    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        escalation = await it.escalation(effect)
        channel, ts = escalation.channel_id, escalation.card_ts
        if channel is None or ts is None:
            return Dropped("there is no card to pin")
        wire = it.wire

        async def send() -> Done | Dropped:
            try:
                await wire.call("pins.add", counted=True, channel=channel, timestamp=ts)
            except Refusal as refusal:
                if refusal.code != "too_many_pins":
                    raise
                return Dropped(refusal.code)
            return Done(channel, ts)

        return Job(send, channel)


class SetTopic(Plain):
    """Slack says every change of a topic aloud, so the same one is never set twice."""

    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        escalation = await it.escalation(effect)
        channel = escalation.channel_id
        if channel is None:
            return Dropped("there is no channel")
        topic = surface.topic(await views.topic_view(it.session, it.clarion, escalation))
        if (await last_done(it.session, effect, channel) or {}).get("topic") == topic:
            return Dropped("the topic says it already")
        wire = it.wire

        async def send() -> Done:
            await wire.call("conversations.setTopic", counted=True, channel=channel, topic=topic)
            return Done(channel, data={"topic": topic})

        return Job(send, channel)

    async def search(self, it: Desk, effect: Effect) -> Search:
        """What it says now, against what it should."""
        escalation = await it.escalation(effect)
        topic = surface.topic(await views.topic_view(it.session, it.clarion, escalation))
        wire, channel = it.wire, escalation.channel_id

        async def look() -> Done | None:
            if channel is None:
                return None
            body = await wire.call("conversations.info", channel=channel)
            says = str((body["channel"].get("topic") or {}).get("value", ""))
            return Done(channel, data={"topic": topic}) if html.unescape(says) == html.unescape(topic) else None

        return look


class AddBookmark(Plain):
    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        escalation = await it.escalation(effect)
        channel, link = escalation.channel_id, escalation.ticket_link
        if channel is None or not link:
            return Dropped("there is nothing to bookmark")
        if await last_done(it.session, effect, channel) is not None:
            return Dropped("the ticket is bookmarked already")
        wire = it.wire

        async def send() -> Done:
            await wire.call("bookmarks.add", counted=True, channel_id=channel, title=_BOOKMARK, type="link", link=link)
            return Done(channel)

        return Job(send, channel)

    async def search(self, it: Desk, effect: Effect) -> Search:
        """Bookmarks have no key; the same link is the same bookmark."""
        escalation = await it.escalation(effect)
        wire, channel, link = it.wire, escalation.channel_id, escalation.ticket_link

        async def look() -> Done | None:
            if channel is None:
                return None
            return Done(channel) if await bookmarked(wire, channel, link) else None

        return look


async def last_done(session: AsyncSession, effect: Effect, channel: str) -> dict[str, Any] | None:
    """The data of the last of the escalation's effects of this kind that was done in this channel."""
    columns = outbox.c
    data: dict[str, Any] | None = await session.scalar(
        select(columns.data)
        .where(
            columns.escalation_id == effect.escalation_id,
            columns.kind == effect.kind,
            columns.state == EffectState.DONE,
            columns.channel_id == channel,
        )
        .order_by(columns.done_at.desc(), columns.id.desc())
        .limit(1)
    )
    return data


async def bookmarked(wire: Wire, channel: str, link: str) -> list[dict[str, Any]]:
    """The channel's bookmarks of this link under our title, the oldest first."""
    body = await wire.call("bookmarks.list", channel_id=channel)
    found = [one for one in body.get("bookmarks") or () if (one.get("link"), one.get("title")) == (link, _BOOKMARK)]
    return sorted(found, key=lambda one: float(one.get("date_created") or 0))


RECIPES: dict[EffectKind, Recipe] = {
    EffectKind.POST_CARD: PostRecipe(_compose, _channel, _posted),
    EffectKind.REFRESH_CARD: RefreshCard(),
    EffectKind.PIN_CARD: PinCard(),
    EffectKind.SET_TOPIC: SetTopic(),
    EffectKind.ADD_BOOKMARK: AddBookmark(),
}
