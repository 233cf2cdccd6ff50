"""Instants on a calendar of business hours (POLICY.md, "Durations, schedules, clocks").

Everything goes in and comes out as aware UTC; wall time is only used in between, in the zone of whoever owes.
Both ends of the hours are open: what falls due as the office closes is due then, not the next morning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from escalation.duration import BUSINESS_DAYS_IN_A_WEEK, Cadence, Duration, Schedule
from escalation.public_holidays import is_holiday

OPENING_NOTICE = timedelta(hours=4)

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class BusinessHours:
    """The weekdays (Monday is 0) and wall times that count, less the holidays of a country or subdivision ("GB-SCT")."""

    days: frozenset[int]
    start: time
    end: time
    holidays: str | None = None

    @property
    def day_length(self) -> timedelta:
        """How long an ordinary business day is."""
        return datetime.combine(date.min, self.end) - datetime.combine(date.min, self.start)


@dataclass(frozen=True)
class Calendar:
    """Business hours as they fall in one time zone. A plain value: what is costly to look up is shared."""

    hours: BusinessHours
    zone: ZoneInfo

    def is_open(self, at: datetime) -> bool:
        """Whether business time runs, or has just begun or ended, at this instant."""
        at, day = _utc(at), self._local(at).date()
        opening, closing = self._span(day)
        return opening <= at <= closing and is_business_day(self.hours, day)

    def next_opening(self, at: datetime) -> datetime:
        """The instant itself if it is open, else when business next begins."""
        at, day = _utc(at), self._local(at).date()
        if is_business_day(self.hours, day):
            opening, closing = self._span(day)
            if at <= closing:
                return max(at, opening)
        return self._span(next(self._business_days_after(day)))[0]

    def last_open(self, at: datetime) -> datetime:
        """The instant itself if it is open, else when business last ended."""
        at, day = _utc(at), self._local(at).date()
        if is_business_day(self.hours, day):
            opening, closing = self._span(day)
            if at >= opening:
                return min(at, closing)
        return self._span(next(self._business_days_before(day)))[1]

    def defer(self, at: datetime, business: bool) -> datetime:
        """When something of that clock may be sent: at once, or for business time not before the next opening."""
        return self.next_opening(at) if business else _utc(at)

    def add(self, start: datetime, duration: Duration) -> datetime:
        """When `duration` has passed since `start`. Business days are stepped over first, then hours are counted."""
        if not duration.business:
            return _utc(start) + duration.time
        at = self.next_opening(start)
        if duration.days:
            local = self._local(at)
            day = next(islice(self._business_days_after(local.date()), duration.days - 1, None))
            at = self._instant(day, local.time(), closing=False)
        day = self._local(at).date()
        closing, spans = self._span(day)[1], map(self._span, self._business_days_after(day))
        left = duration.time
        while left > closing - at:
            left -= closing - at
            at, closing = next(spans)
        return at + left

    def subtract(self, due: datetime, duration: Duration) -> datetime:
        """The instant from which `duration` leads to `due`: hours are counted back first, then business days."""
        if not duration.business:
            return _utc(due) - duration.time
        at = self.last_open(due)
        day = self._local(at).date()
        opening, spans = self._span(day)[0], map(self._span, self._business_days_before(day))
        left = duration.time
        while left > at - opening:
            left -= at - opening
            opening, at = next(spans)
        at -= left
        if duration.days:
            local = self._local(at)
            day = next(islice(self._business_days_before(local.date()), duration.days - 1, None))
            at = self._instant(day, local.time(), closing=False)
        return at

    def between(self, start: datetime, end: datetime, business: bool) -> timedelta:
        """How much time of that clock passes from `start` to `end`, as `add` counts hours; none where `end` is not later."""
        start, end = _utc(start), _utc(end)
        if not business:
            return max(end - start, timedelta())
        first, last = self._local(start).date(), self._local(end).date()
        days = (first + n * _DAY for n in range((last - first).days + 1))
        spans = [self._span(day) for day in days if is_business_day(self.hours, day)]
        open_time = (min(closing, end) - max(opening, start) for opening, closing in spans)
        return sum((length for length in open_time if length > timedelta()), timedelta())

    def next_scheduled(self, schedule: Schedule, after: datetime, first: bool) -> datetime:
        """The scheduled time that follows an opening (`first`: at least four hours away) or an update (a later date)."""
        after, day = _utc(after), self._local(after).date()
        for scheduled in self._scheduled_days_from(schedule, day):
            at = self._instant(scheduled, schedule.at, closing=False)
            if at - after >= OPENING_NOTICE if first else scheduled > day:
                return at
        raise AssertionError("a schedule never ends")

    def due(self, start: datetime, cadence: Cadence, first: bool = False) -> datetime:
        """When something asked for at `start` is due by `cadence`; `first` tells an opening from an update."""
        if isinstance(cadence, Schedule):
            return self.next_scheduled(cadence, start, first)
        return self.add(start, cadence)

    def _scheduled_days_from(self, schedule: Schedule, day: date) -> Iterator[date]:
        """Business days on which the schedule falls, moved on from named days that are none."""
        previous = next(self._business_days_before(day))
        for business_day in self._business_days_after(previous):
            since = ((previous + n * _DAY).weekday() for n in range(1, (business_day - previous).days + 1))
            if schedule.weekdays is None or not schedule.weekdays.isdisjoint(since):
                yield business_day
            previous = business_day

    def _business_days_after(self, day: date) -> Iterator[date]:
        while True:
            day += _DAY
            if is_business_day(self.hours, day):
                yield day

    def _business_days_before(self, day: date) -> Iterator[date]:
        while True:
            day -= _DAY
            if is_business_day(self.hours, day):
                yield day

    def _local(self, at: datetime) -> datetime:
        return _utc(at).astimezone(self.zone)

    def _span(self, day: date) -> tuple[datetime, datetime]:
        """When business begins and ends on a business day; hours repeated in autumn count from the first to the last."""
        return (
            self._instant(day, self.hours.start, closing=False),
            self._instant(day, self.hours.end, closing=True),
        )

    def _instant(self, day: date, wall: time, *, closing: bool) -> datetime:
        """The instant of a wall time: of one that comes twice the first, or the last for a closing; of one that is
        skipped, the moment when the clock jumps over it, so that a later wall time is never an earlier instant.
        """
        local = datetime.combine(day, wall, self.zone)
        early, late = local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
        if early <= late:
            return late if closing else early
        return _jump_between(late, early, self.zone)


def _jump_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the zone's offset changes, somewhere between two instants that it parts."""
    offset = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return (before + timedelta(seconds=high)).replace(microsecond=0)


def runs_on_business_time(cadence: Cadence) -> bool:
    """Whether an obligation of this cadence keeps business hours: what follows a schedule does too."""
    return isinstance(cadence, Schedule) or cadence.business


def on_clock(duration: Duration, business: bool) -> Duration:
    """A rung, warning or snooze as its obligation's clock reads it, however it was written: `1d` of a business one
    is a business day, `1w` five of them, `2h` two business hours.
    """
    if duration.business == business:
        return duration
    if business:
        days, rest = divmod(duration.time, _DAY)
        weeks, days = divmod(days, 7)
        return Duration(weeks * BUSINESS_DAYS_IN_A_WEEK + days, rest, business=True)
    weeks, days = divmod(duration.days, BUSINESS_DAYS_IN_A_WEEK)
    return Duration(0, timedelta(weeks=weeks, days=days) + duration.time, business=False)


def business_length(duration: Duration, hours: BusinessHours) -> timedelta:
    """How much business time a business duration is on ordinary days."""
    return duration.days * hours.day_length + duration.time


def shortest_gap(schedule: Schedule, hours: BusinessHours) -> timedelta:
    """The least time, by the clock, between two scheduled times that follow each other, in a week without holidays."""
    working = sorted(hours.days)
    named = working if schedule.weekdays is None else schedule.weekdays
    # A weekday that is no business day stands for the next that is, if need be next week's first.
    moved = sorted({next((day for day in working if day >= weekday), working[0]) for weekday in named})
    following = [*moved[1:], moved[0] + 7]
    return min(later - earlier for earlier, later in zip(moved, following, strict=True)) * _DAY


@lru_cache(maxsize=16_384)
def is_business_day(hours: BusinessHours, day: date) -> bool:
    """Whether any business is done on a date: a weekday of the policy's and no holiday."""
    return day.weekday() in hours.days and (hours.holidays is None or not is_holiday(hours.holidays, day))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return at.astimezone(UTC)
