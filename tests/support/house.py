"""A local Slack workspace with the real bot in it: handlers, database and slack_sdk over the wire."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.connection import SocketConnection
from bot.running import Bot, running
from bot.settings import Settings
from escalation.effects import EffectState
from simulator import Actor, Workspace
from storage.tables import outbox
from tests.support.backups import check_backups
from tests.support.company import PEOPLE, ROLES

MONDAY_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # in London, where most of the company lives
SETTLES_WITHIN = 60.0
PUT_OFF_FOR_LONG = timedelta(seconds=15)
MANIFEST = Path(__file__).parents[2] / "manifest.json"


class House:
    """The workspace `ws`, the running `bot` in it, and the clock of both."""

    def __init__(self, ws: Workspace, settings: Settings, offset: Path) -> None:
        self.ws = ws
        self.settings = settings
        self._offset = offset
        self._stack: contextlib.AsyncExitStack | None = None
        self.bot: Bot

    @property
    def now(self) -> datetime:
        """What bot and people see on their clocks."""
        return self.bot.clock.now()

    def person(self, name: str) -> Actor:
        """Somebody of the company, to act as."""
        return self.ws.person(name)

    async def start(self) -> None:
        """Start the bot, as `worker` does."""
        self._stack = contextlib.AsyncExitStack()
        self.bot = await self._stack.enter_async_context(
            running(self.settings, patience=0.8 * self.ws.delivery.ack_seconds)
        )
        connection = SocketConnection(self.bot.app, self.settings.slack_app_token or "")
        await connection.open()
        self._stack.push_async_callback(connection.close)
        await self.ws.until(lambda: self.ws.sockets.connected)

    async def stop(self) -> None:
        """Stop the bot in good order."""
        stack, self._stack = self._stack, None
        if stack is not None:
            await stack.aclose()

    async def restart(self) -> None:
        """Stop and start it again on the same database."""
        await self.stop()
        await self.start()

    def set_clock(self, to: datetime) -> None:
        """Move the clock without telling the bot, as while it is stopped."""
        self._offset.write_text(str((to - SystemClock().now()).total_seconds()))

    async def at(self, to: datetime) -> None:
        """Let it be this time; what is due by then has been asked for and sent when this returns."""
        with self.ws.holding_scheduled():  # the bot lives through it, and would have taken its backups back in time
            self.set_clock(to)
            self.bot.clock.reread()
            await self.bot.alarm.ring()
            await self.settled()
        if not self.ws.faults.active:
            await check_backups(self.bot.clarion, self.ws)

    async def after(self, **length: Any) -> None:
        """Let time pass, given as for timedelta."""
        await self.at(self.now + timedelta(**length))

    async def settled(self) -> None:
        """Wait until everything that could be sent has been; what is put off for long waits for its time."""
        async with asyncio.timeout(SETTLES_WITHIN):
            while await self._unsent():
                # The courier's own commits are no change of the workspace, hence the short patience.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.ws.changes.after(self.ws.changes.version), 0.03)

    async def _unsent(self) -> int:
        soon = self.now + PUT_OFF_FOR_LONG
        async with self.bot.clarion.database.read() as session:
            count = await session.scalar(
                select(func.count()).where(
                    outbox.c.state.in_([EffectState.PENDING, EffectState.SENDING]), outbox.c.not_before <= soon
                )
            )
            return count or 0


@contextlib.asynccontextmanager
async def house(
    database_url: str, tmp_path: Path, *, policy: str = ROLES, at: datetime = MONDAY_TEN, **workspace: Any
) -> AsyncIterator[House]:
    """A workspace and the bot in it, at ten on a Monday morning in London unless another time is named."""
    policy_file, offset = tmp_path / "policy.yaml", tmp_path / "offset"
    policy_file.write_text(policy, encoding="utf-8")
    workspace.setdefault("people", PEOPLE)
    workspace.setdefault("channels", {"escalations": "*"})
    workspace.setdefault("ack_seconds", 15.0)  # what is late on a machine that stands still is not what is tested here
    offset.write_text(str((at - SystemClock().now()).total_seconds()))
    async with Workspace.running(manifest=str(MANIFEST), clock=offset, **workspace) as ws:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            slack_bot_token=ws.bot_token,
            slack_app_token=ws.app_token,
            slack_signing_secret=ws.signing_secret,
            slack_api_url=ws.api_url,
            database_url=database_url,
            clarion_policy=policy_file,
            clarion_clock=offset,
        )
        it = House(ws, settings, offset)
        await it.start()
        try:
            yield it
        finally:
            await it.stop()
