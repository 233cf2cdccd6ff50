"""Handing over, taking over, and owners who are gone."""

from __future__ import annotations

from datetime import timedelta

from simulator import acts
from tests.support.acting import acknowledges, asked, opens
from tests.support.house import MONDAY_TEN, House


async def hands_off(home: House, channel: str, to: str = "Vera Lind") -> None:
    dina = home.person("dina")
    await dina.press("Hand off", in_=channel)
    form = await dina.form("Hand off")
    await form.choose("New owner", to)
    await form.fill("Reason", "On leave from tomorrow")
    await form.fill("What they need to know", "The customer's CTO is nervous")
    assert (await form.submit()).closed
    await home.settled()


async def test_the_old_owner_owns_until_the_new_one_accepts(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    await hands_off(home, channel)
    assert "The customer's CTO is nervous" in asked(home, "vera")[-1]
    assert "Dina Sato" in home.ws.channel(channel).topic["value"]
    await home.person("vera").press("Accept")
    await home.settled()
    assert "Vera Lind" in home.ws.channel(channel).topic["value"]
    assert "[Accept]" not in home.person("vera").dms()


async def test_the_reason_is_kept_in_the_request_in_the_channel_and_on_the_timeline(home: House) -> None:
    channel = await opens(home)
    await hands_off(home, channel)
    await home.person("ulf").types("/escalate timeline ESC-1")
    await home.person("ulf").sees("asked @vera to take over: On leave from tomorrow", in_="#general")
    assert "Reason\nOn leave from tomorrow" in asked(home, "vera")[-1]
    assert "asks @vera to take over" in home.person("ulf").screen(channel)
    assert ": On leave from tomorrow" in home.person("ulf").screen(channel)


async def test_declining_leaves_it_with_the_old_owner_who_is_told(home: House) -> None:
    channel = await opens(home)
    await hands_off(home, channel)
    await home.person("vera").press("Decline")
    await home.settled()
    assert "Dina Sato" in home.ws.channel(channel).topic["value"]
    assert "declined" in asked(home, "dina")[-1].lower()
    assert "[Decline]" not in home.person("vera").dms()


async def test_an_unanswered_handover_goes_back_and_is_said_one_rung_up(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    await hands_off(home, channel)
    await home.at(MONDAY_TEN + timedelta(minutes=16))
    assert "Dina Sato" in home.ws.channel(channel).topic["value"]
    assert "[Accept]" not in home.person("vera").dms()
    assert any("still own" in text for text in asked(home, "dina"))


async def test_who_asked_and_may_not_hand_off_hears_of_the_answer_without_a_button(home: House) -> None:
    await opens(home, severity="SEV-2")
    ulf = home.person("ulf")
    await ulf.types("/escalate severity ESC-1 sev1 All shoppers are hit")
    form = await ulf.form("Change severity")
    await form.choose("New owner", "Dina Sato")
    assert (await form.submit()).closed
    await home.settled()
    await home.person("dina").press("Decline")
    await home.settled()
    assert "declined" in asked(home, "ulf")[-1]
    assert "[Hand off]" not in asked(home, "ulf")[-1]
    assert "[Hand off]" in asked(home, "sana")[-1]


async def test_only_the_one_who_was_asked_can_accept(home: House) -> None:
    channel = await opens(home)
    await hands_off(home, channel)
    await hands_off(home, channel, "Victor Hugo")
    assert "[Accept]" not in home.person("vera").dms()
    await home.person("victor").press("Accept")
    await home.settled()
    assert "Victor Hugo" in home.ws.channel(channel).topic["value"]


async def test_a_deactivated_owner_is_replaced_by_the_next_in_the_path_who_is_told(home: House) -> None:
    channel = await opens(home)
    acts.deactivate(home.ws, home.ws.find_person("dina"))
    await home.person("vera").sees("You own ESC-1")
    await home.settled()
    assert "Vera Lind" in home.ws.channel(channel).topic["value"]


async def test_an_owner_on_holiday_is_covered_by_the_next_of_the_path_and_everyone_is_told(home: House) -> None:
    channel = await opens(home)
    home.person("dina").sets_status("Sailing, call nobody", ":palm_tree:", MONDAY_TEN + timedelta(days=10))
    await home.person("vera").sees("You are asked to take over ESC-1")
    await home.settled()
    request = asked(home, "vera")[-1]
    assert "Dina Sato is out of office until 3 Dec" in request
    for said in (request, asked(home, "dina")[-1], asked(home, "olga")[-1], home.person("ulf").screen(channel)):
        assert "out of office until 3 Dec" in said
        assert "Sailing" not in said
    assert "Clarion asks @vera to take over" in asked(home, "olga")[-1]
    assert "Dina Sato" in home.ws.channel(channel).topic["value"], "until it is accepted"
    await home.person("vera").press("Accept")
    await home.settled()
    assert "Vera Lind" in home.ws.channel(channel).topic["value"]


async def test_the_request_is_withdrawn_when_the_owner_is_back(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.types("/status :face_with_thermometer: Out sick")
    await home.person("vera").sees("You are asked to take over ESC-1")
    await home.settled()
    await dina.types("/status clear")
    await home.person("vera").sees("This request was withdrawn, as the owner is back")
    await home.settled()
    assert "[Accept]" not in home.person("vera").dms()
    assert "is back; the request to @vera to take over is withdrawn" in home.person("ulf").screen(channel)
