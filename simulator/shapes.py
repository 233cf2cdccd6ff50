"""How channels, messages and views look in the Web API and in payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .json_types import Json
from .state import Channel, Message, View

if TYPE_CHECKING:
    from .workspace import Workspace


def channel_json(ws: Workspace, channel: Channel) -> Json:
    """`channel` as conversations.* return it, seen by the app's bot."""
    body: Json = {
        "id": channel.id,
        "created": channel.created,
        "creator": channel.creator,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_general": channel.general,
        "is_member": ws.bot_user_id in channel.members,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_org_shared": False,
        "context_team_id": ws.team_id,
        "updated": channel.updated,
    }
    if channel.kind == "im":
        others = [user for user in channel.members if user != ws.bot_user_id]
        return body | {"user": others[0] if others else ws.bot_user_id}
    return body | {
        "name": channel.name,
        "name_normalized": channel.name,
        "topic": dict(channel.topic),
        "purpose": dict(channel.purpose),
        "previous_names": list(channel.previous_names),
    }


def message_json(ws: Workspace, message: Message, all_metadata: bool = False) -> Json:
    """A message as history, events and payloads carry it; metadata is cut to its type unless all of it is asked for."""
    body: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts, "team": ws.team_id}
    if message.subtype:
        body["subtype"] = message.subtype
    if message.client_msg_id:
        body["client_msg_id"] = message.client_msg_id
    if message.by_app:
        body |= {"bot_id": ws.bot_id, "app_id": ws.app_id, "bot_profile": bot_profile(ws)}
    for key in ("blocks", "attachments", "thread_ts", "edited"):
        if value := getattr(message, key):
            body[key] = value
    if message.metadata:
        full = message.metadata
        body["metadata"] = full if all_metadata else {"event_type": full["event_type"]}
    if message.reactions:
        body["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.pinned:
        body["pinned_to"] = [message.channel]
    return body | message.extra | _thread_figures(ws, message)


def _thread_figures(ws: Workspace, message: Message) -> Json:
    if not message.thread_ts or message.only_for:
        return {}
    channel = ws.state.channels[message.channel]
    if message.thread_ts != message.ts:
        parent = channel.message(message.thread_ts)
        return {"parent_user_id": parent.user} if parent else {}
    replies = [m for m in channel.messages if m.thread_ts == message.ts and m.ts != message.ts and not m.only_for]
    if not replies:
        return {}
    people = list(dict.fromkeys(m.user for m in replies))
    return {
        "reply_count": len(replies),
        "reply_users": people,
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts,
    }


def bot_profile(ws: Workspace) -> Json:
    """The app as its messages name it."""
    return {
        "id": ws.bot_id,
        "app_id": ws.app_id,
        "name": ws.manifest.bot_name,
        "team_id": ws.team_id,
        "deleted": False,
        "icons": {},
        "updated": 0,
    }


def view_json(ws: Workspace, view: View) -> Json:
    """`view` as views.* return it and as submissions carry it, state included."""
    keep = ("type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id")
    body: Json = {key: view.body.get(key) for key in keep}
    return body | {
        "id": view.id,
        "team_id": ws.team_id,
        "private_metadata": view.body.get("private_metadata", ""),
        "callback_id": view.body.get("callback_id", ""),
        "external_id": view.body.get("external_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "clear_on_close": view.body.get("clear_on_close", False),
        "notify_on_close": view.body.get("notify_on_close", False),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": ws.app_id,
        "app_installed_team_id": ws.team_id,
        "bot_id": ws.bot_id,
    }
