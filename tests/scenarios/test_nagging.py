"""The ladder, minute by minute, and what answers it."""

from __future__ import annotations

from datetime import timedelta

from tests.support.acting import acknowledges, asked, fills, opens, posts_update
from tests.support.house import MONDAY_TEN, House

TOLD_AT_OPENING = 1


async def test_a_silent_owner_climbs_the_ladder_each_rung_once(home: House) -> None:
    channel = await opens(home)
    await home.at(MONDAY_TEN + timedelta(minutes=14, seconds=50))
    assert len(asked(home, "dina")) == TOLD_AT_OPENING
    await home.after(seconds=15)  # due
    assert len(asked(home, "dina")) == TOLD_AT_OPENING + 1
    assert "Acknowledge" in asked(home, "dina")[-1]
    assert "[Acknowledge]" not in asked(home, "dina")[0]
    posts = len(home.ws.messages(channel))
    await home.at(MONDAY_TEN + timedelta(minutes=25, seconds=5))  # the channel
    assert len(home.ws.messages(channel)) == posts + 1
    assert "Dina Sato" in home.person("olga").shows(channel)
    assert len(asked(home, "vera")) == TOLD_AT_OPENING
    await home.at(MONDAY_TEN + timedelta(minutes=35, seconds=5))  # tier 3
    assert len(asked(home, "vera")) == len(asked(home, "victor")) == TOLD_AT_OPENING + 1
    await home.at(MONDAY_TEN + timedelta(minutes=55, seconds=5))  # tier 4
    assert len(asked(home, "cleo")) == 1
    assert len(asked(home, "tess")) == TOLD_AT_OPENING + 1


async def test_an_answer_edits_every_live_message_and_tells_those_higher_up(home: House) -> None:
    channel = await opens(home)
    for minutes in (15, 25, 35):
        await home.at(MONDAY_TEN + timedelta(minutes=minutes, seconds=5))
    await acknowledges(home, "dina")
    assert "[Acknowledge]" not in home.person("dina").dms()
    assert "[Acknowledge]" not in home.person("olga").shows(channel)
    assert "Settled" in asked(home, "vera")[-1]
    before = {who: len(asked(home, who)) for who in ("dina", "vera", "cleo")}
    await home.at(MONDAY_TEN + timedelta(minutes=44))  # before the first update's warning
    assert {who: len(asked(home, who)) for who in before} == before or len(asked(home, "vera")) == before["vera"]


async def test_a_quiet_word_then_a_nag_for_the_update_and_posting_answers_both(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    await home.at(MONDAY_TEN + timedelta(minutes=29))
    await home.person("dina").press("Post update", in_=channel)
    await fills(
        home,
        home.person("dina"),
        "Post update",
        What_is_the_situation_now="Found it",
        What_happens_next="Fixing",
        What_the_customer_was_told="That we found it",
    )
    await home.person("dina").press("Plan", in_=channel)
    form = await home.person("dina").form("Plan")
    await form.fill("Step", "Fix")
    await form.choose("Who", "dina")
    await form.fill("By when", "2026-11-24")
    await form.submit()
    await home.settled()
    quiet = len(asked(home, "dina"))
    await home.at(MONDAY_TEN + timedelta(minutes=80))  # warned at 10:29 + 50 minutes
    assert len(asked(home, "dina")) == quiet + 1
    await home.at(MONDAY_TEN + timedelta(minutes=90))
    assert len(asked(home, "dina")) == quiet + 2
    assert "[Post update]" in asked(home, "dina")[-1]
    assert "[Post update]" not in asked(home, "dina")[-2]
    await posts_update(home, "dina", channel)
    assert "[Post update]" not in home.person("dina").dms()


async def test_stopped_over_a_due_time_it_asks_once_at_once_and_says_that_it_is_late(home: House) -> None:
    await opens(home)
    await home.stop()
    home.set_clock(MONDAY_TEN + timedelta(hours=3))
    await home.start()
    await home.bot.alarm.ring()
    await home.settled()
    assert len(asked(home, "dina")) == TOLD_AT_OPENING + 1
    assert "late" in asked(home, "dina")[-1]
    await home.restart()
    await home.bot.alarm.ring()
    await home.settled()
    assert len(asked(home, "dina")) == TOLD_AT_OPENING + 1


async def test_a_snoozed_owner_is_asked_again_when_the_snooze_ends(home: House) -> None:
    channel = await opens(home)
    await home.at(MONDAY_TEN + timedelta(minutes=15, seconds=5))
    await home.person("dina").press("Snooze", in_=channel)
    form = await home.person("dina").form("Snooze")
    await form.choose("For how long", "15 minutes")
    await form.fill("Reason", "Boarding")
    await form.submit()
    await home.settled()
    asked_before = len(asked(home, "dina", "acknowledge"))
    posts = len(home.ws.messages(channel))
    await home.at(MONDAY_TEN + timedelta(minutes=29))
    assert len(home.ws.messages(channel)) == posts
    await home.at(MONDAY_TEN + timedelta(minutes=31))
    assert len(asked(home, "dina", "acknowledge")) >= asked_before


async def test_nothing_to_do_means_no_calls(home: House) -> None:
    await opens(home)
    await acknowledges(home, "dina")
    before = len(home.ws.calls)
    for _ in range(5):
        await home.bot.alarm.ring()
    await home.after(minutes=1)
    assert len(home.ws.calls) == before


async def test_a_sev3_says_nothing_outside_business_hours(home: House) -> None:
    await home.at(MONDAY_TEN + timedelta(hours=7))  # 17:00
    await opens(home, severity="SEV-3", summary="Exports fail")
    owner = "omar" if asked(home, "omar") else "carla" if asked(home, "carla") else "sana"
    first = len(asked(home, owner))
    await home.at(MONDAY_TEN + timedelta(hours=22))  # 8:00 on Tuesday
    assert len(asked(home, owner)) == first
    await home.at(MONDAY_TEN + timedelta(days=1, hours=2, minutes=31))  # four business hours later: 12:30
    assert len(asked(home, owner)) == first + 1


async def test_those_above_read_how_it_stands(home: House) -> None:
    channel = await opens(home)
    await posts_update(home, "dina", channel, "Half of the shops sell again")
    await home.after(minutes=90)
    assert "Half of the shops sell again" in asked(home, "vera", "is overdue")[-1]


async def test_a_snooze_says_what_it_puts_off_and_is_not_offered_twice(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    await home.after(minutes=61)
    dina = home.person("dina")
    await dina.press("Snooze", in_=channel)
    form = await dina.form("Snooze")
    assert "Puts off the reminders for the word to Acme, the action plan and the update, once." in form.text()
    await form.choose("For how long", "10 minutes")
    await form.fill("Reason", "On a call with the customer")
    assert (await form.submit()).closed
    await dina.press("Snooze", in_=channel)
    await dina.ephemeral("Everything owed on ESC-1 was snoozed once already", in_=channel)
    assert dina.no_form()


async def test_what_falls_due_seconds_apart_is_one_message_also_as_time_really_passes(home: House) -> None:
    """Sweep and courier wake at one instant here, each by a clock of its own."""
    for customer in ("Acme", "Beta"):
        await opens(home, customer=customer, owner="Dina Sato")
    home.set_clock(MONDAY_TEN + timedelta(minutes=14, seconds=59))
    await home.person("dina").sees("2 escalations are waiting for you")
