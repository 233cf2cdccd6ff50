"""Messages come, change and go here, with the events that tell the app of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .json_types import Json
from .mentions import mentions
from .shapes import message_json
from .state import Channel, Message

if TYPE_CHECKING:
    from .workspace import Workspace

TEXT_CUT = 40_000

_EVENT_OF_KIND = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}


def new_ts(ws: Workspace, channel: Channel) -> str:
    """A timestamp after every earlier one of the channel."""
    channel.last_tick = max(int(ws.clock.now() * 1_000_000), channel.last_tick + 1)
    return f"{channel.last_tick // 1_000_000}.{channel.last_tick % 1_000_000:06d}"


def post(ws: Workspace, channel: Channel, user: str, text: str, **fields: object) -> Message:
    """Add a message by `user`, give the app its `message` event and, when the bot is mentioned, `app_mention`."""
    message = Message(channel.id, new_ts(ws, channel), user, text[:TEXT_CUT])
    message.by_app = user == ws.bot_user_id
    for key, value in fields.items():
        setattr(message, key, value)
    message.blocks = with_block_ids(ws, message.blocks)
    channel.messages.append(message)
    if message.thread_ts and (parent := channel.message(message.thread_ts)) is not None:
        parent.thread_ts = parent.ts
    if message.only_for is None:
        _tell_app(ws, channel, message)
    ws.changes.notify()
    return message


def with_block_ids(ws: Workspace, blocks: list[Json]) -> list[Json]:
    """Blocks with the ids that Slack gives to those that came without."""
    return [block if block.get("block_id") else {**block, "block_id": ws.ids.token(5)} for block in blocks]


def notice(ws: Workspace, channel: Channel, user: str, subtype: str, text: str) -> Message:
    """One of Slack's own lines in a channel."""
    if channel.kind == "group":
        subtype = subtype.replace("channel_", "group_", 1)
    return post(ws, channel, user, text, subtype=subtype, by_app=False)


def message_event(ws: Workspace, channel: Channel, fields: Json) -> None:
    """Emit a `message` event of the channel's kind."""
    channel_type = {"im": "im", "mpim": "mpim", "group": "group"}.get(channel.kind, "channel")
    event = {"type": "message", "channel": channel.id, "channel_type": channel_type} | fields
    ws.events.emit(event, channel, subscription=_EVENT_OF_KIND[channel.kind])


def _tell_app(ws: Workspace, channel: Channel, message: Message) -> None:
    body = message_json(ws, message, all_metadata=True) | {"event_ts": message.ts}
    message_event(ws, channel, body)
    named = any(mention.target == ws.bot_user_id for mention in mentions(message))
    if named and not message.by_app and not message.system and channel.kind != "im":
        keep = ("user", "text", "ts", "team", "blocks", "client_msg_id", "thread_ts", "event_ts")
        fields = {key: body[key] for key in keep if key in body}
        ws.events.emit({"type": "app_mention", "channel": channel.id} | fields, channel)


def tell_changed(ws: Workspace, channel: Channel, message: Message, before: Json) -> None:
    """The `message_changed` event of an edit."""
    now = message_json(ws, message, all_metadata=True)
    fields = {"subtype": "message_changed", "message": now, "previous_message": before, "hidden": True}
    message_event(ws, channel, fields | {"ts": new_ts(ws, channel), "event_ts": message.ts})
    ws.changes.notify()


def delete(ws: Workspace, channel: Channel, message: Message) -> None:
    """Take a message away for everybody."""
    before = message_json(ws, message, all_metadata=True)
    channel.messages.remove(message)
    if message.only_for is None:
        fields = {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": before, "hidden": True}
        message_event(ws, channel, fields | {"ts": new_ts(ws, channel), "event_ts": message.ts})
    ws.changes.notify()


def typed_by_person(ws: Workspace, text: str) -> str:
    """What a person typed, as Slack stores it: `& < >` escaped, @names, #channels and @here made live."""
    return linked_names(ws, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def linked_names(ws: Workspace, text: str) -> str:
    """@names, #channels and @here made live: what `link_names` and `parse=full` ask for."""

    def person(match: re.Match[str]) -> str:
        word = match[1]
        if word in ("here", "channel", "everyone"):
            return f"<!{word}>"
        named = ws.state.person_named(word)
        if named is not None:
            return f"<@{named.id}>"
        group = next((g for g in ws.state.usergroups.values() if g.handle == word), None)
        return f"<!subteam^{group.id}>" if group else match[0]

    def channel(match: re.Match[str]) -> str:
        found = ws.state.channel_named(match[1])
        return f"<#{found.id}|{'' if found.private else found.name}>" if found else match[0]

    return re.sub(r"(?<![\w<])#([\w-]+)", channel, re.sub(r"(?<![\w<])@([\w.-]*\w)", person, text))
