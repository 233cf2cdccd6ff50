"""Small checks from which the tables of Block Kit are made.

A check takes the value, its JSON pointer and the list of problems to add to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Problems: TypeAlias = list[tuple[str, str]]
Check: TypeAlias = Callable[[Any, str, Problems], None]


def string(most: int | None = None, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.append(("must be a string", at))
        elif len(value) < least:
            problems.append((f"must be more than {least - 1} characters", at))
        elif most is not None and len(value) > most:
            problems.append((f"must be less than {most + 1} characters", at))

    return check


def number(low: float | None = None, high: float | None = None) -> Check:
    """A number within bounds."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.append(("must be a number", at))
        elif (low is not None and value < low) or (high is not None and value > high):
            problems.append((f"must be between {low} and {high}", at))

    return check


def boolean(value: Any, at: str, problems: Problems) -> None:
    """True or false."""
    if not isinstance(value, bool):
        problems.append(("must be a boolean", at))


def anything(value: Any, at: str, problems: Problems) -> None:
    """No rule known."""


def one_of(*words: str) -> Check:
    """One of these strings."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if value not in words:
            problems.append((f"must be one of: {', '.join(words)}", at))

    return check


def items(each: Check, most: int | None = None, least: int = 0) -> Check:
    """A list of `least` to `most` things that each pass."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.append(("must be an array", at))
            return
        if len(value) < least:
            problems.append((f"no fewer than {least} items allowed", at))
        if most is not None and len(value) > most:
            problems.append((f"no more than {most} items allowed", at))
        for index, item in enumerate(value):
            each(item, f"{at}/{index}", problems)

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, loose: bool = False) -> Check:
    """An object with these fields; others are refused unless it is `loose`."""
    fields = {**required, **(optional or {})}

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.append(("must be an object", at))
            return
        problems.extend((f"missing required field: {name}", at) for name in required if name not in value)
        for name, content in value.items():
            if name in fields:
                fields[name](content, f"{at}/{name}", problems)
            elif not loose and name != "type":
                problems.append((f"invalid additional property: {name}", at))

    return check


def typed(table: Mapping[str, Check], allowed: tuple[str, ...] | None = None) -> Check:
    """An object whose `type` chooses its check from a table."""

    def check(value: Any, at: str, problems: Problems) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in table or (allowed is not None and kind not in allowed):
            problems.append((f"unsupported type: {kind}", f"{at}/type"))
        else:
            table[kind](value, at, problems)

    return check


def text_object(most: int = 3000, plain_only: bool = False, mrkdwn_only: bool = False) -> Check:
    """A text object of 1 to `most` characters."""
    string_check = string(most)
    table = {
        "plain_text": record({"text": string_check}, {"emoji": boolean}),
        "mrkdwn": record({"text": string_check}, {"verbatim": boolean}),
    }
    if plain_only:
        del table["mrkdwn"]
    if mrkdwn_only:
        del table["plain_text"]
    return typed(table)


def either(name: str, *names: str) -> Check:
    """An object that has at least one of these fields."""
    every = (name, *names)

    def check(value: Any, at: str, problems: Problems) -> None:
        if isinstance(value, dict) and not any(value.get(key) for key in every):
            problems.append((f"missing required field: {' or '.join(every)}", at))

    return check


def both(*checks: Check) -> Check:
    """All of these checks."""

    def check(value: Any, at: str, problems: Problems) -> None:
        for one in checks:
            one(value, at, problems)

    return check
