"""Who may do what (POLICY.md, "Who may do what"), checked at commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from escalation.case import Escalation
from escalation.errors import NotFound, Refused
from escalation.series import series


class Standing(StrEnum):
    """What somebody is to an escalation; the words are those of refusals."""

    OWNER = "the owner"
    SENIOR = "somebody a tier above the owner"
    ADMIN = "an admin"
    REPORTER = "the reporter"
    MEMBER = "members of its channel"
    ANYONE = "anyone"


class Act(StrEnum):
    """What can be done to an escalation; the words complete "… can <act> ESC-42"."""

    SEE = "see"
    FOLLOW = "follow"
    NOTE = "add to the timeline of"
    SUGGEST = "suggest an update on"
    RAISE_SEVERITY = "raise the severity of"
    REOPEN = "reopen"
    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    STILL_WORKING = "say that they are still working on"
    POST_UPDATE = "post an update on"
    PLAN = "plan"
    LOWER_SEVERITY = "lower the severity of"
    RESOLVE = "resolve"
    CLOSE = "close"
    HAND_OFF = "hand off"
    TAKE_OVER = "take over"


_EVERYBODY = frozenset(Standing)
_LEADS = frozenset({Standing.OWNER, Standing.SENIOR, Standing.ADMIN})
_OWNER = frozenset({Standing.OWNER})
_ABOVE = frozenset({Standing.SENIOR, Standing.ADMIN})

MAY: Mapping[Act, frozenset[Standing]] = {
    Act.SEE: _EVERYBODY,
    Act.FOLLOW: _EVERYBODY,
    Act.NOTE: _EVERYBODY,
    Act.SUGGEST: _EVERYBODY,
    Act.RAISE_SEVERITY: _EVERYBODY,
    Act.REOPEN: _EVERYBODY,
    Act.ACKNOWLEDGE: _OWNER,
    Act.SNOOZE: _OWNER,
    Act.STILL_WORKING: _OWNER,
    Act.POST_UPDATE: _LEADS,
    Act.PLAN: _LEADS,
    Act.LOWER_SEVERITY: _LEADS,
    Act.RESOLVE: _LEADS,
    Act.CLOSE: _LEADS,
    Act.HAND_OFF: _LEADS,
    Act.TAKE_OVER: _ABOVE,
}
# Then a real update is due (POLICY.md).
_STILL_WORKING_IN_A_ROW = 2


def may_see(escalation: Escalation, standings: Collection[Standing], *, told: bool) -> bool:
    """Whether the escalation exists for this person.

    A confidential one does for its owner, reporter, admins and channel members, and for a senior once `told`.
    """
    if not escalation.confidential:
        return True
    seen_by = {Standing.OWNER, Standing.ADMIN, Standing.REPORTER, Standing.MEMBER}
    return bool(seen_by & set(standings)) or (told and Standing.SENIOR in standings)


def check(act: Act, escalation: Escalation, standings: Collection[Standing], *, told: bool = False) -> None:
    """Raise Refused with a sentence that says who can, or NotFound where the person may not even know of it."""
    if not may_see(escalation, standings, told=told):
        raise NotFound(f"There is no {escalation.reference} that you can see.")
    if not MAY[act] & set(standings):
        raise Refused(who_can(act, escalation))


def who_can(act: Act, escalation: Escalation) -> str:
    """One sentence: who may do this."""
    may = MAY[act]
    named = [
        f"{standing} (<@{escalation.owner_id}>)" if standing is Standing.OWNER else str(standing)
        for standing in Standing
        if standing in may
    ]
    return f"Only {series(named, 'or')} can {act} {escalation.reference}."


def may_still_work(escalation: Escalation) -> bool:
    """Whether "Still working on it" may be said once more, or a real update is due."""
    return escalation.still_working_count < _STILL_WORKING_IN_A_ROW
