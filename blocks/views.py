"""What surfaces show besides the escalation itself, as plain values that the services fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from escalation.case import Escalation, Event, Handover, Notice, PlanStep, Update
from escalation.obligations import Kind, Obligation

# One leading mark as an accent; the words beside it say the same.
OVER = "✅"
_MARKS = {"SEV-1": "🔴", "SEV-2": "🟠", "SEV-3": "🟡", "SEV-4": "⚪"}


def severity_mark(key: str) -> str:
    """The dot that goes before a severity."""
    return _MARKS.get(key, "⚪")


@dataclass(frozen=True)
class SeverityChoice:
    """A severity as forms offer it, from the policy."""

    key: str
    name: str
    definition: str
    example: str = ""


@dataclass(frozen=True)
class OwnerChoice:
    """Somebody who may own, how many open escalations they hold, and a word on their presence ("away")."""

    user_id: str
    name: str
    holds: int = 0
    note: str = ""


@dataclass(frozen=True)
class OwnerConcern:
    """What speaks against an owner: that they are away, or hold as many as `limit` already without this one.

    `away` completes a sentence about them ("is out of office until 3 Dec"). `instead` are those who could lead it: there,
    allowed, and holding fewer, the fewest first.
    """

    owner: OwnerChoice
    limit: int
    away: str = ""
    instead: tuple[OwnerChoice, ...] = ()


@dataclass(frozen=True)
class Snoozed:
    """A snooze in force: of what, until when, whose, and the reason as typed."""

    kind: Kind
    until: datetime
    by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Told:
    """One entry of what the customer was told: when and by whom, in which words and how, as far as that was kept.

    `next_at` is when they were promised to hear again; `added_by` who wrote the words down, when it was somebody else.
    """

    at: datetime
    by: str
    what: str = ""
    how: str = ""
    next_at: datetime | None = None
    added_by: str = ""


@dataclass(frozen=True)
class CardView:
    """Everything on the pinned card.

    `update` is the last one; `customer_next_at` is when the customer is owed word, `customer_promised` whether they were
    promised it, `customer_told` the last they were told; `handover` the one waiting to be answered; `source` the message that it began with.
    """

    escalation: Escalation
    severity_name: str
    owner_name: str = ""
    update: Update | None = None
    steps: tuple[PlanStep, ...] = ()
    acknowledge_by: datetime | None = None
    next_update_at: datetime | None = None
    customer_next_at: datetime | None = None
    snoozes: tuple[Snoozed, ...] = ()
    handover: Handover | None = None
    handover_until: datetime | None = None
    may_still_work: bool = True
    source: Event | None = None
    customer_promised: bool = False
    customer_told: Told | None = None


@dataclass(frozen=True)
class Owed:
    """One obligation as a notice shows it, open or settled.

    `step` and `handover` are what an obligation of that kind is about. `may_still_work`: "Still working on it" was
    not used up (at most two in a row). `snoozed_by` is who snoozed it, for as long as its snooze lasts.
    """

    obligation: Obligation
    step: PlanStep | None = None
    handover: Handover | None = None
    may_still_work: bool = False
    snoozed_by: str = ""

    def is_snoozed(self, now: datetime) -> bool:
        """Whether its next rung waits for the end of a snooze."""
        until = self.obligation.snoozed_until
        return until is not None and until > now

    def waits(self, now: datetime) -> bool:
        """Whether somebody is being asked for it now."""
        return self.obligation.is_open and not self.is_snoozed(now)


@dataclass(frozen=True)
class NoticeView:
    """A message that asks for something, as things are `now`.

    `owed` are all of the notice's obligations, in the order they fell due. `why` says in our words why this person
    is told (an assignment: how they came to own it; RAISED: in which role). `asked` are the audiences asked before, user
    ids or CHANNEL. `may_take_over`: they stand above the owner, so they may post updates, too. `update` is the current
    statement, for those who may not have followed it.
    """

    notice: Notice
    escalation: Escalation
    severity_name: str
    now: datetime
    owed: tuple[Owed, ...] = ()
    why: str = ""
    asked: tuple[str, ...] = ()
    may_take_over: bool = False
    update: Update | None = None


@dataclass(frozen=True)
class BackupView:
    """What Slack itself says `at` an instant, should Clarion have fallen silent: what is `owed` by then, as planned now."""

    escalation: Escalation
    at: datetime
    owed: tuple[Owed, ...]


@dataclass(frozen=True)
class Existing:
    """An open escalation that stands in the way of opening another for the same customer."""

    escalation: Escalation
    severity_name: str


@dataclass(frozen=True)
class Followed:
    """A subscription as the form lists it: its id, and what it follows in our words and perhaps the customer's."""

    subscription_id: int
    what: str
    into_channel: bool = False


@dataclass(frozen=True)
class Listed:
    """A row of a list: what falls due first for this escalation, if anything, and whether that was promised."""

    escalation: Escalation
    severity_name: str
    due: Kind | None = None
    due_at: datetime | None = None
    promised: bool = False


@dataclass(frozen=True)
class Naming:
    """Words for ids that a surface needs: severities by their keys, the most serious first."""

    severities: Mapping[str, str] = field(default_factory=dict)

    def severity(self, key: str) -> str:
        """`SEV-1 Critical`, or the key alone when the policy has no such severity any more."""
        return f"{key} {self.severities[key]}" if self.severities.get(key) else key
