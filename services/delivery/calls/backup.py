"""The message that Slack posts by itself should Clarion fall silent: one at a time, for each escalation that owes something.

The new one is set before the old one is taken back, so that a process that dies in between leaves one too many rather than
none; whoever comes after lists what there is and takes the others away. Metadata, by which other messages are found again, is
never given: with it Slack answers ok and posts nothing (SLACK.md, §4).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from blocks import backup as surface
from blocks.message import Message
from escalation.case import Escalation
from escalation.effects import Effect, EffectKind
from services import backups
from services.delivery.answers import Busy, Refusal, Trouble, Verdict
from services.delivery.calls.card import last_done
from services.delivery.jobs import Desk, Done, Dropped, Job, Plain, Recipe, Record, may_yet_arrive
from services.delivery.limits import SCHEDULE
from services.delivery.wire import Wire

log = logging.getLogger(__name__)

_TAKE_BACK = "chat.deleteScheduledMessage"
_LIST = "chat.scheduledMessages.list"
# After these the next attempt may come to something else. What else Slack refuses, people do without, and nobody is told.
_WORTH_ANOTHER_TRY = (Verdict.TOKEN, Verdict.LATER, Verdict.CONTENT, Verdict.ODD)
_NOT_ABOUT_THIS_ONE = (Verdict.TOKEN, Verdict.LATER, Verdict.ODD)
# By then nothing that broke off can arrive any more.
_LOOK_AGAIN_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class _Place:
    """Where and when one is to be or is; seconds since the epoch, as Slack counts."""

    channel: str
    at: int


@dataclass(frozen=True)
class _Standing:
    """One that Slack holds."""

    id: str
    place: _Place


@dataclass(frozen=True)
class _Wish:
    """The one that there is to be."""

    place: _Place
    message: Message


class RefreshBackup(Plain):
    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        """What is wanted now, against what was set last."""
        escalation = await it.escalation(effect)
        channel = escalation.channel_id
        if channel is None:
            return Dropped("there is no channel")
        wish, known, wire = await _wish(it, escalation, channel), _known(escalation), it.wire
        said = (await last_done(it.session, effect, channel) or {}).get("said") if known is not None else None
        is_up_to_date = wish is not None and known is not None and said == wish.message.text
        # While a call that broke off may yet arrive, only Slack knows what stands.
        in_doubt = may_yet_arrive(effect)
        if not in_doubt:
            if wish is None and known is None:
                return Dropped("there is nothing to say, and nothing stands")
            if is_up_to_date and known is not None and wish is not None and known.place == wish.place:
                return Dropped("it stands already")

        async def send() -> Done | Dropped:
            found = await _found(wire, channel, known) if in_doubt else [known] if known is not None else []
            fitting = [one for one in found if wish is not None and one.place == wish.place]
            kept = next((one for one in fitting if is_up_to_date or one != known), None)
            old = [one for one in found if one is not kept]
            return await _settled(wire, effect, channel, wish, kept, old)

        return Job(send)


async def _wish(it: Desk, escalation: Escalation, channel: str) -> _Wish | None:
    view = await backups.backup_view(it.session, it.clarion, escalation, it.now)
    return _Wish(_Place(channel, _epoch(view.at)), surface.backup(view)) if view is not None else None


def _known(escalation: Escalation) -> _Standing | None:
    id_, at, channel = escalation.backup_id, escalation.backup_at, escalation.backup_channel_id
    return _Standing(id_, _Place(channel, _epoch(at))) if id_ and at and channel else None


async def _settled(
    wire: Wire, effect: Effect, channel: str, wish: _Wish | None, kept: _Standing | None, old: Sequence[_Standing]
) -> Done | Dropped:
    """Set the one that is wished for unless it stands (`kept`), then take the old ones back."""
    wait = wire.limits.when_free(_TAKE_BACK) if old else 0
    if wait > 0:
        raise Busy(wait)
    stands, refused = kept, ""
    if wish is not None and kept is None:
        try:
            stands = await _set(wire, wish, plain=bool(effect.data.get("plain")))
        except Refusal as refusal:
            if refusal.verdict in _WORTH_ANOTHER_TRY:
                raise
            refused = refusal.code
    data: dict[str, str | None] = {"said": wish.message.text if wish is not None else None}
    try:
        for one in old:
            await _take_back(wire, one)
    except Trouble as trouble:
        if stands is kept:
            raise
        # What was set is written down first; then what stands beside it is looked for.
        log.info("a backup may stand beside another: %s", trouble.code)
        data["once_more_at"] = (wire.now() + _LOOK_AGAIN_AFTER).isoformat()
    record = _recorded(effect, stands)
    return Dropped(refused, record) if refused else Done(channel, data=data, record=record)


async def _set(wire: Wire, wish: _Wish, *, plain: bool) -> _Standing:
    body = await wire.call(
        SCHEDULE,
        counted=True,
        channel=wish.place.channel,
        post_at=wish.place.at,
        text=wish.message.text,
        blocks=None if plain else wish.message.blocks,
        unfurl_links=False,
        unfurl_media=False,
    )
    return _Standing(str(body["scheduled_message_id"]), wish.place)


async def _take_back(wire: Wire, one: _Standing) -> None:
    """Gone is gone, be it taken back or posted; in the last minute before its time Slack gives none back, and it is worded
    so that it harms nobody. Slack is asked whatever our clock says, which may have been moved.
    """
    try:
        await wire.call(_TAKE_BACK, channel=one.place.channel, scheduled_message_id=one.id)
    except Refusal as refusal:
        if refusal.verdict in _NOT_ABOUT_THIS_ONE:
            raise
        log.info("a backup is not taken back: %s", refusal.code)


async def _found(wire: Wire, channel: str, known: _Standing | None) -> list[_Standing]:
    """What stands in the channel, and what is known to stand in an earlier one."""
    found: list[_Standing] = []
    try:
        async for page in wire.pages(_LIST, "scheduled_messages", channel=channel, limit=100):
            found += [_Standing(str(one["id"]), _Place(channel, int(one["post_at"]))) for one in page]
    except Refusal as refusal:
        if refusal.verdict in _NOT_ABOUT_THIS_ONE:
            raise
        return [known] if known is not None else []
    return [*found, known] if known is not None and known.place.channel != channel else found


def _recorded(effect: Effect, stands: _Standing | None) -> Record:
    async def record(session: AsyncSession, _now: datetime) -> None:
        escalation = await session.get_one(Escalation, effect.escalation_id)
        escalation.backup_id = stands.id if stands else None
        escalation.backup_channel_id = stands.place.channel if stands else None
        escalation.backup_at = datetime.fromtimestamp(stands.place.at, UTC) if stands else None

    return record


def _epoch(at: datetime) -> int:
    return int(at.timestamp())


RECIPES: dict[EffectKind, Recipe] = {EffectKind.REFRESH_BACKUP: RefreshBackup()}
