"""The payloads of SLACK.md, section 3: what the app is sent when a person does something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .json_types import Json
from .people import Person
from .shapes import message_json, view_json
from .state import Channel, Message, ResponseUrl, Trigger, View

if TYPE_CHECKING:
    from .workspace import Workspace

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0


def new_trigger(ws: Workspace, user: str, view: View | None = None) -> str:
    """A trigger id that lives three real seconds, or for as long as the workspace waits for an acknowledgement if longer."""
    name = f"{ws.ids.token(13)}.{ws.ids.token(10)}.{ws.ids.token(32)}"
    lives = max(TRIGGER_SECONDS, ws.delivery.ack_seconds)
    ws.state.triggers[name] = Trigger(user, ws.clock.steady() + lives, view.id if view else None)
    return name


def new_response_url(ws: Workspace, channel: Channel, user: str, message: Message | None = None) -> str:
    """An address for five answers within half an hour."""
    token = ws.ids.token(24)
    expires = ws.clock.now() + RESPONSE_URL_SECONDS
    ws.state.response_urls[token] = ResponseUrl(token, channel.id, user, expires, message=message)
    return f"{ws.base_url}response/{ws.team_id}/{token}"


def common(ws: Workspace, person: Person) -> Json:
    """What every interactive payload carries."""
    team = person.team_id or ws.team_id
    return {
        "team": {"id": ws.team_id, "domain": ws.team_domain},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": team},
        "api_app_id": ws.app_id,
        "token": "verification-token",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def slash(ws: Workspace, person: Person, channel: Channel, command: str, text: str) -> Json:
    """A slash command."""
    kinds = {"im": "directmessage", "mpim": channel.name, "group": "privategroup"}
    return {
        "token": "verification-token",
        "team_id": ws.team_id,
        "team_domain": ws.team_domain,
        "channel_id": channel.id,
        "channel_name": kinds.get(channel.kind, channel.name),
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": ws.app_id,
        "is_enterprise_install": "false",
        "response_url": new_response_url(ws, channel, person.id),
        "trigger_id": new_trigger(ws, person.id),
    }


def global_shortcut(ws: Workspace, person: Person, callback_id: str) -> Json:
    """A shortcut of the lightning menu: no channel, no response_url."""
    own = {"type": "shortcut", "callback_id": callback_id, "action_ts": _action_ts(ws)}
    return common(ws, person) | own | {"trigger_id": new_trigger(ws, person.id)}


def message_shortcut(ws: Workspace, person: Person, channel: Channel, message: Message, callback_id: str) -> Json:
    """A shortcut of a message's menu."""
    return common(ws, person) | {
        "type": "message_action",
        "callback_id": callback_id,
        "trigger_id": new_trigger(ws, person.id),
        "response_url": new_response_url(ws, channel, person.id),
        "message_ts": message.ts,
        "action_ts": _action_ts(ws),
        "message": message_json(ws, message),
        "channel": {"id": channel.id, "name": _shown_name(channel)},
    }


def action_in_message(ws: Workspace, person: Person, channel: Channel, message: Message, action: Json) -> Json:
    """block_actions of a message; an ephemeral one is not carried along."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body = common(ws, person) | {
        "type": "block_actions",
        "container": container,
        "trigger_id": new_trigger(ws, person.id),
        "channel": {"id": channel.id, "name": _shown_name(channel)},
        "state": {"values": {}},
        "response_url": new_response_url(ws, channel, person.id, message),
        "actions": [action | {"action_ts": _action_ts(ws)}],
    }
    if message.only_for is None:
        body["message"] = message_json(ws, message)
    return body


def action_in_view(ws: Workspace, person: Person, view: View, action: Json) -> Json:
    """block_actions of a modal or a Home."""
    return common(ws, person) | {
        "type": "block_actions",
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": new_trigger(ws, person.id, view),
        "view": view_json(ws, view),
        "actions": [action | {"action_ts": _action_ts(ws)}],
    }


def submission(ws: Workspace, person: Person, view: View) -> Json:
    """view_submission."""
    return common(ws, person) | {
        "type": "view_submission",
        "trigger_id": new_trigger(ws, person.id, view),
        "view": view_json(ws, view),
        "response_urls": [],
    }


def closing(ws: Workspace, person: Person, view: View, cleared: bool) -> Json:
    """view_closed."""
    return common(ws, person) | {"type": "view_closed", "view": view_json(ws, view), "is_cleared": cleared}


def suggestion(ws: Workspace, person: Person, element: Json, block_id: str, typed: str, source: Json) -> Json:
    """block_suggestion; `source` is the container with its view or its message and channel."""
    own = {"type": "block_suggestion", "action_id": element["action_id"], "block_id": block_id, "value": typed}
    return common(ws, person) | own | source


def _shown_name(channel: Channel) -> str:
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


def _action_ts(ws: Workspace) -> str:
    return f"{ws.clock.now():.6f}"
