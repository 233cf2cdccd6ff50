"""Notes on the timeline: a message of the escalation's channel at once, any other by the form that asks which."""

from __future__ import annotations

from blocks import timeline_form
from blocks.quoted_message import Source, quoted_words
from handlers.interaction import Interaction
from services import finding, timeline


async def note_message(it: Interaction, source: Source, words: str) -> None:
    """Put a message on the timeline of its channel's escalation, or ask of which."""
    here = await finding.by_channel(it.clarion, source.channel_id)
    if here is None:
        await it.acknowledge()
        await it.open(timeline_form.view(source=source, source_words=words))
        return
    await timeline.note(it.clarion, here.id, it.user_id, it.key, words, author=source.author, link=source.link)
    await it.acknowledge()
    await it.say(f"{here.reference} has it on its timeline now.")


async def submit(it: Interaction) -> None:
    """The form was sent: the note, the message, or the note above the message."""
    sent = timeline_form.parse(it.values, it.metadata)
    text = "\n\n".join(filter(None, [sent.note, quoted_words(it.view["blocks"])]))
    author, link = (sent.source.author, sent.source.link) if sent.source else ("", "")
    escalation = await timeline.note(it.clarion, sent.escalation_id, it.user_id, it.key, text, author=author, link=link)
    await it.acknowledge()
    await it.say(f"{escalation.reference} has it on its timeline now.")
