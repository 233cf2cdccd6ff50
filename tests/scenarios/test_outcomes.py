"""What becomes of what is owed, over the wire: the minute and the audience of every message, as people see them.

The whole table stands in tests/escalation/table; here each outcome is lived through once with real handlers, database
and Slack's own library. Resolving is in test_ending.py, lapsed and declined handovers in test_handing_over.py.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator import Person
from tests.support.acting import acknowledges, fills, opens, plans, posts_update
from tests.support.company import PEOPLE
from tests.support.hearing import Ear, only_the_update_is_owed
from tests.support.house import MONDAY_TEN, House, house


def after(*, hours: int = 0, minutes: int = 0) -> datetime:
    """So long after Monday at ten."""
    return MONDAY_TEN + timedelta(hours=hours, minutes=minutes)


async def test_answered_in_time_costs_a_quiet_word_an_update_and_nobody_else_hears_of_it(home: House) -> None:
    channel = await opens(home)
    ear = await only_the_update_is_owed(home, "dina", channel)
    assert await ear.until(after(minutes=55)) == ["Mon 10:50 warning dina"]
    await posts_update(home, "dina", channel)
    assert await ear.until(after(hours=1, minutes=50)) == ["Mon 11:45 warning dina"]
    await posts_update(home, "dina", channel)
    assert await ear.until(after(hours=2, minutes=39)) == []


async def test_answered_late_settles_it_for_all_who_were_told(home: House) -> None:
    channel = await opens(home)
    ear = await only_the_update_is_owed(home, "dina", channel)
    assert await ear.until(after(hours=1, minutes=21)) == [
        "Mon 10:50 warning dina",
        "Mon 11:00 nag dina",
        "Mon 11:10 nag channel",
        "Mon 11:20 raised vera, victor",
    ]
    await posts_update(home, "dina", channel)
    assert ear.heard() == ["Mon 11:21 settled vera, victor"]
    assert await ear.until(after(hours=2, minutes=10)) == []


async def test_never_answered_climbs_to_the_top_and_asks_there_again_and_again(home: House) -> None:
    ear = await only_the_update_is_owed(home, "dina", await opens(home))
    assert (await ear.until(after(hours=3, minutes=45)))[3:] == [
        "Mon 11:20 raised vera, victor",
        "Mon 11:40 raised cleo, tess",
        "Mon 12:40 raised cleo, tess",
        "Mon 13:40 raised cleo, tess",
    ]


async def test_snoozed_it_is_asked_for_from_the_end_of_the_snooze_on(home: House) -> None:
    channel = await opens(home)
    ear = await only_the_update_is_owed(home, "dina", channel)
    await ear.until(after(hours=1, minutes=2))
    dina = home.person("dina")
    await dina.press("Snooze")
    form = await dina.form("Snooze")
    await form.choose("For how long", "30 minutes")
    await form.fill("Reason", "On a call with the customer")
    assert (await form.submit()).closed
    assert await ear.until(after(hours=1, minutes=53)) == [
        "Mon 11:32 nag dina",
        "Mon 11:42 nag channel",
        "Mon 11:52 raised vera, victor",
    ]


async def test_still_working_on_it_is_asked_about_a_cadence_later(home: House) -> None:
    channel = await opens(home)
    ear = await only_the_update_is_owed(home, "dina", channel)
    await ear.until(after(minutes=51))
    await home.person("dina").press("Still working on it", in_=channel)
    assert (await fills(home, home.person("dina"), "Still working on it", Next_step="Reading the log")).closed
    assert await ear.until(after(hours=1, minutes=52)) == ["Mon 11:41 warning dina", "Mon 11:51 nag dina"]


async def test_handed_over_the_new_owner_is_asked_where_they_live_and_the_old_one_no_more(
    sqlite_url: str, tmp_path: Path
) -> None:
    people = [
        Person("sana", real_name="Sana Iyer", tz="America/New_York") if one.name == "sana" else one for one in PEOPLE
    ]
    async with house(sqlite_url, tmp_path, people=people, at=MONDAY_TEN) as home:
        channel = await opens(home, severity="SEV-3", summary="Exports fail")
        ear = await only_the_update_is_owed(home, "carla", channel)
        carla = home.person("carla")
        await carla.press("Hand off", in_=channel)
        form = await carla.form("Hand off")
        await form.choose("New owner", "Sana Iyer")
        await form.fill("Reason", "On leave from tomorrow")
        assert (await form.submit()).closed
        await home.settled()
        await home.person("sana").press("Accept")
        await home.settled()
        ear.heard()
        # Tuesday at 9:00, 15:00 and 16:00 in New York; the channel two business hours later, on Wednesday at 9:30 there.
        assert await ear.until(after(hours=54)) == [
            "Tue 14:00 path omar",
            "Tue 20:00 warning sana",
            "Tue 21:00 nag sana",
            "Wed 14:30 nag channel",
        ]


async def change_severity(home: House, who: str, channel: str, to: str) -> None:
    actor = home.person(who)
    await actor.types(f"/escalate severity {to} So it is", in_=channel)
    assert (await (await actor.form("Change severity")).submit()).closed
    await home.settled()


async def test_raised_it_is_due_by_the_earlier_time_and_the_new_path_hears_of_it_at_once(home: House) -> None:
    channel = await opens(home, severity="SEV-3", summary="Exports fail")
    ear = await only_the_update_is_owed(home, "carla", channel)
    await ear.until(after(hours=4))
    await change_severity(home, "carla", channel, "sev1")
    # Carla's rank is too low: the form proposes an owner, and she owns it until that is accepted.
    assert ear.heard() == ["Mon 14:00 asked dina", "Mon 14:00 path tess, vera, victor"]
    assert await ear.until(after(hours=5, minutes=21)) == [
        "Mon 14:15 lapsed channel, carla",
        "Mon 14:50 warning carla",
        "Mon 15:00 nag carla",
        "Mon 15:10 nag channel",
        "Mon 15:20 raised dina, vera, victor",
    ]


async def test_lowered_it_is_due_by_the_new_clock_from_the_change(home: House) -> None:
    channel = await opens(home)
    ear = await only_the_update_is_owed(home, "dina", channel)
    await ear.until(after(minutes=40))
    await change_severity(home, "dina", channel, "sev2")
    assert await ear.until(after(hours=5, minutes=11)) == [
        "Mon 14:10 warning dina",
        "Mon 14:40 nag dina",
        "Mon 15:10 nag channel",
    ]


async def test_a_night_defers_what_keeps_business_hours_and_nothing_else(home: House) -> None:
    await home.at(after(hours=6, minutes=45))
    channel = await opens(home, severity="SEV-2", summary="The sync is late")
    owner = "sana"
    ear = Ear(home, channel)
    await acknowledges(home, owner)
    await plans(home, owner, channel, "2026-12-18")
    # The word to the customer is owed at any hour, the update within business hours: 45 minutes today, the rest tomorrow.
    heard = await ear.until(after(hours=26, minutes=46))
    assert heard == [
        "Mon 17:15 warning sana",
        "Mon 17:45 nag sana",
        "Mon 18:15 nag channel",
        "Mon 18:45 path dina",
        "Mon 18:45 raised omar",
        "Mon 19:45 raised dina, vera, victor",
        "Mon 23:45 raised dina, vera, victor",
        "Tue 03:45 raised dina, vera, victor",
        "Tue 07:45 raised dina, vera, victor",
        "Tue 11:45 raised dina, vera, victor",
        "Tue 11:45 nag sana",  # the quiet word before the update, which brings along what is overdue
        "Tue 12:15 nag sana",
        "Tue 12:45 nag channel",
    ]


async def test_a_weekend_is_no_time(home: House) -> None:
    await home.at(after(hours=102))  # Friday 16:00
    channel = await opens(home, severity="SEV-3", summary="Exports fail")
    assert await Ear(home, channel).until(after(hours=172)) == [  # Monday 14:00
        "Mon 10:30 warning carla",
        "Mon 11:30 nag carla",
        "Mon 13:30 nag channel",
    ]


async def test_a_holiday_is_no_time_either(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, at=datetime(2026, 12, 24, 15, 0, tzinfo=UTC)) as home:
        channel = await opens(home, severity="SEV-3", summary="Exports fail")
        # Friday is Christmas, and Monday stands in for Boxing Day.
        assert await Ear(home, channel).until(datetime(2026, 12, 29, 13, 0, tzinfo=UTC)) == [
            "Tue 09:30 warning carla",
            "Tue 10:30 nag carla",
            "Tue 12:30 nag channel",
        ]


async def test_the_clock_goes_forward_and_an_hour_stays_an_hour(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, at=datetime(2027, 3, 28, 0, 30, tzinfo=UTC)) as home:
        ear = await only_the_update_is_owed(home, "dina", await opens(home), by_when="2027-04-30")
        assert await ear.until(datetime(2027, 3, 28, 1, 51, tzinfo=UTC)) == [
            "Sun 02:20 warning dina",
            "Sun 02:30 nag dina",
            "Sun 02:40 nag channel",
            "Sun 02:50 raised vera, victor",
        ]


async def test_the_clock_goes_back_and_the_hour_that_comes_twice_is_two(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, at=datetime(2027, 10, 30, 23, 30, tzinfo=UTC)) as home:
        ear = await only_the_update_is_owed(home, "dina", await opens(home), by_when="2027-11-30")
        assert await ear.until(datetime(2027, 10, 31, 1, 15, tzinfo=UTC)) == [
            "Sun 01:20 warning dina",
            "Sun 01:30 nag dina",
            "Sun 01:40 nag channel",
            "Sun 01:50 raised vera, victor",
            "Sun 01:10 raised cleo, tess",  # forty minutes late: the second time the clock shows ten past one
        ]
