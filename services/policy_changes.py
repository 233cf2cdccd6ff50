"""A restart under a changed policy: everything that is owed is judged anew, once, before the sweep looks at it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from escalation.case import EventKind, Workspace
from escalation.consequences import Transition
from escalation.errors import AlreadyDone
from escalation.moves import Before
from escalation.obligations import Kind
from escalation.policy import Policy, SeverityPolicy
from escalation.policy_file import read_policy
from escalation.policy_yaml import PolicyError
from services import notices, path
from services.calendars import calendar_of
from services.change import Change, change
from services.clarion import Clarion
from services.rosters import Rosters
from storage.tables import events, obligations

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _InForce:
    """The policy that is in force as the `count`-th: its `text`, and that of the one `before` while what was owed by that
    is still being judged.
    """

    count: int = 0
    text: str = ""
    before: str | None = None

    @classmethod
    def read(cls, kept: str) -> _InForce:
        head, _, rest = kept.partition("\n")
        count, _, length = head.partition(" ")
        if not count.isdecimal():
            return cls()
        return cls(int(count), rest[: int(length)], rest[int(length) :]) if length else cls(int(count), rest)

    def written(self) -> str:
        unfinished = f" {len(self.text)}" if self.before is not None else ""
        return f"{self.count}{unfinished}\n{self.text}{self.before or ''}"


async def take_up(clarion: Clarion, text: str) -> int:
    """Judge what is owed by the policy that is in force now, whose file holds `text`; returns how many escalations were.

    The text is kept, so that the next start can tell what changed. What is begun is on record first: whoever comes after
    one that was killed half way goes on where it was, be it under yet another policy, and each escalation's change has a
    key of its own.
    """
    judged = 0
    while (kept := await _kept(clarion)).text != text or kept.before is not None:
        if kept.before is None:
            await _replace(clarion, kept, _InForce(kept.count + 1, text, kept.text))
            continue
        policy = clarion.policy if kept.text == text else _read(kept.text)
        if policy is not None:
            judged += await _judge_all(replace(clarion, policy=policy, rosters=Rosters()), kept)
        await _replace(clarion, kept, _InForce(kept.count, kept.text))
    return judged


async def _kept(clarion: Clarion) -> _InForce:
    async with clarion.database.read() as session:
        return _InForce.read((await session.get_one(Workspace, clarion.team_id)).policy_in_force)


async def _replace(clarion: Clarion, kept: _InForce, by: _InForce) -> None:
    """Unless another process was faster."""
    async with clarion.database.write() as session:
        workspace = await session.get_one(Workspace, clarion.team_id, with_for_update=True)
        if _InForce.read(workspace.policy_in_force) == kept:
            workspace.policy_in_force = by.written()


async def _judge_all(clarion: Clarion, kept: _InForce) -> int:
    before = _read(kept.before or "")
    if before is None or _clocks(before) == _clocks(clarion.policy):
        return 0
    judged = 0
    for escalation_id in await _owing(clarion):
        try:
            async with change(clarion, escalation_id, "", f"policy {kept.count} {escalation_id}") as it:
                await _judge(it, before)
        except AlreadyDone:
            continue
        judged += 1
    log.info("The policy has changed: what %d escalations owe was judged anew", judged)
    return judged


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
    then = replace(it.clarion, policy=before)
    calendars = {one.debtor_id: await calendar_of(it.session, then, it.escalation, one) for one in it.owed}
    it.escalation.owner_zone = it.clarion.zone_of(await it.person(it.escalation.owner_id))
    due = {one.id: one.due_at for one in it.owed}
    await it.owe(
        Transition.POLICY_CHANGED,
        before=Before(
            policy=before,
            calendar_of=calendars.__getitem__,
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


async def _severity_since(it: Change) -> datetime:
    """Since when it has the severity it has."""
    changed: datetime | None = await it.session.scalar(
        select(func.max(events.c.at)).where(
            events.c.escalation_id == it.escalation.id, events.c.kind == EventKind.SEVERITY_CHANGED
        )
    )
    return changed or it.escalation.opened_at
