"""Workspace, bot and page together, until Ctrl-C; "Start again" begins anew at the same address."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import errno
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path

import typer

from bot.clock import SystemClock
from bot.demo.company import CHANNELS, PEOPLE, ROOT, roles_policy
from bot.demo.glance import Glance, glance
from bot.demo.guide import hints
from bot.demo.past import Past, opening_moment
from bot.demo.process import WorkerProcess
from simulator import NotSeen, Workspace
from simulator.page import Controls

USUAL_PORT = 8642
# Ctrl-C, whoever ends us, and the window or the line that we were started from being closed.
ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class SceneError(Exception):
    """The demonstration cannot be shown, and why, in one sentence."""


SETTING_THE_SCENE = "Setting the scene: a company, its bot, and a week of its past …"
_ENDS, _AGAIN = "end", "again"
CONNECTS_WITHIN_SECONDS = 90.0
_LOOK_SECONDS = 0.05


async def run_demo(port: int | None, *, browser: bool) -> int:
    """Until Ctrl-C; the exit code. Without a port the usual one is taken, or any where that is in use."""
    wishes: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for name in ENDING:
        if signal.getsignal(name) is not signal.SIG_IGN:  # as under nohup
            loop.add_signal_handler(name, wishes.put_nowait, _ENDS)
    try:
        taken = _free_port(port)
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        typer.echo(f"Port {port} {why}; choose another with --port, or leave it out.", err=True)
        return 1
    typer.echo(SETTING_THE_SCENE)
    first = True
    while True:
        showing = loop.create_task(_show(taken, wishes, browser=browser, first=first))
        wish = asyncio.ensure_future(wishes.get())
        await asyncio.wait([showing, wish], return_when=asyncio.FIRST_COMPLETED)
        showing.cancel()
        wish.cancel()
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await showing
        except SceneError as error:
            typer.echo(str(error), err=True)
            return 1
        if wish.result() == _ENDS:
            typer.echo("\nEverything has ended; nothing is left behind.")
            return 0
        first = False


def _free_port(wished: int | None) -> int:
    """The wished port, or OSError; without a wish the usual one if it is free, else any."""
    for port in (USUAL_PORT, 0) if wished is None else (wished,):
        with contextlib.closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                if wished is not None:
                    raise
                continue
            return int(probe.getsockname()[1])
    raise OSError(errno.EADDRINUSE, "no port is free")


async def _show(port: int, wishes: asyncio.Queue[str], *, browser: bool, first: bool) -> None:
    async with company(port, again=lambda: wishes.put_nowait(_AGAIN)) as ws:
        if first:
            _tell_where(ws.base_url, browser=browser)
        await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def company(port: int, *, again: object = None, opens_at: dt.datetime | None = None) -> AsyncIterator[Workspace]:
    """A workspace with the bot and the company's past in it, ready to be looked at."""
    with tempfile.TemporaryDirectory(prefix="clarion-demo-") as folder:
        policy, clock = _files(Path(folder))
        workspace = Workspace.running(
            manifest=ROOT / "manifest.json", people=PEOPLE, channels=CHANNELS, port=port, clock=clock
        )
        async with workspace as ws:
            ws.page.controls = Controls(preparing=SETTING_THE_SCENE)
            url = f"sqlite:///{folder}/clarion.db"
            settings = {"DATABASE_URL": url, "CLARION_POLICY": str(policy), "CLARION_CLOCK": str(clock)}
            bot = WorkerProcess(ws.environment | settings | {"LOG_LEVEL": "ERROR"})
            async with glance(url, policy, clock, ws.team_id) as look, _in_its_past(ws, bot, look, opens_at):
                ws.page.controls.start_again = again if callable(again) else None
                ws.page.controls.hints = hints(ws, bot)
                ws.page.controls.preparing = ""
                yield ws


def _files(folder: Path) -> tuple[Path, Path]:
    """The policy, and the clock that bot and workspace share."""
    policy, clock = folder / "policy.yaml", folder / "clock"
    policy.write_text(roles_policy(), encoding="utf-8")
    clock.write_text("0", encoding="utf-8")
    return policy, clock


@contextlib.asynccontextmanager
async def _in_its_past(
    ws: Workspace, bot: WorkerProcess, look: Glance, opens_at: dt.datetime | None
) -> AsyncIterator[None]:
    """The bot at work, and the past played; ended in good order."""
    past = Past(ws, look, opens_at or opening_moment(SystemClock().now()))
    past.set_out()
    await bot.start()
    try:
        await _connected(ws, bot)
        ws.page.controls = Controls(look.next_due, look.waiting, bot=bot, preparing=SETTING_THE_SCENE)
        ws.page.controls.opens_as, ws.page.controls.opens_in = "olga", "#acme-support"
        await _played(past)
        yield
    finally:
        ws.page.controls = Controls()  # a page that is still open asks no bot that has ended
        await bot.kill()  # its database goes with it, so there is nothing for it to finish


async def _connected(ws: Workspace, bot: WorkerProcess) -> None:
    """Wait until the bot is at work. Raises SceneError when it is not, or ended."""
    until = ws.clock.steady() + CONNECTS_WITHIN_SECONDS
    while not ws.sockets.connected:
        if not bot.running:
            raise SceneError("The bot did not start; what it said stands above.")
        if ws.clock.steady() > until:
            raise SceneError(f"The bot did not connect within {CONNECTS_WITHIN_SECONDS:.0f} seconds.")
        await asyncio.sleep(_LOOK_SECONDS)


async def _played(past: Past) -> None:
    """Play the past. Raises SceneError when it stuck half-way."""
    try:
        await past.play()
    except (NotSeen, TimeoutError, RuntimeError) as error:
        why = str(error) or "it took too long"
        raise SceneError(f"The company's past could not be played ({why}); try again.") from error


def _tell_where(url: str, *, browser: bool) -> None:
    typer.echo(f"\n  Clarion is ready to be tried:  {typer.style(url, bold=True, underline=True)}\n")
    if "SSH_CONNECTION" in os.environ:
        port = url.rstrip("/").rpartition(":")[2]
        typer.echo(f"  From your own machine:  ssh -N -L {port}:127.0.0.1:{port} <this machine>, then open it there.\n")
    typer.echo("  Ctrl-C ends it.")
    if browser and _has_desktop():
        # A browser that cannot be started is no reason to end; the address stands above.
        asyncio.get_running_loop().run_in_executor(None, webbrowser.open, url)


def _has_desktop() -> bool:
    if "SSH_CONNECTION" in os.environ:
        return False
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
