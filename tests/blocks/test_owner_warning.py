"""The line that says what speaks against an owner, and who could lead it instead."""

from __future__ import annotations

import pytest

from blocks.metadata import encode
from blocks.owner_select import owner_option, read_owner
from blocks.owner_warning import owner_warning, said_afterwards, warned_of, was_warned
from blocks.views import OwnerChoice, OwnerConcern

DINA, VERA, VICTOR = OwnerChoice("U0DINA", "Dina", 5), OwnerChoice("U0VERA", "Vera", 0), OwnerChoice("U0VIC", "Vic", 2)
FREE = OwnerChoice("U0DINA", "Dina", 1)
AWAY = "is out of office until 3 Dec"

SAID = [
    (
        OwnerConcern(DINA, 5, instead=(VERA, VICTOR)),
        "Dina holds 5 open escalations already, and the policy wants 5 at most; Vera (holds 0) or Vic (holds 2) could lead it instead.",
    ),
    (
        OwnerConcern(DINA, 5),
        "Dina holds 5 open escalations already, and the policy wants 5 at most; nobody else who may own it is there and holds fewer than 5.",
    ),
    (OwnerConcern(FREE, 5, AWAY, (VERA,)), f"Dina {AWAY}; Vera (holds 0) could lead it instead."),
    (
        OwnerConcern(FREE, 1, AWAY, (VERA,)),
        f"Dina {AWAY} and holds 1 open escalation already, and the policy wants 1 at most; Vera (holds 0) could lead it instead.",
    ),
]


@pytest.mark.parametrize(("concern", "sentence"), SAID)
def test_what_is_said_of_an_owner(concern: OwnerConcern, sentence: str) -> None:
    (block,) = owner_warning(concern)
    assert block["elements"][0]["text"] == sentence


def test_nothing_is_said_where_nothing_speaks_against_them() -> None:
    assert owner_warning(None) == []


def test_afterwards_people_are_named_by_their_ids_as_their_names_may_hold_anything() -> None:
    concern = OwnerConcern(OwnerChoice("U0DINA", "<@U0BOSS>", 5), 5, instead=(VERA,))
    assert said_afterwards("ESC-7", concern) == (
        "About ESC-7: <@U0DINA> holds 5 open escalations already, and the policy wants 5 at most; "
        "<@U0VERA> (holds 0) could lead it instead."
    )


def test_a_form_remembers_of_whom_it_warned() -> None:
    metadata = encode(**warned_of(OwnerConcern(DINA, 5)))
    assert was_warned(metadata, "U0DINA")
    assert not was_warned(metadata, "U0VERA")
    assert not was_warned(encode(**warned_of(None)), "U0DINA")


@pytest.mark.parametrize(
    "choice", [DINA, OwnerChoice("U1", "Ann · holds 3", 12, "out of hours"), OwnerChoice("U1", "A", 1, "away")]
)
def test_an_option_is_read_back(choice: OwnerChoice) -> None:
    option = owner_option(choice)
    assert read_owner(option["value"], option["text"]["text"]) == choice


def test_a_long_name_leaves_room_for_load_and_presence() -> None:
    option = owner_option(OwnerChoice("U1", "N" * 200, 12, "out of hours"))
    assert len(option["text"]["text"]) == 75
    assert option["text"]["text"].endswith("… · holds 12 · out of hours")
