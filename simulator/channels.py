"""What can happen to a conversation, whoever does it: creating, joining, leaving, renaming, archiving.

The rules about who may are the callers' (the Web API for the bot, the driver for people); here are the effects: the notice
in the channel, the event to the app, the change that others wait for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .errors import SlackError
from .posting import notice
from .state import Channel, ChannelKind

if TYPE_CHECKING:
    from .workspace import Workspace

MAX_NAME = 80


def check_name(ws: Workspace, name: str, own: Channel | None = None) -> None:
    """Refuse a channel name as conversations.create does: validated, never normalised; archived names stay taken."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > MAX_NAME:
        raise SlackError("invalid_name_maxlength")
    if not re.search(r"[^\W_]", name):
        raise SlackError("invalid_name_punctuation")
    if re.fullmatch(r"[a-z0-9_-]+", name) is None:
        raise SlackError("invalid_name_specials")
    taken = ws.state.channel_named(name)
    if taken is not None and taken is not own:
        raise SlackError("name_taken")


def create(ws: Workspace, name: str, kind: ChannelKind, creator: str) -> Channel:
    """A new conversation with its creator in it. The name has been checked."""
    prefix = {"channel": "C", "group": "C", "im": "D", "mpim": "G"}[kind]
    channel = Channel(ws.ids.new(prefix), name, kind, creator, int(ws.clock.now()))
    channel.updated = int(ws.clock.now() * 1000)
    if creator:
        channel.members[creator] = None
    ws.state.channels[channel.id] = channel
    if kind == "channel":
        brief = {"id": channel.id, "name": name, "created": channel.created, "creator": creator}
        ws.events.emit({"type": "channel_created", "channel": brief})
    ws.changes.notify()
    return channel


def direct(ws: Workspace, *people: str) -> Channel:
    """The direct conversation of these people, made if there was none."""
    found = ws.state.direct(*people)
    if found is not None:
        return found
    channel = create(ws, "", "im" if len(people) <= 2 else "mpim", "")
    if channel.kind == "mpim":
        names = sorted(ws.state.people[user].name for user in people)
        channel.name = "mpdm-" + "--".join(names) + "-1"
    channel.members = dict.fromkeys(people)
    return channel


def join(ws: Workspace, channel: Channel, user: str, inviter: str | None = None) -> None:
    """Put somebody in: notice, `member_joined_channel` (the bot hears of itself too)."""
    channel.members[user] = None
    by = f" by <@{inviter}>" if inviter else ""
    verb = "was added to" if inviter else "has joined"
    notice(ws, channel, user, "channel_join", f"<@{user}> {verb} the channel{by}")
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": ws.team_id,
    }
    if inviter:
        event["inviter"] = inviter
    ws.events.emit(event, channel)
    ws.changes.notify()


def leave(ws: Workspace, channel: Channel, user: str, kicked_by: str | None = None) -> None:
    """Take somebody out; the app hears of it while it is still in, or when it is the one who left."""
    event = {
        "type": "member_left_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": ws.team_id,
    }
    ws.events.emit(event, channel)
    channel.members.pop(user, None)
    said = (
        f"<@{user}> was removed from the channel by <@{kicked_by}>" if kicked_by else f"<@{user}> has left the channel"
    )
    notice(ws, channel, user, "channel_leave", said)
    ws.changes.notify()


def rename(ws: Workspace, channel: Channel, name: str, by: str) -> None:
    """Give a checked name; the old one is free again."""
    old, channel.name = channel.name, name
    channel.previous_names.insert(0, old)
    notice(ws, channel, by, "channel_name", f'<@{by}> has renamed the channel from "{old}" to "{name}"')
    brief = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    ws.events.emit({"type": "group_rename" if channel.private else "channel_rename", "channel": brief}, channel)
    ws.changes.notify()


def archive(ws: Workspace, channel: Channel, by: str) -> None:
    """Archive; every app's bot is ejected by it."""
    notice(ws, channel, by, "channel_archive", f"<@{by}> archived the channel")
    kind = "group_archive" if channel.private else "channel_archive"
    ws.events.emit({"type": kind, "channel": channel.id, "user": by, "is_moved": 0}, channel)
    channel.archived = True
    for user in [user for user in channel.members if ws.state.people[user].bot]:
        channel.members.pop(user)
    ws.changes.notify()


def unarchive(ws: Workspace, channel: Channel, by: str) -> None:
    """Open it again, by a person: the bot stays outside until invited."""
    channel.archived = False
    kind = "group_unarchive" if channel.private else "channel_unarchive"
    notice(ws, channel, by, "channel_unarchive", f"<@{by}> un-archived the channel")
    ws.events.emit({"type": kind, "channel": channel.id, "user": by}, channel)
    ws.changes.notify()


def set_words(ws: Workspace, channel: Channel, which: str, value: str, by: str) -> None:
    """Set `topic` or `purpose`, with the notice Slack posts about it."""
    words = {"value": value, "creator": by, "last_set": int(ws.clock.now())}
    if which == "topic":
        channel.topic = words
    else:
        channel.purpose = words
    label = "topic" if which == "topic" else "description"
    notice(ws, channel, by, f"channel_{which}", f"<@{by}> set the channel {label}: {value}")
    ws.changes.notify()
