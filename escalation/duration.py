"""Durations and schedules as the policy writes them (POLICY.md, "Durations, schedules, clocks").

A duration is `90s`, `15m`, `4h`, `2d`, `1w`, several of these (`1h30m`), or a fraction (`0.5s`). Alone it is
elapsed time; with ` business` it is counted in business hours. A schedule is `daily at 16:00` or
`tue, fri at 16:00`. What these come to on somebody's calendar is `escalation.business_time`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal

from escalation.series import series

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BUSINESS_DAYS_IN_A_WEEK = 5

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,6})?)"
_DURATION = re.compile("".join(f"(?:{_NUMBER}{unit})?" for unit in _SECONDS) + r"( +business)?")
_SCHEDULE = re.compile(r"(.+?) +at +([0-9]{1,2}:[0-9]{2})")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
# Anything longer is a slip of the finger, and near the end of the calendar arithmetic with it would fail.
_LONGEST = timedelta(days=3_660)


class DurationError(ValueError):
    """A duration, schedule or time of day that cannot be read; the sentence says what can be."""


@dataclass(frozen=True)
class Duration:
    """A length of time, on the one clock or the other.

    Elapsed: all of it is in `time`, and `days` is 0. Business: `days` are whole business days (a week is five),
    which are stepped over by the calendar; `time` is what is counted within business hours.
    """

    days: int
    time: timedelta
    business: bool

    def __str__(self) -> str:
        """The words of the grammar that `parse_duration` reads back as an equal value."""
        days, rest = _days_apart(self)
        week = BUSINESS_DAYS_IN_A_WEEK if self.business else 7
        counts: dict[str, Decimal | int] = {"w": days // week, "d": days % week, **_clock_parts(rest)}
        text = "".join(f"{_number(count)}{unit}" for unit, count in counts.items() if count)
        return (text or "0m") + (" business" if self.business else "")

    @property
    def is_zero(self) -> bool:
        """Whether it is no time at all, on either clock."""
        return not self.days and not self.time


@dataclass(frozen=True)
class Schedule:
    """A wall time on certain weekdays (Monday is 0); None means every business day."""

    weekdays: frozenset[int] | None
    at: time

    def __str__(self) -> str:
        if self.weekdays is None:
            return f"daily at {self.at:%H:%M}"
        return f"{', '.join(WEEKDAYS[day] for day in sorted(self.weekdays))} at {self.at:%H:%M}"


Cadence = Duration | Schedule


def parse_duration(text: str) -> Duration:
    """Read a duration of POLICY.md's grammar, in any case; DurationError says what would be readable."""
    words = " ".join(text.lower().split())
    match = _DURATION.fullmatch(words)
    if match is None or not words or words == "business":
        raise DurationError(
            f"{_quoted(text)} is no duration; write for example 90s, 15m, 4h, 2d, 1w, 1h30m or 4h business"
        )
    counts = dict(zip(_SECONDS, (Decimal(number or 0) for number in match.groups()[:-1]), strict=True))
    seconds = sum(counts[unit] * _SECONDS[unit] for unit in _SECONDS)
    if seconds > _LONGEST.total_seconds():
        raise DurationError(f"{_quoted(text)} is too long; ten years is the most")
    if match.group(len(_SECONDS) + 1) is None:
        return Duration(0, timedelta(seconds=float(seconds)), business=False)
    return _business(text, counts)


def _business(text: str, counts: dict[str, Decimal]) -> Duration:
    days = counts["w"] * BUSINESS_DAYS_IN_A_WEEK + counts["d"]
    if days != int(days):
        raise DurationError(
            f"{_quoted(text)} divides a business day; write the part of a day in hours, as in 4h business"
        )
    hours = timedelta(seconds=float(sum(counts[unit] * _SECONDS[unit] for unit in "hms")))
    return Duration(int(days), hours, business=True)


def parse_cadence(text: str) -> Cadence:
    """Read a duration or a schedule; DurationError says what would be readable."""
    words = " ".join(text.lower().split())
    if "at" not in words.split():
        try:
            return parse_duration(words)
        except DurationError as error:
            raise DurationError(f"{error}, or a schedule such as daily at 16:00 or tue, fri at 16:00") from None
    match = _SCHEDULE.fullmatch(words)
    if match is None:
        raise DurationError(f"{_quoted(text)} is no schedule; write for example daily at 16:00 or tue, fri at 16:00")
    at = parse_time_of_day(match.group(2))
    if match.group(1) == "daily":
        return Schedule(None, at)
    return Schedule(frozenset(parse_weekday(day.strip()) for day in match.group(1).split(",")), at)


def parse_weekday(text: str) -> int:
    """`mon` to `sun`, in any case, as 0 to 6."""
    try:
        return WEEKDAYS.index(text.strip().lower())
    except ValueError:
        raise DurationError(f"{_quoted(text)} is no weekday; write mon, tue, wed, thu, fri, sat or sun") from None


def parse_time_of_day(text: str) -> time:
    """`HH:MM` from 00:00 to 23:59."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None or int(match.group(1)) > 23 or int(match.group(2)) > 59:
        raise DurationError(
            f"{_quoted(text)} is no time of day; write hours and minutes from 00:00 to 23:59, as in 16:00"
        )
    return time(int(match.group(1)), int(match.group(2)))


def in_words(cadence: Cadence) -> str:
    """As it is said to people: "15 minutes", "4 business hours", "Tuesday and Friday at 16:00"."""
    if isinstance(cadence, Schedule):
        if cadence.weekdays is None:
            return str(cadence)
        return f"{series([WEEKDAY_NAMES[day] for day in sorted(cadence.weekdays)])} at {cadence.at:%H:%M}"
    days, rest = _days_apart(cadence)
    parts = _clock_parts(rest)
    counts: dict[str, Decimal | int] = {"day": days, "hour": parts["h"], "minute": parts["m"], "second": parts["s"]}
    said = [f"{_number(count)} {unit}{'' if count == 1 else 's'}" for unit, count in counts.items() if count]
    words = " ".join(said) or "0 minutes"
    return words.replace(" ", " business ", 1) if cadence.business else words


def _days_apart(duration: Duration) -> tuple[int, timedelta]:
    """Days and what is left: of an elapsed duration, 24 hours are a day; of a business one only what was written as days."""
    return (duration.days, duration.time) if duration.business else divmod(duration.time, timedelta(days=1))


def _clock_parts(rest: timedelta) -> dict[str, Decimal]:
    seconds = Decimal(rest // timedelta(microseconds=1)) / 1_000_000
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    return {"h": hours, "m": minutes, "s": seconds}


def _number(count: Decimal | int) -> str:
    """Without an exponent and without zeros behind the point."""
    text = f"{count:f}" if isinstance(count, Decimal) else str(count)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quoted(text: str) -> str:
    """A value as an error shows it: on one line, and not endlessly."""
    line = " ".join(text.split())
    return f'"{line[:40]}…"' if len(line) > 40 else f'"{line}"'
