"""What every transition does to every obligation: POLICY.md's table as one table of code.

`CONSEQUENCE_OF` is walked by `escalation.moves.apply`, by a test, and by the page of the documentation that is drawn
from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from escalation.obligations import Kind


class Transition(StrEnum):
    """What can happen to what is owed."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    UPDATED = "update posted"
    STILL_WORKING = "still working on it"
    CUSTOMER_TOLD = "customer told"
    CUSTOMER_PROMISED = "customer promised"
    SNOOZED = "snoozed"
    PLANNED = "planned"
    STEP_DONE = "plan step done"
    HANDOVER_ASKED = "handover asked"
    HANDOVER_ENDED = "handover declined, lapsed or replaced"
    HANDOVER_ACCEPTED = "handover accepted"
    OWNER_REPLACED = "owner replaced"
    SEVERITY_RAISED = "severity raised"
    SEVERITY_LOWERED = "severity lowered"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    POLICY_CHANGED = "policy changed"


class Consequence(StrEnum):
    """What a transition does to an obligation of a kind."""

    ARM = "arises"
    SETTLE = "is settled"
    REARM = "is settled and arises again"
    PROMISE = "arises as promised"
    SHIFT = "is asked for later"
    EARLIER = "is due by the earlier of old and new"
    AFRESH = "is due by the new clock from now"
    RELADDER = "is asked for by the new ladder"
    MOVE = "is due in the new owner's hours"
    RESTART = "is asked for afresh"
    REJUDGE = "is judged by the changed policy"
    END = "ends unanswered"


_OWED = (Kind.ACKNOWLEDGE, Kind.PLAN, Kind.UPDATE, Kind.CUSTOMER_CONTACT)

CONSEQUENCE_OF: Mapping[Transition, Mapping[Kind, Consequence]] = {
    Transition.OPENED: {**dict.fromkeys(_OWED, Consequence.ARM), Kind.TELL_PATH: Consequence.ARM},
    Transition.ACKNOWLEDGED: {Kind.ACKNOWLEDGE: Consequence.SETTLE},
    Transition.UPDATED: {Kind.ACKNOWLEDGE: Consequence.SETTLE, Kind.UPDATE: Consequence.REARM},
    Transition.STILL_WORKING: {Kind.UPDATE: Consequence.REARM},
    Transition.CUSTOMER_TOLD: {Kind.CUSTOMER_CONTACT: Consequence.SETTLE},
    Transition.CUSTOMER_PROMISED: {Kind.CUSTOMER_CONTACT: Consequence.PROMISE},
    Transition.SNOOZED: dict.fromkeys((*_OWED, Kind.PLAN_STEP), Consequence.SHIFT),
    Transition.PLANNED: {Kind.PLAN: Consequence.SETTLE, Kind.PLAN_STEP: Consequence.REARM},
    Transition.STEP_DONE: {Kind.PLAN_STEP: Consequence.SETTLE},
    Transition.HANDOVER_ASKED: {Kind.HANDOVER: Consequence.REARM},
    Transition.HANDOVER_ENDED: {Kind.HANDOVER: Consequence.SETTLE},
    Transition.HANDOVER_ACCEPTED: {
        Kind.ACKNOWLEDGE: Consequence.SETTLE,
        Kind.UPDATE: Consequence.MOVE,
        Kind.PLAN: Consequence.RESTART,
        Kind.CUSTOMER_CONTACT: Consequence.RESTART,
        Kind.HANDOVER: Consequence.SETTLE,
    },
    Transition.OWNER_REPLACED: {
        Kind.ACKNOWLEDGE: Consequence.REARM,
        Kind.UPDATE: Consequence.MOVE,
        Kind.PLAN: Consequence.RESTART,
        Kind.CUSTOMER_CONTACT: Consequence.RESTART,
        Kind.HANDOVER: Consequence.SETTLE,
    },
    Transition.SEVERITY_RAISED: {
        **dict.fromkeys(_OWED, Consequence.EARLIER),
        Kind.PLAN_STEP: Consequence.RELADDER,
        Kind.TELL_PATH: Consequence.REARM,
    },
    Transition.SEVERITY_LOWERED: {
        Kind.ACKNOWLEDGE: Consequence.EARLIER,
        Kind.PLAN: Consequence.AFRESH,
        Kind.UPDATE: Consequence.AFRESH,
        Kind.CUSTOMER_CONTACT: Consequence.EARLIER,
        Kind.PLAN_STEP: Consequence.RELADDER,
        Kind.TELL_PATH: Consequence.REARM,
    },
    Transition.RESOLVED: {kind: Consequence.END for kind in Kind if kind is not Kind.PLAN_STEP},
    Transition.REOPENED: {Kind.ACKNOWLEDGE: Consequence.ARM, Kind.UPDATE: Consequence.ARM},
    Transition.CLOSED: dict.fromkeys(Kind, Consequence.END),
    Transition.POLICY_CHANGED: {kind: Consequence.REJUDGE for kind in Kind if kind is not Kind.HANDOVER},
}
