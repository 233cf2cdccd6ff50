"""Moving the workspace's clock: what comes due on the way is given its moment, however slow the machine."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from simulator.errors import SlackError
from simulator.page import Controls
from simulator.state import Scheduled


class Bot:
    """An app whose process lives, with something to do at each of these moments."""

    def __init__(self, ws: Workspace, *moments: float) -> None:
        self.running = True
        self.does_its_work = True
        self.seen: list[float] = []
        self.unsent = 0
        self._ws, self._moments = ws, list(moments)
        ws.page.controls = Controls(next_due=self.next_due, waiting=self.waiting, bot=self)

    async def next_due(self) -> float | None:
        while self.does_its_work and self._moments and self._moments[0] <= self._ws.clock.now():
            self.seen.append(self._ws.clock.now() - self._moments.pop(0))
        return self._moments[0] if self._moments else None

    async def waiting(self) -> int:
        """As many as there are; each look finds one less, and the last of them is taken back."""
        if self.unsent:
            self.unsent -= 1
            if not self.unsent:
                self._ws.state.scheduled.clear()
        return self.unsent

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


def schedule(ws: Workspace, at: float) -> None:
    ws.state.scheduled["Q1"] = Scheduled("Q1", ws.channel("#general").id, int(at), {"text": "later"}, 0)


async def test_what_the_app_is_about_to_take_back_is_not_gone_past(ws: Workspace) -> None:
    began = ws.clock.now()
    bot = Bot(ws, began + 60)
    schedule(ws, began + 600)
    moved_to: list[float] = []
    ws.page.lab._to = lambda moment: (moved_to.append(moment), ws.clock.move(moment - ws.clock.now()))  # type: ignore[assignment,func-returns-value]
    bot.unsent = 3
    await ws.page.lab.move({"seconds": 3600})
    assert not [moment for moment in moved_to if began + 590 < moment < began + 700]
    assert ws.clock.now() >= began + 3600


@pytest.mark.parametrize("alive", [True, False])
async def test_what_the_app_leaves_to_slack_is_posted_on_the_way(ws: Workspace, alive: bool) -> None:
    began = ws.clock.now()
    Bot(ws, began + 60).running = alive
    channel = ws.channel("#general")
    channel.members[ws.bot_user_id] = None
    api = AsyncWebClient(token=ws.bot_token, base_url=ws.api_url)
    await api.chat_scheduleMessage(channel=channel.id, text="later", post_at=int(began) + 600)
    await ws.page.lab.move({"seconds": 3600})
    assert [one.text for one in ws.messages(channel)] == ["later"]
    assert float(ws.messages(channel)[0].ts) < began + 700


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
