"""Business time for the oracle, walked minute by minute over the wall clock: no code of the product's, and slow."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.support.stories import minutes

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OPENS, CLOSES = time(9), time(17, 30)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Those of Great Britain on which nobody works, as its government lists them: Good Friday, Christmas, Boxing Day (whose
# substitute is a Monday), New Year.
HOLIDAYS = {date(2026, 4, 3), date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}


@cache
def is_worked(minute: datetime, zone: str) -> bool:
    wall = minute.astimezone(ZoneInfo(zone))
    return is_workday(wall.date()) and OPENS <= wall.time() < CLOSES


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def first_open(now: datetime, zone: str) -> datetime:
    """What falls due as the office closes is said then; else it waits for the next worked minute."""
    while not is_worked(now, zone) and not is_worked(now - MINUTE, zone):
        now += MINUTE
    return now


def after(start: datetime, length: str, zone: str) -> datetime:
    """`4h business`, `1d business` or `15m` after an instant."""
    number, unit = int(length.removesuffix(" business")[:-1]), length.removesuffix(" business")[-1]
    business = length.endswith(" business")
    if not business:
        return start + number * {"m": MINUTE, "h": 60 * MINUTE, "d": DAY, "w": 7 * DAY}[unit]
    now = first_open(start, zone)
    if unit in "dw":
        for _ in range(number * (5 if unit == "w" else 1)):
            wall = now.astimezone(ZoneInfo(zone))
            day = wall.date() + DAY
            while not is_workday(day):
                day += DAY
            now = datetime.combine(day, wall.time(), ZoneInfo(zone)).astimezone(UTC)
        return now
    left = number * {"m": 1, "h": 60}[unit]
    while left:
        left -= is_worked(now, zone)
        now += MINUTE
    return now


def before(due: datetime, length: str, zone: str, business: bool) -> datetime:
    """When so much time is left until `due`."""
    left, now = minutes(length) // MINUTE, due
    while left:
        now -= MINUTE
        left -= is_worked(now, zone) or not business
    return now


def scheduled(schedule: str, start: datetime, zone: str, first: bool) -> datetime:
    """`daily at 16:00`: after an opening at least four hours away, after an update on a later date."""
    days, _, clock = schedule.partition(" at ")
    today = start.astimezone(ZoneInfo(zone)).date()
    wanted = set()
    for day in (today + number * DAY for number in range(-14, 40)):
        if days == "daily" and is_workday(day):
            wanted.add(day)
        elif WEEKDAYS[day.weekday()] in days:
            moved = day
            while not is_workday(moved):
                moved += DAY
            wanted.add(moved)
    for day in sorted(wanted):
        at = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)
        if (at - start >= timedelta(hours=4)) if first else (day > today):
            return at
    raise AssertionError(schedule)


def due(clock: str, start: datetime, zone: str, first: bool = True) -> datetime:
    return scheduled(clock, start, zone, first) if " at " in clock else after(start, clock, zone)


def keeps_hours(clock: str) -> bool:
    return "business" in clock or " at " in clock
