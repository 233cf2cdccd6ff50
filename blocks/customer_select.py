"""Choosing a customer: known ones by name, or a new one under the name that was typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from blocks.layout import option
from blocks.text import Json, clean_line
from escalation.wording import CUSTOMER_NAME_LIMIT, name_key

MOST_OPTIONS = 100
_KNOWN, _NEW, _TOO_LONG = "known:", "new:", "too long"


@dataclass(frozen=True)
class CustomerChoice:
    """The customer chosen: a known one by id, or a new one (`id` is None) by name.

    The name of a known one is as the option showed it; the stored one counts.
    """

    id: int | None
    name: str

    @property
    def value(self) -> str:
        """As the option carries it."""
        return f"{_NEW}{clean_line(self.name, CUSTOMER_NAME_LIMIT)}" if self.id is None else f"{_KNOWN}{self.id}"


def customer_options(query: str, known: Iterable[tuple[int, str]]) -> list[Json]:
    """What to offer for the letters typed: the known ones handed in, and "New: …" unless one is exactly that.

    A name that is too long gets one option that says so; the form refuses it.
    """
    name = clean_line(query, CUSTOMER_NAME_LIMIT + 1)
    if len(name) > CUSTOMER_NAME_LIMIT:
        return [option(f"Too long: a name has at most {CUSTOMER_NAME_LIMIT} characters", _TOO_LONG, description="")]
    choices = [CustomerChoice(*one) for one in known]
    is_known = any(name_key(choice.name) == name_key(name) for choice in choices)
    room = MOST_OPTIONS if is_known or not name else MOST_OPTIONS - 1
    options = [customer_option(choice) for choice in choices[:room]]
    return options if is_known or not name else [*options, customer_option(CustomerChoice(None, name))]


def customer_option(choice: CustomerChoice) -> Json:
    """The option of one customer."""
    return option(f"New: {choice.name}" if choice.id is None else choice.name, choice.value, description="")


def read_customer(value: str, shown: str) -> CustomerChoice | None:
    """The customer behind a chosen option; None for one that cannot be taken."""
    if value.startswith(_KNOWN):
        number = value.removeprefix(_KNOWN)
        return CustomerChoice(int(number), shown) if number.isascii() and number.isdigit() else None
    name = clean_line(value.removeprefix(_NEW), CUSTOMER_NAME_LIMIT + 1)
    return CustomerChoice(None, name) if value.startswith(_NEW) and 0 < len(name) <= CUSTOMER_NAME_LIMIT else None
