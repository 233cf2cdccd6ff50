"""Subscribing, lists, show, timeline, help, and what a command gets that cannot be carried out."""

from __future__ import annotations

import pytest

from tests.support.acting import asked, opens, posts_update
from tests.support.house import House


async def test_a_subscriber_by_channel_is_brought_in_and_gets_no_direct_messages(home: House) -> None:
    channel = await opens(home)
    cleo = home.person("cleo")
    await cleo.types("/escalate subscribe ESC-1")
    await home.person("ulf").press("Subscribe", in_=channel)
    form = await home.person("ulf").form("Subscribe")
    await form.choose("How", "Bring me into the channel")
    assert (await form.submit()).closed
    await home.settled()
    assert home.ws.find_person("ulf").id in home.ws.channel(channel).members
    await posts_update(home, "dina", channel, "Root cause found")
    assert asked(home, "ulf", "Root cause found") == []
    assert len(asked(home, "cleo", "Root cause found")) == 1


async def test_a_subscriber_is_told_what_they_follow(home: House) -> None:
    await opens(home, severity="SEV-3")
    await home.person("cleo").types("/escalate subscribe acme")
    await home.person("cleo").types("/escalate subscribe sev1")
    await opens(home, summary="Exports fail", customer="Zeta")
    assert "You follow SEV-1." in asked(home, "cleo", "ESC-2")[-1]


async def test_unsubscribing_ends_it(home: House) -> None:
    cleo = home.person("cleo")
    await cleo.types("/escalate subscribe sev1")
    await cleo.types("/escalate unsubscribe sev1")
    channel = await opens(home)
    await posts_update(home, "dina", channel, "Root cause found")
    assert asked(home, "cleo", "Root cause found") == []


async def test_list_shows_what_is_open_the_most_serious_first(home: House) -> None:
    await opens(home, severity="SEV-3", customer="Globex", summary="Exports fail")
    await opens(home, severity="SEV-1", customer="Acme")
    ulf = home.person("ulf")
    await ulf.types("/escalate list")
    text = (await ulf.ephemeral("ESC-1")).text
    assert text.index("ESC-2") < text.index("ESC-1")
    carla = home.person("carla")
    await carla.types("/escalate list glob")
    assert "Acme" not in (await carla.ephemeral("Globex")).text


async def test_show_and_timeline_and_help(home: House) -> None:
    channel = await opens(home)
    ulf = home.person("ulf")
    await ulf.types("/escalate show ESC-1")
    assert "Checkout is down" in (await ulf.ephemeral("ESC-1")).text
    await ulf.types("/escalate timeline esc-1")
    assert "opened" in (await ulf.ephemeral("Timeline")).text
    carla = home.person("carla")
    await carla.types("/escalate help")
    text = (await carla.ephemeral("subscribe")).text
    for word in (
        "list",
        "show",
        "ack",
        "update",
        "plan",
        "handoff",
        "severity",
        "snooze",
        "resolve",
        "reopen",
        "close",
    ):
        assert word in text
    assert channel


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/escalate resolve", "ESC-"),
        ("/escalate show ESC-99", "ESC-99"),
        ("/escalate reslove", "resolve"),
        ("/escalate ack", "ESC-"),
    ],
)
async def test_a_command_that_cannot_be_carried_out_gets_a_sentence(home: House, command: str, answer: str) -> None:
    ulf = home.person("ulf")
    await ulf.types(command)
    assert (await ulf.ephemeral(answer)).text


async def test_a_guest_is_told_that_they_cannot(home: House) -> None:
    home.ws.add_channel("guests", ["greta", "olga"])
    greta = home.person("greta")
    await greta.types("/escalate", in_="#guests")
    assert "Guests" in (await greta.ephemeral("cannot", in_="#guests")).text
    assert greta.no_form()


async def test_a_message_is_added_to_the_timeline(home: House) -> None:
    channel = await opens(home)
    message = await home.person("dina").says("The database disk is full", in_=channel)
    await home.person("olga").message_shortcut("Add to timeline", message)
    await home.person("olga").ephemeral("timeline", in_=channel)
    await home.person("olga").types("/escalate timeline", in_=channel)
    seen = await home.person("olga").ephemeral("Timeline of", in_=channel)
    assert "The database disk is full" in seen.text


async def test_a_confidential_one_is_private_unannounced_and_unfindable(home: House) -> None:
    channel = await opens(home, customer="Acme", summary="A breach at Acme", confidential=True)
    found = home.ws.channel(channel)
    assert found.private
    assert "acme" not in found.name
    assert home.ws.messages("#escalations") == []
    ulf = home.person("ulf")
    await ulf.types("/escalate list all")
    assert "breach" not in (await ulf.ephemeral()).text
    await ulf.types("/escalate show ESC-1")
    assert "breach" not in (await ulf.ephemeral("ESC-1")).text
