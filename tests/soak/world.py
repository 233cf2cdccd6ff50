"""The workspace, the bot in it, and their one clock: stepped from one thing that is due to the next."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import running
from escalation.policy_file import read_policy
from handlers import Ways, register
from services.clarion import Clarion
from services.delivery.client import Client
from services.delivery.courier import Courier
from services.delivery.directory import Directory
from services.sweep import next_due, sweep
from services.workspace import ensure_workspace
from simulator import Workspace as Slack
from simulator.calls import CallRecord
from simulator.manifest import read_manifest
from simulator.state import Scheduled
from storage.database import Database
from storage.lock import CourierLock
from tests.soak import company
from tests.soak.in_place import in_place
from tests.soak.scheduled import Scheduling
from tests.soak.virtual_time import LoopClock, SlackClock
from tests.soak.wire import Line, Wire

MANIFEST = Path(__file__).parents[2] / "manifest.json"
# As `bot.running` waits for people at the start.
_PATIENCE_FOR_PEOPLE = 8.0
# While Slack is out of reach the courier asks every five seconds whether it is back. For hours of it, now and then will do.
_LOOK_AGAIN = timedelta(minutes=15)
_LOOKS_IN_A_ROW = 40
# However much there is to do, it has an end.
_MOST_ROUNDS_AT_ONCE = 500
# What a round takes: were it nothing, what is left of a wait could be less than a datetime tells, for ever.
_ROUND_TAKES = timedelta(milliseconds=1)
_TRAIL = 120
# After trouble what was owed meanwhile has its backup in Slack already.
_EXCUSED = timedelta(minutes=15)
# Seconds that a call takes; what is sent at once is answered at once, too.
LATENCY = 0.1


@dataclass
class Process:
    """One run of the bot, until it ends or is killed."""

    clarion: Clarion
    courier: Courier
    ways: Ways
    loading: asyncio.Task[None]


class World:
    """Everything there is. `seen` is told of every call to Slack, `after_step` is awaited after every step."""

    def __init__(self, slack: Slack, line: Line, database: Database, clock: LoopClock) -> None:
        self.slack, self.line, self.database, self.clock = slack, line, database, clock
        slack.faults.latency = LATENCY
        self.policy = read_policy(company.policy())
        self.wire = Wire(slack, self._called)
        self.client: AsyncWebClient = Client(
            token=slack.bot_token,
            base_url=slack.api_url,
            session=cast("Any", self.wire),
            retry_handlers=[],
        )
        self.scheduling = Scheduling(slack, self._backup_posted)
        self.backups = 0
        self.well_since = clock.now()
        # Who moved to another zone: what they owed by then is asked for by the hours they lived in.
        self.moved: set[str] = set()
        self.process: Process
        self.again_at: datetime | None = None
        # What is amiss: nobody runs the bot, Slack is away, Slack stammers, a second process sweeps beside ours.
        self.down = self.unreachable = self.stammering = self.beside = False
        self.commits = 0
        self.calls: Counter[str] = Counter()
        # What was found where nobody could be told of it at once.
        self.broken: list[str] = []
        self.trail: deque[str] = deque(maxlen=_TRAIL)
        self.seen: Callable[[CallRecord], None] = lambda _: None
        self.before_sweep: Callable[[], Awaitable[None]] = _nothing
        self.after_step: Callable[[], Awaitable[None]] = _nothing
        self._digest = hashlib.sha256()
        self._looks_in_a_row = 0
        self._due_as_of, self._due = -1, cast("datetime | None", None)

    @property
    def clarion(self) -> Clarion:
        """The bot that runs now."""
        return self.process.clarion

    @property
    def unavailable(self) -> bool:
        """Whether people who press something get no answer."""
        return self.down or self.unreachable

    @property
    def troubled(self) -> bool:
        """Whether something is amiss with Slack, so that things may be late."""
        return self.unavailable or self.stammering

    @property
    def now(self) -> datetime:
        """What everybody's clock shows."""
        return self.clock.now()

    @property
    def digest(self) -> str:
        """The same for the same year."""
        return self._digest.hexdigest()[:16]

    def say(self, *words: object) -> None:
        """Remember what happened."""
        line = f"{self.now:%Y-%m-%d %H:%M:%S} {' '.join(map(str, words))}"
        self.trail.append(line)
        self._digest.update(line.encode())

    def _called(self, record: CallRecord) -> None:
        self.calls[record.method] += 1
        where = record.args.get("channel") or record.args.get("name") or ""
        self.say(" ", record.method, where, str(record.args.get("text", ""))[:60].replace("\n", " "), record.outcome)
        if record.done and record.method == "chat.scheduleMessage":
            self.scheduling.expect(int(str(record.args["post_at"])))
        self.seen(record)

    def _backup_posted(self, item: Scheduled) -> None:
        """Slack speaks up by itself only where nobody could."""
        self.say("  backup", item.channel, str(item.args["text"])[:60])
        self.backups += 1
        if not self.troubled and self.now - self.well_since > _EXCUSED:
            self.broken.append(f"a backup while all is well: {item}")

    async def start(self) -> None:
        """A process begins, on whatever the last one left."""
        clarion = Clarion(self.slack.team_id, self.database, self.policy, self.clock, running_since=self.now)
        async with self.database.write() as session:
            await ensure_workspace(session, clarion.team_id, self.slack.bot_user_id, self.slack.team_name)
        directory = Directory(clarion, self.client)
        loading = asyncio.get_running_loop().create_task(directory.load())
        await asyncio.wait([loading], timeout=_PATIENCE_FOR_PEOPLE)
        app = self._app()
        ways = register(app, clarion, directory)
        courier = Courier(clarion, self.client, CourierLock(self.database, clarion.team_id))
        self.process = Process(clarion, courier, ways, loading)
        self.line.app = app

    def _app(self) -> AsyncApp:
        identity = {"team_id": self.slack.team_id, "user_id": self.slack.bot_user_id, "bot_id": self.slack.bot_id}
        settings = SimpleNamespace(slack_bot_token=self.slack.bot_token, slack_signing_secret=self.slack.signing_secret)
        return running._bolt_app(self.client, identity, cast("Any", settings))

    async def kill(self) -> None:
        """The process is gone at once, with all that it was at."""
        old = self.process
        self.line.cut()
        tasks = [*old.courier._flights._tasks.values(), *old.ways._working, old.loading]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.database._listeners.clear()
        await old.courier._lock.release()

    async def end(self) -> None:
        """The process ends in good order."""
        self.line.app = None
        await self.process.courier.drain()
        await self.process.ways.finish()
        await self.kill()

    async def until(self, moment: datetime) -> None:
        """Let time pass until then, doing on the way what comes due."""
        while True:
            due = await self.next_due()
            at = min((one for one in (due, self.again_at) if one is not None), default=moment)
            if at >= moment:
                break
            await self.clock.until(max(at, self.now))
            await self.step()
        await self.clock.until(moment)

    async def next_due(self) -> datetime | None:
        """When the sweep has something to do; asked anew after each commit only."""
        if self._due_as_of != self.commits:
            self._due_as_of, self._due = self.commits, await next_due(self.clarion)
        return self._due

    async def step(self) -> None:
        """Do all that is to be done now."""
        self.slack.calls.clear()
        self.slack.delivery.log.clear()
        for _ in range(_MOST_ROUNDS_AT_ONCE):
            due = await self.next_due()
            if due is not None and due <= self.now:
                await self.before_sweep()
                await self._sweep()
            self.again_at = await self.process.courier.run_once()
            due = await self.next_due()
            if (due is None or due > self.now) and (self.again_at is None or self.again_at > self.now):
                break
            await self.clock.until(self.now + _ROUND_TAKES)
        else:
            raise AssertionError(f"it never comes to rest: due {due}, the courier at {self.again_at}")
        self._look_less_often()
        assert not self.broken, self.broken
        await self.after_step()

    async def _sweep(self) -> None:
        if not self.beside:
            await sweep(self.clarion)
            return
        other = Clarion(self.clarion.team_id, self.database, self.policy, self.clock)
        await asyncio.gather(sweep(self.clarion), sweep(other))

    def _look_less_often(self) -> None:
        self._looks_in_a_row = self._looks_in_a_row + 1 if self.unreachable else 0
        if self._looks_in_a_row > _LOOKS_IN_A_ROW and self.again_at is not None:
            self.again_at = max(self.again_at, self.now + _LOOK_AGAIN)


async def _nothing() -> None:
    return


@contextlib.asynccontextmanager
async def world(database_file: Path, start: datetime, seed: int) -> AsyncIterator[World]:
    """A workspace with a bot at work in it, on a migrated SQLite file."""
    clock = LoopClock(start)
    slack = Slack(read_manifest(MANIFEST), limits="slack", seed=seed)
    slack.clock = SlackClock(clock)
    slack._populate(company.PEOPLE, {"general": "*", "random": "*", "escalations": "*"})
    slack.api_url, slack.base_url = "https://soak.invalid/api/", "https://elsewhere.invalid/"
    line = Line(slack)
    slack.sockets = line
    made: list[World] = []

    def committed() -> None:
        for one in made:
            one.commits += 1

    with in_place(f"sqlite:///{database_file}", committed) as database:
        it = World(slack, line, database, clock)
        made.append(it)
        await it.start()
        try:
            yield it
        finally:
            with contextlib.suppress(Exception):
                await it.kill()
            await slack._end()
            await slack.delivery.close()
            await database.close()
