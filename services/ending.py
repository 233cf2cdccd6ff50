"""Resolving, reopening and closing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from escalation.case import Escalation, EventKind, HandoverOutcome, NoticeKind, Status
from escalation.consequences import Transition
from escalation.effects import Effect, EffectKind
from escalation.lifecycle import Move
from escalation.obligations import Kind
from escalation.permissions import Act
from services import absence, notices
from services.asking import end_waiting
from services.change import Change, change
from services.channels import on_its_way, open_afresh
from services.clarion import Clarion
from services.handing_over import replace_if_lost
from services.opening import PATIENCE_FOR_THE_CHANNEL
from storage.tables import members


async def resolve(
    clarion: Clarion,
    escalation_id: int,
    by: str,
    key: str | None,
    resolution: str,
    *,
    root_cause: str = "",
    customer_confirmed: bool = False,
    thanks_to: Sequence[str] = (),
) -> Escalation:
    """It is fixed: every nag stops, the resolution and the thanks are posted."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.RESOLVE)
        it.move(Move.RESOLVE)
        escalation = it.escalation
        escalation.resolved_at = it.now
        escalation.resolution, escalation.root_cause = resolution, root_cause
        escalation.customer_confirmed = customer_confirmed
        await end_waiting(it, HandoverOutcome.OVERTAKEN)
        await it.owe(Transition.RESOLVED)
        await _steps_are_left(it)
        event = it.record(
            EventKind.RESOLVED,
            resolution=resolution,
            root_cause=root_cause,
            customer_confirmed=customer_confirmed,
            thanks=list(thanks_to),
            status=escalation.status.value,
        )
        await it.show(event, subscribers_too=True)
        return escalation


async def reopen(clarion: Clarion, escalation_id: int, by: str, key: str | None, reason: str) -> Escalation:
    """It was not over after all. A closed one gets a fresh channel that links the old one."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.REOPEN)
        was_closed = it.escalation.status is Status.CLOSED
        it.move(Move.REOPEN)
        escalation = it.escalation
        escalation.resolved_at = escalation.closed_at = escalation.acknowledged_at = None
        escalation.still_working_count, escalation.still_working_step = 0, ""
        previous = escalation.channel_id
        # Before everybody is out of the old channel.
        followers = await it.followers()
        await it.owe(Transition.REOPENED)
        event = it.record(
            EventKind.REOPENED,
            why=reason,
            status=escalation.status.value,
            previous_channel=previous if was_closed else None,
            **absence.mark(await it.person(escalation.owner_id), it.now),
        )
        await _steps_are_left(it)
        needs = []
        if was_closed:
            needs = [await _channel_again(it)]
        await it.show(event)
        await it.tell(event, followers.to_tell(escalation, without={by}), needs)
        if await replace_if_lost(it, "The owner left before it was reopened") is None:
            if not was_closed:
                # They may have left the channel meanwhile, and nobody leads from outside it.
                await it.enqueue(EffectKind.INVITE, users=[escalation.owner_id])
            await notices.ask(
                it,
                escalation.owner_id,
                NoticeKind.ASSIGNMENT,
                it.still_owed(Kind.ACKNOWLEDGE),
                needs=needs,
                needs_within=PATIENCE_FOR_THE_CHANNEL,
            )
            await absence.follow(it)
        return escalation


async def close(
    clarion: Clarion, escalation_id: int, by: str, key: str | None, learned: str = "", preventive_actions: str = ""
) -> Escalation:
    """The case is put away: what was learned is posted, then the channel is archived."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.CLOSE)
        it.move(Move.CLOSE)
        escalation = it.escalation
        escalation.closed_at = it.now
        escalation.learned, escalation.preventive_actions = learned, preventive_actions
        await it.owe(Transition.CLOSED)
        event = it.record(
            EventKind.CLOSED, learned=learned, preventive_actions=preventive_actions, status=escalation.status.value
        )
        await it.session.flush()
        card = await it.enqueue(EffectKind.REFRESH_CARD)
        await it.enqueue(EffectKind.REFRESH_ANNOUNCEMENT)
        said = await it.enqueue(EffectKind.POST_EVENT, subject_id=event.id)
        # Out of an archived channel nothing can be taken back.
        backup = await it.enqueue(EffectKind.REFRESH_BACKUP)
        await it.enqueue(EffectKind.ARCHIVE_CHANNEL, needs=[card, said, backup], channel=escalation.channel_id)
        return escalation


async def _steps_are_left(it: Change) -> None:
    """The steps of the plan go on; what else their messages offer is another thing while it is resolved."""
    await notices.refresh(it, it.still_owed(Kind.PLAN_STEP))


async def _channel_again(it: Change) -> Effect:
    """A fresh channel, as a bot cannot unarchive. Closed so early that the first is still being made, it keeps that:
    it may stand already, and a second would stand beside it.
    """
    first = await on_its_way(it.session, it.escalation)
    if first is not None:
        return first
    rank = it.clarion.rank(it.escalation.severity)
    # Whoever reopened it may not have been in the old channel, and is to find the new one.
    return await open_afresh(it.session, it.escalation, it.now, rank, invite=[*await _in_channel(it), it.by])


async def _in_channel(it: Change) -> list[str]:
    rows = await it.session.scalars(
        select(members.c.user_id).where(members.c.escalation_id == it.escalation.id, members.c.joined.is_(True))
    )
    return list(rows)
