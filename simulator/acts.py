"""What people do in Slack without the app: talking, joining, inviting, archiving, leaving the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import channels, posting
from .errors import SlackError
from .json_types import Json
from .people import Person, Usergroup, user_json, usergroup_json
from .state import Channel, Message

STATUS = "/status"

if TYPE_CHECKING:
    from .workspace import Workspace


def say(ws: Workspace, person: Person, channel: Channel, text: str, thread_ts: str | None = None) -> Message:
    """Type a message; @names and #channels become live, everything else stays as typed."""
    if channel.archived:
        raise SlackError("is_archived")
    if person.id not in channel.members:
        raise SlackError("not_in_channel")
    live = posting.typed_by_person(ws, text)
    return posting.post(ws, channel, person.id, live, thread_ts=thread_ts, client_msg_id=ws.ids.uuid())


def react(ws: Workspace, person: Person, message: Message, name: str) -> None:
    """Put an emoji under a message."""
    message.reactions.setdefault(name, []).append(person.id)
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event: Json = {
        "type": "reaction_added",
        "user": person.id,
        "reaction": name,
        "item": item,
        "item_user": message.user,
    }
    ws.events.emit(event, ws.state.channels[message.channel])
    ws.changes.notify()


def change_person(ws: Workspace, person: Person, **fields: object) -> None:
    """Set fields of somebody (`deleted`, `real_name`, `tz` …) and send `user_change`."""
    for key, value in fields.items():
        setattr(person, key, value)
    person.updated = int(ws.clock.now())
    body = _user(ws, person)
    ws.events.emit({"type": "user_change", "user": body})
    ws.changes.notify()


def set_status(ws: Workspace, person: Person, text: str = "", emoji: str = "", expiration: int = 0) -> None:
    """Say what one is up to beside one's name; nothing takes it back. Slack has a speech balloon where no emoji is chosen."""
    emoji = emoji or (":speech_balloon:" if text else "")
    change_person(ws, person, status_text=text, status_emoji=emoji, status_expiration=expiration)


def type_status(ws: Workspace, person: Person, rest: str) -> None:
    """Slack's own command: `/status :palm_tree: On holiday`, and `/status clear`."""
    first, _, words = rest.strip().partition(" ")
    if rest.strip().casefold() in ("", "clear"):
        set_status(ws, person)
    elif len(first) > 2 and first.startswith(":") and first.endswith(":"):
        set_status(ws, person, words.strip(), first)
    else:
        set_status(ws, person, rest.strip())


def _user(ws: Workspace, person: Person) -> Json:
    return user_json(person, ws.team_id, "users:read.email" in ws.granted_scopes, ws.clock.now())


def deactivate(ws: Workspace, person: Person) -> None:
    """Somebody leaves the company: out of every channel, `user_change` with `deleted`."""
    for channel in ws.state.channels.values():
        if person.id in channel.members and channel.kind in ("channel", "group"):
            channels.leave(ws, channel, person.id)
    for group in ws.state.usergroups.values():
        if person.id in group.members:
            group.members.remove(person.id)
    change_person(ws, person, deleted=True)


def add_person(ws: Workspace, person: Person) -> None:
    """Somebody is new: `team_join`, and into the general channel."""
    ws.state.people[person.id] = person
    ws.events.emit({"type": "team_join", "user": _user(ws, person)})
    if not person.restricted and not person.stranger:
        for channel in ws.state.channels.values():
            if channel.general:
                channels.join(ws, channel, person.id)
    ws.changes.notify()


def add_usergroup(ws: Workspace, handle: str, members: list[str], name: str = "") -> Usergroup:
    """Make `@handle`; `subteam_created`."""
    group = Usergroup(ws.ids.new("S"), handle, name or handle.title(), list(members))
    ws.state.usergroups[group.id] = group
    ws.events.emit({"type": "subteam_created", "subteam": usergroup_json(group, ws.team_id, with_users=True)})
    ws.changes.notify()
    return group


def set_usergroup(ws: Workspace, group: Usergroup, members: list[str]) -> None:
    """Change who is in a usergroup; `subteam_members_changed` and `subteam_updated`."""
    before, group.members = group.members, list(members)
    added = [user for user in members if user not in before]
    removed = [user for user in before if user not in members]
    event: Json = {"type": "subteam_members_changed", "subteam_id": group.id, "team_id": ws.team_id}
    event |= {"added_users": added, "removed_users": removed}
    ws.events.emit(event)
    ws.events.emit({"type": "subteam_updated", "subteam": usergroup_json(group, ws.team_id, with_users=True)})
    ws.changes.notify()
