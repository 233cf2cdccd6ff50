"""Reading messages back, and reacting to them."""

from __future__ import annotations

from ..api_call import ApiCall, Method
from ..errors import SlackError
from ..json_types import Json
from ..shapes import message_json
from ..state import Channel, Message

MAX_PAGE = 999


def history(call: ApiCall) -> Json:
    """conversations.history: newest first, replies in threads left out."""
    channel = call.channel(member=True)
    found = [m for m in _between(call, channel) if m.thread_ts in (None, m.ts) or m.extra.get("reply_broadcast")]
    return _answer(call, found[::-1])


def replies(call: ApiCall) -> Json:
    """conversations.replies: the parent and its replies, oldest first."""
    channel = call.channel(member=True)
    parent = channel.message(call.args.need("ts"))
    if parent is None or parent.only_for:
        raise SlackError("thread_not_found")
    root = parent.thread_ts or parent.ts
    return _answer(call, [m for m in _between(call, channel) if root in (m.ts, m.thread_ts)])


def _between(call: ApiCall, channel: Channel) -> list[Message]:
    oldest, latest = call.args.text("oldest", "0") or "0", call.args.text("latest")
    inclusive = call.args.flag("inclusive")
    try:
        low, high = float(oldest), float(latest) if latest else float("inf")
    except ValueError as error:
        raise SlackError("invalid_ts_oldest") from error
    kept = []
    for message in channel.messages:
        moment = float(message.ts)
        inside = low <= moment <= high if inclusive else low < moment < high
        if inside and message.only_for is None:
            kept.append(message)
    return kept


def _answer(call: ApiCall, found: list[Message]) -> Json:
    everything = call.args.flag("include_all_metadata")
    bodies = [message_json(call.ws, message, everything) for message in found]
    page, metadata = call.page(bodies, default=100, most=MAX_PAGE)
    return {"messages": page, "has_more": bool(metadata["next_cursor"]), "pin_count": 0, "response_metadata": metadata}


def add_reaction(call: ApiCall) -> Json:
    """reactions.add."""
    message, name = _reacted(call)
    people = message.reactions.setdefault(name, [])
    if call.bot in people:
        raise SlackError("already_reacted")
    people.append(call.bot)
    call.ws.changes.notify()
    return {}


def remove_reaction(call: ApiCall) -> Json:
    """reactions.remove."""
    message, name = _reacted(call)
    if call.bot not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(call.bot)
    if not message.reactions[name]:
        del message.reactions[name]
    call.ws.changes.notify()
    return {}


def _reacted(call: ApiCall) -> tuple[Message, str]:
    channel = call.channel(member=True, live=True)
    message = channel.message(call.args.need("timestamp"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    name = call.args.need("name").strip(":")
    if not name.replace("_", "").replace("-", "").replace("+", "").replace("'", "").isalnum():
        raise SlackError("invalid_name")
    return message, name


METHODS: dict[str, Method] = {
    "conversations.history": history,
    "conversations.replies": replies,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
}
