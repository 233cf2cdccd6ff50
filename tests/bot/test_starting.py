"""A start that Slack or the machine refuses, and the end of one that went well, in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.running import ENDS_WITHIN_SECONDS, _until_stopped
from simulator import Workspace
from tests.support.company import PEOPLE
from tests.support.house import MANIFEST

ROOT = Path(__file__).parents[2]


@contextlib.asynccontextmanager
async def started(
    command: str, ws: Workspace, tmp_path: Path, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        command,
        cwd=ROOT,
        env={**os.environ, **ws.environment, "DATABASE_URL": f"sqlite:///{tmp_path}/clarion.db", **environment},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until_at_work(process: asyncio.subprocess.Process) -> str:
    """Wait until it says so; what it said."""
    return await until_said(process, "at work")


async def until_said(process: asyncio.subprocess.Process, words: str) -> str:
    """Wait until the process says this; what it said."""
    said = ""
    assert process.stderr is not None
    async for line in process.stderr:
        said += line.decode()
        if words in said:
            return said
    raise AssertionError(said)


async def said(command: str, ws: Workspace, tmp_path: Path, **environment: str) -> list[str]:
    """What a start that fails says beside what is logged at ERROR."""
    async with started(command, ws, tmp_path, LOG_LEVEL="ERROR", **environment) as process:
        _, errors = await process.communicate()
    assert process.returncode == 1
    return errors.decode().splitlines()


async def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("", 0)) as taken:
        port = str(taken.getsockname()[1])
        async with Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws:
            lines = await said("web", ws, tmp_path, PORT=port)
    assert lines == [f"PORT {port} cannot be listened on (Address already in use): name another."]


@pytest.mark.parametrize(("variable", "wrong"), [("SLACK_BOT_TOKEN", "xoxb-wrong"), ("SLACK_APP_TOKEN", "xapp-wrong")])
async def test_a_token_that_slack_refuses_is_one_sentence(tmp_path: Path, variable: str, wrong: str) -> None:
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws:
        (line,) = await said("worker", ws, tmp_path, **{variable: wrong})
    assert line.startswith(f"Slack refuses {variable} (invalid_auth): ")
    assert wrong not in line


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", ["worker", "web"])
async def test_it_ends_at_once_when_told_to(
    tmp_path: Path, command: str, how: signal.Signals, unused_tcp_port: int
) -> None:
    async with (
        Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws,
        started(command, ws, tmp_path, PORT=str(unused_tcp_port)) as process,
    ):
        await until_at_work(process)
        began = time.monotonic()
        process.send_signal(how)
        _, errors = await process.communicate()
    rest = errors.decode()
    assert process.returncode == 0
    assert time.monotonic() - began < 30
    assert "Traceback" not in rest
    assert [line for line in rest.splitlines() if "[info" not in line] == []


async def test_what_was_begun_is_answered_before_it_ends(tmp_path: Path) -> None:
    async with (
        Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws,
        started("worker", ws, tmp_path) as process,
    ):
        await until_at_work(process)
        olga = ws.person("olga")
        await olga.types("/escalate")
        form = await olga.form("New escalation")
        await form.fill("Customer", "Acme")
        await form.fill("Summary", "Checkout is down")
        with contextlib.closing(sqlite3.connect(tmp_path / "clarion.db", isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            sending = asyncio.create_task(form.submit())
            await olga.types("/escalate help")  # answered after the form has arrived
            process.send_signal(signal.SIGTERM)
            await until_said(process, "Stopping")
            database.execute("ROLLBACK")
        assert (await sending).closed
        await process.communicate()
        assert ws.failures == []


async def test_what_the_first_signal_cannot_end_a_second_one_or_a_while_does() -> None:
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    try:
        waiting = asyncio.create_task(_until_stopped("at work"))
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(waiting, 60)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        assert 0 < signal.alarm(0) <= ENDS_WITHIN_SECONDS
    finally:
        signal.alarm(0)
        gc.unfreeze()
        for name, handler in before.items():
            signal.signal(name, handler)
