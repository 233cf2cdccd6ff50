"""What an escalation owes (POLICY.md, "Obligations and what moves them").

An obligation is armed with a due time on a clock (elapsed or business time in the owner's zone), nagged about
by the ladder (`escalation.ladder`) and settled once. What moves it is the table in `escalation.consequences`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What can be owed."""

    ACKNOWLEDGE = "acknowledge"
    PLAN = "plan"
    UPDATE = "update"
    CUSTOMER_CONTACT = "customer contact"
    PLAN_STEP = "plan step"
    HANDOVER = "handover"
    TELL_PATH = "tell the path"


class Outcome(StrEnum):
    """How an obligation came to be settled."""

    DONE = "done"
    REARMED = "rearmed"
    RESOLVED = "resolved"
    DROPPED = "dropped"


@dataclass(eq=False)
class Obligation:
    """Something owed by a time.

    `debtor_id` is who owes it when that is not the owner (a plan step's person, the one asked to take over).
    `business` tells its clock. `nag_from` is the instant the ladder counts from: the due time, or later after a
    snooze. `rungs` counts the rungs passed so far. `next_at` is when the sweep has to look again, None when
    nothing more will be sent. `subject_id` is the plan step or handover it is about, or for TELL_PATH the index
    of the policy's `notify` row (`severity` says of which severity), else 0.
    """

    team_id: str
    escalation_id: int
    kind: Kind
    severity: str
    armed_at: datetime
    due_at: datetime
    business: bool
    nag_from: datetime
    next_at: datetime | None
    debtor_id: str | None = None
    subject_id: int = 0
    promised: bool = False
    warned: bool = False
    rungs: int = 0
    snoozed_until: datetime | None = None
    snooze_reason: str = ""
    settled_at: datetime | None = None
    settled_by: str | None = None
    outcome: Outcome | None = None
    id: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.settled_at is None

    def owed_by(self, owner_id: str) -> str:
        """Who owes it."""
        return self.debtor_id or owner_id

    def is_snoozed(self, now: datetime) -> bool:
        """Whether nobody is to be asked for it just now."""
        return self.snoozed_until is not None and self.snoozed_until > now

    def settle(self, at: datetime, by: str, outcome: Outcome = Outcome.DONE) -> None:
        """It is owed no more; `by` is a user id, or "" when Clarion itself ended it."""
        self.settled_at, self.settled_by, self.outcome, self.next_at = at, by, outcome, None
