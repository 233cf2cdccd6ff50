"""Conversations as such: making, naming, archiving, finding them."""

from __future__ import annotations

from .. import channels
from ..api_call import ApiCall, Method, missing_scope
from ..errors import SlackError
from ..json_types import Json
from ..scopes import BY_KIND
from ..shapes import channel_json
from ..state import Channel, ChannelKind

MAX_TOPIC = 250
MAX_PAGE = 999
_KIND_OF_TYPE: dict[str, ChannelKind] = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}


def create(call: ApiCall) -> Json:
    """conversations.create."""
    kind: ChannelKind = "group" if call.args.flag("is_private") else "channel"
    call.require_scope(kind)
    name = call.args.text("name")
    channels.check_name(call.ws, name)
    channel = channels.create(call.ws, name, kind, call.bot)
    channels.join(call.ws, channel, call.bot)
    return {"channel": channel_json(call.ws, channel)}


def rename(call: ApiCall) -> Json:
    """conversations.rename: by the creator, in the channel."""
    channel = call.channel(member=True, live=True)
    if channel.creator != call.bot:
        raise SlackError("not_authorized")
    name = call.args.text("name")
    channels.check_name(call.ws, name, own=channel)
    channels.rename(call.ws, channel, name, call.bot)
    return {"channel": channel_json(call.ws, channel)}


def archive(call: ApiCall) -> Json:
    """conversations.archive: the bot is out of the channel afterwards."""
    channel = call.channel()
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("already_archived")
    if channel.general:
        raise SlackError("cant_archive_general")
    if call.bot not in channel.members:
        raise SlackError("not_in_channel")
    channels.archive(call.ws, channel, call.bot)
    return {}


def unarchive(call: ApiCall) -> Json:
    """conversations.unarchive: no bot ever succeeds, since archiving threw it out."""
    channel = call.channel()
    if not channel.archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


def set_topic(call: ApiCall) -> Json:
    """conversations.setTopic."""
    return _set_words(call, "topic")


def set_purpose(call: ApiCall) -> Json:
    """conversations.setPurpose."""
    return _set_words(call, "purpose")


def _set_words(call: ApiCall, which: str) -> Json:
    channel = call.channel(member=True, live=True)
    value = call.args.text(which)
    if len(value) > MAX_TOPIC:
        raise SlackError("too_long")
    channels.set_words(call.ws, channel, which, value, call.bot)
    return {which: value, "channel": channel_json(call.ws, channel)}


def info(call: ApiCall) -> Json:
    """conversations.info."""
    channel = call.channel()
    body = channel_json(call.ws, channel)
    if call.args.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


def members(call: ApiCall) -> Json:
    """conversations.members."""
    channel = call.channel()
    page, metadata = call.page([{"id": user} for user in channel.members], default=100, most=MAX_PAGE)
    return {"members": [item["id"] for item in page], "response_metadata": metadata}


def list_all(call: ApiCall) -> Json:
    """conversations.list: what the bot may see."""
    found = [c for c in _of_types(call) if not c.private or call.bot in c.members]
    return _list_page(call, found)


def list_own(call: ApiCall) -> Json:
    """users.conversations: what the bot, or another person, is in."""
    user = call.args.text("user", call.bot)
    call.person(user)
    found = [c for c in _of_types(call) if user in c.members and (not c.private or call.bot in c.members)]
    return _list_page(call, found)


def _of_types(call: ApiCall) -> list[Channel]:
    kinds = []
    for name in call.args.names("types") or ["public_channel"]:
        if name not in _KIND_OF_TYPE:
            raise SlackError("invalid_types")
        kind = _KIND_OF_TYPE[name]
        if not set(BY_KIND[call.method][kind]) & set(call.ws.granted_scopes):
            raise missing_scope(BY_KIND[call.method][kind][0], call.ws.granted_scopes)
        kinds.append(kind)
    without_archived = call.args.flag("exclude_archived")
    every = call.ws.state.channels.values()
    return [c for c in every if c.kind in kinds and not (without_archived and c.archived)]


def _list_page(call: ApiCall, found: list[Channel]) -> Json:
    bodies = [channel_json(call.ws, channel) | {"num_members": len(channel.members)} for channel in found]
    page, metadata = call.page(bodies, default=100, most=MAX_PAGE)
    return {"channels": page, "response_metadata": metadata}


METHODS: dict[str, Method] = {
    "conversations.archive": archive,
    "conversations.create": create,
    "conversations.info": info,
    "conversations.list": list_all,
    "conversations.members": members,
    "conversations.rename": rename,
    "conversations.setPurpose": set_purpose,
    "conversations.setTopic": set_topic,
    "conversations.unarchive": unarchive,
    "users.conversations": list_own,
}
