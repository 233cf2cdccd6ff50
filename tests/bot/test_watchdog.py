"""In a process of its own, since the watchdog ends the one it is in."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STUCK = """
import asyncio, threading
from bot.watchdog import Watchdog

async def main():
    Watchdog(stuck_after=0.2).start()
    await asyncio.sleep(0)
    threading.Event().wait(30)  # blocks the loop

asyncio.run(main())
"""
HEALTHY = """
import asyncio
from bot.watchdog import Watchdog

async def main():
    watchdog = Watchdog(stuck_after=5.0)
    watchdog.start()
    await asyncio.sleep(0)
    await watchdog.stop()

asyncio.run(main())
"""
FROZEN = """
import asyncio, sys
from bot.watchdog import Watchdog

async def main():
    watchdog = Watchdog(stuck_after=3.0)
    watchdog.start()
    await asyncio.sleep(0)
    print("watched", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await watchdog.stop()

asyncio.run(main())
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_process_whose_loop_is_stuck_ends_and_says_where() -> None:
    ended = run(STUCK)
    assert ended.returncode == 70
    assert "stuck" in ended.stderr
    assert "in main" in ended.stderr


def test_a_process_whose_loop_moves_ends_as_it_likes() -> None:
    assert run(HEALTHY).returncode == 0


def test_a_process_that_was_frozen_as_a_whole_goes_on() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FROZEN], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "watched\n"
        process.send_signal(signal.SIGSTOP)
        assert is_there_after(process, 3.5)
        process.send_signal(signal.SIGCONT)
        assert is_there_after(process, 0.5)
        process.communicate("\n", timeout=60)
    assert process.returncode == 0


def is_there_after(process: subprocess.Popen[str], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False
