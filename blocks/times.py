"""Instants, days and lengths of time in words; every instant is shown in the reader's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from blocks.text import Json, counted, escape

# In Slack's tokens; "today" and "tomorrow" where that is so.
_FORMAT = "{date_short_pretty} at {time}"


def when(instant: datetime) -> Json:
    """An element of rich text that each reader sees in their own zone."""
    return {"type": "date", "timestamp": _epoch(instant), "format": _FORMAT, "fallback": in_utc(instant)}


def clock(instant: datetime) -> Json:
    """Only the time of day, for what happened this very moment."""
    return {**when(instant), "format": "{time}"}


def when_mrkdwn(instant: datetime) -> str:
    """The same for mrkdwn and fallback texts."""
    return f"<!date^{_epoch(instant)}^{_FORMAT}|{escape(in_utc(instant))}>"


def in_utc(instant: datetime) -> str:
    """What is read where Slack cannot localise."""
    return f"{day(instant.astimezone(UTC).date())} {instant.astimezone(UTC):%H:%M} UTC"


def day(that: date) -> str:
    """A calendar day, the same for everyone: `24 Nov 2026`."""
    return f"{that.day} {that:%b} {that.year}"


def span(length: timedelta) -> str:
    """A length of time in its two largest units: `25 minutes`, `2 hours 5 minutes`, `3 days`."""
    seconds = abs(length.total_seconds())
    if seconds < 1:
        return f"{seconds:.2g} seconds"
    rest, counts = int(seconds), list[tuple[int, str]]()
    for noun, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, size)
        counts.append((count, noun))
    first = next(place for place, (count, _) in enumerate(counts) if count)
    return " ".join(counted(count, noun) for count, noun in counts[first : first + 2] if count)


def due_words(due_at: datetime, now: datetime) -> str:
    """How far off a due time is: `in 10 minutes`, `now`, `25 minutes ago`; seconds count only within a minute.

    What is to come is rounded to the nearest minute: a message is sent a moment after its quarter of an hour began.
    """
    away = due_at - now
    length = abs(away)
    if length < timedelta(seconds=1):
        return "now"
    if away > timedelta(minutes=1):
        length += timedelta(seconds=30)
    if length > timedelta(minutes=1):
        length -= length % timedelta(minutes=1)
    return f"{span(length)} ago" if away < timedelta(0) else f"in {span(length)}"


def _epoch(instant: datetime) -> int:
    return int(instant.timestamp())
