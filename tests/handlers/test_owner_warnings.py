"""Forms say when an owner is away or holds too many, and who could lead it instead; they never stand in the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services import people
from simulator import Form
from tests.handlers.waiting import until
from tests.support.acting import asked, opens
from tests.support.company import ROLES
from tests.support.house import MONDAY_TEN, House, house

LOADED = "Dina Sato holds 1 open escalation already, and the policy wants 1 at most"
INSTEAD = "Vera Lind (holds 0) or Victor Hugo (holds 0) could lead it instead"


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Where an owner is to hold one escalation at most, and Dina does."""
    async with house(sqlite_url, tmp_path, policy=f"max_open_per_owner: 1\n{ROLES}") as it:
        await opens(it)
        yield it
        assert it.ws.failures == []


async def filled_in(home: House) -> Form:
    olga = home.person("olga")
    await olga.types("/escalate sev1")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Bravo")
    await form.fill("Summary", "Nothing works")
    await form.fill("Business impact", "Nobody can pay")
    await form.fill("Revenue at risk", "120k")
    return form


async def test_a_new_one_is_warned_of_as_somebody_is_chosen_and_keeps_what_was_typed(home: House) -> None:
    form = await filled_in(home)
    assert form.value("Owner").startswith("Vera Lind")
    assert "already" not in form.text()
    await form.choose("Owner", "Dina Sato")
    await form.sees(f"{LOADED}; {INSTEAD}.")
    assert form.value("Owner").startswith("Dina Sato")
    assert [form.value(label) for label in ("Summary", "Business impact", "Revenue at risk")] == [
        "Nothing works", "Nobody can pay", "120k",
    ]  # fmt: skip
    await form.choose("Owner", "Vera Lind")
    await form.sees("Owner")
    assert (await form.submit()).closed


async def test_it_goes_through_all_the_same_and_is_not_said_again(home: House) -> None:
    form = await filled_in(home)
    await form.choose("Owner", "Dina Sato")
    await form.sees(LOADED)
    assert (await form.submit()).closed
    await home.settled()
    assert "Dina Sato" in home.ws.channel("#esc-2…").topic["value"]
    assert asked(home, "olga", "wants 1 at most") == []


async def test_sent_before_it_could_be_said_it_is_said_afterwards_once(home: House) -> None:
    form = await filled_in(home)
    home.ws.faults.slow("views.update", 1.5)
    await form.choose("Owner", "Dina Sato")
    assert (await form.submit()).closed
    await home.settled()
    await home.person("olga").sees("About ESC-2: @dina holds 1 open escalation already")
    assert len(asked(home, "olga", "wants 1 at most")) == 1
    assert "could lead it instead" in asked(home, "olga", "wants 1 at most")[0]


async def test_a_suggestion_that_holds_too_many_is_warned_of_at_once(home: House) -> None:
    for owner in ("Vera Lind", "Victor Hugo"):
        form = await filled_in(home)
        await form.fill("Customer", owner)
        await form.choose("Owner", owner)
        assert (await form.submit()).closed
        await home.settled()
    form = await filled_in(home)
    assert f"{LOADED}; nobody else who may own it is there and holds fewer than 1." in form.text()


async def test_a_handover_is_warned_of_and_keeps_what_was_typed(home: House) -> None:
    form = await filled_in(home)
    await form.choose("Owner", "Vera Lind")
    assert (await form.submit()).closed
    await home.settled()
    dina = home.person("dina")
    await dina.press("Hand off", in_="#esc-1…")
    form = await dina.form("Hand off")
    assert "costs the customer a retelling" in form.text()
    await form.fill("Reason", "Shift ends")
    await form.fill("What they need to know", "Mind the pump")
    await form.choose("New owner", "Vera Lind")
    await form.sees("Vera Lind holds 1 open escalation already")
    assert "Victor Hugo (holds 0) could lead it instead" in form.text()
    assert "costs the customer a retelling" in form.text()
    assert (form.value("Reason"), form.value("What they need to know")) == ("Shift ends", "Mind the pump")
    assert (await form.submit()).closed
    await home.settled()
    assert "Mind the pump" in asked(home, "vera")[-1]
    await dina.press("Hand off", in_="#esc-1…")
    assert "costs the customer a retelling" not in (await dina.form("Hand off")).text()


async def test_the_new_owner_of_another_severity_is_warned_of_and_the_reason_kept(home: House) -> None:
    sana = home.person("sana")
    await opens(home, customer="Bravo", severity="SEV-2", Owner="Sana Iyer")
    await sana.types("/escalate severity ESC-2 sev1 All shoppers are hit")
    form = await sana.form("Change severity")
    assert form.value("New owner").startswith("Vera Lind")
    await form.choose("New owner", "Dina Sato")
    await form.sees(f"{LOADED}; {INSTEAD}.")
    assert form.value("Reason") == "All shoppers are hit"
    assert form.value("New owner").startswith("Dina Sato")
    assert (await form.submit()).closed
    await home.settled()
    assert "You are asked to take over ESC-2" in asked(home, "dina", "ESC-2")[-1]
    assert asked(home, "sana", "wants 1 at most") == []


async def test_somebody_away_is_marked_not_suggested_and_warned_of(home: House) -> None:
    home.person("vera").sets_status("Sailing", ":palm_tree:", MONDAY_TEN + timedelta(days=10))

    async def is_known_to_be_away() -> bool:
        vera = home.person("vera").id
        return bool((await people.names(home.bot.clarion, [vera]))[vera].away_status)

    await until(is_known_to_be_away)
    form = await filled_in(home)
    groups = await form.option_groups("Owner", "")
    assert groups == {
        "Suggested": ["Dina Sato · holds 1"],
        "Others allowed": ["Vera Lind · holds 0 · away", "Victor Hugo · holds 0 · out of hours"],
    }
    await form.choose("Owner", "Vera Lind")
    await form.sees("Vera Lind is out of office until 3 Dec; Victor Hugo (holds 0) could lead it instead.")
    assert (await form.submit()).closed
    await home.settled()
    assert "Vera Lind is out of office until 3 Dec" in asked(home, "dina", "ESC-2")[-1], "the next is asked"
