"""Who is in a conversation: inviting, kicking, joining, leaving, opening direct messages."""

from __future__ import annotations

from .. import channels
from ..api_call import ApiCall, Method
from ..errors import SlackError
from ..json_types import Json
from ..shapes import channel_json
from ..state import Channel

MAX_INVITED = 100
MAX_DIRECT = 8


def invite(call: ApiCall) -> Json:
    """conversations.invite: without `force` one bad id fails all; with it the good are invited and `errors` lists the rest."""
    channel = call.channel(member=True, live=True)
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    users = list(dict.fromkeys(call.args.names("users")))
    if not users:
        raise SlackError("no_user")
    if len(users) > MAX_INVITED:
        raise SlackError("too_many_users")
    refusals = {user: code for user in users if (code := _refusal(call, channel, user))}
    errors = [{"user": user, "ok": False, "error": code} for user, code in refusals.items()]
    good = [user for user in users if user not in refusals]
    if errors and (not call.args.flag("force") or not good):
        raise SlackError(next(iter(refusals.values())), errors=errors)
    for user in good:
        channels.join(call.ws, channel, user, inviter=call.bot)
    body: Json = {"channel": channel_json(call.ws, channel)}
    return body | {"errors": errors} if errors else body


def _refusal(call: ApiCall, channel: Channel, user: str) -> str | None:
    if user == call.bot:
        return "cant_invite_self"
    person = call.ws.state.people.get(user)
    if person is None or person.deleted:
        return "user_not_found"
    if user in channel.members:
        return "already_in_channel"
    if person.stranger and not channel.shared:
        return "user_not_found"
    if person.single_channel_guest and any(
        user in c.members for c in call.ws.state.channels.values() if c.kind in ("channel", "group")
    ):
        return "ura_max_channels"
    return None


def kick(call: ApiCall) -> Json:
    """conversations.kick."""
    channel = call.channel()
    user = call.args.need("user")
    if channel.general:
        raise SlackError("cant_kick_from_general")
    if user == call.bot:
        raise SlackError("cant_kick_self")
    if call.bot not in channel.members:
        raise SlackError("not_in_channel")
    call.person(user)
    if user not in channel.members:
        raise SlackError("not_in_channel")
    channels.leave(call.ws, channel, user, kicked_by=call.bot)
    return {}


def join(call: ApiCall) -> Json:
    """conversations.join: public channels only."""
    channel = call.ws.state.channels.get(call.args.need("channel"))
    if channel is None or (channel.private and call.bot not in channel.members):
        raise SlackError("channel_not_found")
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    if call.bot in channel.members:
        note = {"warnings": ["already_in_channel"]}
        return {"channel": channel_json(call.ws, channel), "warning": "already_in_channel", "response_metadata": note}
    channels.join(call.ws, channel, call.bot)
    return {"channel": channel_json(call.ws, channel)}


def leave(call: ApiCall) -> Json:
    """conversations.leave."""
    channel = call.channel()
    if channel.archived:
        raise SlackError("is_archived")
    if channel.general:
        raise SlackError("cant_leave_general")
    if call.bot not in channel.members:
        return {"not_in_channel": True}
    channels.leave(call.ws, channel, call.bot)
    return {}


def open_direct(call: ApiCall) -> Json:
    """conversations.open: direct messages with one person, or up to eight."""
    if "channel" in call.args:
        channel = call.channel()
        return {"channel": {"id": channel.id}}
    users = [user for user in dict.fromkeys(call.args.names("users")) if user != call.bot]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > MAX_DIRECT:
        raise SlackError("too_many_users")
    call.require_scope("im" if len(users) == 1 else "mpim")
    for user in users:
        person = call.person(user)
        if person.deleted:
            raise SlackError("user_disabled")
        if person.bot:
            raise SlackError("cannot_dm_bot")
        if person.stranger:
            raise SlackError("user_not_visible")
    known = call.ws.state.direct(*users, call.bot)
    if known is None and call.args.flag("prevent_creation"):
        raise SlackError("channel_not_found")
    channel = known or channels.direct(call.ws, *users, call.bot)
    full = call.args.flag("return_im")
    body: Json = {"channel": channel_json(call.ws, channel) if full else {"id": channel.id}}
    return body | {"already_open": True, "no_op": True} if known else body


METHODS: dict[str, Method] = {
    "conversations.invite": invite,
    "conversations.join": join,
    "conversations.kick": kick,
    "conversations.leave": leave,
    "conversations.open": open_direct,
}
