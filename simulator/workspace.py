"""One Slack workspace with one app installed: its state, its server, and the handles that tests and pages use."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from . import channels as channel_acts
from . import server
from .calls import CallLog
from .changes import Changes
from .clock import OffsetSource, WorkspaceClock
from .delivery import Delivery
from .events import Events
from .faults import Faults
from .ids import Ids
from .interactions import Interactions
from .json_types import Json
from .limits import Limits, LimitsMode
from .manifest import Manifest, read_manifest
from .page import Page
from .people import SLACKBOT, Person
from .sockets import Sockets
from .state import Channel, Failure, Message, State

if TYPE_CHECKING:
    from .driver import Actor

T = TypeVar("T")
log = logging.getLogger(__name__)

EVERYBODY = "*"


def _as_person(entry: Person | Mapping[str, Any] | str) -> Person:
    """A copy, since people change while a workspace runs and others may start from the same list."""
    if isinstance(entry, str):
        return Person(entry)
    return replace(entry) if isinstance(entry, Person) else Person(**entry)


class Workspace:
    """Use `async with Workspace.running(...)`; see the package's docstring."""

    def __init__(
        self,
        manifest: Manifest,
        clock: OffsetSource = None,
        limits: LimitsMode = "off",
        seed: int = 0,
        request_url: str | None = None,
        ack_seconds: float = 3.0,
        team_name: str = "Acme Support",
    ) -> None:
        self.manifest = manifest
        self.granted_scopes = manifest.bot_scopes
        self.ids = Ids(seed)
        self.clock = WorkspaceClock(clock)
        self.changes = Changes()
        self.state = State()
        self.calls = CallLog()
        self.faults = Faults(notify=self.changes.notify)
        self.limits = Limits(limits)
        self.sockets = Sockets(self)
        self.delivery = Delivery(self, ack_seconds)
        self.events = Events(self)
        self.interactions = Interactions(self)
        self.page = Page(self)
        self.request_url = request_url
        self.canvases_allowed = True
        self.revoked_tokens: set[str] = set()
        self.token_trouble: str | None = None
        self.team_name, self.team_domain = team_name, team_name.lower().replace(" ", "-")
        self.team_id, self.app_id, self.bot_id = self.ids.new("T"), self.ids.new("A"), self.ids.new("B")
        self.bot_user_id = self.ids.new("U")
        self.bot_token = f"xoxb-{self.ids.token()}"
        self.app_token = f"xapp-1-{self.app_id}-{self.ids.token()}"
        self.signing_secret = self.ids.token(32)
        self.base_url = self.api_url = ""
        self.posts_scheduled = False
        self._queue_held_at: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls,
        manifest: Json | Path | str,
        people: Sequence[Person | Mapping[str, Any] | str] = (),
        channels: Mapping[str, Iterable[str] | str] | None = None,
        port: int = 0,
        host: str = "127.0.0.1",
        **options: Any,
    ) -> AsyncIterator[Workspace]:
        """A workspace that serves until the block ends.

        `people`: Person, or its fields, or just a name. `channels`: name to members by name (`"*"`: everybody who is no
        guest or stranger), besides `general` and `random`. `options`: clock, limits, seed, request_url, ack_seconds, team_name.
        """
        ws = cls(read_manifest(manifest), **options)
        ws._populate(people, {"general": EVERYBODY, "random": EVERYBODY} | dict(channels or {}))
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(ws.delivery.close)
            runner, taken = await server.start(server.web_application(ws), host, port)
            stack.push_async_callback(runner.cleanup)
            stack.push_async_callback(ws._end)
            ws.base_url = f"http://{host}:{taken}/"
            ws.api_url = ws.base_url + "api/"
            yield ws

    async def _end(self) -> None:
        self.sockets.refuse()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.sockets.drop()

    def _populate(
        self, people: Sequence[Person | Mapping[str, Any] | str], named: Mapping[str, Iterable[str] | str]
    ) -> None:
        name = "".join(char if char.isalnum() else "_" for char in self.manifest.bot_name.lower())
        bot = Person(name, self.manifest.bot_name, id=self.bot_user_id, bot=True)
        slackbot = Person("slackbot", "Slackbot", id=SLACKBOT, email="")
        for entry in (slackbot, bot, *people):
            person = _as_person(entry)
            self.state.people[person.id] = person
        for channel_name, members in named.items():
            self.add_channel(channel_name, members)
        general = self.channel("#general")
        general.general = True

    def add_channel(self, name: str, members: Iterable[str] | str = EVERYBODY, private: bool = False) -> Channel:
        """A channel that has always been there: no notices, no events. The bot is a member only if named by its handle."""
        if members == EVERYBODY:
            ordinary = (p for p in self.state.people.values() if not p.restricted and not p.stranger and not p.deleted)
            people = [p.id for p in ordinary if not p.bot and p.id != SLACKBOT]
        else:
            people = [self.find_person(member).id for member in members]
        channel = channel_acts.create(
            self, name.removeprefix("#"), "group" if private else "channel", people[0] if people else ""
        )
        channel.members = dict.fromkeys(people)
        channel.shared = any(self.state.people[user].stranger for user in people)
        return channel

    @property
    def environment(self) -> dict[str, str]:
        """The settings a bot needs to talk to this workspace."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }

    @property
    def failures(self) -> list[Failure]:
        """What people tried and the app did not answer properly."""
        return self.state.failures

    def find_person(self, name: str) -> Person:
        """Somebody by handle (with or without `@`) or id. Raises KeyError."""
        found = self.state.people.get(name) or self.state.person_named(name.removeprefix("@"))
        if found is None:
            raise KeyError(f"nobody called {name}; there are {sorted(p.name for p in self.state.people.values())}")
        return found

    def person(self, name: str) -> Actor:
        """Somebody to act as."""
        from .driver import Actor  # noqa: PLC0415 - the driver sits on top of the workspace; only this convenience reaches up

        return Actor(self, self.find_person(name))

    def channels(self) -> list[Channel]:
        """Every channel, direct messages left out."""
        return [channel for channel in self.state.channels.values() if channel.kind in ("channel", "group")]

    def channel(self, name: str) -> Channel:
        """A channel by id, `#name`, or the beginning of a name followed by `…` or `*`. Raises KeyError."""
        found = self.find_channel(name)
        if found is None:
            raise KeyError(f"no channel {name}; there are {[c.name for c in self.channels()]}")
        return found

    def find_channel(self, name: str) -> Channel | None:
        """As `channel`, but None; of several with one beginning the newest that is not archived."""
        bare = name.removeprefix("#")
        if name in self.state.channels:
            return self.state.channels[name]
        if not bare.endswith(("…", "*")):
            return self.state.channel_named(bare)
        fitting = [channel for channel in self.channels() if channel.name.startswith(bare.rstrip("…*"))]
        return max(reversed(fitting), key=lambda channel: not channel.archived, default=None)

    def messages(self, channel: str | Channel, system: bool = False) -> list[Message]:
        """What was said in a channel, oldest first; ephemeral messages left out, Slack's notices only on request."""
        found = channel if isinstance(channel, Channel) else self.channel(channel)
        return [m for m in found.messages if m.only_for is None and (system or not m.system)]

    def app_dm(self, person: Person) -> Channel:
        """The direct messages of a person with the app."""
        return channel_acts.direct(self, person.id, self.bot_user_id)

    async def until(self, predicate: Callable[[], T], timeout: float = 30.0) -> T:
        """Wait until the predicate is true, asked again at every change. Raises TimeoutError."""
        return await self.changes.until(predicate, timeout)

    @contextlib.contextmanager
    def holding_scheduled(self) -> Iterator[None]:
        """Meanwhile time stands still for messages that wait for theirs: for who moves the clock over hours in one go
        and means that the app lived through them, so that it would have taken them back in time.
        """
        self._queue_held_at = self.queue_clock()
        try:
            yield
        finally:
            self._queue_held_at = None

    def queue_clock(self) -> float:
        """The time by which scheduled messages go."""
        return self.clock.now() if self._queue_held_at is None else self._queue_held_at

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something in the background until the workspace ends."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    @property
    def busy(self) -> bool:
        """Whether events, retries or scheduled messages are still on their way."""
        return bool(self._tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.changes.notify()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("something in the workspace broke", exc_info=error)
