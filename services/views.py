"""What surfaces show, read from the database in one place: for the courier's messages and for the answers of handlers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from blocks.people_messages import PathView
from blocks.views import CardView, Naming, NoticeView, Owed, Snoozed
from escalation.case import Escalation, Event, EventKind, Handover, Notice, NoticeKind, Person, PlanStep, Update
from escalation.obligations import Kind, Obligation
from escalation.permissions import Act, may_still_work
from escalation.roster import ADMIN, Roster
from escalation.series import series
from escalation.wording import role_words
from services import subscribers
from services.clarion import Clarion
from services.customer_log import last_told
from services.standings import may
from storage.tables import events, handovers, notices, obligations, plan_steps, updates


def severity_name(clarion: Clarion, key: str) -> str:
    """The name the policy gives a severity, "" when it has none of that key any more."""
    severity = clarion.policy.severities.get(key)
    return severity.name if severity is not None else ""


def naming(clarion: Clarion) -> Naming:
    """The names of all severities."""
    return Naming({key: severity.name for key, severity in clarion.policy.severities.items()})


async def card_view(session: AsyncSession, clarion: Clarion, escalation: Escalation, now: datetime) -> CardView:
    """Everything on the card, as the session sees it."""
    owed = await open_obligations(session, [escalation.id])
    first = {one.kind: one for one in reversed(owed)}
    contact = first.get(Kind.CUSTOMER_CONTACT)
    handover = await waiting_handover(session, escalation.id) if Kind.HANDOVER in first else None
    owner = await session.get(Person, (clarion.team_id, escalation.owner_id))
    snoozers = await _snoozers(session, escalation.id) if any(one.snoozed_until for one in owed) else {}
    return CardView(
        escalation=escalation,
        severity_name=severity_name(clarion, escalation.severity),
        owner_name=owner.name if owner is not None else "",
        update=await last_update(session, escalation.id),
        steps=tuple(await plan(session, escalation.id)),
        acknowledge_by=_due(first.get(Kind.ACKNOWLEDGE)),
        next_update_at=_due(first.get(Kind.UPDATE)),
        customer_next_at=_due(contact),
        snoozes=tuple(
            Snoozed(one.kind, one.snoozed_until, snoozers.get(one.kind.value, ""), one.snooze_reason)
            for one in owed
            if one.snoozed_until is not None and one.snoozed_until > now
        ),
        handover=handover,
        handover_until=_due(first.get(Kind.HANDOVER)),
        may_still_work=may_still_work(escalation),
        source=await _source(session, escalation),
        customer_promised=contact is not None and contact.promised,
        # Whoever is still owed their first word has heard none.
        customer_told=await last_told(session, escalation.id) if contact is None or contact.promised else None,
    )


async def _source(session: AsyncSession, escalation: Escalation) -> Event | None:
    """The message that was escalated, noted at the opening itself."""
    found: Event | None = await session.scalar(
        select(Event)
        .where(
            events.c.escalation_id == escalation.id,
            events.c.kind == EventKind.NOTED,
            events.c.at == escalation.opened_at,
        )
        .order_by(events.c.id)
        .limit(1)
    )
    return found


async def topic_view(session: AsyncSession, clarion: Clarion, escalation: Escalation) -> CardView:
    """As much of the card as its topic says."""
    owner = await session.get(Person, (clarion.team_id, escalation.owner_id))
    return CardView(
        escalation,
        severity_name(clarion, escalation.severity),
        owner_name=owner.name if owner is not None else "",
    )


_NEW_TO_IT = (NoticeKind.ASSIGNMENT, NoticeKind.HANDOVER)


async def notice_view(session: AsyncSession, clarion: Clarion, notice: Notice, now: datetime) -> NoticeView:
    """A message that asks, with what it asks for as that stands now."""
    escalation = await session.get_one(Escalation, notice.escalation_id)
    roster = await clarion.rosters.read(session, clarion.team_id, clarion.policy, now)
    raised = notice.kind is NoticeKind.RAISED
    # The steps of a plan are asked for when it is resolved, too; there is nothing to take over then.
    can_be_taken = raised and escalation.status.is_live
    return NoticeView(
        notice=notice,
        escalation=escalation,
        severity_name=severity_name(clarion, escalation.severity),
        now=now,
        owed=tuple(await _owed(session, escalation, notice)),
        why=await _why(session, escalation, notice, roster),
        asked=await _asked(session, notice) if raised else (),
        may_take_over=can_be_taken and await may(clarion, session, escalation, notice.audience, roster, Act.TAKE_OVER),
        update=await last_update(session, escalation.id) if raised or notice.kind in _NEW_TO_IT else None,
    )


async def path_view(
    session: AsyncSession, clarion: Clarion, escalation: Escalation, user_id: str, roles: Sequence[str]
) -> PathView:
    """What somebody of the path, or a subscriber (no roles), is told of an escalation."""
    followed = [] if roles else await subscribers.followed_here(session, escalation, user_id)
    why = _told_as(roles) or f"You follow {series(followed) or 'this'}."
    return PathView(
        escalation,
        severity_name(clarion, escalation.severity),
        await acknowledge_by(session, escalation.id),
        why,
        await _changed(session, clarion, escalation),
    )


def _told_as(roles: Sequence[str]) -> str:
    return (
        f"You are told as {series('an admin' if role == ADMIN else role_words(role) for role in roles)}."
        if roles
        else ""
    )


async def _changed(session: AsyncSession, clarion: Clarion, escalation: Escalation) -> str:
    """How it came to the severity it has, "" where it was opened with it."""
    event: Event | None = await session.scalar(
        select(Event)
        .where(events.c.escalation_id == escalation.id, events.c.kind == EventKind.SEVERITY_CHANGED)
        .order_by(events.c.id.desc())
        .limit(1)
    )
    if event is None:
        return ""
    old, new = str(event.values.get("from")), str(event.values.get("to"))
    how = "raised" if clarion.rank(new) < clarion.rank(old) else "lowered"
    return await _by(session, escalation, event.by, "", f"{how} it from {old} to {new}: {event.why}")


async def acknowledge_by(session: AsyncSession, escalation_id: int) -> datetime | None:
    """When the acknowledgement is due, if it is still owed."""
    owed = await open_obligations(session, [escalation_id])
    return _due(next((one for one in owed if one.kind is Kind.ACKNOWLEDGE), None))


async def open_obligations(session: AsyncSession, escalation_ids: Iterable[int]) -> Sequence[Obligation]:
    """What is owed, in the order it falls due."""
    rows = await session.scalars(
        select(Obligation)
        .where(obligations.c.escalation_id.in_(list(escalation_ids)), obligations.c.settled_at.is_(None))
        .order_by(obligations.c.due_at, obligations.c.id)
    )
    return rows.all()


async def last_update(session: AsyncSession, escalation_id: int) -> Update | None:
    """The current statement."""
    found: Update | None = await session.scalar(
        select(Update).where(updates.c.escalation_id == escalation_id).order_by(updates.c.id.desc()).limit(1)
    )
    return found


async def plan(session: AsyncSession, escalation_id: int) -> Sequence[PlanStep]:
    """The plan's steps, in their order."""
    rows = await session.scalars(
        select(PlanStep)
        .where(plan_steps.c.escalation_id == escalation_id)
        .order_by(plan_steps.c.position, plan_steps.c.id)
    )
    return rows.all()


async def waiting_handover(session: AsyncSession, escalation_id: int) -> Handover | None:
    """The handover that waits to be answered; there is at most one."""
    found: Handover | None = await session.scalar(
        select(Handover).where(handovers.c.escalation_id == escalation_id, handovers.c.answered_at.is_(None))
    )
    return found


def _due(obligation: Obligation | None) -> datetime | None:
    return obligation.due_at if obligation is not None else None


async def _owed(session: AsyncSession, escalation: Escalation, notice: Notice) -> list[Owed]:
    if not notice.obligation_ids:
        return []
    rows = await session.scalars(
        select(Obligation)
        .where(obligations.c.id.in_(notice.obligation_ids))
        .order_by(obligations.c.due_at, obligations.c.id)
    )
    found = rows.all()
    snoozers = await _snoozers(session, escalation.id) if any(one.snoozed_until for one in found) else {}
    return [
        Owed(
            one,
            step=await session.get(PlanStep, one.subject_id) if one.kind is Kind.PLAN_STEP and one.subject_id else None,
            handover=await session.get(Handover, one.subject_id)
            if one.kind is Kind.HANDOVER and one.subject_id
            else None,
            may_still_work=may_still_work(escalation),
            snoozed_by=snoozers.get(one.kind.value, "") if one.snoozed_until is not None else "",
        )
        for one in found
    ]


async def _snoozers(session: AsyncSession, escalation_id: int) -> dict[str, str]:
    """Who snoozed each kind of obligation last."""
    rows = await session.scalars(
        select(Event)
        .where(events.c.escalation_id == escalation_id, events.c.kind == EventKind.SNOOZED)
        .order_by(events.c.id)
    )
    found: dict[str, str] = {}
    for event in rows:
        what = event.values.get("what", ())
        found |= dict.fromkeys([what] if isinstance(what, str) else what, event.by)
    return found


_MADE_OWNER = (EventKind.OWNER_CHANGED, EventKind.REOPENED)


async def _why(session: AsyncSession, escalation: Escalation, notice: Notice, roster: Roster) -> str:
    if notice.kind is NoticeKind.RAISED:
        if notice.audience == escalation.owner_id:
            return ""
        return _told_as(roster.told_as(notice.audience))
    if notice.kind is not NoticeKind.ASSIGNMENT:
        return ""
    changed = await session.scalar(
        select(Event)
        .where(events.c.escalation_id == escalation.id, events.c.kind.in_(_MADE_OWNER))
        .order_by(events.c.id.desc())
        .limit(1)
    )
    if changed is None:
        return await _by(
            session, escalation, escalation.reporter_id, notice.audience, "opened it and named you its owner."
        )
    if not changed.by:
        return f"{changed.why}."
    if changed.kind is EventKind.REOPENED:
        return await _by(session, escalation, changed.by, notice.audience, f"reopened it: {changed.why}")
    return await _by(session, escalation, changed.by, notice.audience, f"made you its owner: {changed.why}")


async def _by(session: AsyncSession, escalation: Escalation, user_id: str, reader: str, what: str) -> str:
    """A sentence about what somebody did, unless it was the reader; by name, as it is shown as plain words."""
    if user_id == reader:
        return ""
    person = await session.get(Person, (escalation.team_id, user_id))
    return f"{person.name if person is not None else 'Somebody'} {what}"


async def _asked(session: AsyncSession, notice: Notice) -> tuple[str, ...]:
    """Who was asked before about any of the same obligations: user ids or CHANNEL."""
    rows = await session.execute(
        select(notices.c.audience, notices.c.obligation_ids)
        .where(
            notices.c.escalation_id == notice.escalation_id,
            notices.c.id < notice.id,
            notices.c.kind.in_([NoticeKind.NAG, NoticeKind.RAISED]),
            func.coalesce(notices.c.ts, "") != "",
            notices.c.audience != notice.audience,
        )
        .order_by(notices.c.id)
    )
    about = set(notice.obligation_ids)
    return tuple(dict.fromkeys(audience for audience, ids in rows if about & set(ids)))
