from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks import replies
from blocks.card import card, topic
from blocks.times import when_mrkdwn
from blocks.views import CardView, Snoozed, Told
from escalation.case import Status
from escalation.obligations import Kind
from tests.blocks.surfaces import ANA, DINA, NOW, OMAR, card_view, escalation, replace_with

VIEW = CardView(escalation("Acme"), "Critical", "Omar Haddad")


def test_the_card_says_what_the_contract_lists() -> None:
    text = card(replace(card_view("Acme", escalation("Acme")), owner_name="Omar")).text
    for part in (
        "🔴 ESC-42 · Acme",
        "Severity: SEV-1 Critical",
        "Status: Open",
        f"Owner: <@{OMAR}>",
        "Opened: <!date^",
        "Next update due: <!date^",
        "Where things stand\nAcme",
        "What happens next\nAcme",
        "What the customer was told (call)\nAcme",
        "Still working on it\nAcme",
        f"1. Acme · <@{DINA}>, by 24 Nov 2026 · done",
        f"2. Acme · <@{DINA}>, by 24 Nov 2026\n",
        f"Waiting for <@{DINA}> to accept until <!date^",
        f"Reminders for the update are snoozed until <!date^{int(NOW.timestamp())}^",
        "Revenue at risk (ARR): 120,000",
        "Renewal: 31 Jan 2027",
        "Business impact\nAcme",
        "What has been tried\nAcme",
        f"It began with a message by <@{ANA}> (https://",
        "https://tickets.example/1?a=1&amp;b=2",
        f"by <@{ANA}>",
        "Confidential",
    ):
        assert part in text, part


def test_a_fresh_card_says_that_there_is_no_update_yet() -> None:
    bare = replace_with(
        escalation("Acme", status=Status.IN_PROGRESS), still_working_count=0, impact="", tried="", ticket_link=""
    )
    text = card(CardView(bare, "Critical", acknowledge_by=NOW)).text
    assert "No update yet." in text
    assert "Acknowledge by" not in text
    waiting = replace_with(bare, acknowledged_at=None)
    assert "Acknowledge by: <!date^" in card(CardView(waiting, "Critical", acknowledge_by=NOW)).text


def test_what_is_cut_says_where_the_rest_is() -> None:
    long = replace_with(escalation("Acme"), impact="Every shop is closed. " * 100)
    text = card(card_view("Acme", long)).text
    assert "…\n" in text
    assert "Shortened. Updates stand in the channel in full; `/escalate show ESC-42` has" in text
    shown = str(replies.show_message(card_view("Acme", long)).blocks)
    assert long.impact.strip() in shown
    assert "Shortened" not in shown
    assert "Shortened" not in card(card_view("Acme", escalation("Acme"))).text


def test_what_was_snoozed_together_is_one_line_on_the_card() -> None:
    snoozes = tuple(Snoozed(kind, NOW, OMAR, "On a call") for kind in (Kind.UPDATE, Kind.PLAN, Kind.CUSTOMER_CONTACT))
    text = card(replace(card_view("Acme", escalation("Acme")), snoozes=snoozes)).text
    assert "Reminders for the update, the action plan and the word to Acme are snoozed until " in text
    assert text.count("On a call") == 1


def customers(**more: object) -> str:
    """The part of a card that the customer's clock has."""
    return card(replace(VIEW, **more)).text  # type: ignore[arg-type]


def test_the_card_has_the_customers_clock_apart_from_the_update() -> None:
    told = Told(NOW - timedelta(hours=1), DINA, "We are on it", "call")
    text = customers(next_update_at=NOW, customer_next_at=NOW, customer_promised=True, customer_told=told)
    assert f"Customer last told {when_mrkdwn(told.at)} by <@{DINA}>\nAcme hears next by {when_mrkdwn(NOW)}" in text
    assert "Nothing is promised" not in text
    assert f"First word to Acme due {when_mrkdwn(NOW)}" in customers(customer_next_at=NOW)


def test_that_nothing_is_promised_is_said_while_it_is_open() -> None:
    assert "Nothing is promised to Acme now." in customers()
    ended = escalation("Acme", status=Status.RESOLVED)
    assert "Nothing is promised" not in customers(escalation=ended)
    assert "Customer last told" in customers(escalation=ended, customer_told=Told(NOW, DINA))


def test_the_log_is_beside_what_the_customer_was_told_last() -> None:
    def log(view: CardView) -> list[str]:
        return [block["accessory"]["text"]["text"] for block in card(view).blocks if "accessory" in block]

    assert log(replace(VIEW, customer_told=Told(NOW, DINA))) == ["Customer log"]
    assert log(VIEW) == []


def test_a_resolved_card_says_how_and_no_longer_what_is_due() -> None:
    text = card(card_view("Rolled back", escalation("Rolled back", status=Status.RESOLVED))).text
    assert "Resolution\nRolled back" in text
    assert "Root cause\nRolled back" in text
    assert "The customer confirmed it." in text
    assert "Next update due" not in text
    assert "Snoozed" not in text
    assert "Waiting for" not in text


def test_a_closed_card_says_what_was_learned() -> None:
    text = card(card_view("Test restores", escalation(status=Status.CLOSED))).text
    case = escalation("Test restores", status=Status.CLOSED)
    assert "What we learned\nCheckout is down" in text
    assert "Preventive actions\nTest restores" in card(card_view("x", case)).text


def test_the_topic_is_one_line_of_what_seldom_changes() -> None:
    assert topic(VIEW) == "ESC-42 · SEV-1 Critical · Acme · Owner: Omar Haddad"
    assert topic(VIEW) == topic(replace(VIEW, next_update_at=NOW, owner_name="Omar Haddad"))


@pytest.mark.parametrize("words", ["<!channel>", "&" * 300, "a\nb " * 100, "😀" * 300])
def test_a_topic_holds_250_characters_whatever_was_typed(words: str) -> None:
    text = topic(replace(VIEW, escalation=escalation(words), owner_name=words, severity_name=words))
    assert len(text) <= 250
    assert "<" not in text
    assert "\n" not in text
    assert text.startswith("ESC-42 · SEV-1")
