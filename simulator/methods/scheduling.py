"""Messages that wait for their time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .. import posting
from ..api_call import ApiCall, Method
from ..errors import SlackError
from ..json_types import Json
from ..state import Scheduled
from .chat import check_may_post, read_content, read_metadata, target

if TYPE_CHECKING:
    from ..workspace import Workspace

MAX_AHEAD = 120 * 24 * 3600
WINDOW = 300
PER_WINDOW = 30
# One that is this near to its time cannot be taken back.
TOO_NEAR = 60
_LOOK_SECONDS = 0.05


def schedule(call: ApiCall) -> Json:
    """chat.scheduleMessage. With `metadata` it answers ok and never posts: Slack's documented bug."""
    channel = target(call)
    check_may_post(call, channel)
    text, blocks, attachments = read_content(call)
    post_at, now = call.args.number("post_at", 0), call.ws.clock.now()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + MAX_AHEAD:
        raise SlackError("time_too_far")
    near = [
        s
        for s in call.ws.state.scheduled.values()
        if s.channel == channel.id and s.post_at // WINDOW == post_at // WINDOW
    ]
    if len(near) >= PER_WINDOW:
        raise SlackError("restricted_too_many")
    content: Json = {"text": text, "blocks": blocks, "attachments": attachments}
    content["thread_ts"] = call.args.text("thread_ts") or None
    item = Scheduled(call.ws.ids.new("Q"), channel.id, post_at, content, int(now), never=bool(read_metadata(call)))
    call.ws.state.scheduled[item.id] = item
    if not call.ws.posts_scheduled:
        call.ws.posts_scheduled = True
        call.ws.spawn(_post_what_is_due(call.ws))
    shown = {"type": "delayed_message", "text": text, "user": call.bot, "bot_id": call.ws.bot_id, "blocks": blocks}
    return {"channel": channel.id, "scheduled_message_id": item.id, "post_at": post_at, "message": shown}


async def _post_what_is_due(ws: Workspace) -> None:
    """Look at the clock, which somebody may move, for as long as anything waits."""
    while ws.state.scheduled:
        for item in sorted(ws.state.scheduled.values(), key=lambda one: one.post_at):
            if item.post_at <= ws.queue_clock():
                del ws.state.scheduled[item.id]
                _post(ws, item)
        await asyncio.sleep(_LOOK_SECONDS)
    ws.posts_scheduled = False


def _post(ws: Workspace, item: Scheduled) -> bool:
    """Whether it was posted: nothing comes of it with `metadata`, or where the bot is not (archiving throws it out, too)."""
    channel = ws.state.channels[item.channel]
    if item.never or ws.bot_user_id not in channel.members:
        return False
    posting.post(ws, channel, ws.bot_user_id, **item.args)
    return True


def delete(call: ApiCall) -> Json:
    """chat.deleteScheduledMessage."""
    channel = target(call)
    item = call.ws.state.scheduled.get(call.args.need("scheduled_message_id"))
    if item is None or item.channel != channel.id or item.post_at - call.ws.queue_clock() < TOO_NEAR:
        raise SlackError("invalid_scheduled_message_id")
    del call.ws.state.scheduled[item.id]
    return {}


def list_scheduled(call: ApiCall) -> Json:
    """chat.scheduledMessages.list."""
    wanted = call.args.text("channel")
    items: list[Json] = [
        {
            "id": item.id,
            "channel_id": item.channel,
            "post_at": item.post_at,
            "date_created": item.created,
            "text": item.args["text"],
        }
        for item in call.ws.state.scheduled.values()
        if not wanted or item.channel == wanted
    ]
    page, metadata = call.page(items, default=100, most=1000)
    return {"scheduled_messages": page, "response_metadata": metadata}


METHODS: dict[str, Method] = {
    "chat.deleteScheduledMessage": delete,
    "chat.scheduleMessage": schedule,
    "chat.scheduledMessages.list": list_scheduled,
}
