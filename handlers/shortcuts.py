"""The shortcuts of the manifest: a new escalation, one from a message, a message for the timeline."""

from __future__ import annotations

from collections.abc import Mapping

from blocks.customer_select import CustomerChoice
from blocks.ids import Shortcut
from blocks.new_escalation_form import Draft
from blocks.quoted_message import Source
from handlers import message_text, new_escalation, noting
from handlers.interaction import Interaction, Listener, log
from handlers.policy_words import usual_severity
from services import finding, people


async def shortcut(it: Interaction) -> None:
    """Whichever it is."""
    callback_id = str(it.body.get("callback_id"))
    if callback_id in SHORTCUTS:
        await SHORTCUTS[callback_id](it)
    else:
        log.warning("A shortcut that nobody knows: %s", callback_id)


def is_answered_at_once(callback_id: str) -> bool:
    """All but the note, which is taken before it is acknowledged."""
    return callback_id != Shortcut.ADD_TO_TIMELINE


async def escalate_message(it: Interaction) -> None:
    """The form with the message's first line as the summary; all of it and its link go with the form."""
    source, words = await _message(it)
    first = message_text.first_line(words)
    customer = await finding.customer_named(it.clarion, first, it.user_id)
    await new_escalation.open_form(
        it,
        Draft(
            customer=CustomerChoice(customer.id, customer.name) if customer else None,
            severity=usual_severity(it.clarion),
            summary=first,
            source=source,
            source_words=words,
        ),
    )


async def add_to_timeline(it: Interaction) -> None:
    source, words = await _message(it)
    await noting.note_message(it, source, words)


async def _message(it: Interaction) -> tuple[Source, str]:
    message, team = it.body["message"], it.body.get("team") or {}
    mentioned = await people.names(it.clarion, message_text.mentioned(message))
    words = message_text.message_words(message, {user: person.name for user, person in mentioned.items()})
    link = message_text.permalink(str(team.get("domain") or ""), it.channel_id, message)
    return Source(it.channel_id, str(message.get("ts") or ""), link, message_text.author_of(message)), words


SHORTCUTS: Mapping[str, Listener] = {
    Shortcut.NEW_ESCALATION: new_escalation.open_empty,
    Shortcut.ESCALATE_MESSAGE: escalate_message,
    Shortcut.ADD_TO_TIMELINE: add_to_timeline,
}
