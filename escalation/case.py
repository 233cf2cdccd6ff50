"""What there is in an escalation: its nouns, as plain values that storage keeps.

The classes are mapped to tables by `storage.tables`; nothing here knows of a database. Every instant
is aware UTC. An `id` of 0 means "not stored yet".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Where an escalation stands; the words are those on its card (CONTRACT.md, "Card")."""

    OPEN = "Open"
    IN_PROGRESS = "In progress"
    RESOLVED = "Resolved"
    CLOSED = "Closed"

    @property
    def is_live(self) -> bool:
        """Whether something is still owed: neither resolved nor closed."""
        return self in (Status.OPEN, Status.IN_PROGRESS)


@dataclass(eq=False)
class Workspace:
    """One Slack workspace.

    `last_number` is the newest reference given out, never reused; `policy_warnings` is what its admins were last
    warned about; `policy_in_force` tells the policy by which what is open was last judged from another.
    """

    team_id: str
    bot_user_id: str
    name: str = ""
    last_number: int = 0
    courier_token: int = 0
    announcements_channel_id: str | None = None
    policy_warnings: str = ""
    policy_in_force: str = ""


@dataclass(eq=False)
class Person:
    """Somebody in Slack, as far as rules and wording need it. `zone` is an IANA name or None.

    `away_status` is the Slack status that says they are out of office, "" when theirs says no such thing; it ends at
    `away_until`, or is in force until it is taken back.
    """

    team_id: str
    user_id: str
    name: str
    email: str | None = None
    zone: str | None = None
    is_bot: bool = False
    is_guest: bool = False
    is_deactivated: bool = False
    is_stranger: bool = False
    away_status: str = ""
    away_until: datetime | None = None

    @property
    def may_act(self) -> bool:
        """Guests, bots, deactivated and other organisations' people do nothing (POLICY.md, "Who may do what")."""
        return not (self.is_bot or self.is_guest or self.is_deactivated or self.is_stranger)

    def is_away(self, now: datetime) -> bool:
        """Whether their Slack status says that they are out of office."""
        return bool(self.away_status) and (self.away_until is None or now < self.away_until)


@dataclass(eq=False)
class GroupMember:
    """One person of a Slack user group that the policy names."""

    team_id: str
    handle: str
    user_id: str


@dataclass(eq=False)
class Customer:
    """A customer by name; `name_key` is the name as compared (case and width folded)."""

    team_id: str
    name: str
    name_key: str
    id: int = 0


@dataclass(eq=False)
class Escalation:
    """One customer escalation: one owner, one channel, one current statement.

    `backup_id` is the message that Slack itself sends at `backup_at` should Clarion fall silent.
    """

    team_id: str
    number: int
    customer_id: int
    customer: str
    severity: str
    summary: str
    owner_id: str
    reporter_id: str
    opened_at: datetime
    owner_zone: str
    status: Status = Status.OPEN
    impact: str = ""
    tried: str = ""
    revenue: int | None = None
    renewal_on: date | None = None
    ticket_link: str = ""
    confidential: bool = False
    private: bool = False
    channel_id: str | None = None
    channel_name: str | None = None
    channel_serial: int = 1
    previous_channel_id: str | None = None
    card_ts: str | None = None
    backup_id: str | None = None
    backup_at: datetime | None = None
    backup_channel_id: str | None = None
    acknowledged_at: datetime | None = None
    last_update_at: datetime | None = None
    still_working_count: int = 0
    still_working_step: str = ""
    target_resolution_on: date | None = None
    resolution: str = ""
    root_cause: str = ""
    customer_confirmed: bool = False
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    learned: str = ""
    preventive_actions: str = ""
    id: int = 0

    @property
    def reference(self) -> str:
        """How people name it: ESC-42."""
        return f"ESC-{self.number}"


@dataclass(eq=False)
class Update:
    """A statement of the owner's: where things stand and what is next; never edited."""

    escalation_id: int
    at: datetime
    by: str
    situation: str
    next_step: str
    next_update_at: datetime | None = None
    customer_told: str = ""
    told_how: str = ""
    customer_next_at: datetime | None = None
    id: int = 0


@dataclass(eq=False)
class PlanStep:
    """One step of the plan: what, who, by when."""

    escalation_id: int
    position: int
    what: str
    who: str
    due_on: date
    done_at: datetime | None = None
    done_by: str | None = None
    id: int = 0


class HandoverOutcome(StrEnum):
    """How a handover ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REPLACED = "replaced"
    OVERTAKEN = "overtaken"
    WITHDRAWN = "withdrawn"


@dataclass(eq=False)
class Handover:
    """One request to take over; until it is accepted the old owner owns."""

    escalation_id: int
    asked_at: datetime
    asked_by: str
    from_id: str
    to_id: str
    reason: str
    notes: str = ""
    answered_at: datetime | None = None
    outcome: HandoverOutcome | None = None
    id: int = 0


class Follows(StrEnum):
    """What a subscription follows."""

    SEVERITY = "severity"
    CUSTOMER = "customer"
    ESCALATION = "escalation"


class Delivery(StrEnum):
    """How a subscriber hears: by direct message, or by being brought into the channel."""

    DIRECT = "direct"
    CHANNEL = "channel"


@dataclass(eq=False)
class Subscription:
    """One person following something. `target` is a severity's key, a customer's or an escalation's id as text."""

    team_id: str
    user_id: str
    follows: Follows
    target: str
    delivery: Delivery
    created_at: datetime
    id: int = 0


class EventKind(StrEnum):
    """What can happen to an escalation; each is an audit row and a line of the timeline."""

    OPENED = "opened"
    CHANNEL_OPENED = "channel opened"
    ACKNOWLEDGED = "acknowledged"
    UPDATED = "updated"
    STILL_WORKING = "still working"
    SNOOZED = "snoozed"
    PLANNED = "planned"
    STEP_DONE = "step done"
    CUSTOMER_TOLD = "customer told"
    CUSTOMER_PROMISED = "customer promised"
    SUGGESTED = "update suggested"
    HANDOVER_ASKED = "handover asked"
    HANDOVER_DECLINED = "handover declined"
    HANDOVER_LAPSED = "handover lapsed"
    OWNER_BACK = "owner back"
    NOBODY_LEFT = "nobody left to ask"
    OWNER_CHANGED = "owner changed"
    SEVERITY_CHANGED = "severity changed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    NOTED = "noted"
    PATH_TOLD = "path told"
    ASKED = "asked"
    CHANNEL_LOST = "channel lost"
    POLICY_CHANGED = "policy changed"


@dataclass(eq=False)
class Event:
    """Something that happened: when, who did it ("" is Clarion itself), why, and the new values."""

    escalation_id: int
    at: datetime
    kind: EventKind
    by: str
    why: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    id: int = 0


@dataclass(eq=False)
class Member:
    """Somebody who is in an escalation's channel (`joined`), or was told of it by the policy (`told`)."""

    escalation_id: int
    user_id: str
    joined: bool = True
    told: bool = False
    id: int = 0


class NoticeKind(StrEnum):
    """Why a message that can be answered was sent to somebody."""

    ASSIGNMENT = "assignment"
    WARNING = "warning"
    NAG = "nag"
    RAISED = "raised"
    HANDOVER = "handover"


CHANNEL = "channel"


@dataclass(eq=False)
class Notice:
    """A message that asks for something and is edited once answered.

    `audience` is a user id or CHANNEL. At most one is live (`retired_at` is None) per audience and
    escalation (POLICY.md, "One audible nag"). `late_since` is the moment it should have been sent, when it
    was sent late.
    """

    escalation_id: int
    audience: str
    kind: NoticeKind
    obligation_ids: list[int]
    created_at: datetime
    late_since: datetime | None = None
    channel_id: str | None = None
    ts: str | None = None
    retired_at: datetime | None = None
    effect_id: int | None = None
    id: int = 0
