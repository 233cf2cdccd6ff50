"""What a person sees: conversations as text, and waiting until something shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from ..people import Person
from ..render_text import Reader, blocks_text, mrkdwn
from ..state import Channel, Message, View

if TYPE_CHECKING:
    from ..workspace import Workspace

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds that a person waits for something to show unless told otherwise."""


class NotSeen(AssertionError):
    """Something was not there, or did not come in time; the message shows what was there instead."""


@dataclass(frozen=True)
class SeenMessage:
    """A message and how it reads to somebody."""

    message: Message
    text: str

    @property
    def ts(self) -> str:
        """Its timestamp."""
        return self.message.ts

    @property
    def blocks(self) -> list[dict[str, object]]:
        """Its blocks as they were sent."""
        return self.message.blocks


def matches(words: str, text: str) -> bool:
    """Whether a label reads like these words: case does not matter, extra words after them are fine."""
    return _bare(text).startswith(_bare(words))


def _bare(text: str) -> str:
    return " ".join(text.casefold().split())


def reader_for(ws: Workspace, person: Person) -> Reader:
    """The reader's view of names and time."""

    def user(user_id: str) -> str:
        found = ws.state.people.get(user_id)
        return found.name if found else user_id

    def channel(channel_id: str) -> str:
        found = ws.state.channels.get(channel_id)
        if found is None:
            return channel_id
        return found.name if may_see(found, person) else "private-channel"

    def group(group_id: str) -> str:
        found = ws.state.usergroups.get(group_id)
        return found.handle if found else group_id

    return Reader(ZoneInfo(person.tz), ws.clock.now(), person.id, user, channel, group)


def may_see(channel: Channel, person: Person) -> bool:
    """Whether the person may read there: in it, or public (guests and strangers see only what they are in)."""
    outsider = person.restricted or person.stranger
    return person.id in channel.members or (channel.kind == "channel" and not outsider)


def message_text(ws: Workspace, person: Person, message: Message) -> str:
    """One message as the person reads it, author left out."""
    reader = reader_for(ws, person)
    parts = [blocks_text(message.blocks, reader) if message.blocks else mrkdwn(message.text, reader)]
    for attachment in message.attachments:
        words = [mrkdwn(str(attachment[key]), reader) for key in ("pretext", "title", "text") if attachment.get(key)]
        parts += [
            "| " + line for line in [*words, *blocks_text(attachment.get("blocks", []), reader).split("\n")] if line
        ]
    return "\n".join(part for part in parts if part)


def visible_messages(channel: Channel, person: Person) -> list[Message]:
    """Everybody's messages and this person's ephemeral ones, oldest first."""
    return [message for message in channel.messages if message.only_for in (None, person.id)]


def conversation_text(ws: Workspace, person: Person, channel: Channel) -> str:
    """A conversation as text: topic, bookmarks, messages with authors, replies below what they answer."""
    lines = [_heading(ws, channel, person)]
    if channel.topic["value"]:
        lines.append(f"Topic: {mrkdwn(channel.topic['value'], reader_for(ws, person))}")
    lines += [f"Bookmark: {bookmark['title']} <{bookmark['link']}>" for bookmark in channel.bookmarks]
    seen = visible_messages(channel, person)
    for message in seen:
        if message.thread_ts in (None, message.ts) or channel.message(message.thread_ts or "") is None:
            lines.append(_entry(ws, person, message, ""))
            replies = [m for m in seen if m.thread_ts == message.ts and m is not message]
            lines += [_entry(ws, person, reply, "    ") for reply in replies]
    return "\n".join(lines)


def _heading(ws: Workspace, channel: Channel, person: Person) -> str:
    if channel.kind in ("im", "mpim"):
        others = [ws.state.people[user].name for user in channel.members if user != person.id]
        return "@" + ", @".join(others)
    return f"#{channel.name}" + (" (private)" if channel.private else "") + (" (archived)" if channel.archived else "")


def _entry(ws: Workspace, person: Person, message: Message, pad: str) -> str:
    author = ws.state.people.get(message.user)
    text = message_text(ws, person, message)
    if message.system:
        first = f"· {text}"
    else:
        marks = " (pinned)" if message.pinned else ""
        marks += " (edited)" if message.edited else ""
        marks += " (Only visible to you)" if message.only_for else ""
        first = f"{author.name if author else message.user}{marks}: {text}"
    if message.reactions:
        first += "\n" + " ".join(f":{name}: {len(users)}" for name, users in message.reactions.items())
    return "\n".join(pad + line for line in first.split("\n"))


def view_text(ws: Workspace, person: Person, view: View) -> str:
    """A modal or Home as text, errors and the buttons at the foot included."""
    reader = reader_for(ws, person)
    lines = [view.title] if view.title else []
    for block in view.body["blocks"]:
        lines.append(blocks_text([block], reader, view.values))
        if block["block_id"] in view.errors:
            lines.append(f"  ! {view.errors[block['block_id']]}")
    if view.trouble:
        lines.append(f"! {view.trouble}")
    if view.kind == "modal":
        foot = [view.body.get("close", {"text": "Cancel"}), view.body.get("submit")]
        lines.append(" ".join(f"[{button['text']}]" for button in foot if button))
    return "\n".join(lines)


async def wait_for(
    ws: Workspace, predicate: Callable[[], T | None], timeout: float, what: str, shown: Callable[[], str]
) -> T:
    """The predicate's first truthy value; NotSeen with what is shown when the time is up."""
    try:
        value = await ws.until(predicate, timeout)
    except TimeoutError:
        raise NotSeen(f"{what}: not within {timeout:g} s. There is:\n{shown()}") from None
    if value is None:
        raise NotSeen(what)
    return value
