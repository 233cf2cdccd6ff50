from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from simulator import Workspace
from simulator.clock import WorkspaceClock
from tests.simulator.echo_app import MANIFEST


async def test_the_clock_follows_a_file_that_others_may_write(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = WorkspaceClock(file)
    assert clock.offset() == 0
    file.write_text("3600\n")
    assert clock.now() - clock.real() == pytest.approx(3600, abs=1)
    clock.move(60)
    assert float(file.read_text()) == 3660
    file.write_text("half-writ")
    assert clock.offset() == 0


async def test_whoever_waits_for_a_moment_goes_on_when_the_clock_jumps() -> None:
    clock = WorkspaceClock()
    waiting = asyncio.ensure_future(clock.wait_until(clock.now() + 3600))
    await asyncio.sleep(0)
    assert not waiting.done()
    clock.move(3600)
    await asyncio.wait_for(waiting, 60)


async def test_a_clock_led_by_a_callable_is_moved_there() -> None:
    clock = WorkspaceClock(lambda: -60.0)
    assert clock.now() < clock.real()
    with pytest.raises(TypeError):
        clock.move(1)


async def test_messages_carry_the_moved_time_and_never_go_back() -> None:
    offset = 7200.0
    async with Workspace.running(MANIFEST, ["olga"], clock=lambda: offset) as ws:
        first = (await ws.person("olga").says("in two hours")).ts
        assert float(first) - ws.clock.real() == pytest.approx(7200, abs=5)
        offset = 0.0
        later = [(await ws.person("olga").says(str(number))).ts for number in range(3)]
    assert [first, *later] == sorted({first, *later})
