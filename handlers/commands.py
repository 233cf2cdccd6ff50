"""`/escalate`: find out what was meant, and do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks.replies import suggestion
from blocks.text import unescape
from handlers import new_escalation
from handlers.command_text import Language, Misspelt, NewForm, Read, Subcommand, customer_in, first_subcommand, read
from handlers.interaction import Interaction
from handlers.subcommands import BY_NAME, Asked, language_of
from services import finding
from services.clarion import Clarion


def is_answered_at_once(clarion: Clarion, body: Mapping[str, Any]) -> bool:
    """Whether it cannot change anything before a form is sent; told without looking anything up."""
    name = first_subcommand(_text(body), _language(clarion))
    return name is None or not BY_NAME[name].changes


async def command(it: Interaction) -> None:
    """Carry out what was typed."""
    language, text = _language(it.clarion), _text(it.body)
    here = None
    said: Read = NewForm()
    if text and first_subcommand(text, language) is None:
        said = read(text, language)
    elif text:
        here = await finding.by_channel(it.clarion, it.channel_id)
        words = customer_in(text, language)
        known = bool(words) and bool(await finding.known_customers(it.clarion, words, it.user_id))
        said = read(text, language, here=here is not None, names_customer=known)
    match said:
        case NewForm():
            await new_escalation.open_with_words(it, said)
        case Subcommand():
            await BY_NAME[said.name].does(it, Asked(said, here))
        case Misspelt():
            await it.say(suggestion(said.word, said.meant))


def _text(body: Mapping[str, Any]) -> str:
    """As it was typed: Slack may hand it over escaped, as it does messages."""
    return unescape(str(body.get("text") or "")).strip()


def _language(clarion: Clarion) -> Language:
    return language_of(tuple(clarion.policy.severities))
