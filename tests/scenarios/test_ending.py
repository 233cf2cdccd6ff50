"""Resolving, reopening, closing."""

from __future__ import annotations

from datetime import timedelta

from tests.support.acting import acknowledges, asked, fills, opens
from tests.support.house import MONDAY_TEN, House


async def resolve(home: House, channel: str) -> None:
    dina = home.person("dina")
    await dina.press("Resolve", in_=channel)
    form = await dina.form("Resolve")
    await form.fill("Resolution", "A disk was replaced")
    await form.choose("Thanks to", "victor")
    assert (await form.submit()).closed
    await home.settled()


async def test_resolving_stops_every_nag_and_posts_resolution_and_thanks(home: House) -> None:
    channel = await opens(home)
    await home.at(MONDAY_TEN + timedelta(minutes=36))
    await resolve(home, channel)
    shown = home.person("olga").shows(channel)
    assert "Resolved" in shown
    assert "A disk was replaced" in shown
    assert "@victor" in shown
    before = {who: len(asked(home, who)) for who in ("dina", "vera", "cleo")}
    await home.at(MONDAY_TEN + timedelta(hours=9))
    assert {who: len(asked(home, who)) for who in before} == before
    assert {"Reopen", "Close", "Subscribe"} <= set(home.person("dina").buttons(in_=channel))


async def test_a_resolved_one_is_reopened_in_its_channel_and_acknowledgement_is_owed_anew(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    await resolve(home, channel)
    await home.person("ulf").types("/escalate reopen ESC-1")
    assert (await fills(home, home.person("ulf"), "Reopen", Reason="It is down again")).closed
    shown = home.person("olga").shows(channel)
    assert "It is down again" in shown
    assert "[Acknowledge]" in home.person("dina").dms()
    assert "Ulf Berg reopened it: It is down again" in home.person("dina").dms()


async def test_closing_archives_the_channel_and_reopening_opens_a_fresh_one_that_links_it(home: House) -> None:
    channel = await opens(home)
    await resolve(home, channel)
    await home.person("dina").press("Close", in_=channel)
    assert (await fills(home, home.person("dina"), "Close", What_we_learned="Watch the disks")).closed
    assert home.ws.channel(channel).archived
    await home.person("ulf").types("/escalate reopen ESC-1")
    assert (await fills(home, home.person("ulf"), "Reopen", Reason="It is down again")).closed
    fresh = [one for one in home.ws.channels() if one.name.startswith("esc-1") and not one.archived]
    assert len(fresh) == 1
    assert channel.removeprefix("#") in home.person("olga").shows(f"#{fresh[0].name}")
    assert {home.ws.find_person(name).id for name in ("dina", "ulf")} <= set(fresh[0].members)


async def reopened_afresh(home: House) -> str:
    """Closed and reopened by Dina, with Ulf following it; the fresh channel."""
    channel = await opens(home)
    await home.person("ulf").types("/escalate subscribe ESC-1")
    await resolve(home, channel)
    await home.person("dina").press("Close", in_=channel)
    assert (await fills(home, home.person("dina"), "Close")).closed
    await home.person("dina").types("/escalate reopen ESC-1")
    assert (await fills(home, home.person("dina"), "Reopen", Reason="It is down again")).closed
    return next(f"#{one.name}" for one in home.ws.channels() if one.name.startswith("esc-1") and not one.archived)


async def test_the_announcement_of_what_is_reopened_shows_the_way_to_the_fresh_channel(home: House) -> None:
    fresh = await reopened_afresh(home)
    assert fresh in home.person("olga").shows("#escalations")


async def test_whoever_follows_what_is_reopened_is_shown_the_way_to_the_fresh_channel(home: House) -> None:
    fresh = await reopened_afresh(home)
    assert fresh in asked(home, "ulf")[-1]


async def test_a_channel_archived_by_hand_is_replaced_while_the_escalation_is_open(home: House) -> None:
    channel = await opens(home)
    await home.person("dina").archives(channel)
    await home.ws.until(lambda: len([one for one in home.ws.channels() if one.name.startswith("esc-1")]) == 2)
    await home.settled()
    fresh = next(one for one in home.ws.channels() if one.name.startswith("esc-1") and not one.archived)
    assert "[Acknowledge]" in home.person("dina").shows(f"#{fresh.name}")
