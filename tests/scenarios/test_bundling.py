"""Somebody asked about several escalations at once reads one message, and answers each in it."""

from __future__ import annotations

from datetime import timedelta

from simulator import Message
from tests.support.acting import asked, fills, opens
from tests.support.house import MONDAY_TEN, House

NAG = "escalations are waiting for you"


async def two_of(home: House, owner: str = "Omar Haddad") -> tuple[str, str]:
    """A SEV-3 and a SEV-2 of one owner, both unacknowledged; returns their channels."""
    exports = await opens(home, severity="SEV-3", customer="Globex", summary="Exports fail", owner=owner)
    checkout = await opens(home, severity="SEV-2", customer="Acme", summary="Checkout is slow", owner=owner)
    return exports, checkout


def newest(home: House, who: str) -> Message:
    return home.ws.messages(home.ws.app_dm(home.ws.find_person(who)))[-1]


async def test_one_message_lists_them_the_most_serious_first_each_with_its_buttons(home: House) -> None:
    await two_of(home)
    await home.at(MONDAY_TEN + timedelta(hours=4, minutes=1))  # SEV-2 overdue for long, SEV-3 due just now
    before = len(home.ws.messages(home.ws.app_dm(home.ws.find_person("omar"))))
    await home.at(MONDAY_TEN + timedelta(hours=4, minutes=2))
    assert len(home.ws.messages(home.ws.app_dm(home.ws.find_person("omar")))) == before
    message = newest(home, "omar")
    text = home.person("omar").text_of(message)
    assert text.startswith("2 escalations")
    assert text.index("ESC-2") < text.index("ESC-1")
    rows = [block for block in message.blocks if block["type"] == "actions"]
    values = [{element["value"].split(":")[0] for element in row["elements"]} for row in rows]
    assert values == [{"2"}, {"1"}]


async def test_answering_one_leaves_the_other_with_its_buttons(home: House) -> None:
    exports, _ = await two_of(home)
    await home.at(MONDAY_TEN + timedelta(hours=4, minutes=1))
    message = newest(home, "omar")
    await home.person("omar").press("Acknowledge", in_=exports)
    await home.settled()
    assert newest(home, "omar") is message, "edited, not sent anew"
    text = home.person("omar").text_of(message)
    assert "Acknowledged by" in text
    rows = [block for block in message.blocks if block["type"] == "actions"]
    assert len(rows) == 2, "ESC-1 still owes the customer a word"
    await home.person("omar").press("Resolve", in_=exports)
    await fills(home, home.person("omar"), "Resolve", Resolution="Swapped the disk")
    rows = [block for block in message.blocks if block["type"] == "actions"]
    assert [row["elements"][0]["value"].split(":")[0] for row in rows] == ["2"]


async def test_the_next_rung_of_one_leaves_a_line_of_it_and_the_other_as_it_was(home: House) -> None:
    await opens(home, severity="SEV-3", customer="Globex", summary="Exports fail", owner="Sana Iyer")
    await home.at(MONDAY_TEN + timedelta(hours=3))
    await opens(home, severity="SEV-2", customer="Acme", summary="Checkout is slow", owner="Sana Iyer")
    await home.at(MONDAY_TEN + timedelta(hours=4, seconds=1))
    together = newest(home, "sana")
    assert home.person("sana").text_of(together).startswith("2 escalations are waiting for you")
    await home.at(MONDAY_TEN + timedelta(hours=5, minutes=1))  # the quiet word before the SEV-3's update
    text = home.person("sana").text_of(together)
    assert "there is a newer message below" in text
    rows = [block for block in together.blocks if block["type"] == "actions"]
    assert [row["elements"][0]["value"].split(":")[0] for row in rows] == ["2"]


async def test_a_message_that_somebody_deleted_is_sent_again_with_what_still_asks(home: House) -> None:
    exports, _ = await two_of(home)
    await home.at(MONDAY_TEN + timedelta(hours=4, minutes=1))
    home.ws.app_dm(home.ws.find_person("omar")).messages.pop()
    await home.person("omar").press("Acknowledge", in_=exports)
    await home.settled()
    text = home.person("omar").text_of(newest(home, "omar"))
    assert "ESC-1" in text
    assert "ESC-2" in text


async def test_a_lost_reply_doubles_nothing(home: House) -> None:
    await two_of(home)
    home.ws.faults.reply_lost("chat.postMessage")
    await home.at(MONDAY_TEN + timedelta(hours=4, minutes=1))
    await home.after(minutes=1)
    assert len(asked(home, "omar", "2 escalations")) == 1


async def test_those_above_hear_of_both_silences_at_once_and_that_each_is_settled(home: House) -> None:
    await opens(home, customer="Globex", owner="Dina Sato")
    await opens(home, customer="Acme", owner="Dina Sato")
    for minutes in (15, 25, 36):
        await home.at(MONDAY_TEN + timedelta(minutes=minutes, seconds=30))
    assert len(asked(home, "vera", "2 escalations are overdue")) == 1
    await home.person("dina").press("Acknowledge")
    await home.settled()
    assert len(asked(home, "vera", "Settled")) == 1
