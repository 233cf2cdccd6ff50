"""What people are answered: read by services, put into words by `blocks`."""

from __future__ import annotations

from blocks import replies, stats
from blocks.customer_log import customer_log
from blocks.message import Message
from blocks.timeline import timeline
from escalation.case import Escalation
from escalation.figures import LAST
from handlers import policy_words
from handlers.command_text import Subcommand
from services import finding, reading, views
from services.clarion import Clarion
from services.customer_log import read_log
from services.figures import read_figures
from services.owning import Promised
from services.timeline import read_timeline


async def list_of(clarion: Clarion, user_id: str, asked: Subcommand, page: int = 0) -> Message:
    """`/escalate list`, with whatever narrows it, a page of it."""
    found = await finding.list_open(
        clarion,
        user_id,
        mine=asked.scope == "mine",
        ended_too=asked.scope == "all",
        severity=asked.severity,
        customer=asked.words or None,
    )
    rows = [policy_words.listed(clarion, escalation, due) for escalation, due in found]
    return replies.list_message(rows, clarion.clock.now(), _what(asked), page, _typed(asked))


def _typed(asked: Subcommand) -> str:
    """What to type after `list` to see the same again."""
    return " ".join(filter(None, (asked.scope, asked.severity, asked.words)))


def _what(asked: Subcommand) -> str:
    kinds = {"mine": "open escalations of yours", "all": "escalations"}
    what = kinds.get(asked.scope or "", "open escalations")
    severity = f" with {asked.severity}" if asked.severity else ""
    return f"{what}{severity}" + (f" of “{asked.words}”" if asked.words else "")


async def stats_of(clarion: Clarion, user_id: str, asked: Subcommand) -> Message:
    """`/escalate stats`, with whatever narrows it."""
    mine, last = asked.scope == "mine", asked.span or LAST
    report = await read_figures(
        clarion, user_id, mine=mine, severity=asked.severity, customer=asked.words or None, last=last
    )
    what = stats.Asked(last, mine=mine, severity=asked.severity or "", customer=asked.words)
    return stats.stats_message(report, what, views.naming(clarion))


async def shown(clarion: Clarion, escalation: Escalation) -> Message:
    """`/escalate show`."""
    return replies.show_message(await reading.card(clarion, escalation))


async def timeline_of(clarion: Clarion, escalation: Escalation, page: int = 0) -> Message:
    """`/escalate timeline`, a page of it."""
    return timeline(escalation, await read_timeline(clarion, escalation.id), page)


async def customer_log_of(clarion: Clarion, escalation: Escalation, page: int = 0) -> Message:
    """What the customer was told, a page of it."""
    return customer_log(escalation, await read_log(clarion, escalation.id), page)


def promised(made: Promised) -> Message | None:
    """A word to those who asked for a later time than the cadence allows; None where they got what they asked for."""
    if not made.sooner_than_asked or made.due_at is None:
        return None
    return replies.sooner_than_asked(made.escalation, made.due_at)
