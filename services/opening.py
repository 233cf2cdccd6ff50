"""Opening an escalation: one commit, from which everything else follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Customer, Escalation, EventKind, NoticeKind, Person
from escalation.consequences import Transition
from escalation.effects import EffectKind
from escalation.errors import AlreadyDone, ClarionError, InvalidInput, Refused
from escalation.obligations import Kind
from escalation.permissions import Standing
from escalation.wording import CUSTOMER_NAME_LIMIT, name_key
from services import absence, notices, path, requests, subscribers
from services.change import Change
from services.clarion import Clarion
from services.owners import why_not_owner
from services.standings import NOT_FOR_OUTSIDERS
from services.visibility import seen_by
from storage.conditions import IS_LIVE
from storage.numbering import give_id
from storage.tables import customers, escalations, people, workspaces

# The owner's message goes without a link to the channel when the channel takes longer than this.
PATIENCE_FOR_THE_CHANNEL = timedelta(seconds=3)
# The announcements channel hears of the two most serious severities (POLICY.md, `announcements`).
ANNOUNCED_RANKS = 2

# Built once: to build a statement takes longer than to run it, and people wait for this.
_NEXT_NUMBER = (
    update(workspaces)
    .where(workspaces.c.team_id == bindparam("of_team"))
    .values(last_number=workspaces.c.last_number + 1)
    .returning(workspaces.c.last_number)
)
_REPORTER_AND_OWNER = select(Person).where(
    people.c.team_id == bindparam("team_id"), people.c.user_id.in_([bindparam("by"), bindparam("owner_id")])
)
_CUSTOMER_OF_NAME = select(Customer).where(
    customers.c.team_id == bindparam("team_id"), customers.c.name_key == bindparam("name_key")
)


class AlreadyOpen(ClarionError):
    """The customer has open escalations, all of them in `existing`, of which the person was not shown every one yet."""

    def __init__(self, existing: Sequence[Escalation]) -> None:
        super().__init__(f"{existing[0].customer} has an open escalation already.")
        self.existing = existing


@dataclass(frozen=True)
class SourceMessage:
    """The message that was escalated: its words, its author's id or name, and a link to it."""

    text: str
    author: str = ""
    link: str = ""


@dataclass(frozen=True)
class NewEscalation:
    """What the form "New escalation" holds; a customer by id, or by name when it is new."""

    severity: str
    summary: str
    owner_id: str
    customer_id: int | None = None
    customer_name: str = ""
    impact: str = ""
    tried: str = ""
    revenue: int | None = None
    renewal_on: date | None = None
    ticket_link: str = ""
    confidential: bool = False
    source: SourceMessage | None = None


async def open_escalation(
    clarion: Clarion, request: NewEscalation, by: str, key: str, shown: Collection[int] = ()
) -> Escalation:
    """Open it, or return the one that a request with this key opened before.

    `shown` are the customer's open escalations that the person has seen; others raise AlreadyOpen. InvalidInput names
    the field that is wrong, Refused says that this person may not.
    """
    try:
        return await _open(clarion, request, by, key, shown)
    except AlreadyDone as done:
        async with clarion.database.read() as session:
            return await session.get_one(Escalation, done.escalation_id)


async def open_for_customer(clarion: Clarion, session: AsyncSession, customer_id: int, by: str) -> list[Escalation]:
    """The customer's open escalations that this person may see, most recent first."""
    columns = escalations.c
    rows = await session.scalars(
        select(Escalation)
        .where(
            columns.team_id == clarion.team_id,
            columns.customer_id == customer_id,
            IS_LIVE,
            await seen_by(clarion, session, by),
        )
        .order_by(columns.id.desc())
    )
    return list(rows)


async def _open(clarion: Clarion, request: NewEscalation, by: str, key: str, shown: Collection[int]) -> Escalation:
    now = clarion.clock.now()
    async with clarion.database.write() as session:
        number = await _next_number(clarion, session)
        # Only now: a rival with the same key held the workspace's row until it had committed.
        done = await requests.carried_out(session, clarion.team_id, key)
        if done is not None:
            raise AlreadyDone(done)
        owner = await _people_fit(clarion, session, request, by, now)
        customer = await _known_customer(clarion, session, request)
        if customer is None:
            customer = await _new_customer(clarion, session, request)
        else:
            await _not_open_already(clarion, session, customer, by, shown)
        # Nothing below reads what it writes, so all of it goes to the database at once.
        with session.no_autoflush:
            escalation = await _store(clarion, session, request, number, customer, owner, by, now)
            roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, now)
            it = Change(clarion, session, escalation, by, now, roster, [], set(Standing), told=True, is_new=True)
            await _record(it, request, owner)
            await it.owe(Transition.OPENED)
            await _effects(it, await subscribers.followers(session, escalation))
            await requests.claim(session, clarion.team_id, key, escalation.id, now)
        it.is_new = False
        await absence.follow(it)
        return escalation


async def _people_fit(
    clarion: Clarion, session: AsyncSession, request: NewEscalation, by: str, now: datetime
) -> Person:
    rows = await session.scalars(
        _REPORTER_AND_OWNER, {"team_id": clarion.team_id, "by": by, "owner_id": request.owner_id}
    )
    found = {person.user_id: person for person in rows}
    reporter, owner = found.get(by), found.get(request.owner_id)
    if reporter is None or not reporter.may_act:
        raise Refused(NOT_FOR_OUTSIDERS)
    severity = clarion.policy.severities.get(request.severity)
    if severity is None:
        raise InvalidInput("severity", "That severity is not in the policy any more; choose another.")
    roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, now)
    allowed = roster.may_own(request.owner_id, severity)
    reason = why_not_owner(owner, request.severity, allowed=allowed, needed=severity.owners)
    if reason or owner is None:
        raise InvalidInput("owner", reason or "")
    return owner


async def _known_customer(clarion: Clarion, session: AsyncSession, request: NewEscalation) -> Customer | None:
    if request.customer_id is not None:
        known = await session.get(Customer, request.customer_id)
        if known is None or known.team_id != clarion.team_id:
            raise InvalidInput("customer", "That customer does not exist any more; choose or type another.")
        return known
    same: Customer | None = await session.scalar(
        _CUSTOMER_OF_NAME, {"team_id": clarion.team_id, "name_key": name_key(request.customer_name)}
    )
    return same


async def _new_customer(clarion: Clarion, session: AsyncSession, request: NewEscalation) -> Customer:
    name = " ".join(request.customer_name.split())
    if not name or len(name) > CUSTOMER_NAME_LIMIT:
        raise InvalidInput("customer", f"A customer's name has 1 to {CUSTOMER_NAME_LIMIT} characters.")
    customer = Customer(clarion.team_id, name, name_key(name))
    session.add(customer)
    await give_id(session, customer)
    return customer


async def _not_open_already(
    clarion: Clarion, session: AsyncSession, customer: Customer, by: str, shown: Collection[int]
) -> None:
    """Raise AlreadyOpen if there is one that the person was not shown yet."""
    found = await open_for_customer(clarion, session, customer.id, by)
    if any(one.id not in shown for one in found):
        # The rollback would take their values away, which the person is to be shown.
        session.expunge_all()
        raise AlreadyOpen(found)


async def _next_number(clarion: Clarion, session: AsyncSession) -> int:
    """The next reference; the row's lock lets openings of a workspace through one after the other."""
    raised = await session.execute(_NEXT_NUMBER, {"of_team": clarion.team_id})
    return int(raised.scalar_one())


async def _store(
    clarion: Clarion,
    session: AsyncSession,
    request: NewEscalation,
    number: int,
    customer: Customer,
    owner: Person,
    by: str,
    now: datetime,
) -> Escalation:
    escalation = Escalation(
        team_id=clarion.team_id,
        number=number,
        customer_id=customer.id,
        customer=customer.name,
        severity=request.severity,
        summary=request.summary,
        owner_id=owner.user_id,
        owner_zone=clarion.zone_of(owner),
        reporter_id=by,
        opened_at=now,
        impact=request.impact,
        tried=request.tried,
        revenue=request.revenue,
        renewal_on=request.renewal_on,
        ticket_link=request.ticket_link,
        confidential=request.confidential,
        private=request.confidential or clarion.policy.channel_private,
    )
    session.add(escalation)
    await give_id(session, escalation)
    return escalation


async def _record(it: Change, request: NewEscalation, owner: Person) -> None:
    escalation = it.escalation
    it.record(
        EventKind.OPENED,
        customer=escalation.customer,
        severity=escalation.severity,
        owner=escalation.owner_id,
        summary=escalation.summary,
        confidential=escalation.confidential,
        status=escalation.status.value,
        **absence.mark(owner, it.now),
    )
    if request.source is not None:
        source = request.source
        it.record(EventKind.NOTED, text=source.text, author=source.author, link=source.link)


async def _effects(it: Change, followers: subscribers.Followers) -> None:
    """Everything that follows from opening, in the order in which people should see it."""
    escalation = it.escalation
    channel = await it.enqueue(EffectKind.OPEN_CHANNEL)
    invite = await it.enqueue(EffectKind.INVITE, needs=[channel])
    card = await it.enqueue(EffectKind.POST_CARD, needs=[channel])
    told = await path.tell_those_due(it, needs=[channel], needs_within=PATIENCE_FOR_THE_CHANNEL)
    invited = dict.fromkeys([escalation.owner_id, escalation.reporter_id, *told, *followers.in_channel])
    invite.data = {"users": list(invited)}
    await it.enqueue(EffectKind.SET_TOPIC, needs=[channel])
    if escalation.ticket_link:
        await it.enqueue(EffectKind.ADD_BOOKMARK, needs=[channel])
    await notices.ask(
        it,
        escalation.owner_id,
        NoticeKind.ASSIGNMENT,
        it.still_owed(Kind.ACKNOWLEDGE),
        needs=[channel],
        needs_within=PATIENCE_FOR_THE_CHANNEL,
    )
    if escalation.reporter_id != escalation.owner_id:
        await it.enqueue(EffectKind.TELL_REPORTER, needs=[channel])
    if is_announced(it):
        await it.enqueue(EffectKind.ANNOUNCE, needs=[channel])
    already = {escalation.reporter_id, *told}
    for user in followers.to_tell(escalation, without=already):
        await it.enqueue(EffectKind.TELL_PATH, needs=[channel], user=user, roles=[])
    await it.enqueue(EffectKind.PIN_CARD, needs=[card])


def is_announced(it: Change) -> bool:
    """Whether the announcements channel hears of it; of a confidential one never."""
    policy, escalation = it.clarion.policy, it.escalation
    return (
        bool(policy.announcements)
        and not escalation.confidential
        and it.clarion.rank(escalation.severity) < ANNOUNCED_RANKS
    )
