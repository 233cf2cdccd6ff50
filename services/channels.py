"""The escalation's channel: a fresh one when the old is gone, and who is in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import CHANNEL, Escalation, Event, EventKind, Member, Notice
from escalation.effects import Effect, EffectKind, EffectState
from services import subscribers
from services.clarion import Clarion
from services.outbox import enqueue
from storage.numbering import give_id
from storage.tables import escalations, members, notices, outbox


async def open_afresh(
    session: AsyncSession, escalation: Escalation, now: datetime, rank: int, invite: Collection[str]
) -> Effect:
    """Let the escalation have a new channel that links the old one: a bot cannot unarchive."""
    escalation.previous_channel_id = escalation.channel_id or escalation.previous_channel_id
    escalation.channel_id = escalation.channel_name = escalation.card_ts = None
    escalation.channel_serial += 1
    await session.execute(update(members).where(members.c.escalation_id == escalation.id).values(joined=False))

    async def add(kind: EffectKind, **arguments: object) -> Effect:
        return await enqueue(
            session,
            kind,
            team_id=escalation.team_id,
            now=now,
            escalation_id=escalation.id,
            rank=rank,
            **arguments,  # type: ignore[arg-type]
        )

    channel = await add(EffectKind.OPEN_CHANNEL)
    # Into a confidential one's come those who were there, and nobody who had left.
    followers = [] if escalation.confidential else (await subscribers.followers(session, escalation)).in_channel
    users = list(dict.fromkeys([escalation.owner_id, escalation.reporter_id, *invite, *followers]))
    await add(EffectKind.INVITE, needs=[channel], users=users)
    card = await add(EffectKind.POST_CARD, needs=[channel])
    await add(EffectKind.SET_TOPIC, needs=[channel])
    if escalation.ticket_link:
        await add(EffectKind.ADD_BOOKMARK, needs=[channel])
    await add(EffectKind.PIN_CARD, needs=[card])
    await add(EffectKind.REFRESH_BACKUP, needs=[channel])
    return channel


async def on_its_way(session: AsyncSession, escalation: Escalation, *, or_failed: bool = False) -> Effect | None:
    """What opens the escalation's channel, while that is not over; `or_failed`: or waits for somebody to try again."""
    states = [EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN]
    found: Effect | None = await session.scalar(
        select(Effect).where(
            outbox.c.escalation_id == escalation.id,
            outbox.c.kind == EffectKind.OPEN_CHANNEL,
            outbox.c.state.in_([*states, EffectState.FAILED] if or_failed else states),
        )
    )
    return found


async def channel_lost(session: AsyncSession, escalation: Escalation, now: datetime, rank: int) -> bool:
    """The channel of an open escalation is gone (archived or deleted by somebody): open a new one and say so.

    Nothing happens when a new one is on its way already, or nothing is owed any more. Tells whether one was begun.
    """
    # Slack may tell of it twice, and the courier may find out by itself: the first one to lock the row sees to it.
    await session.refresh(escalation, with_for_update=True)
    if not escalation.status.is_live or escalation.channel_id is None:
        return False
    if await on_its_way(session, escalation, or_failed=True) is not None:
        return False
    event = Event(escalation.id, now, EventKind.CHANNEL_LOST, "", values={"channel": escalation.channel_id})
    session.add(event)
    people = await session.scalars(
        select(members.c.user_id).where(members.c.escalation_id == escalation.id, members.c.joined.is_(True))
    )
    channel = await open_afresh(session, escalation, now, rank, invite=list(people))
    await _ask_again(session, escalation, now, rank, channel)
    await session.flush()
    await enqueue(
        session,
        EffectKind.TELL_EVENT,
        team_id=escalation.team_id,
        now=now,
        escalation_id=escalation.id,
        subject_id=event.id,
        rank=rank,
        needs=[channel],
        user=escalation.owner_id,
    )
    return True


async def _ask_again(session: AsyncSession, escalation: Escalation, now: datetime, rank: int, channel: Effect) -> None:
    """What was asked for in the channel that is gone is asked for in the next; what was not sent yet goes there anyhow.

    At any hour, as the news of the new channel: it is the same question, which was put within hours.
    """
    asked: Notice | None = await session.scalar(
        select(Notice).where(
            notices.c.escalation_id == escalation.id,
            notices.c.audience == CHANNEL,
            notices.c.retired_at.is_(None),
            notices.c.ts.is_not(None),
        )
    )
    if asked is None:
        return
    asked.retired_at = now
    await session.flush()
    again = Notice(escalation.id, CHANNEL, asked.kind, asked.obligation_ids, now, asked.late_since)
    session.add(again)
    effect = await enqueue(
        session,
        EffectKind.SEND_NOTICE,
        team_id=escalation.team_id,
        now=now,
        escalation_id=escalation.id,
        subject_id=await give_id(session, again),
        rank=rank,
        needs=[channel],
    )
    again.effect_id = await give_id(session, effect)


async def channel_archived(clarion: Clarion, channel_id: str) -> None:
    """Slack says that a channel was archived: an open escalation gets another."""
    async with clarion.database.write() as session:
        escalation = await find_by_channel(session, clarion.team_id, channel_id)
        if escalation is not None:
            rank = clarion.rank(escalation.severity)
            await channel_lost(session, escalation, clarion.clock.now(), rank)


async def somebody_joined(clarion: Clarion, channel_id: str, user_id: str) -> None:
    """Slack says that somebody came into a channel; written only for an escalation's, and once."""
    await _set_joined(clarion, channel_id, user_id, joined=True)


async def somebody_left(clarion: Clarion, channel_id: str, user_id: str) -> None:
    """Slack says that somebody left a channel."""
    await _set_joined(clarion, channel_id, user_id, joined=False)


async def _set_joined(clarion: Clarion, channel_id: str, user_id: str, *, joined: bool) -> None:
    async with clarion.database.read() as session:
        if await find_by_channel(session, clarion.team_id, channel_id) is None:
            return
    async with clarion.database.write() as session:
        escalation = await find_by_channel(session, clarion.team_id, channel_id)
        if escalation is None:
            return
        await session.refresh(escalation, with_for_update=True)
        row = await session.scalar(
            select(Member).where(members.c.escalation_id == escalation.id, members.c.user_id == user_id)
        )
        if row is not None:
            row.joined = joined
        elif joined:
            session.add(Member(escalation.id, user_id))


async def find_by_channel(session: AsyncSession, team_id: str, channel_id: str) -> Escalation | None:
    """The escalation whose channel this is."""
    found: Escalation | None = await session.scalar(
        select(Escalation)
        .where(escalations.c.team_id == team_id, escalations.c.channel_id == channel_id)
        .order_by(escalations.c.id.desc())
        .limit(1)
    )
    return found
