"""The tables, and which class of `escalation` each row is.

Every table carries `team_id` or hangs on an escalation that does. Partial indexes name their predicate
literally, because PostgreSQL ignores them for bound parameters.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import registry

from escalation import case
from escalation.effects import Effect, EffectKind, EffectState
from escalation.obligations import Kind, Obligation, Outcome
from storage.columns import UTCDateTime, words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _team() -> Column[str]:
    return Column("team_id", String(32), nullable=False)


def _user(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(32), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, UTCDateTime(), nullable=nullable)


def _of_escalation() -> Column[int]:
    return Column("escalation_id", Integer, ForeignKey("escalations.id"), nullable=False, index=True)


def _typed(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


workspaces = Table(
    "workspaces",
    metadata,
    Column("team_id", String(32), primary_key=True),
    _user("bot_user_id"),
    _typed("name"),
    Column("last_number", Integer, nullable=False),
    Column("courier_token", Integer, nullable=False),
    Column("announcements_channel_id", String(32)),
    _typed("policy_warnings"),
    _typed("policy_in_force"),
)

people = Table(
    "people",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    _typed("name"),
    Column("email", String(320), index=True),
    Column("zone", String(64)),
    Column("is_bot", Boolean, nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("is_deactivated", Boolean, nullable=False),
    Column("is_stranger", Boolean, nullable=False),
    _typed("away_status"),
    _instant("away_until", nullable=True),
)

group_members = Table(
    "group_members",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("handle", String(80), primary_key=True),
    Column("user_id", String(32), primary_key=True),
)

customers = Table(
    "customers",
    metadata,
    _id(),
    _team(),
    _typed("name"),
    Column("name_key", String(255), nullable=False),
    UniqueConstraint("team_id", "name_key"),
)

escalations = Table(
    "escalations",
    metadata,
    _id(),
    _team(),
    Column("number", Integer, nullable=False),
    Column("customer_id", Integer, ForeignKey("customers.id"), nullable=False, index=True),
    _typed("customer"),
    Column("severity", String(32), nullable=False),
    _typed("summary"),
    _user("owner_id"),
    Column("owner_zone", String(64), nullable=False),
    _user("reporter_id"),
    _instant("opened_at"),
    Column("status", words(case.Status), nullable=False),
    _typed("impact"),
    _typed("tried"),
    Column("revenue", BigInteger),
    Column("renewal_on", Date),
    _typed("ticket_link"),
    Column("confidential", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("channel_id", String(32)),
    Column("channel_name", String(80)),
    Column("channel_serial", Integer, nullable=False),
    Column("previous_channel_id", String(32)),
    Column("card_ts", String(32)),
    Column("backup_id", String(64)),
    _instant("backup_at", nullable=True),
    Column("backup_channel_id", String(32)),
    _instant("acknowledged_at", nullable=True),
    _instant("last_update_at", nullable=True),
    Column("still_working_count", Integer, nullable=False),
    _typed("still_working_step"),
    Column("target_resolution_on", Date),
    _typed("resolution"),
    _typed("root_cause"),
    Column("customer_confirmed", Boolean, nullable=False),
    _instant("resolved_at", nullable=True),
    _instant("closed_at", nullable=True),
    _typed("learned"),
    _typed("preventive_actions"),
    UniqueConstraint("team_id", "number"),
    Index("ix_escalations_channel", "team_id", "channel_id"),
    Index("ix_escalations_status", "team_id", "status"),
)

updates = Table(
    "updates",
    metadata,
    _id(),
    _of_escalation(),
    _instant("at"),
    _user("by"),
    _typed("situation"),
    _typed("next_step"),
    _instant("next_update_at", nullable=True),
    _typed("customer_told"),
    _typed("told_how"),
    _instant("customer_next_at", nullable=True),
)

plan_steps = Table(
    "plan_steps",
    metadata,
    _id(),
    _of_escalation(),
    Column("position", Integer, nullable=False),
    _typed("what"),
    _user("who"),
    Column("due_on", Date, nullable=False),
    _instant("done_at", nullable=True),
    _user("done_by", nullable=True),
    # Steps are deleted, and SQLite would give the number of one to the next: an old button would tick off another step.
    sqlite_autoincrement=True,
)

handovers = Table(
    "handovers",
    metadata,
    _id(),
    _of_escalation(),
    _instant("asked_at"),
    _user("asked_by"),
    _user("from_id"),
    _user("to_id"),
    _typed("reason"),
    _typed("notes"),
    _instant("answered_at", nullable=True),
    Column("outcome", words(case.HandoverOutcome)),
    # One at a time (CONTRACT.md, "Hand off").
    Index(
        "uq_handovers_waiting",
        "escalation_id",
        unique=True,
        sqlite_where=text("answered_at IS NULL"),
        postgresql_where=text("answered_at IS NULL"),
    ),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    _team(),
    _user("user_id"),
    Column("follows", words(case.Follows), nullable=False),
    Column("target", String(64), nullable=False),
    Column("delivery", words(case.Delivery), nullable=False),
    _instant("created_at"),
    UniqueConstraint("team_id", "user_id", "follows", "target"),
    Index("ix_subscriptions_target", "team_id", "follows", "target"),
    sqlite_autoincrement=True,  # for the same reason as those of plan steps
)

events = Table(
    "events",
    metadata,
    _id(),
    _of_escalation(),
    _instant("at"),
    Column("kind", words(case.EventKind), nullable=False),
    Column("by", String(32), nullable=False),
    _typed("why"),
    Column("values", JSON, nullable=False),
)

members = Table(
    "members",
    metadata,
    _id(),
    _of_escalation(),
    _user("user_id"),
    Column("joined", Boolean, nullable=False),
    Column("told", Boolean, nullable=False),
    UniqueConstraint("escalation_id", "user_id"),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    _of_escalation(),
    Column("audience", String(32), nullable=False),
    Column("kind", words(case.NoticeKind), nullable=False),
    Column("obligation_ids", JSON, nullable=False),
    _instant("created_at"),
    _instant("late_since", nullable=True),
    Column("channel_id", String(32)),
    Column("ts", String(32)),
    _instant("retired_at", nullable=True),
    Column("effect_id", Integer, index=True),
    # One live nag per person and escalation (POLICY.md, "One audible nag").
    Index(
        "uq_notices_live",
        "escalation_id",
        "audience",
        unique=True,
        sqlite_where=text("retired_at IS NULL"),
        postgresql_where=text("retired_at IS NULL"),
    ),
)

obligations = Table(
    "obligations",
    metadata,
    _id(),
    _team(),
    _of_escalation(),
    Column("kind", words(Kind), nullable=False),
    Column("severity", String(32), nullable=False),
    _instant("armed_at"),
    _instant("due_at"),
    Column("business", Boolean, nullable=False),
    _instant("nag_from"),
    _instant("next_at", nullable=True),
    _user("debtor_id", nullable=True),
    Column("subject_id", Integer, nullable=False),
    Column("promised", Boolean, nullable=False),
    Column("warned", Boolean, nullable=False),
    Column("rungs", Integer, nullable=False),
    _instant("snoozed_until", nullable=True),
    _typed("snooze_reason"),
    _instant("settled_at", nullable=True),
    Column("settled_by", String(32)),
    Column("outcome", words(Outcome)),
    # Read by the sweep: what has to be looked at next.
    Index(
        "ix_obligations_next",
        "team_id",
        "next_at",
        sqlite_where=text("next_at IS NOT NULL"),
        postgresql_where=text("next_at IS NOT NULL"),
    ),
    Index(
        "uq_obligations_open",
        "escalation_id",
        "kind",
        "subject_id",
        unique=True,
        sqlite_where=text("settled_at IS NULL"),
        postgresql_where=text("settled_at IS NULL"),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _team(),
    Column("escalation_id", Integer, ForeignKey("escalations.id"), index=True),
    Column("kind", words(EffectKind), nullable=False),
    Column("subject_id", Integer),
    Column("key", String(64), nullable=False, unique=True),
    Column("data", JSON, nullable=False),
    Column("needs", JSON, nullable=False),
    _instant("needs_until", nullable=True),
    _instant("created_at"),
    _instant("rank_at"),
    _instant("not_before"),
    Column("state", words(EffectState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("token", Integer, nullable=False),
    _instant("tried_at", nullable=True),
    Column("channel_id", String(32)),
    Column("ts", String(32)),
    _typed("reason"),
    _instant("done_at", nullable=True),
    # Read by the courier: what is still to be done, the most urgent first.
    Index(
        "ix_outbox_waiting",
        "team_id",
        "rank_at",
        sqlite_where=text("state IN ('pending', 'sending', 'unknown')"),
        postgresql_where=text("state IN ('pending', 'sending', 'unknown')"),
    ),
)

requests = Table(
    "requests",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("escalation_id", Integer, nullable=False),
    _instant("at"),
)

_KEPT_IN = {
    case.Workspace: workspaces,
    case.Person: people,
    case.GroupMember: group_members,
    case.Customer: customers,
    case.Escalation: escalations,
    case.Update: updates,
    case.PlanStep: plan_steps,
    case.Handover: handovers,
    case.Subscription: subscriptions,
    case.Event: events,
    case.Member: members,
    case.Notice: notices,
    Obligation: obligations,
    Effect: outbox,
}
mapping = registry(metadata=metadata)
for _class, _table in _KEPT_IN.items():
    mapping.map_imperatively(_class, _table)
