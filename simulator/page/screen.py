"""One person's screen as JSON, cut into sections so that only what changed needs to travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..driver.sight import may_see, visible_messages
from ..json_types import Json
from ..people import SLACKBOT, Person
from ..state import Channel, Message, View

if TYPE_CHECKING:
    from .page import Page

HOME = "home"
WINDOW = 40
"""So many messages are shown at first; scrolling up asks for more."""


@dataclass(frozen=True)
class Looking:
    """Who looks, at what: a channel's id or `home`, a thread in it perhaps, and how many messages."""

    person: Person
    place: str
    thread: str = ""
    count: int = WINDOW


def sections(page: Page, looking: Looking) -> dict[str, Json]:
    """Everything on the screen but the messages themselves."""
    ws, person = page.ws, looking.person
    channel = ws.state.channels.get(looking.place)
    home = ws.state.homes.get(person.id)
    return {
        "people": {one.id: _person(page, one) for one in ws.state.people.values()},
        "groups": {group.id: group.handle for group in ws.state.usergroups.values()},
        "sidebar": _sidebar(page, person),
        "cast": {one.id: page.reading.calls_for(one) for one in page.cast()},
        "channel": _channel(page, channel, person) if channel is not None else {},
        "home": {"id": home.id, "blocks": home.body["blocks"], "values": home.values} if home else {},
        "modals": {"stack": [_view(view) for view in ws.state.modals.get(person.id, [])]},
    }


def roots(channel: Channel, person: Person) -> list[Message]:
    """What stands in the channel itself, replies in threads left out."""
    seen = visible_messages(channel, person)
    return [m for m in seen if m.thread_ts in (None, m.ts) or m.subtype == "thread_broadcast"]


def replies(channel: Channel, person: Person, thread: str) -> list[Message]:
    """A thread with what it answers at its head."""
    return [m for m in visible_messages(channel, person) if thread in (m.ts, m.thread_ts)]


def message(channel: Channel, person: Person, one: Message) -> Json:
    """A message as the page draws it."""
    body: Json = {"ts": one.ts, "user": one.user, "text": one.text, "blocks": one.blocks, "app": one.by_app}
    body |= {"attachments": one.attachments, "system": one.system, "pinned": one.pinned, "reactions": one.reactions}
    body |= {"edited": bool(one.edited), "only": one.only_for is not None, "channel": channel.id}
    if one.thread_ts == one.ts:
        answers = [m for m in visible_messages(channel, person) if m.thread_ts == one.ts and m is not one]
        if answers:
            body["thread"] = {
                "count": len(answers),
                "people": list(dict.fromkeys(m.user for m in answers))[:4],
                "last": answers[-1].ts,
            }
    return body


def _person(page: Page, one: Person) -> Json:
    kind = "bot" if one.bot or one.id == SLACKBOT else "guest" if one.restricted else "stranger" if one.stranger else ""
    return {
        "name": one.name,
        "real": one.real_name,
        "title": one.title,
        "tz": one.tz,
        "status": f"{one.status_emoji} {one.status_text}".strip(),
        "kind": kind,
        "ours": one.id == page.ws.bot_user_id,
        "gone": one.deleted,
    }


def _sidebar(page: Page, person: Person) -> Json:
    ws = page.ws
    app_dm = ws.app_dm(person).id
    own, others = [], []
    for channel in ws.state.channels.values():
        if channel.kind in ("channel", "group"):
            if person.id in channel.members and not channel.archived:
                own.append(_entry(page, channel, person))
            elif may_see(channel, person):
                others.append(_entry(page, channel, person))
        elif person.id in channel.members and (channel.messages or channel.id == app_dm):
            own.append(_entry(page, channel, person))
    return {"own": own, "others": others, "app": app_dm}


def _entry(page: Page, channel: Channel, person: Person) -> Json:
    unread = page.reading.unread(person, channel)
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "shared": channel.shared,
        "archived": channel.archived,
        "with": [user for user in channel.members if user != person.id] if channel.kind in ("im", "mpim") else [],
        "unread": unread.count,
        "calls": unread.calls,
    }


def _channel(page: Page, channel: Channel, person: Person) -> Json:
    canvas = page.ws.state.canvases.get(channel.canvas_id or "")
    pinned = [m for m in channel.messages if m.pinned]
    return _entry(page, channel, person) | {
        "topic": channel.topic["value"],
        "purpose": channel.purpose["value"],
        "members": list(channel.members),
        "member": person.id in channel.members,
        "created": channel.created,
        "creator": channel.creator,
        "bookmarks": [{"title": one["title"], "link": one["link"]} for one in channel.bookmarks],
        "pins": [message(channel, person, one) for one in pinned],
        "canvas": {"title": canvas.title, "markdown": canvas.markdown} if canvas else None,
        "total": len(roots(channel, person)),
    }


def _view(view: View) -> Json:
    body = view.body
    words = {key: body.get(key) for key in ("title", "submit", "close", "blocks")}
    return words | {"id": view.id, "values": view.values, "errors": view.errors, "trouble": view.trouble}
