"""The composition root: where settings, database, Slack, courier, alarm and handlers meet, and in which order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.alarm import Alarm
from bot.clock import SystemClock
from bot.connection import SocketConnection
from bot.health import Health
from bot.logs import set_up_logging
from bot.policy_source import load_policy_text
from bot.reaching import until_reached
from bot.sending import Sending
from bot.settings import Settings, read_settings
from bot.supervisor import Supervisor
from bot.watchdog import Watchdog
from bot.web import web_app
from escalation.errors import SetupError
from handlers import Ways, register
from handlers.errors import PATIENCE_SECONDS
from services import policy_changes
from services.clarion import Clarion
from services.delivery.client import build_client, close_client
from services.delivery.courier import Courier
from services.delivery.directory import Directory
from services.delivery.limits import Limits
from services.workspace import ensure_workspace
from storage import schema
from storage.database import Database
from storage.lock import CourierLock, single_process_lock

log = logging.getLogger("clarion")

# People are waited for this long at the start; then the bot answers, and the rest arrives while it runs.
PATIENCE_FOR_PEOPLE_SECONDS = 8.0
# The courier's calls in flight get ten seconds; platforms kill after thirty.
ENDS_WITHIN_SECONDS = 20


@dataclass(frozen=True)
class Bot:
    """A bot that runs: everything but the way by which Slack reaches it."""

    app: AsyncApp
    ways: Ways
    clarion: Clarion
    clock: SystemClock
    sending: Sending
    alarm: Alarm
    supervisor: Supervisor

    @property
    def courier(self) -> Courier:
        """The one at work now; another may take its place."""
        return self.sending.courier


async def run_worker() -> None:
    """`python -m bot worker`: Socket Mode, until SIGTERM or Ctrl-C."""
    settings = read_settings()
    settings.need("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    set_up_logging(settings.log_level, settings.log_format)
    async with running(settings) as bot:
        connection = SocketConnection(bot.app, settings.slack_app_token or "")
        try:
            await connection.open()
            await _until_stopped(f"Clarion is connected and at work in {bot.clarion.team_id}")
        finally:
            # What was begun is answered over the connection that asked.
            await bot.ways.finish()
            await connection.close()


async def run_web() -> None:
    """`python -m bot web`: HTTP on $PORT, until SIGTERM or Ctrl-C."""
    settings = read_settings()
    settings.need("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")
    set_up_logging(settings.log_level, settings.log_format)
    async with running(settings) as bot:
        health = Health(bot.clarion, bot.alarm, bot.sending, bot.supervisor)
        runner = web.AppRunner(
            web_app(bot.app, settings.slack_signing_secret or "", health, bot.clock), access_log=None
        )
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, port=settings.port).start()
            except OSError as error:
                reason = os.strerror(error.errno) if error.errno else str(error)
                raise SetupError(f"PORT {settings.port} cannot be listened on ({reason}): name another.") from None
            await _until_stopped(f"Clarion listens on port {settings.port} and is at work in {bot.clarion.team_id}")
        finally:
            await runner.cleanup()


@contextlib.asynccontextmanager
async def running(settings: Settings, patience: float = PATIENCE_SECONDS) -> AsyncIterator[Bot]:
    """Everything started in order, and stopped in the opposite one."""
    clock = SystemClock(settings.clarion_clock)
    if settings.clarion_clock is not None:
        log.warning("CLARION_CLOCK is set: the clock is not the real one; it is now %s", clock.now().isoformat())
    policy, policy_text = load_policy_text(settings.clarion_policy)
    async with contextlib.AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        if database.is_sqlite:
            stack.enter_context(contextlib.closing(single_process_lock(database.url.database or "")))
        await asyncio.to_thread(schema.ensure_current, settings.database_url)
        client = build_client(settings.slack_bot_token, settings.slack_api_url)
        stack.push_async_callback(close_client, client)
        identity = await _who_are_we(client)
        clarion = Clarion(identity["team_id"], database, policy, clock, running_since=clock.now())
        async with database.write() as session:
            await ensure_workspace(session, clarion.team_id, identity["user_id"], identity["team"] or "")
        await policy_changes.take_up(clarion, policy_text)
        directory = Directory(clarion, client)
        await stack.enter_async_context(_acquainted(directory))
        alarm = Alarm(clarion, clock, watches_offset=settings.clarion_clock is not None)
        database.on_commit(alarm.wake)
        limits = Limits(clock.monotonic)

        def hire() -> Courier:
            lock = CourierLock(database, clarion.team_id)
            lock.on_notify(alarm.wake)
            return Courier(clarion, client, lock, limits)

        sending = Sending(hire, clock)
        supervisor = Supervisor(clarion, [sending, alarm])
        await stack.enter_async_context(_at_work(sending, alarm, supervisor))
        app = _bolt_app(client, identity, settings)
        ways = register(app, clarion, directory, patience)
        stack.push_async_callback(ways.finish)
        yield Bot(app, ways, clarion, clock, sending, alarm, supervisor)


@contextlib.asynccontextmanager
async def _acquainted(directory: Directory) -> AsyncIterator[None]:
    """Know the workspace's people before the first of them speaks, if Slack is quick enough with them."""
    loading = asyncio.get_running_loop().create_task(directory.load(), name="people")
    done, _ = await asyncio.wait([loading], timeout=PATIENCE_FOR_PEOPLE_SECONDS)
    if not done:
        log.warning("Slack is slow in telling who is who; starting meanwhile")
    try:
        yield
    finally:
        loading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loading


@contextlib.asynccontextmanager
async def _at_work(sending: Sending, alarm: Alarm, supervisor: Supervisor) -> AsyncIterator[None]:
    watchdog = Watchdog()
    watchdog.start()
    sending.start()
    alarm.start()
    supervisor.start()
    try:
        yield
    finally:
        await supervisor.stop()
        await alarm.stop()
        await sending.stop()
        await watchdog.stop()


async def _who_are_we(client: AsyncWebClient) -> dict[str, Any]:
    """The identity behind the bot token, waiting for Slack as long as it takes; SetupError when it is refused."""
    mend = "install the app into the workspace and copy the bot token, which starts with xoxb-"
    answer = await until_reached(client.auth_test, "SLACK_BOT_TOKEN", mend)
    return {key: answer.get(key) for key in ("team_id", "team", "user_id", "bot_id")}


def _bolt_app(client: AsyncWebClient, identity: dict[str, Any], settings: Settings) -> AsyncApp:
    """A Bolt app that knows who it is, so that no request waits for auth.test."""
    ours = AuthorizeResult(
        enterprise_id=None,
        team_id=identity["team_id"],
        bot_user_id=identity["user_id"],
        bot_id=identity["bot_id"],
        bot_token=settings.slack_bot_token,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return ours

    return AsyncApp(
        client=client,
        authorize=authorize,
        # Over a socket nothing is signed; Bolt wants a secret all the same.
        signing_secret=settings.slack_signing_secret or "unused over Socket Mode",
        logger=logging.getLogger("slack_bolt"),
        process_before_response=True,  # see handlers.listeners.Ways
    )


async def _until_stopped(at_work: str) -> None:
    # What was loaded until now stays for good, and need not be looked through for garbage again and again.
    gc.collect()
    gc.freeze()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    log.info("%s", at_work)
    await stopped.wait()
    log.info("Stopping")
    # A second signal ends it at once, and so does a database that keeps it from ending; what is accepted is safe.
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(name)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(ENDS_WITHIN_SECONDS)
