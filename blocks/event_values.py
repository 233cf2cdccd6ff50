"""Reading what an event holds: JSON values, written once and never changed, perhaps by an older version."""

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
    try:
        at = datetime.fromisoformat(text(event, key))
    except ValueError:
        return None
    return at if at.tzinfo else None


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
