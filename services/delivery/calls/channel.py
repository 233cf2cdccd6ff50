"""The escalation's channel: created under a name of its own, peopled, archived."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Escalation, Event, EventKind, Member, Notice, Status
from escalation.effects import Effect, EffectKind, EffectState
from escalation.wording import channel_name
from services.delivery import sentences
from services.delivery.answers import Refusal, Verdict
from services.delivery.calls.telling import tell
from services.delivery.jobs import Desk, Done, Dropped, Job, Plain, Record, Search
from services.delivery.shapes import IN_CHANNEL
from services.delivery.wire import Wire
from services.outbox import enqueue
from storage.tables import escalations, members, notices, outbox

# How many names are tried before somebody has to look.
_NAMES = 5
# Slack's clock and ours need not agree to the second.
_SLACK_IN_TIME = timedelta(seconds=60)
_MOST_INVITED = 100
_NOT_BAD = ("already_in_channel", "cant_invite_self")


class OpenChannel:
    """Names are no lock: never two creates at once for an escalation, and a name that is taken is ours only when the
    bot made the channel since the effect was written and no other escalation has it (FAULTS.md, F19 and F20).
    """

    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        """The names it may get, and which channels are somebody else's."""
        escalation = await it.escalation(effect)
        if escalation.status is Status.CLOSED:
            return Dropped("closed before it had a channel", self._without(effect))
        if escalation.channel_id is not None:
            return Dropped("it has a channel")
        names, others = await self._names(it, escalation)
        wire, bot, rank = it.wire, it.workspace.bot_user_id, it.clarion.rank(escalation.severity)

        async def send() -> Done:
            counted = True
            for name in names:
                try:
                    body = await wire.call(
                        "conversations.create", counted=counted, name=name, is_private=escalation.private
                    )
                except Refusal as refusal:
                    if refusal.code != "name_taken":
                        raise
                    own = await find_own(wire, bot, [name], others, effect.created_at)
                    if own:
                        return self._done(effect, rank, own[0])
                    counted = False
                else:
                    return self._done(effect, rank, body["channel"])
            raise Refusal("name_taken", {})

        return Job(send)

    async def search(self, it: Desk, effect: Effect) -> Search:
        """The channel may stand under any of the names."""
        escalation = await it.escalation(effect)
        names, others = await self._names(it, escalation)
        wire, bot, rank = it.wire, it.workspace.bot_user_id, it.clarion.rank(escalation.severity)

        async def look() -> Done | None:
            own = await find_own(wire, bot, names, others, effect.created_at)
            return self._done(effect, rank, own[0]) if own else None

        return look

    async def failed(self, it: Desk, effect: Effect, code: str) -> None:
        """The form closed long ago, so the people it concerns get a message with a way to try again."""
        escalation = await it.escalation(effect)
        people = [escalation.reporter_id, escalation.owner_id]
        await tell(it, people, sentences.no_channel(escalation, code), effect=effect, retry=effect.id)

    async def _names(self, it: Desk, escalation: Escalation) -> tuple[list[str], set[str]]:
        prefix = it.clarion.policy.channel_prefix
        names = [channel_name(prefix, escalation, further) for further in range(_NAMES)]
        return names, await others_channels(it.session, escalation, names)

    def _without(self, effect: Effect) -> Record:
        """Nothing will happen in the channel either, or it would wait for ever. Reopened meanwhile, it is needed again."""

        async def record(session: AsyncSession, now: datetime) -> None:
            escalation = await session.get_one(Escalation, effect.escalation_id)
            if escalation.status is not Status.CLOSED:
                (await session.get_one(Effect, effect.id)).state = EffectState.PENDING
                return
            waiting = (outbox.c.escalation_id == escalation.id, outbox.c.state == EffectState.PENDING)
            await session.execute(
                update(outbox)
                .where(*waiting, outbox.c.kind.in_(IN_CHANNEL))
                .values(state=EffectState.DROPPED, reason="closed before it had a channel", done_at=now)
            )

        return record

    def _done(self, effect: Effect, rank: int, channel: dict[str, Any]) -> Done:
        channel_id, name = str(channel["id"]), str(channel["name"])

        async def record(session: AsyncSession, now: datetime) -> None:
            escalation = await session.get_one(Escalation, effect.escalation_id)
            if escalation.channel_id is not None:
                return
            escalation.channel_id, escalation.channel_name = channel_id, name
            # Whoever was in an earlier channel is not in this one.
            await session.execute(update(members).where(members.c.escalation_id == escalation.id).values(joined=False))
            session.add(Event(escalation.id, now, EventKind.CHANNEL_OPENED, "", values={"channel": channel_id}))
            await _show_the_way(session, escalation, now, rank)

        return Done(channel_id, record=record)


async def _show_the_way(session: AsyncSession, escalation: Escalation, now: datetime, rank: int) -> None:
    """Let what was said before the channel stood, or of an earlier one, lead to it; what waits for it does anyhow."""

    async def refresh(kind: EffectKind, **arguments: Any) -> None:
        await enqueue(
            session, kind, team_id=escalation.team_id, now=now, escalation_id=escalation.id, rank=rank, **arguments
        )

    if escalation.previous_channel_id is not None:
        await refresh(EffectKind.REFRESH_ANNOUNCEMENT)
    said = [EffectState.SENDING, EffectState.UNKNOWN, EffectState.DONE]
    for notice in await session.scalars(
        select(Notice)
        .join(outbox, outbox.c.id == notices.c.effect_id)
        .where(notices.c.escalation_id == escalation.id, notices.c.retired_at.is_(None), outbox.c.state.in_(said))
    ):
        await refresh(EffectKind.REFRESH_NOTICE, subject_id=notice.id, needs=[notice.effect_id])


async def others_channels(session: AsyncSession, escalation: Escalation, names: Collection[str]) -> set[str]:
    """Channels under these names that belong to another escalation, or to this one's past."""
    columns = escalations.c
    rows = await session.scalars(
        select(columns.channel_id).where(
            columns.team_id == escalation.team_id, columns.channel_name.in_(names), columns.id != escalation.id
        )
    )
    return {row for row in (*rows, escalation.previous_channel_id) if row is not None}


async def find_own(
    wire: Wire, bot: str, names: Collection[str], others: Collection[str], since: datetime
) -> list[dict[str, Any]]:
    """Channels of these names that the bot made since then and no escalation has, the oldest first."""
    found: list[dict[str, Any]] = []
    pages = wire.pages(
        "users.conversations", "channels", types="public_channel,private_channel", exclude_archived=True, limit=900
    )
    async for page in pages:
        # `since` may lie in the future, where the clock was moved back.
        earliest = (min(since, wire.now()) - wire.slack_behind - _SLACK_IN_TIME).timestamp()
        found += [
            one
            for one in page
            if one.get("name") in names
            and one.get("creator") == bot
            and one.get("id") not in others
            and float(one.get("created") or 0) >= earliest
        ]
    return sorted(found, key=lambda one: float(one["created"]))


class Invite(Plain):
    """Everybody at once; one who cannot come keeps nobody else out (FAULTS.md, F23)."""

    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        escalation = await it.escalation(effect)
        channel = escalation.channel_id
        if channel is None or escalation.status is Status.CLOSED:
            return Dropped("there is no channel to invite into")
        joined = await it.session.scalars(
            select(members.c.user_id).where(members.c.escalation_id == escalation.id, members.c.joined.is_(True))
        )
        already = {*joined, it.workspace.bot_user_id}
        users = [user for user in dict.fromkeys(effect.data["users"]) if user not in already]
        if not users:
            return Dropped("everybody is in the channel")
        wire, clarion, workspace = it.wire, it.clarion, it.workspace

        async def send() -> Done:
            bad: dict[str, str] = {}
            for start in range(0, len(users), _MOST_INVITED):
                bad |= await invite(wire, channel, users[start : start + _MOST_INVITED], counted=start == 0)

            async def record(session: AsyncSession, now: datetime) -> None:
                await joined_now(session, effect.escalation_id or 0, [user for user in users if user not in bad])
                if bad:
                    desk = Desk(clarion, wire, session, now, workspace)
                    await self._tell(desk, effect, bad)

            return Done(channel, note=", ".join(f"{user}: {code}" for user, code in bad.items()), record=record)

        return Job(send, channel)

    async def failed(self, it: Desk, effect: Effect, code: str) -> None:
        """Nobody could be brought in."""
        await self._tell(it, effect, dict.fromkeys(effect.data["users"], code))

    async def _tell(self, it: Desk, effect: Effect, bad: dict[str, str]) -> None:
        escalation = await it.escalation(effect)
        people = [user for user in (escalation.reporter_id, escalation.owner_id) if user not in bad]
        await tell(it, people, sentences.not_invited(escalation, bad), effect=effect)


async def invite(
    wire: Wire, channel: str, users: Sequence[str], *, counted: bool, force: bool | None = True
) -> dict[str, str]:
    """Bring people into a channel; returns those who cannot come, with Slack's reason.

    Raises the Refusal when it is not about single people. A server that knows no `force` refuses it, or all for one,
    and then they are brought in one by one.
    """
    try:
        body = await wire.call(
            "conversations.invite", counted=counted, channel=channel, users=",".join(users), force=force
        )
    except Refusal as refusal:
        if force and refusal.code == "invalid_arguments":
            return await invite(wire, channel, users, counted=False, force=None)
        if refusal.verdict not in (Verdict.PERSON, Verdict.DONE):
            raise
        listed = _bad(refusal.body)
        if len(users) == 1 or set(listed) >= set(users):
            return {user: code for user, code in (listed or {users[0]: refusal.code}).items() if code not in _NOT_BAD}
        bad: dict[str, str] = {}
        for user in users:
            bad |= await invite(wire, channel, [user], counted=False, force=force)
        return bad
    return {user: code for user, code in _bad(body).items() if code not in _NOT_BAD}


def _bad(body: Any) -> dict[str, str]:
    return {str(one["user"]): str(one.get("error", "")) for one in body.get("errors") or () if "user" in one}


async def joined_now(session: AsyncSession, escalation_id: int, users: Collection[str]) -> None:
    """Remember who is in the channel."""
    rows = await session.scalars(
        select(Member).where(members.c.escalation_id == escalation_id, members.c.user_id.in_(users))
    )
    known = {row.user_id: row for row in rows}
    for row in known.values():
        row.joined = True
    session.add_all(Member(escalation_id, user) for user in users if user not in known)


class ArchiveChannel(Plain):
    """The channel that the escalation was closed in, though it may have been reopened since and have another."""

    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        escalation = await it.escalation(effect)
        channel = effect.data.get("channel") or escalation.channel_id
        if escalation.status is not Status.CLOSED and channel == escalation.channel_id:
            return Dropped(f"{escalation.reference} is not closed any more")
        if channel is None:
            return Dropped("there is no channel")
        wire = it.wire

        async def send() -> Done:
            try:
                await wire.call("conversations.archive", counted=True, channel=channel)
            except Refusal as refusal:
                if refusal.verdict is not Verdict.CHANNEL:
                    raise
                return Done(channel, note=refusal.code)
            return Done(channel)

        return Job(send)
