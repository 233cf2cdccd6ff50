from __future__ import annotations

from typing import Any

import pytest

from blocks.customer_select import CustomerChoice, customer_options, read_customer
from blocks.owner_select import owner_option, owner_options, read_owner
from blocks.views import OwnerChoice

KNOWN = [(1, "Acme"), (2, "Acme Europe")]


def shown(options: list[dict[str, Any]]) -> list[str]:
    return [one["text"]["text"] for one in options]


def test_known_customers_come_first_and_the_typed_name_last() -> None:
    assert shown(customer_options("acm", KNOWN)) == ["Acme", "Acme Europe", "New: acm"]


@pytest.mark.parametrize("query", ["Acme", "acme", " ACME ", "\uff41\uff43\uff4d\uff45"])
def test_a_name_that_is_known_exactly_is_not_offered_as_new(query: str) -> None:
    assert shown(customer_options(query, KNOWN)) == ["Acme", "Acme Europe"]


def test_no_letters_offer_nothing_new() -> None:
    assert shown(customer_options(" \u200b", KNOWN)) == ["Acme", "Acme Europe"]


def test_a_hundred_options_are_the_most_and_the_new_one_is_among_them() -> None:
    options = customer_options("a", [(number, f"a{number}") for number in range(1, 200)])
    assert len(options) == 100
    assert options[-1]["value"] == "new:a"


def test_a_name_of_75_characters_is_taken_whole_and_one_of_76_is_refused() -> None:
    (option,) = customer_options("x" * 75, [])
    assert read_customer(option["value"], "") == CustomerChoice(None, "x" * 75)
    (option,) = customer_options("x" * 76, [])
    assert "at most 75 characters" in option["text"]["text"]
    assert read_customer(option["value"], option["text"]["text"]) is None


@pytest.mark.parametrize(
    "choice", [CustomerChoice(12, "Acme"), CustomerChoice(None, "known:12"), CustomerChoice(None, "Ä & <b>")]
)
def test_a_customer_comes_back_from_its_option(choice: CustomerChoice) -> None:
    assert read_customer(choice.value, choice.name) == choice


@pytest.mark.parametrize("value", ["", "known:", "known:x", "known:\u0661", "new:", "new:  ", "12", "too long"])
def test_a_value_that_is_none_of_ours_is_no_customer(value: str) -> None:
    assert read_customer(value, "Acme") is None


OMAR, VERA = OwnerChoice("U0OMAR", "Omar Haddad", 2), OwnerChoice("U0VERA", "Vera Lind")


def test_owners_stand_in_two_groups_with_what_they_hold() -> None:
    groups = owner_options([OMAR], [VERA])
    assert [(group["label"]["text"], shown(group["options"])) for group in groups] == [
        ("Suggested", ["Omar Haddad · holds 2"]),
        ("Others allowed", ["Vera Lind · holds 0"]),
    ]


def test_owners_are_found_by_their_letters_and_an_empty_group_is_left_out() -> None:
    assert [group["label"]["text"] for group in owner_options([OMAR], [VERA], "LIND")] == ["Others allowed"]
    assert owner_options([OMAR], [VERA], "nobody") == []


@pytest.mark.parametrize("choice", [OMAR, OwnerChoice("U1", "A · holds 3", 4)])
def test_an_owner_comes_back_from_the_option(choice: OwnerChoice) -> None:
    option = owner_option(choice)
    assert read_owner(option["value"], option["text"]["text"]) == choice
