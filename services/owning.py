"""What the owner does while an escalation is open: acknowledge, update, plan, snooze."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from escalation.business_time import on_clock
from escalation.case import Escalation, EventKind, PlanStep, Update
from escalation.consequences import Transition
from escalation.duration import in_words
from escalation.effects import EffectKind
from escalation.errors import InvalidInput, NotFound, Refused
from escalation.ladder import to_snooze
from escalation.lifecycle import Move
from escalation.obligations import Kind
from escalation.permissions import Act, may_still_work
from services import customer_log, notices
from services.change import Change, change
from services.clarion import Clarion
from storage.numbering import give_id
from storage.tables import plan_steps


@dataclass(frozen=True)
class NewUpdate:
    """What the form "Post update" holds. `next_update_at` is None for the cadence."""

    situation: str
    next_step: str
    next_update_at: datetime | None = None
    customer_told: str = ""
    told_how: str = ""
    customer_next_at: datetime | None = None


@dataclass(frozen=True)
class NewStep:
    """One row of the form "Plan"; `done` when it is said to be done with it."""

    what: str
    who: str
    due_on: date
    done: bool = False


@dataclass(frozen=True)
class Promised:
    """When the next update is now due; `sooner_than_asked` when the cadence did not allow what was asked for."""

    escalation: Escalation
    due_at: datetime | None
    sooner_than_asked: bool = False


async def acknowledge(clarion: Clarion, escalation_id: int, by: str, key: str | None) -> Escalation:
    """The owner has seen it and takes it on."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.ACKNOWLEDGE)
        it.move(Move.ACKNOWLEDGE)
        if it.escalation.acknowledged_at is not None:
            raise Refused(f"{it.escalation.reference} was acknowledged already.")
        it.escalation.acknowledged_at = it.now
        await it.owe(Transition.ACKNOWLEDGED)
        event = it.record(EventKind.ACKNOWLEDGED, status=it.escalation.status.value, next_update_at=it.due(Kind.UPDATE))
        await it.show(event)
        return it.escalation


async def post_update(clarion: Clarion, escalation_id: int, by: str, key: str | None, update: NewUpdate) -> Promised:
    """Post the current statement: card, channel, every subscriber once; the next one is owed from now."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.POST_UPDATE)
        it.move(Move.POST_UPDATE)
        escalation = it.escalation
        escalation.acknowledged_at = escalation.acknowledged_at or it.now
        escalation.last_update_at, escalation.still_working_count, escalation.still_working_step = it.now, 0, ""
        await it.owe(Transition.UPDATED, promise=update.next_update_at)
        due_at = it.due_at(Kind.UPDATE)
        row = Update(
            escalation.id,
            it.now,
            by,
            update.situation,
            update.next_step,
            due_at,
            update.customer_told,
            update.told_how,
            update.customer_next_at,
        )
        it.session.add(row)
        await _customer_heard(it, update)
        await it.session.flush()
        event = it.record(EventKind.UPDATED, **_update_values(row, escalation))
        await it.show(event, subscribers_too=True)
        asked = update.next_update_at
        return Promised(escalation, due_at, asked is not None and due_at is not None and due_at < asked)


async def _customer_heard(it: Change, update: NewUpdate) -> None:
    if update.customer_told:
        await it.owe(Transition.CUSTOMER_TOLD)
    if update.customer_next_at is not None:
        await it.owe(Transition.CUSTOMER_PROMISED, promise=update.customer_next_at)


def _update_values(row: Update, escalation: Escalation) -> dict[str, Any]:
    return {
        "update": row.id,
        "situation": row.situation,
        "next_step": row.next_step,
        "next_update_at": _iso(row.next_update_at),
        "customer_told": row.customer_told,
        "told_how": row.told_how,
        "customer_next_at": _iso(row.customer_next_at),
        "status": escalation.status.value,
    }


async def still_working(
    clarion: Clarion, escalation_id: int, by: str, key: str | None, next_step: str, next_at: datetime | None
) -> Promised:
    """Say only what is next; allowed twice in a row, told to no subscriber, never counted as an update."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.STILL_WORKING)
        it.move(Move.STILL_WORKING)
        escalation = it.escalation
        if not may_still_work(escalation):
            raise Refused(
                f"“Still working on it” was used twice in a row for {escalation.reference}; please post an update now."
            )
        escalation.still_working_count += 1
        escalation.still_working_step = next_step
        await it.owe(Transition.STILL_WORKING, promise=next_at)
        due_at = it.due_at(Kind.UPDATE)
        event = it.record(
            EventKind.STILL_WORKING,
            next_step=next_step,
            next_update_at=_iso(due_at),
            in_a_row=escalation.still_working_count,
        )
        await it.show(event)
        return Promised(escalation, due_at, next_at is not None and due_at is not None and due_at < next_at)


async def snooze(
    clarion: Clarion, escalation_id: int, by: str, key: str | None, length: timedelta, reason: str
) -> datetime:
    """Be asked later, once per obligation and within the policy; the due time and the record stay.

    `length` counts on the clock of what is owed: a day of what keeps business hours is a business day. Returns when the
    last of it is asked for again.
    """
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.SNOOZE)
        it.move(Move.SNOOZE)
        limit = it.severity.snooze_at_most
        if not timedelta() < length <= on_clock(limit, business=False).time:
            raise InvalidInput("length", f"A {it.severity.key} can be snoozed for at most {in_words(limit)}.")
        mine = to_snooze(it.owed, it.escalation, it.by, it.now)
        await it.owe(Transition.SNOOZED, mine, snooze_for=length, snooze_reason=reason)
        until = max(one.snoozed_until or it.now for one in mine)
        event = it.record(
            EventKind.SNOOZED,
            why=reason,
            until=_iso(until),
            what=[str(one.kind) for one in mine],
            snoozed=[{"what": str(one.kind), "until": _iso(one.snoozed_until)} for one in mine],
        )
        await notices.refresh(it, mine)
        await it.show(event)
        return until


async def told_customer(clarion: Clarion, escalation_id: int, by: str, key: str | None) -> customer_log.Press:
    """The customer has heard what they were promised to hear; `services.customer_log` takes the words."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.POST_UPDATE)
        it.move(Move.TELL_CUSTOMER)
        if not any(one.kind is Kind.CUSTOMER_CONTACT for one in it.owed):
            raise Refused(
                f"No word to the customer is owed on {it.escalation.reference} now; /escalate told takes what they were told."
            )
        await it.owe(Transition.CUSTOMER_TOLD)
        event = it.record(EventKind.CUSTOMER_TOLD)
        await it.show()
        return customer_log.Press(it.escalation, it.now, await give_id(it.session, event))


async def plan(
    clarion: Clarion,
    escalation_id: int,
    by: str,
    key: str | None,
    steps: Sequence[NewStep],
    target_resolution_on: date | None,
) -> Escalation:
    """Say what will be done, by whom, by when; steps that are done stay, the others are replaced."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.PLAN)
        it.move(Move.PLAN)
        await _check_people(it, steps)
        done = {(step.what, step.who) for step in steps if step.done}
        for old in await _undone_steps(it):
            if (old.what, old.who) in done:
                await it.owe(Transition.STEP_DONE, subject_id=old.id)
            await it.session.delete(old)
        rows = await _add_steps(it, steps)
        it.escalation.target_resolution_on = target_resolution_on
        await it.owe(Transition.PLANNED, steps=tuple(row for row in rows if row.done_at is None))
        event = it.record(
            EventKind.PLANNED,
            steps=[{"what": row.what, "who": row.who, "due_on": row.due_on.isoformat()} for row in rows],
            target_resolution_on=target_resolution_on.isoformat() if target_resolution_on else None,
        )
        for row in rows:
            if row.done_at is not None:
                it.record(EventKind.STEP_DONE, step=row.id, what=row.what)
        if it.clarion.rank(it.escalation.severity) == 0:
            # POLICY.md: for the most serious severity the team is named in the plan, and invited.
            await it.enqueue(EffectKind.INVITE, users=list(dict.fromkeys(step.who for step in steps)))
        await it.show(event)
        return it.escalation


async def step_done(clarion: Clarion, escalation_id: int, step_id: int, by: str, key: str | None) -> PlanStep:
    """A step of the plan is done; its person says so, or whoever leads."""
    async with change(clarion, escalation_id, by, key) as it:
        step = await it.session.get(PlanStep, step_id)
        if step is None or step.escalation_id != escalation_id:
            raise NotFound("That step is not in the plan any more; the card shows the newest.")
        if step.who != by:
            it.allow(Act.PLAN)
        it.move(Move.STEP_DONE)
        if step.done_at is not None:
            raise Refused("That step is done already.")
        step.done_at, step.done_by = it.now, by
        await it.owe(Transition.STEP_DONE, subject_id=step_id)
        event = it.record(EventKind.STEP_DONE, step=step_id, what=step.what)
        await it.show(event)
        return step


async def suggest(clarion: Clarion, escalation_id: int, by: str, key: str | None, words: str) -> Escalation:
    """Anybody may suggest what the owner should say; it goes to the owner."""
    async with change(clarion, escalation_id, by, key) as it:
        it.allow(Act.SUGGEST)
        event = it.record(EventKind.SUGGESTED, text=words)
        await it.tell(event, [it.escalation.owner_id])
        return it.escalation


async def _check_people(it: Change, steps: Sequence[NewStep]) -> None:
    if not steps:
        raise InvalidInput("step", "A plan has at least one step.")
    for number, step in enumerate(steps):
        person = await it.person(step.who)
        if person is not None and not person.may_act:
            raise InvalidInput(f"who:{number}", f"{person.name} cannot take a step; choose a colleague.")


async def _add_steps(it: Change, steps: Sequence[NewStep]) -> list[PlanStep]:
    """Store them behind those that are done already."""
    escalation_id = it.escalation.id
    offset = await it.session.scalar(
        select(func.count()).where(plan_steps.c.escalation_id == escalation_id, plan_steps.c.done_at.is_not(None))
    )
    rows = [
        PlanStep(escalation_id, (offset or 0) + position, step.what, step.who, step.due_on)
        for position, step in enumerate(steps, start=1)
    ]
    for row, step in zip(rows, steps, strict=True):
        if step.done:
            row.done_at, row.done_by = it.now, it.by
    it.session.add_all(rows)
    await it.session.flush()
    return rows


async def _undone_steps(it: Change) -> list[PlanStep]:
    rows = await it.session.scalars(
        select(PlanStep).where(plan_steps.c.escalation_id == it.escalation.id, plan_steps.c.done_at.is_(None))
    )
    return list(rows)


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None
