"""Pinned messages."""

from __future__ import annotations

from .. import posting
from ..api_call import ApiCall, Method
from ..errors import SlackError
from ..json_types import Json
from ..shapes import message_json
from ..state import Channel, Message

MAX_PINS = 100


def add(call: ApiCall) -> Json:
    """pins.add, with the notice Slack posts about it."""
    channel, message = _named(call)
    if message.pinned:
        raise SlackError("already_pinned")
    if sum(m.pinned for m in channel.messages) >= MAX_PINS:
        raise SlackError("too_many_pins")
    message.pinned = True
    notice = f"<@{call.bot}> pinned a message to this channel."
    posting.post(call.ws, channel, call.bot, notice, subtype="pinned_item")
    return {}


def remove(call: ApiCall) -> Json:
    """pins.remove."""
    _, message = _named(call)
    if not message.pinned:
        raise SlackError("no_pin")
    message.pinned = False
    call.ws.changes.notify()
    return {}


def list_pins(call: ApiCall) -> Json:
    """pins.list."""
    channel = call.channel(member=True)
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "created": int(float(message.ts)),
            "created_by": call.bot,
            "message": message_json(call.ws, message),
        }
        for message in channel.messages
        if message.pinned
    ]
    return {"items": items}


def _named(call: ApiCall) -> tuple[Channel, Message]:
    channel = call.channel(member=True, live=True)
    message = channel.message(call.args.need("timestamp"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    return channel, message


METHODS: dict[str, Method] = {"pins.add": add, "pins.list": list_pins, "pins.remove": remove}
