"""Choosing an owner among those whom the policy allows, with how much each of them holds."""

from __future__ import annotations

from collections.abc import Iterable

from blocks.layout import option
from blocks.text import Json, clean_line, label
from blocks.views import OwnerChoice

MOST_OPTIONS = 100
_HOLDS, _NOTE = " · holds ", " · "
_OPTION = 75


def owner_options(suggested: Iterable[OwnerChoice], others: Iterable[OwnerChoice], query: str = "") -> list[Json]:
    """The option groups "Suggested" and "Others allowed", of those whose name has the letters typed."""
    groups = (("Suggested", suggested), ("Others allowed", others))
    wanted = clean_line(query).casefold()
    found = [
        (title, [owner_option(one) for one in choices if wanted in one.name.casefold()][:MOST_OPTIONS])
        for title, choices in groups
    ]
    return [{"label": label(title), "options": options} for title, options in found if options]


def owner_option(choice: OwnerChoice) -> Json:
    """The option of one person: `Omar Haddad · holds 2`, and ` · away` where they are."""
    ending = f"{_HOLDS}{choice.holds}" + (f"{_NOTE}{choice.note}" if choice.note else "")
    return option((clean_line(choice.name, _OPTION - len(ending)) or "—") + ending, choice.user_id, description="")


def read_owner(value: str, shown: str) -> OwnerChoice | None:
    """The person behind a chosen option, so that the form can be drawn again with it."""
    name, _, rest = shown.rpartition(_HOLDS)
    holds, _, note = rest.partition(_NOTE)
    return OwnerChoice(value, name, int(holds) if holds.isdecimal() else 0, note) if value else None
