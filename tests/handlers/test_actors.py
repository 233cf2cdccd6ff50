"""Who is let in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services import people
from simulator import Person, acts
from tests.handlers.waiting import until
from tests.support.acting import opens
from tests.support.company import PEOPLE
from tests.support.house import House, house

REFUSAL = "Guests, bots and people of other organisations"
FAY = Person("fay", team_id="T0000OTHER")


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The company, with somebody of another organisation in a shared channel."""
    async with house(sqlite_url, tmp_path, people=[*PEOPLE, FAY], channels={"shared": ["olga", "greta", "fay"]}) as it:
        yield it
        assert it.ws.failures == []


@pytest.mark.parametrize("who", ["greta", "fay"])
async def test_outsiders_open_no_form(home: House, who: str) -> None:
    actor = home.person(who)
    await actor.types("/escalate Acme is down", in_="#shared")
    await actor.ephemeral(REFUSAL, in_="#shared")
    assert actor.no_form()


async def test_outsiders_are_refused_by_direct_message_where_there_is_no_channel(home: House) -> None:
    greta = home.person("greta")
    await greta.shortcut("New escalation")
    await greta.sees(REFUSAL)
    assert greta.no_form()


async def test_outsiders_press_no_buttons(home: House) -> None:
    channel = home.ws.channel(await opens(home))
    channel.members[home.ws.find_person("greta").id] = None
    await home.person("greta").press("Post update", in_=f"#{channel.name}")
    await home.person("greta").ephemeral(REFUSAL, in_=f"#{channel.name}")
    await home.person("greta").press("Acknowledge", in_=f"#{channel.name}")
    assert home.person("greta").no_form()


async def test_somebody_new_is_looked_up_and_let_in(home: House) -> None:
    nora = Person("nora", real_name="Nora New")
    home.ws.state.people[nora.id] = nora
    home.ws.channel("#general").members[nora.id] = None
    before = len(home.ws.calls)
    await home.person("nora").types("/escalate")
    await home.person("nora").form("New escalation")
    await home.person("nora").types("/escalate list")
    await home.person("nora").ephemeral("There are no open escalations")
    assert home.ws.calls.counts(before)["users.info"] == 1


async def test_somebody_new_whom_slack_does_not_tell_of_in_time_is_asked_to_try_again(home: House) -> None:
    nora = Person("nora", real_name="Nora New")
    home.ws.state.people[nora.id] = nora
    home.ws.channel("#general").members[nora.id] = None
    home.ws.faults.slow("users.info", 10.0, times=1)
    await home.person("nora").types("/escalate list")
    await home.person("nora").ephemeral("try again in a moment")


async def test_whom_slack_does_not_know_but_who_acts_here_is_a_plain_member(home: House) -> None:
    nora = Person("nora", real_name="Nora New")
    home.ws.state.people[nora.id] = nora
    home.ws.channel("#general").members[nora.id] = None
    home.ws.faults.error("users.info", "user_not_found")
    await home.person("nora").types("/escalate list")
    await home.person("nora").ephemeral("There are no open escalations")


async def test_a_member_who_became_a_guest_is_one_at_once(home: House) -> None:
    ulf = home.ws.find_person("ulf")
    acts.change_person(home.ws, ulf, guest=True)

    async def is_known_as_one() -> bool:
        known = await people.known(home.bot.clarion, ulf.id)
        return known is not None and known.is_guest

    await until(is_known_as_one)
    await home.person("ulf").types("/escalate")
    await home.person("ulf").ephemeral(REFUSAL)
    assert home.person("ulf").no_form()


async def test_known_people_cost_no_call_besides_the_answer(home: House) -> None:
    await home.settled()
    before = len(home.ws.calls)
    await home.person("olga").types("/escalate list")
    await home.person("olga").ephemeral("There are no open escalations")
    assert home.ws.calls.counts(before) == {}
