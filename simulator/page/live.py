"""One open tab: it says who looks at what, and is sent what changed on that screen."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from ..driver.sight import may_see
from ..json_types import Json
from ..people import Person
from ..state import Channel, Message
from . import screen
from .screen import HOME, WINDOW, Looking

if TYPE_CHECKING:
    from .page import Page

COALESCE_SECONDS = 0.015
LOOK_AGAIN_SECONDS = 0.4
MOST_MESSAGES = 5_000


class Tab:
    """Keeps what the browser has, and sends the difference whenever the workspace or the place changes."""

    def __init__(self, page: Page, socket: web.WebSocketResponse) -> None:
        self._page, self._socket = page, socket
        self._looking: Looking | None = None
        self._moved = asyncio.Event()
        self._serial = 0
        self._new_from = ""
        self._settled = True
        self._sent: dict[str, str] = {}

    async def run(self) -> None:
        """Until the browser goes away."""
        sending = asyncio.get_running_loop().create_task(self._send_changes())
        try:
            async for frame in self._socket:
                if frame.type is WSMsgType.TEXT:
                    self._look(json.loads(frame.data))
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def _look(self, wish: Json) -> None:
        page = self._page
        person = page.ws.state.people.get(str(wish.get("as"))) or page.opening_person()
        place = self._allowed(person, str(wish.get("place", "")))
        count = min(max(int(wish.get("count") or WINDOW), WINDOW), MOST_MESSAGES)
        self._arrive(person, place)
        self._looking = Looking(person, place, str(wish.get("thread") or ""), count)
        self._serial = int(wish.get("serial", 0))
        page.visited.add(person.name)
        page.seen.add(place)
        self._moved.set()

    def _arrive(self, person: Person, place: str) -> None:
        """Remember where the new begins, before it counts as read: the mark stays for as long as one stays."""
        before = self._looking
        if before is None or (before.person, before.place) != (person, place):
            channel = self._page.ws.state.channels.get(place)
            self._new_from = self._page.reading.first_unread(person, channel) if channel else ""

    def _allowed(self, person: Person, place: str) -> str:
        """The place, or where this person starts when they may not (or no longer) look there."""
        channel = self._page.ws.state.channels.get(place)
        if place == HOME or (channel is not None and may_see(channel, person)):
            return place
        return self._page.opening_place(person)

    async def _send_changes(self) -> None:
        changes = self._page.ws.changes
        while True:
            version = changes.version
            self._moved.clear()
            if self._looking is not None:
                await self._send(self._looking)
            waits = [asyncio.ensure_future(changes.after(version)), asyncio.ensure_future(self._moved.wait())]
            try:
                again = None if self._settled else LOOK_AGAIN_SECONDS
                await asyncio.wait(waits, timeout=again, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
            if not self._moved.is_set():
                await asyncio.sleep(COALESCE_SECONDS)

    async def _send(self, looking: Looking) -> None:
        page = self._page
        channel = page.ws.state.channels.get(looking.place)
        if channel is not None and page.reading.saw(looking.person, channel):
            page.ws.changes.notify()
        me = {"id": looking.person.id, "place": looking.place, "thread": looking.thread, "serial": self._serial}
        me["new_from"] = self._new_from
        whole = screen.sections(page, looking) | {"me": me, "lab": await page.lab.shown(), "guide": page.guide()}
        whole["clock"] = {
            "offset": page.ws.clock.offset(),
            "next": await page.lab.next_due(),
            "going_to": page.lab.going_to,
        }
        # What the app still has to do it does in its own memory, unseen from here until it is asked again.
        due = whole["clock"]["next"]
        self._settled = not whole["lab"]["waiting"] and (due is None or due > page.ws.clock.now())
        news = {name: body for name, body in whole.items() if self._is_new(name, body)}
        if channel is not None:
            shown = screen.roots(channel, looking.person)[-looking.count :]
            news |= self._messages("messages", channel, looking, shown)
            thread = screen.replies(channel, looking.person, looking.thread) if looking.thread else []
            news |= self._messages("replies", channel, looking, thread)
        if news:
            # The browser counts on from here with its own steady clock.
            await self._socket.send_str(json.dumps(news | {"now": page.ws.clock.now()}))

    def _is_new(self, name: str, body: Json) -> bool:
        text = json.dumps(body)
        was = self._sent.get(name)
        self._sent[name] = text
        return was != text

    def _messages(self, section: str, channel: Channel, looking: Looking, shown: list[Message]) -> Json:
        """The order of what stands there, and those messages that the browser does not have as they are now."""
        bodies = {one.ts: screen.message(channel, looking.person, one) for one in shown}
        fresh = {
            ts: body
            for ts, body in bodies.items()
            if self._is_new(f"{section} {looking.person.id} {channel.id} {ts}", body)
        }
        order = {"channel": channel.id, "person": looking.person.id, "order": list(bodies)}
        if not self._is_new(section, order) and not fresh:
            return {}
        return {section: order | {"fresh": fresh}}
