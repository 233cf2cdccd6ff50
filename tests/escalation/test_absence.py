"""What a Slack status says of being out of office, how it is said of somebody, and what was done about it so far."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from escalation.absence import Followed, away_status, away_words, followed
from escalation.case import Event, EventKind
from tests.support.clock import LONDON, NEW_YORK, at

AWAY = [
    ("Out of office", ""), ("out-of-office until Monday", ""), ("OOO", ":spiral_calendar_pad:"), ("I'm out of the office", ""),
    ("Vacationing", ":palm_tree:"), ("On vacation 🏖", ""), ("Holiday!", ""), ("Annual leave", ""), ("On leave", ""),
    ("Parental leave until March", ""), ("sick leave", ""), ("Out sick", ":face_with_thermometer:"), ("PTO", ""),
    ("Away until 3 Dec", ""), ("off till Tuesday", ""), ("Day off", ""), ("Sabbatical", ""), ("On vacation, back from 3 Dec", ""),
    ("", ":palm_tree:"), ("", ":desert_island:"), ("", ":beach_with_umbrella:"), ("", ":baby::skin-tone-3:"), ("Gone", ":baby:"),
    ("Urlaub", ""), ("Im Jahresurlaub bis 3.12.", ""), ("abwesend", ""), ("Krank", ""), ("In Elternzeit", ""), ("Außer Haus", ""),
    ("En congé jusqu'au 3", ""), ("Congé maternité", ""), ("En vacances", ""), ("Absente", ""), ("Arrêt maladie", ""),
    ("De vacaciones", ""), ("Fuera de la oficina", ""), ("In ferie", ""), ("Fuori ufficio", ""), ("De férias", ""),
    ("Fora do escritório", ""), ("Op vakantie", ""), ("Met ouderschapsverlof", ""), ("Afwezig", ""), ("På semester", ""),
    ("Föräldraledig", ""), ("På ferie", ""), ("Kesälomalla", ""), ("Na urlopie", ""), ("Na dovolené", ""), ("в отпуске", ""),
    ("Больничный", ""), ("休暇中", ""), ("今日はお休みです", ""), ("休假", ""), ("휴가 중", ""),
]  # fmt: skip
THERE = [
    ("", ""), ("In a meeting", ":spiral_calendar_pad:"), ("Lunch", ":sandwich:"), ("Working remotely", ":house_with_garden:"),
    ("Remote", ":palm_tree:"), ("Commuting", ":bus:"), ("Focusing", ":headphones:"), ("", ":coffee:"), ("Away from keyboard", ""),
    ("WFH", ":desert_island:"), ("Working from the beach", ":beach_with_umbrella:"), ("Back from vacation", ":palm_tree:"),
    ("Zurück aus dem Urlaub", ""), ("Happy holidays!", ":christmas_tree:"), ("Vacation planning", ""), ("Urlaubsplanung", ""),
    ("Urlaubsvertretung für Omar", ""), ("Moootivated", ""), ("New semester, new luck", ""), ("In a call", ":baby:"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "emoji"), AWAY)
def test_a_status_that_says_out_of_office(text: str, emoji: str) -> None:
    assert away_status(text, emoji) == (text or emoji)


@pytest.mark.parametrize(("text", "emoji"), THERE)
def test_a_status_that_says_nothing_of_it(text: str, emoji: str) -> None:
    assert away_status(text, emoji) == ""


def test_only_until_when_is_said_of_it_as_they_live_it() -> None:
    london, new_york = ZoneInfo(LONDON), ZoneInfo(NEW_YORK)
    now = at("Mon 10:00")
    assert away_words(None, london, now) == "is out of office"
    assert away_words(at("Fri 23:59"), london, now) == "is out of office until 12 Jun"
    assert away_words(at("Mon 14:00"), london, now) == "is out of office until 14:00 (Europe/London)"
    assert away_words(at("Tue 02:00"), new_york, now) == "is out of office until 21:00 (America/New_York)"


OWNER, OTHER = "U0OMAR", "U0SANA"


def event(kind: EventKind, by: str = "", **values: object) -> Event:
    return Event(1, at("Mon 10:00"), kind, by, values=dict(values))


OPENED = event(EventKind.OPENED, OTHER, owner=OWNER)
ASKED = event(EventKind.HANDOVER_ASKED, to=OTHER)
HANDED_OFF = event(EventKind.HANDOVER_ASKED, OWNER, to=OTHER)
UPDATED = event(EventKind.UPDATED, OWNER)
NOBODY = event(EventKind.NOBODY_LEFT)
BACK = event(EventKind.OWNER_BACK)
TOOK = event(EventKind.OWNER_CHANGED, OWNER, to=OWNER, away=True)
GIVEN = event(EventKind.OWNER_CHANGED, to=OWNER, away=True)

FOLLOWED = [
    ("nothing was done", [OPENED, UPDATED], Followed()),
    ("somebody was asked", [OPENED, UPDATED, ASKED], Followed(is_known=True, asked=frozenset({OTHER}))),
    ("by the owner themselves", [OPENED, HANDED_OFF], Followed()),
    ("they did something since", [OPENED, ASKED, UPDATED], Followed(True, frozenset({OTHER}), is_there=True)),
    ("another did", [OPENED, ASKED, event(EventKind.UPDATED, OTHER)], Followed(True, frozenset({OTHER}))),
    ("to hand it off is none", [OPENED, ASKED, HANDED_OFF], Followed(True, frozenset({OTHER}))),
    ("nobody was left", [OPENED, ASKED, NOBODY], Followed(True, frozenset({OTHER}), nobody_left=True)),
    ("they came back", [OPENED, ASKED, UPDATED, NOBODY, BACK], Followed()),
    ("they took it while away", [OPENED, TOOK], Followed(True, is_there=True)),
    ("it was given to them", [OPENED, ASKED, GIVEN], Followed()),
    ("it was reopened by another", [OPENED, TOOK, event(EventKind.REOPENED, OTHER, away=True)], Followed()),
]  # fmt: skip


@pytest.mark.parametrize(("events", "expected"), [row[1:] for row in FOLLOWED], ids=[row[0] for row in FOLLOWED])
def test_what_was_done_about_an_absence(events: list[Event], expected: Followed) -> None:
    assert followed(events, OWNER) == expected
