"""Messages that are posted once: composed from what is true when they are sent, found again by their key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from blocks.message import Message
from escalation.effects import Effect
from services.delivery.answers import Refusal, Verdict
from services.delivery.jobs import Desk, Done, Dropped, Job, Search, metadata
from services.delivery.limits import POST
from services.delivery.wire import Wire

# A message in doubt is minutes old, so it is among the newest. Times are not asked for: Slack's clock is not ours.
_PAGE, _PAGES = 100, 3


@dataclass(frozen=True)
class Letter:
    """A message and where it goes. `channel` is set when that is the escalation's own channel; `lists` are the notices
    in a message that asks.
    """

    target: str
    message: Message
    channel: str | None = None
    lists: Collection[int] = ()


@dataclass(frozen=True)
class Posted:
    """Where a message stands. `letter` is None when it was found after a doubt: what it said then, nobody knows."""

    effect: Effect
    channel: str
    ts: str
    letter: Letter | None


Compose = Callable[[Desk, Effect], Awaitable[Letter | Dropped]]
Target = Callable[[Desk, Effect], Awaitable[str | None]]
OnPosted = Callable[[AsyncSession, Posted, datetime], Awaitable[None]]
OnFailed = Callable[[Desk, Effect, str], Awaitable[None]]


async def _nothing_to_keep(_session: AsyncSession, _posted: Posted, _now: datetime) -> None:
    return


async def _nobody_to_tell(_it: Desk, _effect: Effect, _code: str) -> None:
    return


@dataclass(frozen=True)
class PostRecipe:
    """A message: what it says (`compose`), where to look for it (`target`), what is kept of it (`posted`)."""

    compose: Compose
    target: Target
    posted: OnPosted = _nothing_to_keep
    given_up: OnFailed = _nobody_to_tell

    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        """Read what it says now."""
        letter = await self.compose(it, effect)
        if isinstance(letter, Dropped):
            return letter
        wire, ready = it.wire, letter

        async def send() -> Done:
            return await self.post(wire, effect, ready, counted=True)

        return Job(send, letter.channel)

    async def post(self, wire: Wire, effect: Effect, letter: Letter, *, counted: bool) -> Done:
        """Post it; without blocks when Slack refused them before."""
        said: dict[str, Any] = {
            "text": letter.message.text,
            "blocks": None if effect.data.get("plain") else letter.message.blocks,
            "metadata": metadata(effect),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        try:
            body = await wire.call(POST, counted=counted, channel=letter.target, **said)
        except Refusal as refusal:
            if refusal.code != "channel_not_found" or not _is_person(letter.target):
                raise
            # Not every server takes a person for the conversation with them.
            body = await wire.call(POST, channel=await conversation_of(wire, letter.target), **said)
        return self._done(Posted(effect, str(body["channel"]), str(body["ts"]), letter))

    async def search(self, it: Desk, effect: Effect) -> Search:
        """Look for the key in the channel, or in the conversation with that person."""
        target = await self.target(it, effect)
        wire = it.wire

        async def look() -> Done | None:
            if target is None:
                return None
            channel = await conversation_of(wire, target)
            found = await keyed(wire, channel, effect.key)
            return self._done(Posted(effect, channel, str(found[0]["ts"]), None)) if found else None

        return look

    async def failed(self, it: Desk, effect: Effect, code: str) -> None:
        """Tell those concerned, if anybody is."""
        await self.given_up(it, effect, code)

    def _done(self, posted: Posted) -> Done:
        async def record(session: AsyncSession, now: datetime) -> None:
            await self.posted(session, posted, now)

        return Done(posted.channel, posted.ts, record=record)


async def conversation_of(wire: Wire, target: str) -> str:
    """The channel behind a target: a channel itself, or the direct messages with a person."""
    if not _is_person(target):
        return target
    body = await wire.call("conversations.open", users=target)
    return str(body["channel"]["id"])


def _is_person(target: str) -> bool:
    return target.startswith(("U", "W"))


async def keyed(wire: Wire, channel: str, key: str) -> list[dict[str, Any]]:
    """The messages that carry the key, the oldest first."""
    found: list[dict[str, Any]] = []
    pages = wire.pages(
        "conversations.history", "messages", most=_PAGES, channel=channel, limit=_PAGE, include_all_metadata=True
    )
    async for page in pages:
        found += [message for message in page if _key_of(message) == key]
    return sorted(found, key=lambda message: float(message["ts"]))


def _key_of(message: dict[str, Any]) -> object:
    payload = (message.get("metadata") or {}).get("event_payload")
    return payload.get("key") if isinstance(payload, dict) else None


async def edit(wire: Wire, effect: Effect, channel: str, ts: str, message: Message) -> bool:
    """Let a message say what is true now; False when it is not there any more."""
    try:
        await wire.call(
            "chat.update",
            counted=True,
            channel=channel,
            ts=ts,
            text=message.text,
            blocks=[] if effect.data.get("plain") else message.blocks,
        )
    except Refusal as refusal:
        if refusal.verdict is Verdict.GONE:
            return False
        raise
    return True
