"""What somebody sees at their Slack client."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from .. import channels
from ..people import Person
from ..state import Channel, Message
from .sight import (
    PATIENCE,
    NotSeen,
    SeenMessage,
    conversation_text,
    may_see,
    message_text,
    view_text,
    visible_messages,
    wait_for,
)

if TYPE_CHECKING:
    from ..workspace import Workspace

APP = "@app"
HOME = "home"


class Onlooker:
    """Reading, and waiting for something to read. Places are `#channel`, `#beginning…`, `@app`, `@person`, an id, or `home`."""

    def __init__(self, ws: Workspace, person: Person) -> None:
        self.ws = ws
        self.person = person

    @property
    def id(self) -> str:
        """The user id."""
        return self.person.id

    @property
    def name(self) -> str:
        """The handle."""
        return self.person.name

    def place(self, where: str) -> Channel | None:
        """The conversation of that name if it exists and the person may see it."""
        if where == APP:
            return self.ws.app_dm(self.person)
        if where.startswith("@"):
            return channels.direct(self.ws, self.id, self.ws.find_person(where).id)
        found = self.ws.find_channel(where)
        return found if found is not None and may_see(found, self.person) else None

    async def _there(self, where: str, timeout: float = PATIENCE) -> Channel:
        return cast("Channel", await self._wait(lambda: self.place(where), timeout, where))

    async def _wait(self, predicate: Callable[[], Any], timeout: float, what: str, where: str | None = None) -> Any:
        return await wait_for(self.ws, predicate, timeout, f"{self.name} waits for {what}", lambda: self.screen(where))

    def screen(self, where: str | None = None) -> str:
        """All that matters of what the person sees now: form, sidebar, and one place."""
        form = self.ws.state.top_modal(self.id)
        parts = [f"Sidebar: {', '.join(self.sidebar())}"]
        if form is not None:
            parts.append(f"Form:\n{view_text(self.ws, self.person, form)}")
        if where == HOME:
            parts.append(f"Home:\n{self._home_text() or '(empty)'}")
        elif where is not None:
            parts.append(self.shows(where) if self.place(where) else f"({where} is not there)")
        return "\n".join(parts)

    def sidebar(self) -> list[str]:
        """The conversations the person is in: `#name`, `@name`."""
        shown = []
        for channel in self.ws.state.channels.values():
            if self.id not in channel.members or channel.archived:
                continue
            others = [self.ws.state.people[user].name for user in channel.members if user != self.id]
            shown.append("@" + ", @".join(others) if channel.kind in ("im", "mpim") else f"#{channel.name}")
        return shown

    def shows(self, where: str) -> str:
        """A conversation as text, now. Raises NotSeen where the person may not look."""
        channel = self.place(where)
        if channel is None:
            raise NotSeen(f"{self.name} cannot see {where}")
        return conversation_text(self.ws, self.person, channel)

    async def reads(self, where: str, timeout: float = PATIENCE) -> str:
        """A conversation as text, waiting until it exists; a private one of others is refused at once."""
        if where != APP and (found := self.ws.find_channel(where)) is not None and not may_see(found, self.person):
            raise NotSeen(f"{self.name} is not in {where}, which is private")
        return conversation_text(self.ws, self.person, await self._there(where, timeout))

    def dms(self) -> str:
        """The direct messages with the app, as text."""
        return self.shows(APP)

    async def sees(self, words: str, in_: str = APP, timeout: float = PATIENCE) -> str:
        """Wait until these words are visible in a place (or in `home`); the place as text."""

        def found() -> str | None:
            if in_ == HOME:
                text: str | None = self._home_text()
            else:
                text = self.shows(in_) if self.place(in_) else None
            return text if text and words.casefold() in text.casefold() else None

        return str(await self._wait(found, timeout, f"{words!r} in {in_}", in_))

    async def finds(self, words: str, in_: str = APP, timeout: float = PATIENCE) -> SeenMessage:
        """The newest message in a place that reads so somewhere, waiting for it."""

        def found() -> SeenMessage | None:
            return next((seen for seen in self._newest_first(in_) if words.casefold() in seen.text.casefold()), None)

        seen = await self._wait(found, timeout, f"a message with {words!r} in {in_}", in_)
        return cast("SeenMessage", seen)

    async def ephemeral(self, containing: str = "", in_: str = "#general", timeout: float = PATIENCE) -> SeenMessage:
        """The newest answer that only this person sees."""

        def found() -> SeenMessage | None:
            own = (seen for seen in self._newest_first(in_) if seen.message.only_for == self.id)
            return next((seen for seen in own if containing.casefold() in seen.text.casefold()), None)

        seen = await self._wait(found, timeout, f"an answer with {containing!r} in {in_}", in_)
        return cast("SeenMessage", seen)

    def text_of(self, message: Message) -> str:
        """A message as this person reads it."""
        return message_text(self.ws, self.person, message)

    def _newest_first(self, where: str) -> list[SeenMessage]:
        channel = self.place(where)
        messages = visible_messages(channel, self.person) if channel else []
        return [SeenMessage(message, self.text_of(message)) for message in reversed(messages)]

    async def home(self, timeout: float = PATIENCE) -> str:
        """The Home as text, waiting until there is one."""
        return str(await self._wait(self._home_text, timeout, "a Home", HOME))

    def _home_text(self) -> str | None:
        view = self.ws.state.homes.get(self.id)
        return view_text(self.ws, self.person, view) if view else None
