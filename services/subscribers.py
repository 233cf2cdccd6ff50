"""Who follows an escalation, and how they want to hear of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Delivery, Escalation, Follows, Subscription
from storage.tables import people, subscriptions


@dataclass(frozen=True)
class Followers:
    """Who is to be brought into the channel, and who is to be told by direct message; nobody is both."""

    in_channel: Sequence[str]
    by_message: Sequence[str]

    def to_tell(self, escalation: Escalation, without: Collection[str] = ()) -> list[str]:
        """Whom to write to: not the owner, not `without`."""
        return [user for user in self.by_message if user not in without and user != escalation.owner_id]

    def only(self, users: Collection[str]) -> Followers:
        """Those of them who are among these."""
        return Followers(
            [user for user in self.in_channel if user in users], [user for user in self.by_message if user in users]
        )


_FOLLOWING = (
    select(Subscription)
    .join(people, and_(people.c.team_id == subscriptions.c.team_id, people.c.user_id == subscriptions.c.user_id))
    .where(
        subscriptions.c.team_id == bindparam("team_id"),
        people.c.is_deactivated.is_(False),
        or_(
            *(
                and_(subscriptions.c.follows == follows, subscriptions.c.target == bindparam(follows.value))
                for follows in Follows
            )
        ),
    )
    .order_by(subscriptions.c.id)
)


async def followed_here(session: AsyncSession, escalation: Escalation, user_id: str) -> list[str]:
    """What somebody follows that this escalation is, or is of, in words."""
    words = {
        (Follows.SEVERITY, escalation.severity): escalation.severity,
        (Follows.CUSTOMER, str(escalation.customer_id)): escalation.customer,
        (Follows.ESCALATION, str(escalation.id)): escalation.reference,
    }
    columns = subscriptions.c
    rows = await session.scalars(
        select(Subscription)
        .where(columns.team_id == escalation.team_id, columns.user_id == user_id)
        .order_by(columns.id)
    )
    return [words[row.follows, row.target] for row in rows if (row.follows, row.target) in words]


async def followers(session: AsyncSession, escalation: Escalation) -> Followers:
    """Everybody who follows the escalation, its customer or its severity, each once."""
    targets = {
        Follows.SEVERITY: escalation.severity,
        Follows.CUSTOMER: str(escalation.customer_id),
        Follows.ESCALATION: str(escalation.id),
    }
    if escalation.confidential:
        # Following a customer or a severity was never leave to know of a confidential case.
        targets |= {Follows.SEVERITY: "", Follows.CUSTOMER: ""}
    named = {follows.value: target for follows, target in targets.items()}
    found = (await session.scalars(_FOLLOWING, {"team_id": escalation.team_id, **named})).all()
    directly = dict.fromkeys(row.user_id for row in found if row.delivery is Delivery.DIRECT)
    in_channel = dict.fromkeys(row.user_id for row in found if row.delivery is Delivery.CHANNEL)
    return Followers(list(in_channel), [user for user in directly if user not in in_channel])
