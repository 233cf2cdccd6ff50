"""A person at their Slack client."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from .. import acts, channels
from ..errors import SlackError
from ..json_types import Json
from ..people import Person
from ..posting import typed_by_person
from ..state import Channel, Message, View
from .controls import Control, button_words, find_button
from .form import Form
from .sight import (
    PATIENCE,
    NotSeen,
    SeenMessage,
    conversation_text,
    matches,
    may_see,
    message_text,
    reader_for,
    view_text,
    visible_messages,
    wait_for,
)

if TYPE_CHECKING:
    from ..workspace import Workspace

APP = "@app"
HOME = "home"


class Actor:
    """What somebody can do and see. Places are `#channel`, `#beginning…`, `@app`, `@person`, an id, or `home`."""

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

    # -- places ------------------------------------------------------------------------------------------------------

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

    # -- reading -----------------------------------------------------------------------------------------------------

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

    # -- talking -----------------------------------------------------------------------------------------------------

    async def says(self, text: str, in_: str = "#general", thread: Message | SeenMessage | None = None) -> Message:
        """Type a message, or a reply in a thread."""
        channel = await self._there(in_)
        root = thread.message if isinstance(thread, SeenMessage) else thread
        return acts.say(self.ws, self.person, channel, text, (root.thread_ts or root.ts) if root else None)

    async def types(self, text: str, in_: str = "#general") -> SeenMessage | None:
        """Type a slash command and wait for its acknowledgement; the message that came with it, if one did."""
        channel = await self._there(in_)
        if self.id not in channel.members or channel.archived:
            raise NotSeen(f"{self.name} cannot type in {in_}: {'archived' if channel.archived else 'not a member'}")
        command, _, rest = text.strip().partition(" ")
        declared = self.ws.manifest.commands.get(command)
        if declared is not None and declared.should_escape:
            rest = typed_by_person(self.ws, rest)
        message = await self.ws.interactions.command(self.person, channel, command, rest.strip())
        return SeenMessage(message, self.text_of(message)) if message is not None else None

    async def shortcut(self, name: str) -> bool:
        """Choose a global shortcut from the lightning menu; whether the app acknowledged."""
        return await self.ws.interactions.global_shortcut(self.person, self._shortcut(name, "global"))

    async def message_shortcut(self, name: str, message: Message | SeenMessage) -> bool:
        """Choose a shortcut from a message's menu; whether the app acknowledged."""
        meant = message.message if isinstance(message, SeenMessage) else message
        channel = self.ws.state.channels[meant.channel]
        if not may_see(channel, self.person):
            raise NotSeen(f"{self.name} does not see that message")
        callback = self._shortcut(name, "message")
        return await self.ws.interactions.message_shortcut(self.person, channel, meant, callback)

    def _shortcut(self, name: str, kind: str) -> str:
        offered = [entry for entry in self.ws.manifest.shortcuts if entry.kind == kind]
        for entry in offered:
            if matches(name, entry.name):
                return entry.callback_id
        raise NotSeen(f"no {kind} shortcut {name!r}; there are {[entry.name for entry in offered]}")

    # -- pressing ----------------------------------------------------------------------------------------------------

    async def press(self, words: str, in_: str = APP, within: str | None = None, timeout: float = PATIENCE) -> bool:
        """Press a button (or an option of an overflow) by its words, on the newest message that has it.

        `within`: words the message must contain. A confirmation is accepted. Returns whether the app acknowledged in time.
        """
        if in_ == HOME:
            control, view = await self._wait(
                lambda: self._on_home(words), timeout, f"the button {words!r} on Home", HOME
            )
            return await self.ws.interactions.act_in_view(self.person, view, control.action())
        what = f"a button {words!r} in {in_}"
        control, message = await self._wait(lambda: self._on_message(words, in_, within), timeout, what, in_)
        channel = self.ws.state.channels[message.channel]
        return await self.ws.interactions.act_in_message(self.person, channel, message, control.action())

    def buttons(self, in_: str = APP, within: str | None = None) -> list[str]:
        """What could be pressed in a place now, newest message first."""
        reader = reader_for(self.ws, self.person)
        if in_ == HOME:
            view = self.ws.state.homes.get(self.id)
            return button_words(view.body["blocks"], reader) if view else []
        seen = [s for s in self._newest_first(in_) if within is None or within.casefold() in s.text.casefold()]
        return [word for one in seen for word in button_words(_blocks(one.message), reader)]

    def _on_message(self, words: str, where: str, within: str | None) -> tuple[Control, Message] | None:
        reader = reader_for(self.ws, self.person)
        for seen in self._newest_first(where):
            if within is None or within.casefold() in seen.text.casefold():
                control = find_button(_blocks(seen.message), words, reader)
                if control is not None:
                    return control, seen.message
        return None

    def _on_home(self, words: str) -> tuple[Control, View] | None:
        view = self.ws.state.homes.get(self.id)
        control = find_button(view.body["blocks"], words, reader_for(self.ws, self.person)) if view else None
        return (control, view) if control is not None and view is not None else None

    async def form(self, title: str = "", timeout: float = PATIENCE) -> Form:
        """The modal on top of the stack, once its title begins so."""

        def found() -> View | None:
            top = self.ws.state.top_modal(self.id)
            return top if top is not None and matches(title, top.title) else None

        return Form(self, await self._wait(found, timeout, f"the form {title!r}"))

    def no_form(self) -> bool:
        """Whether no modal is open."""
        return self.ws.state.top_modal(self.id) is None

    # -- Home --------------------------------------------------------------------------------------------------------

    async def opens_home(self) -> None:
        """Look at the app's Home."""
        self.ws.interactions.open_home(self.person)

    async def home(self, timeout: float = PATIENCE) -> str:
        """The Home as text, waiting until there is one."""
        return str(await self._wait(self._home_text, timeout, "a Home", HOME))

    def _home_text(self) -> str | None:
        view = self.ws.state.homes.get(self.id)
        return view_text(self.ws, self.person, view) if view else None

    # -- channels ----------------------------------------------------------------------------------------------------

    async def joins(self, where: str) -> None:
        """Join a public channel."""
        channel = await self._there(where)
        if channel.kind != "channel" or channel.archived:
            raise NotSeen(f"{self.name} cannot join {where}")
        if self.id not in channel.members:
            channels.join(self.ws, channel, self.id)

    async def leaves(self, where: str) -> None:
        """Leave a channel."""
        channels.leave(self.ws, await self._there(where), self.id)

    async def invites(self, who: str, to: str) -> None:
        """Bring somebody into a channel one is in; `@app` brings the app."""
        channel = await self._there(to)
        invited = self.ws.bot_user_id if who == APP else self.ws.find_person(who).id
        if self.id not in channel.members:
            raise SlackError("not_in_channel")
        channels.join(self.ws, channel, invited, inviter=self.id)

    async def removes(self, who: str, from_: str) -> None:
        """Take somebody (or `@app`) out of a channel."""
        removed = self.ws.bot_user_id if who == APP else self.ws.find_person(who).id
        channels.leave(self.ws, await self._there(from_), removed, kicked_by=self.id)

    async def archives(self, where: str) -> None:
        """Archive a channel."""
        channels.archive(self.ws, await self._there(where), self.id)

    async def unarchives(self, where: str) -> None:
        """Open an archived channel again."""
        channels.unarchive(self.ws, await self._there(where), self.id)

    async def renames(self, where: str, name: str) -> None:
        """Give a channel another name."""
        channel = await self._there(where)
        channels.check_name(self.ws, name, own=channel)
        channels.rename(self.ws, channel, name, self.id)


def _blocks(message: Message) -> list[Json]:
    return [*message.blocks, *(block for attachment in message.attachments for block in attachment.get("blocks", []))]
