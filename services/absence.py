"""An owner who is out of office: the next of the path is asked to take over, one after the other, and everyone is told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from escalation.absence import followed
from escalation.case import Event, EventKind, HandoverOutcome, Person
from escalation.consequences import Transition
from escalation.obligations import Kind
from services import asking, path
from services.change import Change
from services.clarion import Clarion
from services.successors import successors
from storage.conditions import IS_LIVE
from storage.tables import escalations, events, handovers, people


async def follow(it: Change, *, afresh: bool = False, without: Collection[str] = ()) -> None:
    """Do what the owner's absence, or its end, asks for now; nothing is done twice for one absence.

    `afresh`: an earlier absence has ended since anybody looked. `without` are not asked this time, as they have just
    declined.
    """
    owner = await it.person(it.escalation.owner_id)
    # Hardly anybody is away, and then there is nothing to be read.
    if owner is None or not it.escalation.status.is_live or not (owner.away_status or afresh):
        return
    is_away = owner.is_away(it.now)
    known = followed(await _events(it), owner.user_id)
    if known.is_known and (afresh or not is_away):
        await _is_back(it, owner)
        known = followed((), owner.user_id)
    if not is_away or known.is_there or await asking.waiting(it) is not None:
        return
    why = f"{owner.name} {it.clarion.away_words(owner, it.now)}"
    for person in await successors(it):
        if not person.is_away(it.now) and person.user_id not in known.asked and person.user_id not in without:
            await asking.put(it, person.user_id, why, by="")
            _look_again_at_its_end(it, owner)
            return
    if not known.nobody_left:
        await _nobody_is_left(it, why)


def mark(owner: Person | None, now: datetime) -> dict[str, Any]:
    """What the event that makes somebody the owner says when they are away then (`escalation.absence.followed`)."""
    return {"away": True} if owner is not None and owner.is_away(now) else {}


async def to_follow(clarion: Clarion, came_back: Collection[str] = ()) -> list[tuple[int, str]]:
    """The open escalations (and their owners) of those who are away or `came_back`, and where Clarion waits for an answer."""
    columns = escalations.c
    asked = select(handovers.c.escalation_id).where(handovers.c.answered_at.is_(None), handovers.c.asked_by == "")
    async with clarion.database.read() as session:
        found = await session.execute(
            select(columns.id, columns.owner_id)
            .join(people, (people.c.team_id == columns.team_id) & (people.c.user_id == columns.owner_id))
            .where(
                columns.team_id == clarion.team_id,
                IS_LIVE,
                or_(people.c.away_status != "", columns.id.in_(asked), columns.owner_id.in_(came_back)),
            )
            .order_by(columns.id)
        )
        return [(id_, owner_id) for id_, owner_id in found]


async def _events(it: Change) -> list[Event]:
    await it.session.flush()
    rows = await it.session.scalars(
        select(Event).where(events.c.escalation_id == it.escalation.id).order_by(events.c.id)
    )
    return list(rows)


async def _is_back(it: Change, owner: Person) -> None:
    """Take back what was asked for their absence, and tell those who were told of it."""
    handover = await asking.waiting(it)
    if handover is None or handover.asked_by:
        it.record(EventKind.OWNER_BACK, by="", owner=owner.user_id)
        return
    await asking.end_waiting(it, HandoverOutcome.WITHDRAWN)
    await it.owe(Transition.HANDOVER_ENDED)
    event = it.record(EventKind.OWNER_BACK, by="", owner=owner.user_id, to=handover.to_id)
    await it.show(event)
    await it.tell(event, await it.who_can([it.escalation.reporter_id], but=owner.user_id))


async def _nobody_is_left(it: Change, why: str) -> None:
    """Once for an absence: the owner, the reporter, the admins, and whoever stands one rung above."""
    owner_id = it.escalation.owner_id
    above = it.one_rung_up()
    told = path.with_roles(it, [*it.roster.admins, *above])
    event = it.record(EventKind.NOBODY_LEFT, why, by="", owner=owner_id, told=told)
    await it.show(event)
    await path.remember(it, above)
    await it.tell(event, await it.who_can([owner_id, it.escalation.reporter_id, *it.roster.admins, *above]))


def _look_again_at_its_end(it: Change, owner: Person) -> None:
    """An absence that ends by itself while somebody is asked: the sweep looks then, though nothing is due."""
    for one in it.still_owed(Kind.HANDOVER):
        if owner.away_until is not None:
            one.next_at = min(one.due_at, owner.away_until)
