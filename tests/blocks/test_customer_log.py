from __future__ import annotations

from datetime import timedelta

from blocks.customer_log import PAGE, customer_log
from blocks.message import Message
from blocks.times import when_mrkdwn
from blocks.views import Told
from tests.blocks.surfaces import ANA, DINA, NOW, OMAR, escalation

CASE = escalation("Acme")
AT = when_mrkdwn(NOW)


def test_an_entry_says_when_who_how_what_and_what_was_promised() -> None:
    later = NOW + timedelta(hours=2)
    text = customer_log(CASE, [Told(NOW, DINA, "We found it", "call", later)]).text
    assert text.startswith("ESC-42 · What Acme was told")
    assert f"• {AT} · <@{DINA}> (call): We found it · they hear next by {when_mrkdwn(later)}" in text


def test_a_press_without_words_says_that_they_were_not_kept() -> None:
    assert f"• {AT} · <@{DINA}>: their words were not kept" in customer_log(CASE, [Told(NOW, DINA)]).text


def test_who_wrote_the_words_down_for_somebody_is_named() -> None:
    entry = Told(NOW, DINA, "We found it", added_by=OMAR)
    assert f"<@{DINA}>: We found it · written down by <@{OMAR}>" in customer_log(CASE, [entry]).text


def test_where_nobody_told_them_anything_it_says_so() -> None:
    assert "Nobody has told them anything yet." in customer_log(CASE, []).text


def turns(message: Message) -> list[tuple[str, str]]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [(one["text"]["text"], one["value"]) for row in rows for one in row]


def test_a_long_log_has_pages_the_latest_first() -> None:
    entries = [Told(NOW + timedelta(minutes=n), ANA, f"note {n}.") for n in range(1, PAGE * 2 + 6)]
    pages = [customer_log(CASE, entries, page) for page in range(3)]
    assert [page.text.count("note ") for page in pages] == [PAGE, PAGE, 5]
    assert pages[0].text.index("note 45.") < pages[0].text.index("note 44.")
    assert "note 1." in pages[2].text
    assert [turns(page) for page in pages] == [
        [("Earlier", "7:1")],
        [("Later", "7:0"), ("Earlier", "7:2")],
        [("Later", "7:1")],
    ]
    assert customer_log(CASE, entries, 99) == pages[2]
