"""The alarm clock: that it ends in good order; what it rings for is in tests/scenarios."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.alarm import Alarm
from bot.clock import SystemClock
from tests.support.absence import without_obligations
from tests.support.acting import opens
from tests.support.clock import at
from tests.support.house import MONDAY_TEN, house
from tests.support.office import office


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


async def test_a_database_that_is_gone_is_said_once_and_so_is_its_return(
    migrated_sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with office(migrated_sqlite_url, at("Mon 10:00")) as desk:
        alarm = Alarm(desk.clarion, SystemClock(None), watches_offset=False)
        with without_obligations(migrated_sqlite_url):
            for _ in range(3):
                await alarm.ring()
        for _ in range(2):
            await alarm.ring()
    said = [record.getMessage() for record in caplog.records if record.name == "clarion.alarm"]
    assert said == [
        (
            "The sweep cannot use the database, and tries every second: "
            "(sqlite3.OperationalError) no such table: obligations"
        ),
        "The sweep can use the database again",
    ]
    assert "Traceback" not in caplog.text


async def test_what_was_put_off_until_a_time_jumped_over_goes_after_what_joins_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    """The courier stands back from its next round until the sweep is over."""
    async with house(sqlite_url, tmp_path) as it:
        rush, calm = it.bot.clarion.rush, []
        it.bot.clarion.database.on_commit(lambda: calm.append(rush._calm.is_set()))
        await opens(it)
        calm.clear()
        it.set_clock(MONDAY_TEN + timedelta(minutes=15, seconds=10))
        await it.person("dina").sees("ESC-1 is waiting for you")
        assert calm[0] is False
        assert rush._calm.is_set()
