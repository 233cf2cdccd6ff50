from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.command_text import (
    Language,
    Misspelt,
    NewForm,
    Read,
    Subcommand,
    customer_in,
    first_subcommand,
    nearest,
    pick_severity,
    read,
)
from handlers.subcommands import SUBCOMMANDS, language_of

LANGUAGE: Language = language_of(("SEV-1", "SEV-2", "SEV-3", "SEV-4"))
ANYWHERE = [
    ("", NewForm()),
    ("   ", NewForm()),
    ("Acme checkout is down", NewForm("Acme checkout is down")),
    ("sev1 Acme checkout is down", NewForm("Acme checkout is down", "SEV-1")),
    ("SEV-1 Acme checkout is down", NewForm("Acme checkout is down", "SEV-1")),
    ("sev 1 Acme checkout is down", NewForm("Acme checkout is down", "SEV-1")),
    ("Sev2: Acme sync is late", NewForm("Acme sync is late", "SEV-2")),
    ("sev1", NewForm("", "SEV-1")),
    ("help", Subcommand("help")),
    ("HELP", Subcommand("help")),
    ("list", Subcommand("list")),
    ("list mine", Subcommand("list", scope="mine")),
    ("List ALL", Subcommand("list", scope="all")),
    ("list sev2", Subcommand("list", severity="SEV-2")),
    ("list sev 2", Subcommand("list", severity="SEV-2")),
    ("show ESC-42", Subcommand("show", number=42)),
    ("show esc-42", Subcommand("show", number=42)),
    ("ack", Subcommand("ack")),
    ("acknowledge esc-7", Subcommand("ack", number=7)),
    ("handover esc-7", Subcommand("handoff", number=7)),
    ("update ESC-7", Subcommand("update", number=7)),
    ("update ESC-7 The fix is rolling out", Subcommand("update", number=7, words="The fix is rolling out")),
    ("severity esc-7 sev1", Subcommand("severity", number=7, severity="SEV-1")),
    ("severity sev1 esc-7", Subcommand("severity", number=7, severity="SEV-1")),
    ("severity sev2", Subcommand("severity", severity="SEV-2")),
    ("subscribe sev1", Subcommand("subscribe", severity="SEV-1")),
    ("subscribe", Subcommand("subscribe")),
    ("told", Subcommand("told")),
    ("Told ESC-7 We roll back", Subcommand("told", number=7, words="We roll back")),
    ("unsubscribe esc-3", Subcommand("unsubscribe", number=3)),
    ("timeline ESC-3", Subcommand("timeline", number=3)),
    ("stats", Subcommand("stats")),
    ("stats mine", Subcommand("stats", scope="mine")),
    ("stats sev 1", Subcommand("stats", severity="SEV-1")),
    ("stats 7d", Subcommand("stats", span=timedelta(days=7))),
    ("STATS mine 1w sev2", Subcommand("stats", severity="SEV-2", scope="mine", span=timedelta(weeks=1))),
    ("status", Subcommand("show")),
    ("statz", Misspelt("statz", "stats")),
    ("helpp", Misspelt("helpp", "help")),
    ("hlep", Misspelt("hlep", "help")),
    ("resolv", Misspelt("resolv", "resolve")),
    ("sublime", NewForm("sublime")),
    ("lst", Misspelt("lst", "list")),
    ("aknowledge", Misspelt("aknowledge", "ack")),
    ("help?", Misspelt("help?", "help")),
    ("esc-42", Misspelt("esc-42", "show ESC-42")),
]
SAYS_DIFFERENT_THINGS = [
    # typed, elsewhere, in an escalation's channel
    ("update the docs link", NewForm("update the docs link"), Subcommand("update", words="the docs link")),
    ("close the gap at Acme", NewForm("close the gap at Acme"), Subcommand("close", words="the gap at Acme")),
    ("told Acme we roll back", NewForm("told Acme we roll back"), Subcommand("told", words="Acme we roll back")),
    ("show me the money", NewForm("show me the money"), Subcommand("show", words="me the money")),
    ("help me with Acme", NewForm("help me with Acme"), Subcommand("help", words="me with Acme")),
    (
        "severity sev1 outage at Acme",
        NewForm("severity sev1 outage at Acme", "SEV-1"),
        Subcommand("severity", severity="SEV-1", words="outage at Acme"),
    ),
    (
        "list of users is broken sev3",
        NewForm("list of users is broken", "SEV-3"),
        Subcommand("list", severity="SEV-3", words="of users is broken"),
    ),
    ("stats are wrong at Acme", NewForm("stats are wrong at Acme"), Subcommand("stats", words="are wrong at Acme")),
    ("list 7d", NewForm("list 7d"), Subcommand("list", words="7d")),
    ("stats 0m", NewForm("stats 0m"), Subcommand("stats", words="0m")),
    ("resolv it quickly", NewForm("resolv it quickly"), NewForm("resolv it quickly")),
]


@pytest.mark.parametrize("here", [False, True])
@pytest.mark.parametrize(("text", "expected"), ANYWHERE)
def test_the_same_words_mean_the_same_wherever_they_are_typed(text: str, expected: Read, here: bool) -> None:
    assert read(text, LANGUAGE, here=here) == expected


@pytest.mark.parametrize(("text", "elsewhere", "here"), SAYS_DIFFERENT_THINGS)
def test_more_words_are_free_text_but_in_an_escalations_channel(text: str, elsewhere: Read, here: Read) -> None:
    assert read(text, LANGUAGE) == elsewhere
    assert read(text, LANGUAGE, here=True) == here


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("list acme", "acme"),
        ("subscribe Acme GmbH", "Acme GmbH"),
        ("unsubscribe acme", "acme"),
        ("list mine", ""),
        ("list sev1", ""),
        ("update acme", ""),
        ("acme is down", ""),
    ],
)
def test_only_some_subcommands_may_name_a_customer(text: str, words: str) -> None:
    assert customer_in(text, LANGUAGE) == words


def test_a_known_customer_makes_an_argument_valid_and_an_unknown_one_free_text() -> None:
    assert read("list acme", LANGUAGE, names_customer=True) == Subcommand("list", words="acme")
    assert read("list acme", LANGUAGE, names_customer=False) == NewForm("list acme")


@pytest.mark.parametrize("typed", ["stats acme 7d", "stats 7d acme"])
def test_figures_are_narrowed_by_customer_and_time_in_either_order(typed: str) -> None:
    assert customer_in(typed, LANGUAGE) == "acme"
    expected = Subcommand("stats", words="acme", span=timedelta(days=7))
    assert read(typed, LANGUAGE, names_customer=True) == expected
    assert read(typed, LANGUAGE, names_customer=False) == NewForm(typed)


@pytest.mark.parametrize("typed", ["list acme sev1", "list sev1 acme", "list acme sev 1", "list SEV-1 acme"])
def test_a_list_is_narrowed_by_severity_and_customer_in_either_order(typed: str) -> None:
    assert customer_in(typed, LANGUAGE) == "acme"
    assert read(typed, LANGUAGE, names_customer=True) == Subcommand("list", severity="SEV-1", words="acme")
    assert isinstance(read(typed, LANGUAGE, names_customer=False), NewForm)


def test_one_follows_a_severity_or_a_customer_and_not_both() -> None:
    assert isinstance(read("subscribe sev1 acme", LANGUAGE, names_customer=True), NewForm)


@pytest.mark.parametrize(
    ("words", "left", "severity"),
    [
        ("Acme is down SEV-2", "Acme is down", "SEV-2"),
        ("Acme is down (sev 2)", "Acme is down", "SEV-2"),
        ("Acme wants a sev1 answer", "Acme wants a sev1 answer", "SEV-1"),
        ("sev1 or sev2?", "or sev2?", "SEV-1"),
        ("sev9 is unknown", "sev9 is unknown", None),
        ("7 sev are down", "7 sev are down", None),
        ("sev1\nfirst line\nsecond line", "first line\nsecond line", "SEV-1"),
    ],
)
def test_a_severity_is_picked_out_of_free_text(words: str, left: str, severity: str | None) -> None:
    assert pick_severity(words, LANGUAGE) == NewForm(left, severity)


def test_severities_are_the_policys_own_in_any_spelling() -> None:
    own = language_of(("P1", "Needs-care"))
    assert pick_severity("p-1 all is lost", own).severity == "P1"
    assert pick_severity("needs care", own) == NewForm("needs care")
    assert pick_severity("needscare now", own) == NewForm("now", "Needs-care")
    assert pick_severity("sev1 now", own).severity is None


@pytest.mark.parametrize("word", ["ask", "outage", "cloud", "printer", "down", "a", "sla", "customers"])
def test_ordinary_words_are_hardly_ever_taken_for_a_slip(word: str) -> None:
    meant = nearest(word, [row.name for row in SUBCOMMANDS])
    assert meant is None or word == "ask"


def test_the_first_word_tells_which_subcommand_it_may_be() -> None:
    assert first_subcommand("ACK please", LANGUAGE) == "ack"
    assert first_subcommand("", LANGUAGE) is None
    assert first_subcommand("acme is down", LANGUAGE) is None


def test_every_subcommand_of_the_contract_is_there() -> None:
    contract = "help list show ack update plan handoff severity snooze resolve reopen close subscribe unsubscribe timeline stats"
    assert {row.name for row in SUBCOMMANDS} == set(contract.split()) | {"told"}
