from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.demo.past import opening_moment
from bot.demo.run import _free_port, company
from simulator import Workspace

LONDON = ZoneInfo("Europe/London")
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ((2026, 11, 21, 23, 0), (2026, 11, 17)),  # a Saturday night
        ((2026, 11, 24, 9, 0), (2026, 11, 17)),  # a Tuesday, too early
        ((2026, 11, 24, 9, 41), (2026, 11, 24)),
        ((2026, 7, 6, 12, 0), (2026, 6, 30)),  # a Monday in summer
    ],
)
def test_the_visitor_comes_on_a_tuesday_morning(now: tuple[int, ...], day: tuple[int, int, int]) -> None:
    moment = opening_moment(dt.datetime(*now, tzinfo=dt.UTC))  # type: ignore[arg-type, misc]
    assert moment.astimezone(LONDON) == dt.datetime(*day, 9, 41, tzinfo=LONDON)


def test_a_wished_port_that_is_taken_is_refused_and_without_a_wish_another_is_found() -> None:
    with contextlib.closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(OSError):
            _free_port(port)
    assert _free_port(None) > 0
    assert _free_port(port) == port


@contextlib.asynccontextmanager
async def demo(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", "--no-browser", *arguments),
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGHUP, signal.SIG_DFL
        ),  # which the tests may have inherited as ignored
    )
    said = ""
    try:
        assert process.stdout is not None
        async with asyncio.timeout(240):
            while "Ctrl-C ends" not in said and (line := await process.stdout.readline()):
                said += line.decode()
        yield process, said
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_port_in_use_ends_the_demo_with_a_sentence() -> None:
    with contextlib.closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with demo("--port", str(port)) as (process, said):
            assert await process.wait() == 1
    assert said == f"Port {port} is in use; choose another with --port, or leave it out.\n"


async def test_a_bot_that_does_not_start_ends_the_demo_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "loud")
    async with demo("--port", "0") as (process, said):
        assert await process.wait() == 1
    assert "LOG_FORMAT" in said
    assert said.endswith("The bot did not start; what it said stands above.\n")
    assert "Traceback" not in said


@pytest.mark.timeout(300)
async def test_the_printed_story_goes_to_its_end() -> None:
    async with demo("--story") as (process, said):
        assert said.index("Resolved: every nag stops") < said.index("Thanks to @victor")
        process.send_signal(signal.SIGINT)
        await process.communicate()


def has_something_in(folder: Path) -> bool:
    return any(folder.iterdir())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_ctrl_c_and_a_closed_window_end_everything(
    how: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    async with demo("--port", "0") as (process, said):
        url = next(word for word in said.split() if word.startswith("http"))
        async with httpx.AsyncClient(trust_env=False) as client:
            assert "<title>" in (await client.get(url)).text
        assert has_something_in(tmp_path)
        process.send_signal(how)
        async with asyncio.timeout(60):
            assert await process.wait() == 0
        assert process.stdout is not None
        assert "Everything has ended" in (await process.stdout.read()).decode()
        with pytest.raises(httpx.ConnectError):
            async with httpx.AsyncClient(trust_env=False) as client:
                await client.get(url)
        assert not has_something_in(tmp_path)


def cases(ws: Workspace) -> list[str]:
    return sorted(channel.name for channel in ws.channels() if channel.name.startswith("esc-"))


@pytest.mark.timeout(300)
async def test_the_company_has_a_past_and_an_angry_customer() -> None:
    async with company(0) as ws:
        assert [name.split("-")[2] for name in cases(ws)] == ["globex", "initech", "hooli", "umbrella"]
        assert ws.messages("#acme-support")[-1].text.startswith("Our checkout has been down since nine")
        said = [m.text for channel in ws.state.channels.values() for m in channel.messages]
        assert not [text for text in said if "Clarion was not running" in text]
        await ws.person("olga").types("/escalate list all")
        listed = (await ws.person("olga").ephemeral("ESC-4")).text
        assert all(customer in listed for customer in ("Initech", "Hooli", "Umbrella"))
        bot = ws.page.controls.bot
        assert bot is not None
        await bot.kill()
        assert not bot.running
        await bot.start()
        await ws.until(lambda: ws.sockets.connected, timeout=60)
