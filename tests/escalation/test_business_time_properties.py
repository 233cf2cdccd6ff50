"""What holds of business time whatever the hours, the zone and the start."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from escalation.business_time import BusinessHours, Calendar, on_clock
from escalation.duration import Cadence, Duration, Schedule

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",  # changes by half an hour
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/Santiago",  # changes at midnight
    "Africa/Cairo",
    "UTC",
)
# Pairs whose clocks have shown the same since well before 2024.
SAME_OFFSET = (
    ("Europe/Paris", "Europe/Rome"),
    ("America/New_York", "America/Toronto"),
    ("Asia/Singapore", "Asia/Shanghai"),
    ("Africa/Abidjan", "UTC"),
)
MINUTE = timedelta(minutes=1)

weekdays = st.frozensets(st.integers(0, 6), min_size=1)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it
elapsed = st.builds(
    partial(Duration, 0, business=False),
    time=st.timedeltas(timedelta(), timedelta(days=20)),
)
business_hours_only = st.builds(
    partial(Duration, 0, business=True),
    time=st.timedeltas(timedelta(), timedelta(hours=20)),
)
business = st.builds(
    partial(Duration, business=True),
    days=st.integers(0, 12),
    time=st.timedeltas(timedelta(), timedelta(hours=10)),
)
schedules = st.builds(Schedule, st.none() | weekdays, st.builds(time, st.integers(0, 23), st.integers(0, 59)))


@st.composite
def hours_between(draw: st.DrawFn, earliest: int = 0) -> BusinessHours:
    """Hours of at least half an hour, not before an hour of the day; `earliest=4` keeps clear of every clock change."""
    start = draw(st.integers(earliest * 60, 22 * 60))
    end = draw(st.integers(start + 30, 22 * 60 + 30))
    code = draw(st.sampled_from((None, "GB", "US-NY", "DE")))
    return BusinessHours(draw(weekdays), time(*divmod(start, 60)), time(*divmod(end, 60)), code)


any_calendar = st.builds(Calendar, hours_between(), st.sampled_from([ZoneInfo(name) for name in ZONES]))
daytime_calendar = st.builds(Calendar, hours_between(earliest=4), st.sampled_from([ZoneInfo(name) for name in ZONES]))


def wall_is_open(calendar: Calendar, at: datetime) -> bool:
    """By the clock on the wall, without asking the calendar: for hours that no clock change falls into."""
    local = at.astimezone(calendar.zone)
    noon = datetime.combine(local.date(), time(12), UTC)
    working = local.weekday() in calendar.hours.days and Calendar(
        BusinessHours(frozenset(range(7)), time(0), time(23, 59), calendar.hours.holidays), ZoneInfo("UTC")
    ).is_open(noon)
    return working and calendar.hours.start <= local.time() <= calendar.hours.end


def business_time_between(calendar: Calendar, start: datetime, due: datetime) -> timedelta:
    """The open time between two instants, added up day by day."""
    total, day = timedelta(), start.astimezone(calendar.zone).date()
    while day <= due.astimezone(calendar.zone).date():
        opening, closing = (
            datetime.combine(day, wall, calendar.zone).astimezone(UTC)
            for wall in (calendar.hours.start, calendar.hours.end)
        )
        if wall_is_open(calendar, opening):
            total += max(timedelta(), min(closing, due) - max(opening, start))
        day += timedelta(days=1)
    return total


def business_days_between(calendar: Calendar, start: date, end: date) -> int:
    """How many business days come after one date up to another."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(
        wall_is_open(calendar, datetime.combine(day, calendar.hours.start, calendar.zone).astimezone(UTC))
        for day in days
    )


def in_the_repeated_hour(calendar: Calendar, at: datetime) -> bool:
    """Whether the wall clock shows, or showed, this time twice on that day."""
    local = at.astimezone(calendar.zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


@given(daytime_calendar, instants, business)
def test_nothing_of_a_business_clock_falls_into_a_closed_hour(
    calendar: Calendar, start: datetime, duration: Duration
) -> None:
    for at in (calendar.add(start, duration), calendar.subtract(start, duration), calendar.next_opening(start)):
        assert wall_is_open(calendar, at)


@given(any_calendar, instants, business)
def test_a_clock_change_within_the_hours_makes_no_closed_hour_open(
    calendar: Calendar, start: datetime, duration: Duration
) -> None:
    assert calendar.is_open(calendar.add(start, duration))


@given(any_calendar, instants, st.timedeltas(timedelta(), timedelta(days=12)), elapsed | business_hours_only | business)
def test_what_starts_later_is_not_due_earlier(
    calendar: Calendar, start: datetime, delay: timedelta, duration: Duration
) -> None:
    later = start + delay
    # The same wall time on another day: of the hour that comes twice, the second pass shows earlier times again.
    assume(not duration.days or not in_the_repeated_hour(calendar, calendar.next_opening(start)))
    assert calendar.add(start, duration) <= calendar.add(later, duration)


@given(any_calendar, instants, st.timedeltas(timedelta(), timedelta(days=12)), schedules, st.booleans())
def test_a_schedule_never_goes_back(
    calendar: Calendar, start: datetime, delay: timedelta, schedule: Schedule, first: bool
) -> None:
    assert calendar.due(start, schedule, first) <= calendar.due(start + delay, schedule, first)


@given(any_calendar, instants, elapsed)
def test_elapsed_time_is_elapsed_time(calendar: Calendar, start: datetime, duration: Duration) -> None:
    assert calendar.add(start, duration) - start == duration.time
    assert calendar.subtract(calendar.add(start, duration), duration) == start


@given(daytime_calendar, instants, business_hours_only)
def test_business_hours_are_due_when_just_so_many_have_passed(
    calendar: Calendar, start: datetime, duration: Duration
) -> None:
    assert business_time_between(calendar, start, calendar.add(start, duration)) == duration.time


@given(daytime_calendar, instants, st.integers(0, 12))
def test_business_days_are_so_many_dates_later_at_the_same_time(calendar: Calendar, start: datetime, days: int) -> None:
    begins = calendar.next_opening(start).astimezone(calendar.zone)
    due = calendar.add(start, Duration(days, timedelta(), business=True)).astimezone(calendar.zone)
    assert business_days_between(calendar, begins.date(), due.date()) == days
    assert due.time() == begins.time()


@given(daytime_calendar, instants, schedules, st.booleans())
def test_a_schedule_is_due_at_its_time_on_a_business_day_and_none_is_passed_over(
    calendar: Calendar, start: datetime, schedule: Schedule, first: bool
) -> None:
    due, began = (at.astimezone(calendar.zone) for at in (calendar.due(start, schedule, first), start))
    assert due.date() >= began.date() if first else due.date() > began.date()
    at_opening = datetime.combine(due.date(), calendar.hours.start, calendar.zone)
    assert wall_is_open(calendar, at_opening.astimezone(UTC))
    if first:
        assert due - start >= timedelta(hours=4)
    allowed = 1 if schedule.weekdays is None else len(calendar.hours.days)
    # A day too late to count, and a first one less than four hours off, come on top of the longest way round the week.
    assert business_days_between(calendar, began.date(), due.date()) <= allowed + 1


@given(
    st.sampled_from(SAME_OFFSET), hours_between(), instants, elapsed | business | schedules, st.booleans()
)  # fmt: skip
def test_zones_that_share_their_offset_share_what_is_due(
    zones: tuple[str, str], hours: BusinessHours, start: datetime, cadence: Cadence, first: bool
) -> None:
    one, other = (Calendar(hours, ZoneInfo(name)).due(start, cadence, first) for name in zones)
    assert one == other


@given(daytime_calendar, instants, business)
def test_counting_back_and_forward_again_ends_where_it_began(
    calendar: Calendar, start: datetime, duration: Duration
) -> None:
    # Not at an opening: in business time that is the same moment as the closing before it.
    due = calendar.add(start, Duration(0, MINUTE, business=True))
    warned = calendar.subtract(due, duration)
    assert calendar.add(warned, duration) == due


@given(any_calendar, instants, business_hours_only, business_hours_only)
def test_business_hours_add_up(calendar: Calendar, start: datetime, one: Duration, other: Duration) -> None:
    together = Duration(0, one.time + other.time, business=True)
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, together)


@given(any_calendar, instants, elapsed | business_hours_only)
def test_the_time_between_is_what_was_added(calendar: Calendar, start: datetime, duration: Duration) -> None:
    assert calendar.between(start, calendar.add(start, duration), duration.business) == duration.time


@given(daytime_calendar, instants, st.timedeltas(timedelta(), timedelta(days=40)))
def test_the_business_time_between_is_the_open_time_by_the_wall(
    calendar: Calendar, start: datetime, length: timedelta
) -> None:
    end = start + length
    assert calendar.between(start, end, business=True) == business_time_between(calendar, start, end)
    assert calendar.between(end, start, business=True) == timedelta()


@given(any_calendar, instants, *[st.timedeltas(timedelta(), timedelta(days=12))] * 2, st.booleans())
def test_the_time_between_never_shrinks_and_adds_up(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta, business: bool
) -> None:
    middle, end = start + one, start + one + other
    whole = calendar.between(start, end, business)
    assert whole == calendar.between(start, middle, business) + calendar.between(middle, end, business)
    assert timedelta() <= calendar.between(start, middle, business) <= whole <= end - start


@given(any_calendar, instants)
def test_no_business_time_passes_while_it_is_closed(calendar: Calendar, at: datetime) -> None:
    assert calendar.between(calendar.last_open(at), calendar.next_opening(at), business=True) == timedelta()


@given(any_calendar, instants)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Calendar, at: datetime) -> None:
    opening, closing = calendar.next_opening(at), calendar.last_open(at)
    assert calendar.is_open(opening)
    assert calendar.is_open(closing)
    assert closing <= at <= opening
    if opening > at:
        assert not calendar.is_open(at)
        assert not calendar.is_open(opening - timedelta(microseconds=1))
    assert calendar.next_opening(opening) == opening
    assert calendar.defer(at, business=True) == opening


@given(any_calendar, instants, st.integers(0, 22))
def test_rungs_never_change_places_on_either_clock(calendar: Calendar, due: datetime, hours: int) -> None:
    for on_business_time in (False, True):
        earlier, later = (
            on_clock(Duration(0, timedelta(hours=count), business=False), on_business_time)
            for count in (hours, hours + 1)
        )
        assert due <= calendar.add(due, earlier) <= calendar.add(due, later)


@pytest.mark.parametrize("zone", ZONES)
def test_all_through_a_year_it_is_either_open_or_before_the_next_opening(zone: str) -> None:
    calendar = Calendar(BusinessHours(frozenset(range(7)), time(0, 30), time(3, 15)), ZoneInfo(zone))
    at, previous = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    while at.year == 2026:
        opening = calendar.next_opening(at)
        assert previous <= opening
        assert (opening == at) is calendar.is_open(at)
        at, previous = at + 37 * MINUTE, opening
