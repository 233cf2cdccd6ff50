"""What people are answered: read by services, put into words here or in `blocks.replies`."""

from __future__ import annotations

from collections.abc import Sequence

from blocks import replies
from blocks.layout import line, rich
from blocks.message import Message, message
from blocks.text import channel, clean_line, listed, say, words
from blocks.timeline import timeline
from blocks.times import when
from escalation.case import Delivery, Escalation
from handlers import policy_words
from handlers.command_text import Subcommand
from services import finding, reading
from services.clarion import Clarion
from services.finding import reference_number
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


async def shown(clarion: Clarion, escalation: Escalation) -> Message:
    """`/escalate show`."""
    return replies.show_message(await reading.card(clarion, escalation))


async def timeline_of(clarion: Clarion, escalation: Escalation, page: int = 0) -> Message:
    """`/escalate timeline`, a page of it."""
    return timeline(escalation, await read_timeline(clarion, escalation.id), page)


def promised(made: Promised) -> Message | None:
    """A word to those who asked for a later time than the cadence allows; None where they got what they asked for."""
    if not made.sooner_than_asked or made.due_at is None:
        return None
    start = f"The next update of {made.escalation.reference} is due "
    return message(rich(line(say(start), when(made.due_at), say(": its severity does not allow a later time."))))


def follows(what: str, delivery: Delivery) -> Message:
    """Somebody follows something now; a customer's name in it is as it was typed."""
    several = reference_number(what) is None
    place = "you are brought into the channel of each." if several else "you are brought into the channel."
    how = ": you hear of it by direct message." if delivery is Delivery.DIRECT else f": {place}"
    return message(rich(line(say("You follow "), words(clean_line(what), bold=True), say(f" now{how}"))))


def follows_no_more(what: str, left: Sequence[str], *, was_followed: bool) -> Message:
    """It ended, or was not followed at all; and what is followed still."""
    start = "You no longer follow " if was_followed else "You did not follow "
    rest = [say(" You still follow "), *listed([words(clean_line(one)) for one in left]), say(".")] if left else []
    return message(rich(line(say(start), words(clean_line(what), bold=True), say("."), *rest)))


def acknowledged(escalation: Escalation) -> Message:
    """`/escalate ack` was taken."""
    place = [say(" It goes on in "), channel(escalation.channel_id), say(".")] if escalation.channel_id else []
    return message(rich(line(say(f"You acknowledged {escalation.reference}."), *place)))
