"""Telling the people of the path (`notify` in the policy): each once, if it is still that severity and open."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from escalation.case import EventKind, Member
from escalation.effects import Effect, EffectKind
from escalation.ladder import may_be_said
from escalation.obligations import Kind, Obligation, Outcome
from services.change import Change
from storage.tables import members


async def tell_those_due(
    it: Change, *, needs: Iterable[Effect] = (), needs_within: timedelta | None = None
) -> list[str]:
    """Settle what is due of "tell the path"; returns who is told by it, who also belong into the channel.

    `needs` is what the messages wait for, as for `outbox.enqueue`.
    What counts in business hours and was missed waits for the next opening.
    """
    due = [one for one in it.still_owed(Kind.TELL_PATH) if one.due_at <= it.now]
    told: list[str] = []
    for obligation in due:
        if may_be_said(obligation, it.calendar, it.now):
            told += await _tell(it, obligation, needs, needs_within)
        else:
            obligation.next_at = it.calendar.next_opening(it.now)
    return told


async def _tell(
    it: Change, obligation: Obligation, needs: Iterable[Effect], needs_within: timedelta | None
) -> list[str]:
    rows = it.clarion.policy.severities[obligation.severity].notify if _still_holds(it, obligation) else ()
    if obligation.subject_id >= len(rows):
        obligation.settle(it.now, "", Outcome.DROPPED)
        return []
    roles = rows[obligation.subject_id].roles
    people = it.roster.people(roles) or list(it.roster.admins)
    told_before = set() if it.is_new else await _told(it)
    fresh = [user for user in people if user not in told_before | {it.escalation.owner_id, it.escalation.reporter_id}]
    await remember(it, fresh)
    told = with_roles(it, fresh, roles)
    for one in told:
        await it.enqueue(EffectKind.TELL_PATH, needs=needs, needs_within=needs_within, **one)
    obligation.settle(it.now, "")
    if told:
        it.record(EventKind.PATH_TOLD, by="", users=fresh, told=told, roles=list(roles), severity=obligation.severity)
    return fresh


async def rows_to_tell(it: Change) -> tuple[int, ...]:
    """The rows of `notify` of which nothing is owed, and which have somebody left who was not told."""
    if not it.escalation.status.is_live:
        return ()
    owed = {one.subject_id for one in it.owed if one.kind is Kind.TELL_PATH}
    told = await _told(it) | {it.escalation.owner_id, it.escalation.reporter_id}
    rows = enumerate(it.severity.notify)
    return tuple(index for index, row in rows if index not in owed and set(it.roster.people(row.roles)) - told)


def with_roles(it: Change, user_ids: Iterable[str], roles: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Who is told, each with their roles, as an event keeps it."""
    return [{"user": user, "roles": it.roster.told_as(user, roles)} for user in dict.fromkeys(user_ids)]


async def remember(it: Change, user_ids: Iterable[str]) -> None:
    """Keep on record that these people were told of the escalation."""
    wanted = list(user_ids)
    if it.is_new:
        it.session.add_all(Member(it.escalation.id, user, joined=False, told=True) for user in wanted)
        return
    rows = await it.session.scalars(
        select(Member).where(members.c.escalation_id == it.escalation.id, members.c.user_id.in_(wanted))
    )
    known = {row.user_id: row for row in rows}
    for row in known.values():
        row.told = True
    it.session.add_all(Member(it.escalation.id, user, joined=False, told=True) for user in wanted if user not in known)
    await it.session.flush()


def _still_holds(it: Change, obligation: Obligation) -> bool:
    return (
        it.escalation.status.is_live
        and obligation.severity == it.escalation.severity
        and obligation.severity in it.clarion.policy.severities
    )


async def _told(it: Change) -> set[str]:
    rows = await it.session.scalars(
        select(members.c.user_id).where(members.c.escalation_id == it.escalation.id, members.c.told.is_(True))
    )
    return set(rows)
