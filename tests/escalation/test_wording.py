from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from escalation.case import Escalation
from escalation.wording import channel_name


def escalation(customer: str, summary: str, **fields: Any) -> Escalation:
    return Escalation(
        team_id="T1",
        number=42,
        customer_id=1,
        customer=customer,
        severity="SEV-1",
        summary=summary,
        owner_id="U1",
        reporter_id="U2",
        opened_at=datetime(2026, 11, 23, tzinfo=UTC),
        owner_zone="Europe/London",
        **fields,
    )


@pytest.mark.parametrize(
    ("customer", "summary", "name"),
    [
        ("Acme", "checkout is down", "esc-42-acme-checkout-down"),
        ("Acme", "Acme checkout is down", "esc-42-acme-checkout-down"),
        ("Acme", "Acmeville is flooded", "esc-42-acme-acmeville-flooded"),
        ("Müller & Söhne", "Zahlung schlägt fehl!", "esc-42-muller-sohne-zahlung-schlagt-fehl"),
        ("Øresund Łódź", "straße", "esc-42-oresund-lodz-strasse"),
        ("株式会社", "サイトが落ちた", "esc-42"),
        ("株式会社", "site down", "esc-42-site-down"),
        ("O'Neill", "can't log in", "esc-42-oneill-cant-log-in"),
        ("", "<!channel> `rm -rf`", "esc-42-channel-rm-rf"),
        ("---", "___", "esc-42"),
    ],
)
def test_a_channel_is_named_for_customer_and_summary(customer: str, summary: str, name: str) -> None:
    assert channel_name("esc", escalation(customer, summary)) == name


def test_a_confidential_channel_says_nothing() -> None:
    assert channel_name("esc", escalation("Acme", "breach", confidential=True)) == "esc-42"
    assert channel_name("esc", escalation("Acme", "breach", confidential=True, channel_serial=2)) == "esc-42-2"


def test_later_channels_and_taken_names_get_a_number() -> None:
    assert channel_name("esc", escalation("Acme", "down", channel_serial=2)) == "esc-42-acme-down-2"
    assert channel_name("esc", escalation("Acme", "down"), further=1) == "esc-42-acme-down-2"
    assert channel_name("esc", escalation("Acme", "down", channel_serial=2), further=3) == "esc-42-acme-down-5"


def test_a_long_name_keeps_its_number_within_eighty_characters() -> None:
    name = channel_name("esc", escalation("Acme", "word " * 60, channel_serial=3))
    assert len(name) <= 80
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert name.endswith("-3")


def test_a_name_keeps_the_first_telling_words_of_a_long_summary() -> None:
    summary = "Our checkout has been down since nine and our own customers see error pages"
    assert channel_name("esc", escalation("Acme", summary)) == "esc-42-acme-our-checkout-down-since-nine"
