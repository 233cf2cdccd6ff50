"""Links along the top of a channel."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..api_call import ApiCall, Method
from ..errors import SlackError
from ..json_types import Json
from ..state import Channel

MAX_BOOKMARKS = 100


def add(call: ApiCall) -> Json:
    """bookmarks.add: links only."""
    channel = _channel(call)
    kind = call.args.need("type")
    if kind != "link":
        raise SlackError("invalid_bookmark_type")
    title, link = call.args.need("title"), _link(call.args.text("link"))
    if len(channel.bookmarks) >= MAX_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = int(call.ws.clock.now())
    bookmark: Json = {
        "id": call.ws.ids.new("Bk"),
        "channel_id": channel.id,
        "title": title,
        "link": link,
        "emoji": call.args.text("emoji"),
        "type": kind,
        "date_created": now,
        "date_updated": 0,
        "rank": f"{len(channel.bookmarks):04d}",
        "last_updated_by_user_id": call.bot,
        "app_id": call.ws.app_id,
    }
    channel.bookmarks.append(bookmark)
    call.ws.changes.notify()
    return {"bookmark": bookmark}


def edit(call: ApiCall) -> Json:
    """bookmarks.edit."""
    channel = _channel(call)
    bookmark = _find(call, channel)
    if "link" in call.args:
        bookmark["link"] = _link(call.args.text("link"))
    for key in ("title", "emoji"):
        if key in call.args:
            bookmark[key] = call.args.text(key)
    bookmark["date_updated"] = int(call.ws.clock.now())
    call.ws.changes.notify()
    return {"bookmark": bookmark}


def remove(call: ApiCall) -> Json:
    """bookmarks.remove."""
    channel = _channel(call)
    channel.bookmarks.remove(_find(call, channel))
    call.ws.changes.notify()
    return {}


def list_bookmarks(call: ApiCall) -> Json:
    """bookmarks.list."""
    return {"bookmarks": call.channel("channel_id", member=True).bookmarks}


def _channel(call: ApiCall) -> Channel:
    channel = call.channel("channel_id")
    if channel.archived or call.bot not in channel.members:
        raise SlackError("permission_denied" if channel.archived else "not_in_channel")
    return channel


def _find(call: ApiCall, channel: Channel) -> Json:
    wanted = call.args.need("bookmark_id")
    for bookmark in channel.bookmarks:
        if bookmark["id"] == wanted:
            return bookmark
    raise SlackError("not_found")


def _link(link: str) -> str:
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SlackError("invalid_link")
    return link


METHODS: dict[str, Method] = {
    "bookmarks.add": add,
    "bookmarks.edit": edit,
    "bookmarks.list": list_bookmarks,
    "bookmarks.remove": remove,
}
