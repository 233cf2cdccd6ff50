from __future__ import annotations

from datetime import timedelta

import pytest

from blocks import home, stats
from escalation.figures import LAST, Figures, Report, Tally
from tests.blocks.surfaces import MANY, NAMING, NOW, OMAR, report

KEPT = Tally(42, 2, 0, timedelta(minutes=12))
EVERYTHING = stats.Asked(LAST)


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (Tally(3), "3 of 3 on time (100%)"),
        (KEPT, "42 of 44 on time (95%) · 2 late, by 12 minutes"),
        (Tally(0, 1, 2, timedelta(seconds=61.5)), "0 of 3 on time (0%) · 1 late, by 1 minute · 2 missed"),
        (Tally(0, 1, 0, timedelta(seconds=4)), "0 of 1 on time (0%) · 1 late, by 4 seconds"),
    ],
)
def test_promises_in_words(tally: Tally, words: str) -> None:
    assert stats.kept_words(tally) == words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (EVERYTHING, "There is nothing to count in the last 30 days: no promise was answered or fell due."),
        (
            stats.Asked(timedelta(days=7), mine=True, severity="SEV-1", customer="acme"),
            "There is nothing to count in the last 7 days: no promise of yours at SEV-1 to “acme” was answered or fell due.",
        ),
    ],
)
def test_where_there_is_nothing_one_sentence_says_so(asked: stats.Asked, words: str) -> None:
    assert stats.stats_message(Report(), asked, NAMING).text == words


def test_the_two_clocks_stand_apart_and_what_is_no_update_too() -> None:
    figures = Figures(Tally(9), Tally(5), Tally(2), 4, 1, timedelta(minutes=6), timedelta(hours=5), 1, 3)
    lines = stats.stats_message(Report(figures), EVERYTHING, NAMING).text.splitlines()
    assert lines[:8] == [
        "Kept promises, last 30 days",
        "9 of 9 on time (100%)",
        "• Updates: 5 of 5 on time (100%)",
        "• Word to the customer: 2 of 2 on time (100%)",
        "• Time to acknowledge: 6 minutes (median)",
        "• Time to resolve: 5 hours (median)",
        "• Escalations: 4 opened, 1 resolved",
        "• Besides, not counted as updates: 1 snooze, 3 × “Still working on it”",
    ]


def test_what_was_opened_and_owes_nothing_yet_counts() -> None:
    opened = Figures(opened=1)
    text = stats.stats_message(Report(opened, {"SEV-1": opened}, {OMAR: opened}), EVERYTHING, NAMING).text
    assert "No promise was answered or fell due." in text
    assert "SEV-1 Critical: no promise yet" in text
    assert OMAR not in text


def test_ten_people_are_shown_and_the_others_counted() -> None:
    text = stats.stats_message(report(), EVERYTHING, NAMING).text
    assert [user for user in MANY if f"<@{user}>" in text] == list(MANY[:10])
    assert "… and 50 more people." in text


def test_what_was_asked_for_is_not_broken_down_by_itself() -> None:
    text = stats.stats_message(report(), stats.Asked(LAST, mine=True, severity="SEV-1", customer="acme"), NAMING).text
    assert text.startswith("Your promises, last 30 days\nSEV-1 Critical · “acme”\n")
    assert "By severity" not in text
    assert "By person" not in text


def test_home_says_how_the_readers_promises_were_kept_only_where_there_are_any() -> None:
    said = str(home.home([], [], NOW, KEPT, Tally(97, 3)))
    assert "Your promises, last 30 days: 42 of 44 on time (95%) · 2 late, by 12 minutes" in said
    assert "Everybody's promises, last 30 days: 97 of 100 on time (97%). /escalate stats shows more." in said
    assert "promises" not in str(home.home([], [], NOW))
