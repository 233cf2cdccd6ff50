"""A person at their Slack client."""

from __future__ import annotations

import datetime as dt

from .. import acts, channels, posting
from ..errors import SlackError
from ..json_types import Json
from ..posting import typed_by_person
from ..shapes import message_json
from ..state import Message, View
from .controls import Control, button_words, controls, find_button
from .fields import all_options, pick
from .form import Form
from .onlooker import APP, HOME, Onlooker
from .sight import PATIENCE, NotSeen, SeenMessage, matches, may_see, reader_for


class Actor(Onlooker):
    """What somebody can do, by what is visible to them."""

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
        if command == acts.STATUS:
            acts.type_status(self.ws, self.person, rest)
            return None
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

    async def picks(self, words: str, in_: str = APP, within: str | None = None, typed: str | None = None) -> bool:
        """Choose an option by its words from a menu in a message, the newest that offers it.

        `typed` is what is typed first into a menu that the app fills; the words themselves unless given.
        """
        for seen in [s for s in self._newest_first(in_) if within is None or within.casefold() in s.text.casefold()]:
            for block_id, element in controls(_blocks(seen.message)):
                offered = await self._offered(seen.message, block_id, element, words if typed is None else typed)
                option = pick(offered, words, reader_for(self.ws, self.person))
                if option is not None:
                    ids = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
                    channel = self.ws.state.channels[seen.message.channel]
                    chosen = ids | {"selected_option": option}
                    return await self.ws.interactions.act_in_message(self.person, channel, seen.message, chosen)
        raise NotSeen(f"no menu in {in_} offers {words!r}:\n{self.screen(in_)}")

    async def _offered(self, message: Message, block_id: str, element: Json, typed: str) -> list[Json]:
        if element["type"] in ("static_select", "radio_buttons"):
            return all_options(element)
        if element["type"] != "external_select" or len(typed) < int(element.get("min_query_length", 3)):
            return []
        container = {"type": "message", "channel_id": message.channel, "message_ts": message.ts}
        source: Json = {"container": container, "channel": {"id": message.channel}}
        if message.only_for is None:
            source["message"] = message_json(self.ws, message)
        return all_options(await self.ws.interactions.suggest(self.person, element, block_id, typed, source))

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

    def sets_status(self, text: str = "", emoji: str = "", until: dt.datetime | None = None) -> None:
        """Say beside one's name what one is up to; nothing takes it back."""
        acts.set_status(self.ws, self.person, text, emoji, int(until.timestamp()) if until else 0)

    async def opens_home(self) -> None:
        """Look at the app's Home."""
        self.ws.interactions.open_home(self.person)

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

    async def deletes(self, message: Message | SeenMessage) -> None:
        """Delete a message, one's own or, as an admin may, anybody's."""
        meant = message.message if isinstance(message, SeenMessage) else message
        posting.delete(self.ws, self.ws.state.channels[meant.channel], meant)


def _blocks(message: Message) -> list[Json]:
    return [*message.blocks, *(block for attachment in message.attachments for block in attachment.get("blocks", []))]
