"""A clock that the tests move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON, NEW_YORK = "Europe/London", "America/New_York"


class TestClock:
    """Stands still until it is moved; the monotonic reading moves along."""

    __test__ = False

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._start = self._now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def pass_by(self, length: timedelta) -> datetime:
        self._now += length
        return self._now

    def jump_to(self, instant: datetime) -> datetime:
        self._now = instant.astimezone(UTC)
        return self._now


# In the week of Monday 8 June 2026, and in the next, nothing is a holiday and no clock changes.
DAYS = {"Mon": 8, "Tue": 9, "Wed": 10, "Thu": 11, "Fri": 12, "Sat": 13, "Sun": 14}


def at(text: str, zone: str = LONDON) -> datetime:
    """A wall time as an instant: "Mon 10:00", "next Tue 16:00" (a week later), or "2026-06-08 10:00"."""
    if text[0].isdigit():
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    week, _, rest = text.rpartition("next ")
    day, clock = rest.split()
    month_day = DAYS[day] + (7 if week or text.startswith("next ") else 0)
    return datetime.fromisoformat(f"2026-06-{month_day:02} {clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def wall(instant: datetime | None, zone: str = LONDON) -> str | None:
    """An instant as `at` reads it."""
    if instant is None:
        return None
    local = instant.astimezone(ZoneInfo(zone))
    week = "next " if local.day > DAYS["Sun"] else ""
    return f"{week}{local:%a %H:%M}" + (f"{local:%S}" if local.second else "")
