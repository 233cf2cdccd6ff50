"""Following a severity, a customer or one escalation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Delivery, Escalation, Follows, Person, Subscription
from escalation.effects import EffectKind
from escalation.errors import InvalidInput, NotFound, Refused
from escalation.permissions import Act
from services import requests
from services.change import begin
from services.clarion import Clarion
from services.outbox import enqueue
from services.standings import NOT_FOR_OUTSIDERS
from storage.conditions import IS_LIVE
from storage.tables import customers, escalations, subscriptions


@dataclass(frozen=True)
class Target:
    """What is to be followed."""

    follows: Follows
    target: str


async def subscribe(
    clarion: Clarion, by: str, key: str | None, targets: Sequence[Target], delivery: Delivery
) -> list[Subscription]:
    """Follow these; what is followed already changes its delivery. By channel, the person is brought in now."""
    if not targets:
        raise InvalidInput("what", "Choose what to follow.")
    now = clarion.clock.now()
    async with clarion.database.write() as session:
        if key is not None:
            await requests.claim(session, clarion.team_id, key, 0, now)
        person = await session.get(Person, (clarion.team_id, by))
        if person is None or not person.may_act:
            raise Refused(NOT_FOR_OUTSIDERS)
        made = []
        for one in targets:
            if one.follows is Follows.ESCALATION:
                it = await begin(clarion, session, int(one.target), by, now)
                it.allow(Act.FOLLOW)
            row = await session.scalar(
                _mine(clarion, by).where(subscriptions.c.follows == one.follows, subscriptions.c.target == one.target)
            )
            if row is None:
                row = Subscription(clarion.team_id, by, one.follows, one.target, delivery, now)
                session.add(row)
            row.delivery = delivery
            made.append(row)
            if delivery is Delivery.CHANNEL:
                await _bring_in(clarion, session, by, one, now)
        await session.flush()
        return made


async def unsubscribe(clarion: Clarion, by: str, targets: Sequence[Target]) -> int:
    """Follow these no more; how many ended."""
    ended = 0
    async with clarion.database.write() as session:
        for one in targets:
            result = await session.execute(
                delete(subscriptions).where(
                    subscriptions.c.team_id == clarion.team_id,
                    subscriptions.c.user_id == by,
                    subscriptions.c.follows == one.follows,
                    subscriptions.c.target == one.target,
                )
            )
            ended += result.rowcount  # type: ignore[attr-defined]
    return ended


async def end(clarion: Clarion, by: str, subscription_id: int) -> None:
    """End one subscription of one's own."""
    async with clarion.database.write() as session:
        row = await session.get(Subscription, subscription_id)
        if row is None or row.user_id != by or row.team_id != clarion.team_id:
            raise NotFound("You do not follow that any more.")
        await session.delete(row)


async def followed_by(clarion: Clarion, user_id: str) -> list[tuple[Subscription, str]]:
    """What somebody follows, each with the words for it, in the order they chose it."""
    async with clarion.database.read() as session:
        rows = (await session.scalars(_mine(clarion, user_id).order_by(subscriptions.c.id))).all()
        ids = [int(row.target) for row in rows if row.follows is Follows.CUSTOMER]
        names = dict(
            (await session.execute(select(customers.c.id, customers.c.name).where(customers.c.id.in_(ids)))).all()
        )
        ids = [int(row.target) for row in rows if row.follows is Follows.ESCALATION]
        numbers = dict(
            (
                await session.execute(select(escalations.c.id, escalations.c.number).where(escalations.c.id.in_(ids)))
            ).all()
        )
    words = []
    for row in rows:
        if row.follows is Follows.CUSTOMER:
            words.append(names.get(int(row.target), "a customer"))
        elif row.follows is Follows.ESCALATION:
            words.append(f"ESC-{numbers.get(int(row.target), '?')}")
        else:
            words.append(row.target)
    return list(zip(rows, words, strict=True))


async def _bring_in(clarion: Clarion, session: AsyncSession, by: str, one: Target, now: datetime) -> None:
    """Invite into the channels of what is open now and will be followed."""
    column = {
        Follows.ESCALATION: escalations.c.id,
        Follows.CUSTOMER: escalations.c.customer_id,
        Follows.SEVERITY: escalations.c.severity,
    }[one.follows]
    value: int | str = one.target if one.follows is Follows.SEVERITY else int(one.target)
    rows = await session.scalars(
        select(Escalation).where(
            escalations.c.team_id == clarion.team_id,
            column == value,
            IS_LIVE,
        )
    )
    for escalation in rows.all():
        if escalation.confidential and one.follows is not Follows.ESCALATION:
            continue
        await enqueue(
            session,
            EffectKind.INVITE,
            team_id=clarion.team_id,
            now=now,
            escalation_id=escalation.id,
            rank=clarion.rank(escalation.severity),
            users=[by],
        )


def _mine(clarion: Clarion, user_id: str) -> Select[Subscription]:
    return select(Subscription).where(subscriptions.c.team_id == clarion.team_id, subscriptions.c.user_id == user_id)
