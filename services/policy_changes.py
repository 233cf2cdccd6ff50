"""A restart under a changed policy: everything that is owed is judged anew, once, before the sweep looks at it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from escalation.business_time import Calendar
from escalation.case import EventKind, Workspace
from escalation.consequences import Transition
from escalation.errors import AlreadyDone
from escalation.moves import Before
from escalation.obligations import Kind
from escalation.policy import Policy, SeverityPolicy
from escalation.policy_file import read_policy
from escalation.policy_yaml import PolicyError
from services import notices, path
from services.change import Change, change
from services.clarion import Clarion
from storage.tables import events, obligations

log = logging.getLogger(__name__)


async def take_up(clarion: Clarion, text: str) -> int:
    """Judge what is owed by the policy that is in force now, whose file holds `text`; returns how many escalations were.

    The text is kept, so that the next start can tell what changed. One that is killed half way goes on where it was: each
    escalation's change has a key of its own.
    """
    async with clarion.database.read() as session:
        kept = (await session.get_one(Workspace, clarion.team_id)).policy_in_force
    count, before_text = _taken_apart(kept)
    if before_text == text:
        return 0
    before = _read(before_text)
    judged = 0
    if before is not None and _clocks(before) != _clocks(clarion.policy):
        for escalation_id in await _owing(clarion):
            key = f"policy {count + 1} {escalation_id}"
            try:
                async with change(clarion, escalation_id, "", key) as it:
                    await _judge(it, before)
            except AlreadyDone:
                continue
            judged += 1
        log.info("The policy has changed: what %d escalations owe was judged anew", judged)
    async with clarion.database.write() as session:
        workspace = await session.get_one(Workspace, clarion.team_id, with_for_update=True)
        if workspace.policy_in_force == kept:
            workspace.policy_in_force = f"{count + 1}\n{text}"
    return judged


def _taken_apart(kept: str) -> tuple[int, str]:
    """How many policies there were, and the text of the last; 0 and "" before the first."""
    count, _, text = kept.partition("\n")
    return (int(count), text) if count.isdecimal() else (0, "")


def _read(text: str) -> Policy | None:
    try:
        return read_policy(text) if text else None
    except PolicyError as error:
        # An older version took what this one does not: nothing can be compared with it.
        log.warning("The policy that was in force cannot be read any more: %s", error)
        return None


def _clocks(policy: Policy) -> tuple[object, Mapping[str, SeverityPolicy]]:
    """All of a policy that due times and ladders hang on."""
    severities = {
        key: replace(severity, name="", definition="", example="", owners=())
        for key, severity in policy.severities.items()
    }
    return (policy.timezone, policy.hours, policy.tiers, list(severities)), severities


async def _owing(clarion: Clarion) -> list[int]:
    async with clarion.database.read() as session:
        found = await session.scalars(
            select(obligations.c.escalation_id)
            .where(obligations.c.team_id == clarion.team_id, obligations.c.settled_at.is_(None))
            .distinct()
            .order_by(obligations.c.escalation_id)
        )
        return list(found)


async def _judge(it: Change, before: Policy) -> None:
    zone_before = it.escalation.owner_zone
    owner = await it.person(it.escalation.owner_id)
    it.escalation.owner_zone = it.clarion.zone_of(owner)
    zones = {user: await _zone_before(it, user, before) for one in it.owed if (user := one.debtor_id) is not None}
    due = {one.id: one.due_at for one in it.owed}
    await it.owe(
        Transition.POLICY_CHANGED,
        before=Before(
            policy=before,
            calendar_of=lambda user: Calendar(before.hours, ZoneInfo(zones[user] if user else zone_before)),
            severity_since=await _severity_since(it),
        ),
        new_rows=await path.rows_to_tell(it),
    )
    moved = [one for one in it.owed if one.is_open and one.kind is not Kind.TELL_PATH and one.due_at != due.get(one.id)]
    if not moved:
        return
    nearer = any(one.due_at < due[one.id] for one in moved)
    event = it.record(
        EventKind.POLICY_CHANGED,
        moved=[{"what": one.kind.value, "due_at": one.due_at.isoformat()} for one in moved],
        next_update_at=it.due(Kind.UPDATE),
    )
    await notices.refresh(it, moved)
    await it.show(event, aloud=nearer)


async def _zone_before(it: Change, user_id: str, before: Policy) -> str:
    """Where somebody lives; whose zone is unknown lived where the old policy said."""
    person = await it.person(user_id)
    return person.zone if person is not None and person.zone else before.timezone.key


async def _severity_since(it: Change) -> datetime:
    """Since when it has the severity it has."""
    changed: datetime | None = await it.session.scalar(
        select(func.max(events.c.at)).where(
            events.c.escalation_id == it.escalation.id, events.c.kind == EventKind.SEVERITY_CHANGED
        )
    )
    return changed or it.escalation.opened_at
