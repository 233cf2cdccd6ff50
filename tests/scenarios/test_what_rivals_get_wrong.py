"""Every failure that was found in the reminders and escalations of other tools, each as a test here.

They were read in the tools' own code or measured on them (incidentbot, Dispatch, FireFighter, Mattermost Playbooks,
response, APScheduler). What is held elsewhere already is pointed at by name in `HELD_ELSEWHERE`; the rest is below.
"""

from __future__ import annotations

import ast
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from escalation.case import EventKind
from services.timeline import read_timeline
from simulator import id_for
from tests.support.acting import asked, fills, opens, plans, posts_update, tells_the_customer
from tests.support.company import ROLES
from tests.support.hearing import Ear, only_the_update_is_owed
from tests.support.house import MONDAY_TEN, House, house

TESTS = Path(__file__).parents[1]

# What goes wrong elsewhere: the tests that hold it here.
HELD_ELSEWHERE = {
    "an ignored nag is never repeated, and the silence never climbs": [
        "scenarios/test_outcomes.py::test_never_answered_climbs_to_the_top_and_asks_there_again_and_again",
    ],
    "one reminder per incident, ever: after the first update nobody is asked again": [
        "scenarios/test_outcomes.py::test_answered_in_time_costs_a_quiet_word_an_update_and_nobody_else_hears_of_it",
    ],
    "nothing is armed at creation, so that it is overdue and nobody is asked": [
        "scenarios/test_nagging.py::test_a_silent_owner_climbs_the_ladder_each_rung_once",
    ],
    "reminders live in memory: after a restart, or kill -9, none ever comes again": [
        "scenarios/test_kill.py::test_a_ladder_goes_on_where_it_was",
        "scenarios/test_nagging.py::test_stopped_over_a_due_time_it_asks_once_at_once_and_says_that_it_is_late",
    ],
    "a tick that was missed is skipped: what came due during a short stop is dropped": [
        "services/test_sweep.py::test_what_came_due_while_nobody_ran_is_late_by_seconds",
    ],
    "after an outage every missed period is made up for with a message of its own": [
        "services/test_sweep.py::test_after_an_outage_everybody_whose_rung_passed_is_told_once_and_that_it_is_late",
    ],
    "two schedulers on one database send everything twice": [
        "services/test_sweep.py::test_two_processes_that_sweep_at_once_ask_once",
    ],
    "one broken case throws, and the job of all the others dies with it": [
        "services/test_sweep.py::test_one_that_cannot_be_swept_silences_no_other",
    ],
    "snooze overwrites when the last update was": [
        "services/test_owning.py::test_a_snooze_moves_the_rungs_and_not_the_record",
    ],
    "a holiday counts as a day like any other": ["scenarios/test_outcomes.py::test_a_holiday_is_no_time_either"],
    "one zone for all: the new owner is woken by the old one's clock": [
        "scenarios/test_outcomes.py::test_handed_over_the_new_owner_is_asked_where_they_live_and_the_old_one_no_more",
    ],
    "a clock change doubles or swallows a reminder": [
        "scenarios/test_outcomes.py::test_the_clock_goes_forward_and_an_hour_stays_an_hour",
        "scenarios/test_outcomes.py::test_the_clock_goes_back_and_the_hour_that_comes_twice_is_two",
    ],
    "what follows a change of severity is judged by the old one": [
        "scenarios/test_outcomes.py::test_raised_it_is_due_by_the_earlier_time_and_the_new_path_hears_of_it_at_once",
    ],
    "a case without an owner, or whose owner has left, is nobody's to be asked about": [
        "services/test_sweep.py::test_an_owner_who_left_is_replaced_and_not_asked_though_nobody_acted_upon_it",
    ],
    "one 429 puts every team's reminders to sleep": [
        "services/delivery/test_refusals.py::test_a_429_on_one_method_lets_the_others_go",
    ],
    "a reply that got lost makes the reminder come twice": [
        "services/delivery/test_doubt.py",
    ],
}


@pytest.mark.parametrize("failure", HELD_ELSEWHERE)
def test_what_goes_wrong_elsewhere_is_held_by_a_test_that_is_there(failure: str) -> None:
    for pointer in HELD_ELSEWHERE[failure]:
        file, _, name = pointer.partition("::")
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        assert name in names if name else any(each.startswith("test_") for each in names), pointer


def after(*, hours: int = 0, minutes: int = 0) -> datetime:
    return MONDAY_TEN + timedelta(hours=hours, minutes=minutes)


async def test_quiet_hours_burn_no_repeat_of_what_opens_at_night(home: House) -> None:
    """response: opened on Monday at 22:00, no reminder in fourteen days. Here the whole ladder waits for the morning."""
    await home.at(after(hours=12))
    ear = Ear(home, await opens(home, severity="SEV-3", summary="Exports fail"))
    heard = await ear.until(after(hours=75))
    assert [line for line in heard if "carla" in line or "channel" in line] == [
        "Tue 12:00 warning carla",
        "Tue 13:00 nag carla",
        "Tue 15:00 nag channel, carla",  # to her the quiet word before the update, which brings along what is overdue
        "Tue 16:00 nag carla",
        "Wed 09:00 nag carla",  # the plan, a business day after the opening
        "Wed 09:30 nag channel",
        "Wed 11:00 nag channel",
    ]
    assert [line for line in heard if "raised" in line][:3] == [
        "Wed 13:00 raised omar, sana",
        "Wed 16:00 raised omar, sana",
        "Thu 09:00 raised omar, sana",
    ]


async def test_a_cadence_of_minutes_is_kept_to_the_minute(sqlite_url: str, tmp_path: Path) -> None:
    """Dispatch: whole hours, on an hourly tick."""
    policy = ROLES + "severities: {SEV-1: {update_every: 25m, warn_before: 7m}}"
    async with house(sqlite_url, tmp_path, policy=policy) as home:
        ear = await only_the_update_is_owed(home, "dina", await opens(home))
        assert await ear.until(after(minutes=36)) == [
            "Mon 10:18 warning dina",
            "Mon 10:25 nag dina",
            "Mon 10:35 nag channel",
        ]


async def test_an_update_starts_the_clock_anew(home: House) -> None:
    """incidentbot: updates are not stored, and the reminder comes by the interval whatever was said."""
    channel = await opens(home)
    ear = await only_the_update_is_owed(home, "dina", channel)
    await ear.until(after(minutes=40))
    await posts_update(home, "dina", channel)
    assert await ear.until(after(hours=1, minutes=29)) == []
    assert await ear.until(after(hours=1, minutes=41)) == ["Mon 11:30 warning dina", "Mon 11:40 nag dina"]


async def snoozes(home: House, who: str, within: str) -> None:
    """By the newest message that offers it and holds these words."""
    actor = home.person(who)
    await actor.press("Snooze", within=within)
    form = await actor.form("Snooze")
    await form.choose("For how long", "30 minutes")
    await form.fill("Reason", "On a call with the customer")
    assert (await form.submit()).closed
    await home.settled()


async def test_a_snooze_changes_no_interval_and_counts_as_no_update(home: House) -> None:
    """incidentbot changes the interval, Playbooks the time of the last update, and names the reporter as who did it."""
    channel = await opens(home)
    ear = await only_the_update_is_owed(home, "dina", channel)
    await ear.until(after(hours=1))
    await snoozes(home, "dina", "ESC-1")
    assert "Next update due\nToday at 11:00 AM" in home.person("olga").shows(channel), "it is late since then"
    await ear.until(after(hours=1, minutes=31))
    assert "Last update Today at 10:00 AM" in asked(home, "dina")[-1]
    await posts_update(home, "dina", channel)
    # A whole cadence after the update, as ever.
    assert await ear.until(after(hours=2, minutes=32)) == ["Mon 12:21 warning dina", "Mon 12:31 nag dina"]
    events = await read_timeline(home.bot.clarion, 1)
    assert [event.by for event in events if event.kind is EventKind.SNOOZED] == [id_for("dina")]


async def test_with_several_cases_a_snooze_finds_the_right_one(home: House) -> None:
    """Playbooks #1740: resolved by the channel, it failed where several runs shared one."""
    await only_the_update_is_owed(home, "dina", await opens(home))
    await home.after(minutes=3)  # within a minute both would be asked for in one message
    second = await opens(home, "ulf", customer="Globex", summary="Payments fail", Owner="Dina Sato")
    ear = await only_the_update_is_owed(home, "dina", second)
    await ear.until(after(hours=1, minutes=5))
    await snoozes(home, "dina", "ESC-2 is waiting for you")
    assert "On a call with the customer" in home.person("olga").shows(second)
    assert "On a call with the customer" not in home.person("olga").shows("#esc-1-acme-checkout-down")
    heard = await Ear(home, "#esc-1-acme-checkout-down").until(after(hours=1, minutes=11))
    assert heard == ["Mon 11:10 nag channel"], "the first climbs on"


async def test_a_nag_that_somebody_deleted_takes_no_other_with_it(home: House) -> None:
    """Playbooks #1783: deleting the reminder by hand made the clean-up fail, and the next was never set."""
    channel = await opens(home)
    ear = await only_the_update_is_owed(home, "dina", channel)
    await ear.until(after(hours=1, minutes=1))
    newest = home.ws.messages(home.ws.app_dm(home.ws.find_person("dina")))[-1]
    await home.person("omar").deletes(newest)
    assert await ear.until(after(hours=1, minutes=21)) == ["Mon 11:10 nag channel", "Mon 11:20 raised vera, victor"]
    await posts_update(home, "dina", channel)
    assert ear.heard() == ["Mon 11:21 settled vera, victor"]
    assert await ear.until(after(hours=2, minutes=22)) == ["Mon 12:11 warning dina", "Mon 12:21 nag dina"]


async def test_where_nobody_can_be_looked_up_the_reminders_come(home: House) -> None:
    """Playbooks: the handler returns when the lookup fails, and its job is deleted whatever came of it."""
    ear = await only_the_update_is_owed(home, "dina", await opens(home))
    for method in ("users.*", "usergroups.*"):
        home.ws.faults.error(method, "internal_error", times=None)
    assert await ear.until(after(hours=1, minutes=11)) == [
        "Mon 10:50 warning dina",
        "Mon 11:00 nag dina",
        "Mon 11:10 nag channel",
    ]


async def test_what_is_reopened_is_asked_for_again(home: House) -> None:
    """Playbooks: finishing stops the reminders, and restarting does not set them."""
    channel = await opens(home)
    ear = await only_the_update_is_owed(home, "dina", channel)
    dina = home.person("dina")
    await dina.press("Resolve", in_=channel)
    assert (await fills(home, dina, "Resolve", Resolution="A disk was replaced")).closed
    assert await ear.until(after(hours=3)) == []
    await dina.types("/escalate reopen", in_=channel)
    assert (await fills(home, dina, "Reopen", Reason="It is down again")).closed
    assert await ear.until(after(hours=4, minutes=1)) == [
        "Mon 13:00 assigned dina",
        "Mon 13:15 nag dina",
        "Mon 13:25 nag channel",
        "Mon 13:35 raised vera, victor",
        "Mon 13:50 nag dina",  # the quiet word before the update, which brings along what is overdue
        "Mon 13:55 raised cleo, tess",
        "Mon 14:00 nag dina",
    ]


async def test_an_update_is_no_word_to_the_customer(home: House) -> None:
    """Dispatch: a tactical report suppresses the reminder of the executive one. An update is no word to the customer."""
    channel = await opens(home)
    await plans(home, "dina", channel, "2026-12-18")
    await posts_update(home, "dina", channel)
    ear = Ear(home, channel)
    assert await ear.until(after(minutes=31)) == ["Mon 10:20 warning dina", "Mon 10:30 nag dina"]
    assert "First word to Acme is due Today at 10:30 AM" in asked(home, "dina")[-1]
    await posts_update(home, "dina", channel)
    assert await ear.until(after(minutes=41)) == ["Mon 10:40 nag channel"]
    await tells_the_customer(home, "dina", channel, Customer_hears_next_by="2026-11-23 12:00")
    await ear.until(after(hours=1, minutes=45))
    await posts_update(home, "dina", channel)
    heard = await ear.until(after(hours=2, minutes=1))
    assert heard == ["Mon 11:50 warning dina", "Mon 12:00 nag dina"]
    assert "Acme was promised word by Today at 12:00 PM" in asked(home, "dina")[-1]


async def test_a_snooze_holds_over_a_restart_and_what_it_promises_comes(home: House) -> None:
    """incidentbot: "Snooze" still promises a reminder that no longer exists."""
    ear = await only_the_update_is_owed(home, "dina", await opens(home))
    await ear.until(after(hours=1, minutes=2))
    await snoozes(home, "dina", "ESC-1")
    ear.heard()
    await home.restart()
    assert await ear.until(after(hours=1, minutes=43)) == ["Mon 11:32 nag dina", "Mon 11:42 nag channel"]


async def test_of_many_that_come_due_at_one_instant_none_is_dropped(home: House) -> None:
    """APScheduler: of 200 timers at one instant its default runs 20. Here their owner is asked for each of them."""
    for number in range(1, 7):
        await opens(home, customer=f"Customer {number}", summary="All is down", Owner="Dina Sato")
    before = len(asked(home, "dina", "ESC-"))
    await home.at(after(minutes=17))
    newer = asked(home, "dina", "ESC-")[before:]
    for number in range(1, 7):
        assert any(f"ESC-{number}" in text for text in newer), number
