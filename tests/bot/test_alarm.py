"""The alarm clock: that it ends in good order; what it rings for is in tests/scenarios."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.alarm import Alarm
from bot.clock import SystemClock
from tests.support.house import house


async def test_a_sweep_that_ends_while_the_alarm_stops_sets_it_for_nothing_more(
    sqlite_url: str, tmp_path: Path
) -> None:
    clock = SystemClock(None)
    async with house(sqlite_url, tmp_path) as it:
        await stops_for_good(Alarm(it.bot.clarion, clock, watches_offset=False), clock)


async def stops_for_good(alarm: Alarm, clock: SystemClock) -> None:
    alarm.start()
    async with alarm._sweeping:
        stopping = asyncio.create_task(alarm.stop())
        await asyncio.sleep(0)
        alarm._set(clock.now() + timedelta(seconds=30))
        assert alarm._scheduler.get_jobs() == []
    await stopping
