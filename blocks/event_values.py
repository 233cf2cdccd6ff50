"""Reading what an event holds: JSON values, written once and never changed, perhaps by an older version.

`Event.by` is who did it, `Event.why` the reason as typed. User and channel ids are strings, instants and days ISO
strings; every key may be missing. `status` is the escalation's from then on; `away` is there where its owner was away.

| kind | values |
| --- | --- |
| OPENED | customer, severity, owner, summary, confidential, status, away |
| CHANNEL_OPENED, CHANNEL_LOST | channel |
| ACKNOWLEDGED | status, next_update_at |
| UPDATED | update, situation, next_step, next_update_at, customer_told, told_how, customer_next_at, status |
| STILL_WORKING | next_step, next_update_at, in_a_row |
| SNOOZED | until, what (kinds of obligations), snoozed (each of them: what, until) |
| PLANNED | steps (what, who, due_on), target_resolution_on |
| STEP_DONE | step, what |
| CUSTOMER_TOLD | customer_told, told_how, customer_next_at; told_at and about (the CUSTOMER_TOLD it adds words to) |
| CUSTOMER_PROMISED | customer_next_at |
| SUGGESTED | text |
| HANDOVER_ASKED | to, notes, handover, until |
| HANDOVER_DECLINED | to, owner |
| HANDOVER_LAPSED | to, owner, told (user, roles) |
| OWNER_BACK | owner, to (who was asked meanwhile, if it waited) |
| NOBODY_LEFT | owner, told (user, roles) |
| OWNER_CHANGED | from, to, status, next_update_at, away |
| SEVERITY_CHANGED | from, to, next_update_at, acknowledge_by |
| RESOLVED | resolution, root_cause, customer_confirmed, thanks, status |
| REOPENED | status, previous_channel, away |
| CLOSED | learned, preventive_actions, status |
| NOTED | text, author, link |
| PATH_TOLD | users, roles, severity, told (each user with their roles) |
| POLICY_CHANGED | moved (each what is owed: what, due_at), next_update_at |
| ASKED | audience (a user id or "channel"), notice (its kind), what (kinds of obligations), late_since, roles |
| any | promises (what, severity, due_at, how, late, who), when something owed was answered, ended unanswered or, overdue, \
got a new due time; read by `escalation.promises` |
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from escalation.case import Event


def text(event: Event, key: str) -> str:
    """Words or an id; "" when there are none."""
    value = event.values.get(key)
    return value if isinstance(value, str) else ""


def texts(event: Event, key: str) -> list[str]:
    """Several of them."""
    value = event.values.get(key)
    return [str(one) for one in value] if isinstance(value, list) else [value] if isinstance(value, str) else []


def instant(event: Event, key: str) -> datetime | None:
    """A moment that was kept as an ISO string."""
    return instant_of(event.values.get(key))


def instant_of(value: Any) -> datetime | None:
    """A moment of a value within a list."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo else None


def day(event: Event, key: str) -> date | None:
    """A calendar day that was kept as an ISO string."""
    return day_of(event.values.get(key))


def day_of(value: Any) -> date | None:
    """A calendar day of a value within a list."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def rows(event: Event, key: str) -> list[dict[str, Any]]:
    """A list of objects."""
    value = event.values.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
