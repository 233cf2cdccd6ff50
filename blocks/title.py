"""How an escalation is named in a line: its mark, reference, customer and summary."""

from __future__ import annotations

from blocks.layout import line
from blocks.text import Json, clean_line, escape, say, words
from blocks.views import OVER, severity_mark
from escalation.case import Escalation
from escalation.wording import CUSTOMER_NAME_LIMIT


def title(escalation: Escalation, lead: str = "", *, over: bool = False) -> Json:
    """`🔴 ESC-42 · Acme: Checkout is down`; `lead` are words of ours in place of the reference.

    `over`: what it is about is done with, which shows in place of the severity.
    """
    mark = OVER if over else severity_mark(escalation.severity)
    start = say(f"{mark} {lead or escalation.reference} · ", bold=True)
    return line(start, customer(escalation, bold=True), say(": "), summary(escalation))


def customer(escalation: Escalation, **style: bool) -> Json:
    """The customer's name, on one line."""
    return words(clean_line(escalation.customer, CUSTOMER_NAME_LIMIT), **style)


def summary(escalation: Escalation, **style: bool) -> Json:
    """The summary, on one line."""
    return words(clean_line(escalation.summary), **style)


def severity_in_words(escalation: Escalation, name: str) -> str:
    """`SEV-1 Critical`, for marked-up text."""
    return escape(clean_line(f"{escalation.severity} {name}", 60))
