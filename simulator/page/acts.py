"""What a person does on the page, carried out as their Slack client would."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from .. import acts, channels, posting
from ..driver.controls import Control, controls
from ..driver.fields import Field, complaint, entered, fields_of
from ..driver.sight import may_see, reader_for
from ..errors import SlackError
from ..json_types import Json
from ..people import Person
from ..shapes import message_json, view_json
from ..state import Channel, Message, View
from ..views_store import value_key

if TYPE_CHECKING:
    from ..workspace import Workspace


@dataclass(frozen=True)
class Deed:
    """Who does it, and what the page said about it."""

    ws: Workspace
    person: Person
    wish: Json

    def words(self, key: str) -> str:
        """A value that is text; empty when it is missing."""
        return str(self.wish.get(key) or "")

    @property
    def channel(self) -> Channel:
        """The conversation it happens in. Raises SlackError where the person may not look."""
        found = self.ws.state.channels.get(self.words("channel"))
        if found is None or not may_see(found, self.person):
            raise SlackError("channel_not_found")
        return found

    @property
    def message(self) -> Message:
        """The message it happens to."""
        found = self.channel.message(self.words("ts"))
        if found is None or found.only_for not in (None, self.person.id):
            raise SlackError("message_not_found")
        return found

    @property
    def view(self) -> View:
        """The person's own modal or Home it happens in."""
        found = self.ws.state.views.get(self.words("view"))
        if found is None or found.closed or found.user != self.person.id:
            raise SlackError("view_not_found")
        return found

    def element(self) -> tuple[str, Json]:
        """The block's id and the element, found again by its ids in what the app sent."""
        blocks = self.view.body["blocks"] if "view" in self.wish else _blocks(self.message)
        for block_id, element in controls(blocks):
            if block_id == self.words("block") and element.get("action_id", "") == self.words("action"):
                return block_id, element
        raise SlackError("element_not_found")


def _blocks(message: Message) -> list[Json]:
    return [*message.blocks, *(block for attachment in message.attachments for block in attachment.get("blocks", []))]


async def say(deed: Deed) -> Json:
    """Send what stands in the composer: a message, a reply, or a command."""
    text, thread = deed.words("text").strip(), deed.words("thread") or None
    if text.startswith("/") and not thread:
        return await _command(deed, text)
    if text:
        acts.say(deed.ws, deed.person, deed.channel, text, thread)
    return {}


async def _command(deed: Deed, text: str) -> Json:
    if deed.person.id not in deed.channel.members:
        raise SlackError("not_in_channel")
    command, _, rest = text.partition(" ")
    if command == acts.STATUS:
        acts.type_status(deed.ws, deed.person, rest)
        return {}
    declared = deed.ws.manifest.commands.get(command)
    if declared is not None and declared.should_escape:
        rest = posting.typed_by_person(deed.ws, rest)
    await deed.ws.interactions.command(deed.person, deed.channel, command, rest.strip())
    return {}


async def press(deed: Deed) -> Json:
    """A button, an entry of an overflow, or a choice in a menu outside a form."""
    block_id, element = deed.element()
    option = deed.wish.get("option")
    if element["type"] == "overflow" or option is None:
        action = Control(block_id, element, option).action()
    else:
        ids = {"action_id": element.get("action_id", ""), "block_id": block_id}
        action = ids | {"type": element["type"], value_key(element["type"]): option}
    if "view" in deed.wish:
        return _acked(deed, await deed.ws.interactions.act_in_view(deed.person, deed.view, action))
    return _acked(deed, await deed.ws.interactions.act_in_message(deed.person, deed.channel, deed.message, action))


async def enter(deed: Deed) -> Json:
    """Something was typed or chosen in a form; the app hears of it where it asked to."""
    view, found = deed.view, _field(deed)
    value = _value(deed, found, deed.wish.get("value"))
    view.values[found.block["block_id"]][found.element["action_id"]] = value
    if found.dispatches and deed.wish.get("dispatch"):
        ids = {"action_id": found.element["action_id"], "block_id": found.block["block_id"]}
        return _acked(deed, await deed.ws.interactions.act_in_view(deed.person, view, value | ids))
    return {}


def _field(deed: Deed) -> Field:
    for found in fields_of(deed.view, reader_for(deed.ws, deed.person)):
        if (found.block["block_id"], found.element["action_id"]) == (deed.words("block"), deed.words("action")):
            return found
    raise SlackError("element_not_found")


def _value(deed: Deed, found: Field, content: Any) -> Json:
    if found.kind == "rich_text_input":
        return entered(found, content, ZoneInfo(deed.person.tz))
    if content in (None, ""):
        return {"type": found.kind, found.key: [] if found.key.endswith("s") else None}
    return {"type": found.kind, found.key: content}


async def options(deed: Deed) -> Json:
    """What a menu offers that the app fills while one types."""
    block_id, element = deed.element()
    if "view" in deed.wish:
        source: Json = {"container": {"type": "view", "view_id": deed.view.id}, "view": view_json(deed.ws, deed.view)}
    else:
        message = deed.message
        where = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
        source = {"container": where, "channel": {"id": message.channel}, "message": message_json(deed.ws, message)}
    failures = len(deed.ws.failures)
    offered = await deed.ws.interactions.suggest(deed.person, element, block_id, deed.words("typed"), source)
    return {**offered, "failed": len(deed.ws.failures) > failures}


async def submit(deed: Deed) -> Json:
    """Send a form; what the client itself refuses never reaches the app."""
    view = deed.view
    complaints = {}
    for found in fields_of(view, reader_for(deed.ws, deed.person)):
        held = view.values[found.block["block_id"]][found.element["action_id"]]
        if words := complaint(found, held):
            complaints[str(found.block["block_id"])] = words
    if complaints:
        view.errors = complaints
        deed.ws.changes.notify()
        return {"outcome": "errors"}
    return {"outcome": await deed.ws.interactions.submit(deed.person, view)}


async def close(deed: Deed) -> Json:
    """Cancel a form, or with `everything` the whole stack."""
    await deed.ws.interactions.close(deed.person, deed.view, everything=bool(deed.wish.get("everything")))
    return {}


async def shortcut(deed: Deed) -> Json:
    """A global shortcut, or one of a message when there is a message."""
    callback = deed.words("callback")
    if "ts" in deed.wish:
        answered = deed.ws.interactions.message_shortcut(deed.person, deed.channel, deed.message, callback)
        return _acked(deed, await answered)
    return _acked(deed, await deed.ws.interactions.global_shortcut(deed.person, callback))


async def home(deed: Deed) -> Json:
    """Look at the app's Home, or at the messages beside it."""
    deed.ws.interactions.open_home(deed.person, deed.words("tab") or "home")
    return {}


async def join(deed: Deed) -> Json:
    """Enter a public channel."""
    channel = deed.channel
    if channel.kind != "channel" or channel.archived:
        raise SlackError("method_not_supported_for_channel_type")
    if deed.person.id not in channel.members:
        channels.join(deed.ws, channel, deed.person.id)
    return {}


async def leave(deed: Deed) -> Json:
    """Leave a channel."""
    if deed.person.id in deed.channel.members and not deed.channel.general:
        channels.leave(deed.ws, deed.channel, deed.person.id)
    return {}


async def react(deed: Deed) -> Json:
    """Put an emoji under a message, once."""
    if deed.person.id not in deed.message.reactions.get(deed.words("name"), []):
        acts.react(deed.ws, deed.person, deed.message, deed.words("name"))
    return {}


async def dismiss(deed: Deed) -> Json:
    """Put away an answer that only this person sees."""
    if deed.message.only_for == deed.person.id:
        posting.delete(deed.ws, deed.channel, deed.message)
    return {}


async def direct(deed: Deed) -> Json:
    """The direct messages with somebody, to go there."""
    other = deed.ws.find_person(deed.words("user"))
    return {"channel": channels.direct(deed.ws, deed.person.id, other.id).id}


def _acked(deed: Deed, acked: bool) -> Json:
    """Nothing more to say, or Slack's own words about an app that did not answer in time."""
    return {} if acked else {"trouble": deed.ws.failures[-1].shown}


ACTS: dict[str, Callable[[Deed], Awaitable[Json]]] = {
    one.__name__: one
    for one in (say, press, enter, options, submit, close, shortcut, home, join, leave, react, dismiss, direct)
}
