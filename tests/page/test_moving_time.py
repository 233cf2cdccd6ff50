"""Moving the workspace's clock: what comes due on the way is given its moment, however slow the machine."""

from __future__ import annotations

import asyncio

import pytest

from simulator import Workspace
from simulator.errors import SlackError
from simulator.page import Controls


class Bot:
    """An app whose process lives, with something to do at each of these moments."""

    def __init__(self, ws: Workspace, *moments: float) -> None:
        self.running = True
        self.does_its_work = True
        self.seen: list[float] = []
        self._ws, self._moments = ws, list(moments)
        ws.page.controls = Controls(next_due=self.next_due, bot=self)

    async def next_due(self) -> float | None:
        while self.does_its_work and self._moments and self._moments[0] <= self._ws.clock.now():
            self.seen.append(self._ws.clock.now() - self._moments.pop(0))
        return self._moments[0] if self._moments else None

    async def kill(self) -> None:
        self.running = False

    async def start(self) -> None:
        self.running = True


async def stops_at(ws: Workspace, moment: float) -> None:
    """Wait until the clock has been moved to this moment, and look a few times whether it stays there."""
    await ws.until(lambda: ws.clock.now() >= moment)
    for _ in range(5):
        await asyncio.sleep(0)


async def test_everything_due_on_the_way_is_given_its_moment(ws: Workspace) -> None:
    began = ws.clock.now()
    bot = Bot(ws, *(began + 30 * number for number in range(1, 101)))
    await ws.page.lab.move({"seconds": 3600})
    assert len(bot.seen) == 100
    assert max(bot.seen) < 10
    assert ws.clock.now() >= began + 3600


async def test_the_clock_waits_for_an_app_that_is_slow(ws: Workspace) -> None:
    began = ws.clock.now()
    bot = Bot(ws, began + 60)
    bot.does_its_work = False
    moving = asyncio.create_task(ws.page.lab.move({"seconds": 3600}))
    await stops_at(ws, began + 60)
    assert ws.clock.now() < began + 600
    assert ws.page.lab.going_to == pytest.approx(began + 3600, abs=1)
    bot.does_its_work = True
    await moving
    assert ws.clock.now() >= began + 3600
    assert ws.page.lab.going_to is None


async def test_the_clock_goes_on_at_once_when_the_app_is_killed(ws: Workspace) -> None:
    began = ws.clock.now()
    bot = Bot(ws, began + 60)
    bot.does_its_work = False
    moving = asyncio.create_task(ws.page.lab.move({"seconds": 3600}))
    await stops_at(ws, began + 60)
    await bot.kill()
    async with asyncio.timeout(ws.page.lab.patience_seconds / 2):
        await moving
    assert ws.clock.now() >= began + 3600


async def test_the_clock_stays_where_an_app_hangs_and_says_so(ws: Workspace) -> None:
    began = ws.clock.now()
    Bot(ws, began + 60).does_its_work = False
    ws.page.lab.patience_seconds = 0
    with pytest.raises(SlackError, match="app_is_busy"):
        await ws.page.lab.move({"seconds": 3600})
    assert began + 60 <= ws.clock.now() < began + 600
    assert ws.page.lab.going_to is None


async def test_pressing_twice_moves_twice(ws: Workspace) -> None:
    began = ws.clock.now()
    bot = Bot(ws, began + 60)
    bot.does_its_work = False
    moves = [asyncio.create_task(ws.page.lab.move({"seconds": 600})) for _ in range(2)]
    await stops_at(ws, began + 60)
    bot.does_its_work = True
    await asyncio.gather(*moves)
    assert ws.clock.now() >= began + 1200
