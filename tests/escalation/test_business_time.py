"""Business time on the calendar: POLICY.md's worked examples, clock changes, holidays and the edges of a day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from escalation.business_time import (
    BusinessHours,
    Calendar,
    business_length,
    on_clock,
    runs_on_business_time,
    shortest_gap,
)
from escalation.duration import Schedule, parse_cadence, parse_duration

LONDON, NEW_YORK = "Europe/London", "America/New_York"
OFFICE = BusinessHours(frozenset(range(5)), time(9), time(17, 30), "GB")
NO_HOLIDAYS = BusinessHours(frozenset(range(5)), time(9), time(17, 30))


def calendar(zone: str = LONDON, hours: BusinessHours = OFFICE) -> Calendar:
    return Calendar(hours, ZoneInfo(zone))


def at(text: str, zone: str = LONDON) -> datetime:
    """A wall time as an instant: "2026-06-01 10:00", or with its offset where it comes twice."""
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def wall(instant: datetime, zone: str = LONDON) -> str:
    assert instant.tzinfo is UTC
    return f"{instant.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}"


# In the week of Monday 8 June 2026 nothing is a holiday and no clock changes.
WORKED_EXAMPLES = [
    ("15m", "2026-06-13 23:50", "Sun 14 Jun 00:05"),
    ("4h business", "2026-06-08 10:00", "Mon 08 Jun 14:00"),
    ("4h business", "2026-06-08 16:00", "Tue 09 Jun 11:30"),
    ("4h business", "2026-06-12 16:00", "Mon 15 Jun 11:30"),
    ("4h business", "2026-06-13 12:00", "Mon 15 Jun 13:00"),
    ("1d business", "2026-06-08 10:00", "Tue 09 Jun 10:00"),
    ("1d business", "2026-06-12 17:00", "Mon 15 Jun 17:00"),
    ("1d business", "2026-06-12 20:00", "Tue 16 Jun 09:00"),
    ("1d business", "2026-12-24 15:00", "Tue 29 Dec 15:00"),
    ("1w business", "2026-06-10 11:00", "Wed 17 Jun 11:00"),
    ("1h", "2026-03-29 00:30", "Sun 29 Mar 02:30"),
    ("4h business", "2026-06-15 14:00", "Tue 16 Jun 09:30"),  # severity lowered from SEV-1 to SEV-2
    ("1h", "2026-06-15 14:00", "Mon 15 Jun 15:00"),  # severity raised to SEV-1
]


@pytest.mark.parametrize(("duration", "start", "due"), WORKED_EXAMPLES)
def test_a_duration_of_the_worked_examples(duration: str, start: str, due: str) -> None:
    assert wall(calendar().due(at(start), parse_cadence(duration))) == due


def test_business_hours_are_those_of_the_owners_zone() -> None:
    due = calendar(NEW_YORK).add(at("2026-06-08 16:00"), parse_duration("4h business"))
    assert wall(due) == "Mon 08 Jun 20:00"
    assert wall(due, NEW_YORK) == "Mon 08 Jun 15:00"


@pytest.mark.parametrize(
    ("schedule", "after", "first", "due"),
    [
        ("daily at 16:00", "2026-06-08 10:00", True, "Mon 08 Jun 16:00"),
        ("daily at 16:00", "2026-06-08 13:00", True, "Tue 09 Jun 16:00"),
        ("daily at 16:00", "2026-06-08 11:00", False, "Tue 09 Jun 16:00"),
        ("daily at 16:00", "2026-06-12 15:59", False, "Mon 15 Jun 16:00"),
        ("tue, fri at 16:00", "2026-06-08 09:00", False, "Tue 09 Jun 16:00"),
        ("tue, fri at 16:00", "2026-06-09 16:30", False, "Fri 12 Jun 16:00"),
        # exactly four hours away is far enough, a second less is not
        ("daily at 16:00", "2026-06-08 12:00:00", True, "Mon 08 Jun 16:00"),
        ("daily at 16:00", "2026-06-08 12:00:01", True, "Tue 09 Jun 16:00"),
        ("daily at 16:00", "2026-06-13 11:00", True, "Mon 15 Jun 16:00"),
        ("daily at 16:00", "2026-06-14 23:00", True, "Mon 15 Jun 16:00"),
        # an update on a scheduled day, however early, is that day's
        ("tue, fri at 16:00", "2026-06-09 00:01", False, "Fri 12 Jun 16:00"),
        ("tue, fri at 16:00", "2026-06-12 17:00", False, "Tue 16 Jun 16:00"),
        ("tue, fri at 16:00", "2026-06-13 12:00", False, "Tue 16 Jun 16:00"),
        # Good Friday is 3 April 2026; the library knows no Easter Monday for the whole of GB
        ("tue, fri at 16:00", "2026-03-31 16:30", False, "Mon 06 Apr 16:00"),
        ("tue, fri at 16:00", "2026-04-04 12:00", False, "Mon 06 Apr 16:00"),
        ("tue, fri at 16:00", "2026-04-06 10:00", False, "Tue 07 Apr 16:00"),
        ("daily at 16:00", "2026-12-24 16:00", False, "Tue 29 Dec 16:00"),
        # a weekday that is never a business day, alone and beside the day it moves to
        ("sat at 10:00", "2026-06-08 09:00", False, "Mon 15 Jun 10:00"),
        ("sat, mon at 10:00", "2026-06-08 09:00", False, "Mon 15 Jun 10:00"),
        ("sun at 13:00", "2026-06-08 09:00", True, "Mon 08 Jun 13:00"),
        # the wall time stays over both clock changes
        ("daily at 16:00", "2026-03-27 11:00", False, "Mon 30 Mar 16:00"),
        ("daily at 16:00", "2026-10-23 11:00", False, "Mon 26 Oct 16:00"),
        # outside the hours it is still the time that was named
        ("daily at 18:00", "2026-06-08 11:00", False, "Tue 09 Jun 18:00"),
    ],
)
def test_a_schedule_after_an_opening_and_after_an_update(schedule: str, after: str, first: bool, due: str) -> None:
    assert wall(calendar().due(at(after), parse_cadence(schedule), first=first)) == due


def test_four_hours_from_opening_are_elapsed_hours_when_the_clock_changes_within_them() -> None:
    every_day = calendar(hours=BusinessHours(frozenset(range(7)), time(0), time(23, 59)))
    schedule = parse_cadence("daily at 05:00")
    assert wall(every_day.due(at("2026-03-29 00:30"), schedule, first=True)) == "Mon 30 Mar 05:00"
    assert wall(every_day.due(at("2026-10-25 00:30"), schedule, first=True)) == "Sun 25 Oct 05:00"


def test_the_date_of_an_update_is_that_of_the_owners_zone() -> None:
    monday_evening_in_new_york = at("2026-06-09 02:00")
    due = calendar(NEW_YORK).due(monday_evening_in_new_york, parse_cadence("daily at 16:00"))
    assert wall(due, NEW_YORK) == "Tue 09 Jun 16:00"


@pytest.mark.parametrize(
    ("zone", "duration", "start", "due"),
    [
        # London: forward on 29 March 2026 at 01:00, back on 25 October at 02:00
        (LONDON, "1h", "2026-10-25T01:30+01:00", "Sun 25 Oct 01:30"),
        (LONDON, "1h", "2026-10-25T01:30+00:00", "Sun 25 Oct 02:30"),
        (LONDON, "24h", "2026-03-28 12:00", "Sun 29 Mar 13:00"),
        (LONDON, "24h", "2026-10-24 12:00", "Sun 25 Oct 11:00"),
        (LONDON, "1d business", "2026-03-27 12:00", "Mon 30 Mar 12:00"),
        (LONDON, "1d business", "2026-10-23 12:00", "Mon 26 Oct 12:00"),
        (LONDON, "4h business", "2026-03-27 16:00", "Mon 30 Mar 11:30"),
        (LONDON, "4h business", "2026-10-23 16:00", "Mon 26 Oct 11:30"),
        # New York: forward on 8 March 2026 at 02:00, back on 1 November at 02:00
        (NEW_YORK, "1h", "2026-03-08 01:30", "Sun 08 Mar 03:30"),
        (NEW_YORK, "1h", "2026-11-01T01:30-04:00", "Sun 01 Nov 01:30"),
        (NEW_YORK, "1h", "2026-11-01T01:30-05:00", "Sun 01 Nov 02:30"),
        (NEW_YORK, "1d business", "2026-03-06 12:00", "Mon 09 Mar 12:00"),
        (NEW_YORK, "1d business", "2026-10-30 12:00", "Mon 02 Nov 12:00"),
        (NEW_YORK, "4h business", "2026-03-06 16:00", "Mon 09 Mar 11:30"),
        (NEW_YORK, "4h business", "2026-10-30 16:00", "Mon 02 Nov 11:30"),
    ],
)
def test_the_clock_changes_both_ways(zone: str, duration: str, start: str, due: str) -> None:
    assert wall(calendar(zone, NO_HOLIDAYS).add(at(start, zone), parse_duration(duration)), zone) == due


AROUND_THE_CLOCK = BusinessHours(frozenset(range(7)), time(0), time(23, 59))


@pytest.mark.parametrize(
    ("hours", "duration", "start", "due"),
    [
        # a skipped wall time is the moment the clock jumps over it, a repeated one the first of the two
        (AROUND_THE_CLOCK, "1d business", "2026-03-28 01:30", "2026-03-29T02:00+01:00"),
        (AROUND_THE_CLOCK, "1d business", "2026-03-28 01:30:00.5", "2026-03-29T02:00+01:00"),
        (AROUND_THE_CLOCK, "1d business", "2026-10-24 01:30", "2026-10-25T01:30+01:00"),
        (AROUND_THE_CLOCK, "1d business", "2026-10-25T01:30+00:00", "2026-10-26T01:30+00:00"),
        # hours that are skipped do not count, hours that are repeated count twice
        (AROUND_THE_CLOCK, "4h business", "2026-03-29 00:00", "2026-03-29T05:00+01:00"),
        (AROUND_THE_CLOCK, "4h business", "2026-10-25 00:00", "2026-10-25T03:00+00:00"),
        # hours that end within the repeated hour end with its second half past, hours within the skipped one are none
        (BusinessHours(frozenset({6}), time(0), time(1, 30)), "2h30m business", "2026-10-25 00:00", "2026-10-25T01:30+00:00"),
        (BusinessHours(frozenset({6}), time(1, 15), time(1, 45)), "10m business", "2026-03-29 00:00", "2026-04-05T01:25+01:00"),
    ],
)  # fmt: skip
def test_hours_that_hold_a_clock_change(hours: BusinessHours, duration: str, start: str, due: str) -> None:
    assert calendar(hours=hours).add(at(start), parse_duration(duration)) == at(due)


@pytest.mark.parametrize(
    ("duration", "start", "due"),
    [
        ("0m business", "2026-06-08 10:00", "Mon 08 Jun 10:00"),
        ("0m business", "2026-06-13 10:00", "Mon 15 Jun 09:00"),
        ("0m", "2026-06-13 10:00", "Sat 13 Jun 10:00"),
        ("4h business", "2026-06-08 09:00", "Mon 08 Jun 13:00"),
        ("4h business", "2026-06-08 08:59", "Mon 08 Jun 13:00"),
        ("4h business", "2026-06-08 17:30", "Tue 09 Jun 13:00"),
        ("4h business", "2026-06-08 17:31", "Tue 09 Jun 13:00"),
        ("1d business", "2026-06-08 09:00", "Tue 09 Jun 09:00"),
        ("1d business", "2026-06-08 06:00", "Tue 09 Jun 09:00"),
        ("1d business", "2026-06-08 17:30", "Tue 09 Jun 17:30"),
        ("1d business", "2026-06-08 17:31", "Wed 10 Jun 09:00"),
        ("4h business", "2026-06-08 13:30", "Mon 08 Jun 17:30"),
        ("8h30m business", "2026-06-08 09:00", "Mon 08 Jun 17:30"),
        ("17h business", "2026-06-08 09:00", "Tue 09 Jun 17:30"),
        ("1d4h business", "2026-06-11 16:00", "Mon 15 Jun 11:30"),
        ("2w business", "2026-06-10 11:00", "Wed 24 Jun 11:00"),
        ("1w business", "2026-05-20 11:00", "Thu 28 May 11:00"),  # over the Spring Bank Holiday
    ],
)
def test_the_edges_of_a_business_day(duration: str, start: str, due: str) -> None:
    assert wall(calendar().add(at(start), parse_duration(duration))) == due


@pytest.mark.parametrize(
    ("start", "open_now", "next_opening"),
    [
        ("2026-06-08 08:59:59", False, "Mon 08 Jun 09:00"),
        ("2026-06-08 09:00", True, "Mon 08 Jun 09:00"),
        ("2026-06-08 17:30", True, "Mon 08 Jun 17:30"),
        ("2026-06-08 17:30:01", False, "Tue 09 Jun 09:00"),
        ("2026-06-12 18:00", False, "Mon 15 Jun 09:00"),
        ("2026-06-13 12:00", False, "Mon 15 Jun 09:00"),
        ("2026-12-25 12:00", False, "Tue 29 Dec 09:00"),
        ("2026-12-28 12:00", False, "Tue 29 Dec 09:00"),
    ],
)
def test_when_it_is_open_and_when_next(start: str, open_now: bool, next_opening: str) -> None:
    assert calendar().is_open(at(start)) is open_now
    assert wall(calendar().next_opening(at(start))) == next_opening


def test_what_keeps_business_hours_waits_for_the_opening_and_what_does_not_goes_out() -> None:
    saturday = at("2026-06-13 12:00")
    assert calendar().defer(saturday, business=True) == at("2026-06-15 09:00")
    assert calendar().defer(saturday, business=False) == saturday
    assert calendar().defer(at("2026-06-15 10:00"), business=True) == at("2026-06-15 10:00")


@pytest.mark.parametrize(
    ("code", "day", "is_open"),
    [
        ("GB", "2026-12-25", False),
        ("GB", "2026-11-30", True),
        ("GB-SCT", "2026-11-30", False),
        ("US", "2026-07-03", False),
        ("US", "2026-12-25", False),
        ("US-NY", "2026-02-12", False),
        ("DE", "2026-10-30", True),
        ("DE-BY", "2026-01-06", False),
        ("DE", "2026-01-06", True),
        (None, "2026-12-25", True),
    ],
)
def test_holidays_of_countries_and_of_parts_of_them(code: str | None, day: str, is_open: bool) -> None:
    hours = BusinessHours(frozenset(range(5)), time(9), time(17, 30), code)
    assert calendar("UTC", hours).is_open(at(f"{day} 12:00", "UTC")) is is_open


@pytest.mark.parametrize(
    ("duration", "due", "warned"),
    [
        ("10m", "2026-06-13 10:00", "Sat 13 Jun 09:50"),
        ("1h business", "2026-06-08 16:00", "Mon 08 Jun 15:00"),
        ("1h business", "2026-06-09 09:30", "Mon 08 Jun 17:00"),
        ("30m business", "2026-06-09 09:00", "Mon 08 Jun 17:00"),
        ("30m business", "2026-06-15 09:00", "Fri 12 Jun 17:00"),
        ("2h business", "2026-06-14 12:00", "Fri 12 Jun 15:30"),
        ("0m business", "2026-06-13 12:00", "Fri 12 Jun 17:30"),
        ("1h business", "2026-06-08 18:00", "Mon 08 Jun 16:30"),
        ("1h business", "2026-06-08 08:00", "Fri 05 Jun 16:30"),
        ("1d business", "2026-12-29 15:00", "Thu 24 Dec 15:00"),
        ("1d4h business", "2026-06-15 11:30", "Thu 11 Jun 16:00"),
        ("10h business", "2026-06-09 09:30", "Fri 05 Jun 16:30"),
    ],
)
def test_counting_back_for_a_warning(duration: str, due: str, warned: str) -> None:
    assert wall(calendar().subtract(at(due), parse_duration(duration))) == warned


def test_a_rung_counts_on_its_obligations_clock() -> None:
    rung = on_clock(parse_duration("1h"), business=True)
    assert wall(calendar().add(at("2026-06-08 17:00"), rung)) == "Tue 09 Jun 09:30"


@pytest.mark.parametrize(
    ("rung", "business", "read_as"),
    [
        ("1h", True, "1h business"),
        ("1d", True, "1d business"),
        ("24h", True, "1d business"),
        ("0.5d", True, "12h business"),
        ("10d", True, "1w3d business"),
        ("1d2h business", False, "1d2h"),
        ("1w", True, "1w business"),
        ("1h", False, "1h"),
        ("1d business", True, "1d business"),
        ("1w business", False, "1w"),
        ("0m", True, "0m business"),
    ],
)
def test_a_rung_is_read_as_its_obligations_clock_reads_it(rung: str, business: bool, read_as: str) -> None:
    assert on_clock(parse_duration(rung), business) == parse_duration(read_as)


@pytest.mark.parametrize(
    ("cadence", "business"),
    [("1h", False), ("4h business", True), ("daily at 16:00", True), ("tue, fri at 16:00", True)],
)
def test_which_cadences_keep_business_hours(cadence: str, business: bool) -> None:
    assert runs_on_business_time(parse_cadence(cadence)) is business


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ("daily at 16:00", 1),
        ("tue, fri at 16:00", 3),
        ("mon, fri at 16:00", 3),
        ("mon, thu, fri at 16:00", 1),
        ("wed at 16:00", 7),
        ("sat, mon at 16:00", 7),
        ("sat, tue at 16:00", 1),
        ("mon, wed at 16:00", 2),
    ],
)
def test_the_shortest_time_between_two_scheduled_times(schedule: str, days: int) -> None:
    value = parse_cadence(schedule)
    assert isinstance(value, Schedule)
    assert shortest_gap(value, NO_HOLIDAYS) == timedelta(days=days)


def test_the_business_length_of_a_duration() -> None:
    assert business_length(parse_duration("1d4h business"), NO_HOLIDAYS) == timedelta(hours=12.5)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="An instant needs a time zone"):
        calendar().add(datetime(2026, 6, 8, 10), parse_duration("1h"))  # noqa: DTZ001 - that is what is tested


def test_equal_hours_make_equal_calendars() -> None:
    assert calendar() == calendar()
    assert len({calendar(), calendar(), calendar(NEW_YORK)}) == 2
