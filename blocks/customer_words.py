"""What the customer was told and promised, as an event keeps it, in a line."""

from __future__ import annotations

from blocks import event_values as values
from blocks.text import Json, clean_line, say, words
from blocks.times import when
from escalation.case import Event
from escalation.wording import CUSTOMER_NAME_LIMIT

_HOW = 20


def told(event: Event, customer_name: str) -> list[Json]:
    """` told Acme (call): We are on it · they hear next by 18:00`, as far as there is anything of it.

    When it was is only said of words that were added to an earlier word with the customer.
    """
    how, at = clean_line(values.text(event, "told_how"), _HOW), values.instant(event, "told_at")
    what = values.text(event, "customer_told")
    return [
        say(" told "),
        name(customer_name),
        *([say(f" ({how})")] if how else []),
        *([say(" "), when(at)] if at else []),
        *([say(": "), words(what)] if what.strip() else []),
        *_next(event),
    ]


def promised(event: Event, customer_name: str) -> list[Json]:
    """` promised Acme word by 18:00`."""
    at = values.instant(event, "customer_next_at")
    return [say(" promised "), name(customer_name), say(" word"), *([say(" by "), when(at)] if at else [])]


def with_an_update(event: Event, customer_name: str) -> list[Json]:
    """The same of an update, in whose line it comes last; nothing where the customer had no part in it."""
    if values.text(event, "customer_told").strip():
        return [say(" ·"), *told(event, customer_name)]
    return [say(" ·"), *promised(event, customer_name)] if values.instant(event, "customer_next_at") else []


def name(customer_name: str) -> Json:
    """The customer's name, on one line."""
    return words(clean_line(customer_name, CUSTOMER_NAME_LIMIT))


def _next(event: Event) -> list[Json]:
    at = values.instant(event, "customer_next_at")
    return [say(" · they hear next by "), when(at)] if at else []
