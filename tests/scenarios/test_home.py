"""App Home: what is yours and what is open, with the buttons that answer it, always as it stands."""

from __future__ import annotations

from pathlib import Path

from simulator import Person
from tests.support.acting import asked, fills, opens
from tests.support.company import PEOPLE
from tests.support.house import House, house


async def test_the_owner_finds_their_own_first_and_answers_there(home: House) -> None:
    await opens(home, severity="SEV-3", customer="Globex", summary="Exports fail")
    await opens(home)
    dina = home.person("dina")
    await dina.opens_home()
    text = await dina.sees("Yours (1)", in_="home")
    assert text.index("2 open escalations · nothing overdue · 1 SEV-1") < text.index("ESC-2") < text.index("ESC-1")
    await dina.press("Acknowledge", in_="home")
    text = await dina.sees("In progress", in_="home")
    assert "Acknowledge" not in text
    await dina.press("Post update", in_="home")
    outcome = await fills(
        home, dina, "Post update", What_is_the_situation_now="Cause found", What_happens_next="Rolled back"
    )
    assert outcome.closed


async def test_what_is_overdue_stands_first_when_the_tab_is_opened_again(home: House) -> None:
    await opens(home, severity="SEV-3", customer="Globex", summary="Exports fail")
    await opens(home)
    vera = home.person("vera")
    await vera.opens_home()
    await vera.sees("nothing overdue", in_="home")
    await home.after(minutes=20)
    await vera.opens_home()
    text = await vera.sees("1 overdue", in_="home")
    assert "Acknowledgement overdue" in text
    assert "Acknowledge\n" not in text  # the owner's button


async def test_a_new_escalation_begins_there_and_appears_there(home: House) -> None:
    olga = home.person("olga")
    await olga.opens_home()
    await olga.sees("You own no open escalation.", in_="home")
    await olga.press("New escalation", in_="home")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.fill("Summary", "Exports fail")
    assert (await form.submit()).closed
    await olga.sees("ESC-1", in_="home")
    await home.settled()


async def test_what_is_followed_is_managed_there(home: House) -> None:
    cleo = home.person("cleo")
    await cleo.types("/escalate subscribe sev1")
    await cleo.opens_home()
    await cleo.press("What I follow", in_="home")
    form = await cleo.form("Subscribe")
    assert "SEV-1" in form.text()


async def test_confidential_cases_and_guests_find_closed_doors(home: House) -> None:
    await opens(home, customer="Canary", confidential=True)
    ulf = home.person("ulf")
    await ulf.opens_home()
    assert "Canary" not in await ulf.home()
    assert asked(home, "ulf") == []
    greta = home.person("greta")
    await greta.opens_home()
    assert "cannot use Clarion" in await greta.home()


async def test_a_customer_whom_nobody_has_met_yet_finds_a_closed_door(sqlite_url: str, tmp_path: Path) -> None:
    maria = Person("maria", real_name="Maria Costa", team_id="TCUSTOMER")
    async with house(sqlite_url, tmp_path, people=[*PEOPLE, maria]) as home:
        await opens(home, customer="Globex")
        await home.person("maria").opens_home()
        text = await home.person("maria").sees("cannot use Clarion", in_="home")
        assert "Globex" not in text


async def test_a_colleague_whom_nobody_has_met_yet_finds_what_is_open(home: House) -> None:
    await opens(home, customer="Globex")
    ulf = home.person("ulf")
    await ulf.opens_home()
    await ulf.sees("Globex", in_="home")
