from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot.clock import SystemClock
from escalation.case import Escalation, Event, Person, Workspace
from escalation.effects import Effect, EffectKind
from escalation.policy import Policy
from escalation.policy_file import read_policy
from services.clarion import Clarion
from services.delivery.client import build_client, close_client
from services.delivery.courier import Courier
from services.delivery.directory import Directory, load_people
from services.opening import NewEscalation, open_escalation
from services.outbox import enqueue
from simulator import Channel, Message, id_for
from simulator import Workspace as Slack
from storage import migrating, schema
from storage.database import Database
from storage.lock import CourierLock
from storage.tables import outbox
from tests.support.company import PEOPLE, ROLES

MANIFEST = Path(__file__).parents[3] / "manifest.json"


class MovableClock:
    """Stands still until it is moved; the monotonic reading moves along."""

    def __init__(self) -> None:
        self._start = SystemClock().now()
        self.moved = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.moved)

    def monotonic(self) -> float:
        return self.moved

    def move(self, seconds: float) -> None:
        self.moved += seconds

    def set_back(self, seconds: float) -> None:
        """Let it show an earlier time; the monotonic reading knows nothing of it."""
        self._start -= timedelta(seconds=seconds)


@dataclass
class Scene:
    """A workspace, a database, and couriers that come and go."""

    slack: Slack
    database: Database
    clock: MovableClock
    clarion: Clarion
    client: AsyncWebClient
    courier: Courier
    retired: list[Courier] = field(default_factory=list)

    async def settled(self) -> None:
        """Let the courier do all it can, moving the clock over every wait of it."""
        for _ in range(200):
            again_at = await self.courier.run_once()
            if again_at is None:
                return
            self.clock.move(max(0.0, (again_at - self.clock.now()).total_seconds()) + 0.001)
        raise AssertionError("the courier does not come to rest")

    async def landed(self, method: str) -> None:
        """Let every call of this method that is under way arrive: late, yet not later than the courier reckons with."""
        await self.slack.until(lambda: all(one.done for one in self.slack.calls.to(method)))

    async def replace_courier(self) -> None:
        """The courier's process dies, and another starts."""
        await self.courier._lock.release()
        self.retired.append(self.courier)
        self.courier = Courier(self.clarion, self.client, CourierLock(self.database, self.clarion.team_id))

    async def open(self, severity: str = "SEV-3", owner: str = "carla", by: str = "olga", **fields: Any) -> Escalation:
        """Open an escalation through the service."""
        self.opened = getattr(self, "opened", 0) + 1
        form = {"customer_name": f"Acme {self.opened}", "summary": "Checkout is down"} | fields
        request = NewEscalation(severity=severity, owner_id=id_for(owner), **form)
        return await open_escalation(self.clarion, request, id_for(by), f"form {self.opened}")

    async def effects(self, kind: EffectKind | None = None) -> list[Effect]:
        """The outbox."""
        async with self.database.read() as session:
            query = select(Effect).order_by(outbox.c.id)
            return list(await session.scalars(query if kind is None else query.where(outbox.c.kind == kind)))

    async def effect(self, kind: EffectKind) -> Effect:
        """The one effect of a kind."""
        (found,) = await self.effects(kind)
        return found

    async def escalation(self, id_: int) -> Escalation:
        """As it stands now."""
        async with self.database.read() as session:
            return await session.get_one(Escalation, id_)

    async def add(self, kind: EffectKind, escalation: Escalation, *, rank: int = 0, **arguments: Any) -> Effect:
        """One more effect."""
        async with self.database.write() as session:
            effect = await enqueue(
                session,
                kind,
                team_id=self.clarion.team_id,
                now=self.clock.now(),
                rank=rank,
                escalation_id=escalation.id,
                **arguments,
            )
            await session.flush()
            return effect

    async def write(self, *rows: object) -> None:
        """Store rows."""
        async with self.database.write() as session:
            session.add_all(rows)

    async def happened(self, event: Event) -> Event:
        """Store an event."""
        await self.write(event)
        return event

    def channel(self, escalation: Escalation) -> Channel:
        """The escalation's channel in Slack."""
        return self.slack.channel(f"esc-{escalation.number}-*")

    def told(self, name: str) -> list[Message]:
        """The app's direct messages to somebody."""
        return self.slack.messages(self.slack.app_dm(self.slack.find_person(name)))


def policy() -> Policy:
    return read_policy(ROLES)


@contextlib.asynccontextmanager
async def scene_on(url: str, **options: Any) -> AsyncIterator[Scene]:
    clock = MovableClock()
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(
            Slack.running(MANIFEST, people=PEOPLE, channels={"escalations": "*"}, clock=lambda: clock.moved, **options)
        )
        schema.ensure_current(url)
        database = Database(url)
        stack.push_async_callback(database.close)
        clarion = Clarion(slack.team_id, database, policy(), clock)
        client = build_client(slack.bot_token, slack.api_url)
        stack.push_async_callback(close_client, client)
        async with database.write() as session:
            session.add(Workspace(slack.team_id, slack.bot_user_id, "Acme Support"))
        await load_people(client, clarion)
        await Directory(clarion, client).announcements_channel()
        slack.calls.clear()
        courier = Courier(clarion, client, CourierLock(database, clarion.team_id))
        scene = Scene(slack, database, clock, clarion, client, courier)
        try:
            yield scene
        finally:
            for one in (*scene.retired, scene.courier):
                await one._flights.all(within=0)
                await one._lock.release()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to be copied."""
    path = tmp_path_factory.mktemp("schema") / "clarion.db"
    migrating.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
async def scene(sqlite_url: str, migrated: Path) -> AsyncIterator[Scene]:
    shutil.copy(migrated, sqlite_url.removeprefix("sqlite:///"))
    async with scene_on(sqlite_url) as it:
        yield it


def person(team_id: str, user_id: str, **facts: Any) -> Person:
    return Person(team_id, user_id, facts.pop("name", user_id), **facts)
