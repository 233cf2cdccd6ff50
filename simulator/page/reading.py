"""What each person has read, and what waits for them unread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..driver.sight import may_see
from ..mentions import mentions
from ..people import Person
from ..state import Channel, Message

if TYPE_CHECKING:
    from ..workspace import Workspace


@dataclass(frozen=True)
class Unread:
    """How many messages are new, and how many of them call for this person (by name, or in a direct message)."""

    count: int = 0
    calls: int = 0


class Reading:
    """The mark up to which everybody has read every conversation."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._marks: dict[tuple[str, str], str] = {}

    def saw(self, person: Person, channel: Channel) -> bool:
        """The person looks at a conversation; whether anything was new to them."""
        newest = channel.messages[-1].ts if channel.messages else ""
        key = (person.id, channel.id)
        was_new = bool(newest) and self._marks.get(key, "") < newest
        if was_new:
            self._marks[key] = newest
        return was_new

    def saw_everything(self) -> None:
        """Everybody has read all there is: the past of a company that was there before the visitor."""
        for person in self._ws.state.people.values():
            for channel in self._ws.state.channels.values():
                self.saw(person, channel)

    def first_unread(self, person: Person, channel: Channel) -> str:
        """Where the person has to begin to read; empty when nothing is new, or everything is."""
        mark = self._marks.get((person.id, channel.id))
        news = (m.ts for m in channel.messages if mark and m.ts > mark and self._is_news(person, m))
        return next(news, "")

    def unread(self, person: Person, channel: Channel) -> Unread:
        """What is new to the person there."""
        mark = self._marks.get((person.id, channel.id), "")
        count = calls = 0
        for message in reversed(channel.messages):
            if message.ts <= mark:
                break
            if self._is_news(person, message):
                count += 1
                calls += self._calls_for(person, channel, message)
        return Unread(count, calls)

    @staticmethod
    def _is_news(person: Person, message: Message) -> bool:
        return message.user != person.id and not message.system and message.only_for in (None, person.id)

    def calls_for(self, person: Person) -> int:
        """Over all conversations: how often somebody wants this person."""
        own = (channel for channel in self._ws.state.channels.values() if person.id in channel.members)
        return sum(self.unread(person, channel).calls for channel in own if may_see(channel, person))

    def _calls_for(self, person: Person, channel: Channel, message: Message) -> bool:
        if channel.kind in ("im", "mpim"):
            return True
        return any(one.target == person.id or one.kind == "channel-wide" for one in mentions(message))
