"""Clarion falls silent, and Slack itself reminds the channel: the dead man's switch outside our process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from simulator.state import Message
from tests.support.acting import acknowledges, asked, fills, opens, posts_update
from tests.support.backups import check_backups, scheduled
from tests.support.house import MONDAY_TEN, House

FROM_SLACK = "This reminder comes from Slack itself"


def said_by_slack(home: House, channel: str) -> list[Message]:
    return [one for one in home.ws.messages(channel) if FROM_SLACK in one.text]


def speaks_at(home: House, channel: str) -> datetime:
    """When it would, of the one that there is."""
    (one,) = scheduled(home.ws, channel)
    return datetime.fromtimestamp(one.post_at, UTC)


def about(minutes: int) -> Callable[[datetime], bool]:
    """Whether an instant is so long after the beginning, to the minute that a slow machine may take."""
    return lambda at: timedelta() <= at - MONDAY_TEN - timedelta(minutes=minutes) < timedelta(minutes=1)


async def test_while_the_bot_is_dead_slack_reminds_the_channel_and_when_it_is_back_it_asks_late(home: House) -> None:
    channel = await opens(home)
    assert about(25)(speaks_at(home, channel))
    await home.stop()
    home.set_clock(MONDAY_TEN + timedelta(minutes=24, seconds=30))
    assert not said_by_slack(home, channel), "the nag was due at 10:15, and Clarion has ten minutes for it"
    home.set_clock(MONDAY_TEN + timedelta(minutes=26))
    await home.ws.until(lambda: bool(said_by_slack(home, channel)))
    shown = home.person("olga").shows(channel)
    assert "@dina, this may be waiting for you" in shown
    assert "Acknowledgement" in shown
    assert "/escalate update" in shown
    home.set_clock(MONDAY_TEN + timedelta(hours=3))
    before = len(asked(home, "dina"))
    await home.start()
    await home.bot.alarm.ring()
    await home.settled()
    assert "late" in asked(home, "dina")[-1]
    assert len(asked(home, "dina")) == before + 1
    assert len(said_by_slack(home, channel)) == 1
    assert speaks_at(home, channel) > home.now + timedelta(minutes=24)
    await check_backups(home.bot.clarion, home.ws)


async def test_whoever_answers_in_time_never_sees_it(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    assert about(40)(speaks_at(home, channel))  # the customer is to hear by 10:30
    await home.at(MONDAY_TEN + timedelta(minutes=29))
    await home.person("dina").press("Post update", in_=channel)
    words = {"What_is_the_situation_now": "Found it", "What_happens_next": "Fixing"}
    await fills(home, home.person("dina"), "Post update", What_the_customer_was_told="That we found it", **words)
    assert about(70)(speaks_at(home, channel))  # the plan, by 11:00
    await home.at(MONDAY_TEN + timedelta(minutes=61))  # asked for, and tier 3 is told at 11:20
    assert about(90)(speaks_at(home, channel))
    await posts_update(home, "dina", channel)
    await home.person("dina").press("Resolve", in_=channel)
    await fills(home, home.person("dina"), "Resolve", Resolution="Swapped")
    assert not scheduled(home.ws, channel)
    await home.after(hours=5)
    assert not said_by_slack(home, channel)


async def test_each_rung_of_a_silent_owner_moves_it_on(home: House) -> None:
    channel = await opens(home)
    for minutes, then in ((15, 40), (25, 40), (30, 60), (35, 60), (50, 80)):
        await home.at(MONDAY_TEN + timedelta(minutes=minutes, seconds=5))
        assert about(then)(speaks_at(home, channel)), minutes
    await home.after(hours=12)
    assert not said_by_slack(home, channel)


async def test_reopened_it_is_set_anew(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    await home.person("dina").press("Resolve", in_=channel)
    await fills(home, home.person("dina"), "Resolve", Resolution="Swapped")
    assert not scheduled(home.ws, channel)
    await home.at(MONDAY_TEN + timedelta(hours=1))
    await home.person("dina").press("Reopen", in_=channel)
    await fills(home, home.person("dina"), "Reopen", Reason="It is back")
    assert about(85)(speaks_at(home, channel))


async def test_a_confidential_one_speaks_in_its_own_channel_and_nowhere_else(home: House) -> None:
    channel = await opens(home, confidential=True)
    await home.stop()
    home.set_clock(MONDAY_TEN + timedelta(minutes=26))
    await home.ws.until(lambda: bool(said_by_slack(home, channel)))
    assert home.ws.channel(channel).private
    assert (
        len([one for each in home.ws.state.channels.values() for one in each.messages if FROM_SLACK in one.text]) == 1
    )


async def test_a_snooze_is_kept_to(home: House) -> None:
    channel = await opens(home)
    await home.at(MONDAY_TEN + timedelta(minutes=15, seconds=5))
    await home.person("dina").press("Snooze", in_=channel)
    form = await home.person("dina").form("Snooze")
    await form.choose("For how long", "30 minutes")
    await form.fill("Reason", "Boarding")
    await form.submit()
    await home.settled()
    assert about(40)(speaks_at(home, channel)), "the word to the customer was not snoozed"
    await home.at(MONDAY_TEN + timedelta(minutes=31))
    await check_backups(home.bot.clarion, home.ws)
