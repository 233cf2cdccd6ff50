"""Business time elsewhere: zones off by half and three quarters of an hour, both sides of the date line, holidays of
other countries, the turn of the year and leap days. Every value was worked out by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from escalation.business_time import BusinessHours, Calendar
from escalation.duration import parse_cadence

LONDON, NEW_YORK, BERLIN, TOKYO = "Europe/London", "America/New_York", "Europe/Berlin", "Asia/Tokyo"
KOLKATA, KATHMANDU, APIA, LORD_HOWE = "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"


def calendar(zone: str, holidays: str | None = None) -> Calendar:
    return Calendar(BusinessHours(frozenset(range(5)), time(9), time(17, 30), holidays), ZoneInfo(zone))


def at(text: str, zone: str) -> datetime:
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def wall(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M}"


# In London's summer, one hour ahead of UTC; nothing is a holiday.
ASKED_IN_LONDON = [
    # owner, cadence, asked at in London, due there, which is in London
    (NEW_YORK, "4h business", "2026-06-08 10:00", "Mon 08 Jun 2026 13:00", "Mon 08 Jun 2026 18:00"),
    (NEW_YORK, "4h business", "2026-06-08 22:00", "Tue 09 Jun 2026 12:30", "Tue 09 Jun 2026 17:30"),
    (NEW_YORK, "1d business", "2026-06-12 18:00", "Mon 15 Jun 2026 13:00", "Mon 15 Jun 2026 18:00"),
    (NEW_YORK, "daily at 16:00", "2026-06-09 02:00", "Tue 09 Jun 2026 16:00", "Tue 09 Jun 2026 21:00"),
    (KOLKATA, "4h business", "2026-06-08 16:00", "Tue 09 Jun 2026 13:00", "Tue 09 Jun 2026 08:30"),
    (KOLKATA, "4h business", "2026-06-08 10:00", "Tue 09 Jun 2026 10:00", "Tue 09 Jun 2026 05:30"),
    (KOLKATA, "1d business", "2026-06-12 14:00", "Tue 16 Jun 2026 09:00", "Tue 16 Jun 2026 04:30"),
    (KATHMANDU, "4h business", "2026-06-08 10:00", "Tue 09 Jun 2026 10:15", "Tue 09 Jun 2026 05:30"),
    (KATHMANDU, "daily at 16:00", "2026-06-08 19:14", "Tue 09 Jun 2026 16:00", "Tue 09 Jun 2026 11:15"),
    (KATHMANDU, "daily at 16:00", "2026-06-08 19:15", "Wed 10 Jun 2026 16:00", "Wed 10 Jun 2026 11:15"),
    (APIA, "4h business", "2026-06-08 10:00", "Tue 09 Jun 2026 13:00", "Tue 09 Jun 2026 01:00"),
    (APIA, "daily at 16:00", "2026-06-08 11:59", "Tue 09 Jun 2026 16:00", "Tue 09 Jun 2026 04:00"),
    (APIA, "daily at 16:00", "2026-06-08 12:00", "Wed 10 Jun 2026 16:00", "Wed 10 Jun 2026 04:00"),
    # Sunday evening in London is Monday morning in Apia, and Friday there is over when London comes back from lunch
    (APIA, "1h business", "2026-06-14 22:00", "Mon 15 Jun 2026 11:00", "Sun 14 Jun 2026 23:00"),
    (APIA, "1h business", "2026-06-12 13:30", "Mon 15 Jun 2026 10:00", "Sun 14 Jun 2026 22:00"),
    (LORD_HOWE, "4h business", "2026-06-08 10:00", "Tue 09 Jun 2026 13:00", "Tue 09 Jun 2026 03:30"),
]


@pytest.mark.parametrize(("owner", "cadence", "asked", "there", "in_london"), ASKED_IN_LONDON)
def test_due_where_the_owner_lives(owner: str, cadence: str, asked: str, there: str, in_london: str) -> None:
    due = calendar(owner).due(at(asked, LONDON), parse_cadence(cadence))
    assert (wall(due, owner), wall(due, LONDON)) == (there, in_london)


# Lord Howe goes back by half an hour on Sunday 5 April 2026 at 02:00, and forward on 4 October at 02:00.
HALF_HOURS = [
    ("1h", "2026-04-05T01:45+11:00", "Sun 05 Apr 2026 02:15"),
    ("1h", "2026-04-05T01:15+11:00", "Sun 05 Apr 2026 01:45"),
    ("1h", "2026-10-04T01:45+10:30", "Sun 04 Oct 2026 03:15"),
    ("24h", "2026-04-04 12:00", "Sun 05 Apr 2026 11:30"),
    ("24h", "2026-10-03 12:00", "Sun 04 Oct 2026 12:30"),
    ("1d business", "2026-04-03 12:00", "Mon 06 Apr 2026 12:00"),
    ("4h business", "2026-10-02 16:00", "Mon 05 Oct 2026 11:30"),
    ("daily at 16:00", "2026-10-02 11:00", "Mon 05 Oct 2026 16:00"),
]


@pytest.mark.parametrize(("cadence", "start", "due"), HALF_HOURS)
def test_a_clock_that_changes_by_half_an_hour(cadence: str, start: str, due: str) -> None:
    assert wall(calendar(LORD_HOWE).due(at(start, LORD_HOWE), parse_cadence(cadence)), LORD_HOWE) == due


HOLIDAYS = [
    # Epiphany and Corpus Christi are holidays in Bavaria, not in all of Germany
    (BERLIN, "DE-BY", "1d business", "2026-01-05 10:00", "Wed 07 Jan 2026 10:00"),
    (BERLIN, "DE", "1d business", "2026-01-05 10:00", "Tue 06 Jan 2026 10:00"),
    (BERLIN, "DE-BY", "4h business", "2026-06-03 16:00", "Fri 05 Jun 2026 11:30"),
    (BERLIN, "DE", "4h business", "2026-06-03 16:00", "Thu 04 Jun 2026 11:30"),
    # Thanksgiving; Independence Day, a Saturday that is kept on the Friday
    (NEW_YORK, "US", "1d business", "2026-11-25 15:00", "Fri 27 Nov 2026 15:00"),
    (NEW_YORK, "US", "4h business", "2026-07-02 16:00", "Mon 06 Jul 2026 11:30"),
    # Golden Week: Monday to Wednesday
    (TOKYO, "JP", "1d business", "2026-05-01 10:00", "Thu 07 May 2026 10:00"),
    (TOKYO, "JP", "4h business", "2026-05-01 16:00", "Thu 07 May 2026 11:30"),
    # Gandhi's birthday, a Friday; Republic Day, a Monday
    (KOLKATA, "IN", "4h business", "2026-10-01 16:00", "Mon 05 Oct 2026 11:30"),
    (KOLKATA, "IN", "1d business", "2026-01-23 10:00", "Tue 27 Jan 2026 10:00"),
    # a schedule's own day is one: the next that is none
    (BERLIN, "DE-BY", "tue at 10:00", "2025-12-30 11:00", "Wed 07 Jan 2026 10:00"),
    (NEW_YORK, "US", "tue, fri at 16:00", "2026-06-30 17:00", "Mon 06 Jul 2026 16:00"),
    (NEW_YORK, "US", "tue, fri at 16:00", "2026-07-06 17:00", "Tue 07 Jul 2026 16:00"),
    (NEW_YORK, "US", "daily at 16:00", "2026-07-02 10:00", "Mon 06 Jul 2026 16:00"),
    (TOKYO, "JP", "mon, tue at 16:00", "2026-04-30 10:00", "Thu 07 May 2026 16:00"),
    (LONDON, "GB", "mon at 16:00", "2026-12-21 17:00", "Tue 29 Dec 2026 16:00"),
    # the turn of the year
    (LONDON, "GB", "1d business", "2026-12-31 10:00", "Mon 04 Jan 2027 10:00"),
    (LONDON, "GB", "1w business", "2026-12-23 11:00", "Mon 04 Jan 2027 11:00"),
    (LONDON, "GB", "daily at 16:00", "2026-12-31 16:30", "Mon 04 Jan 2027 16:00"),
    (LONDON, "GB", "24h", "2026-12-31 23:30", "Fri 01 Jan 2027 23:30"),
    (APIA, None, "4h business", "2026-12-31 16:00", "Fri 01 Jan 2027 11:30"),
    # leap day 2028 is a Tuesday, and 2027 has none
    (LONDON, "GB", "1d business", "2028-02-28 10:00", "Tue 29 Feb 2028 10:00"),
    (LONDON, "GB", "1d business", "2028-02-29 10:00", "Wed 01 Mar 2028 10:00"),
    (LONDON, "GB", "4h business", "2028-02-29 16:00", "Wed 01 Mar 2028 11:30"),
    (LONDON, "GB", "1w business", "2028-02-23 10:00", "Wed 01 Mar 2028 10:00"),
    (LONDON, "GB", "tue, fri at 16:00", "2028-02-25 17:00", "Tue 29 Feb 2028 16:00"),
    (LONDON, "GB", "24h", "2028-02-28 12:00", "Tue 29 Feb 2028 12:00"),
    (LONDON, "GB", "1d business", "2027-02-26 10:00", "Mon 01 Mar 2027 10:00"),
]


@pytest.mark.parametrize(("zone", "holidays", "cadence", "start", "due"), HOLIDAYS)
def test_days_on_which_nobody_works(zone: str, holidays: str | None, cadence: str, start: str, due: str) -> None:
    assert wall(calendar(zone, holidays).due(at(start, zone), parse_cadence(cadence)), zone) == due
