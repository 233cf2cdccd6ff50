"""The alarm clock: that it ends in good order; what it rings for is in tests/scenarios."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy.exc import OperationalError

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


async def test_a_database_that_is_gone_is_said_once_and_so_is_its_return(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(sqlite_url, tmp_path) as it:
        alarm = Alarm(it.bot.clarion, SystemClock(None), watches_offset=False)
        with monkeypatch.context() as patched:
            patched.setattr(it.bot.clarion.database, "read", gone)
            for _ in range(3):
                await alarm.ring()
        for _ in range(2):
            await alarm.ring()
    said = [
        record.getMessage() for record in caplog.records if record.name == "clarion.alarm" and "sweep" in record.msg
    ]
    assert said == [
        "The sweep cannot use the database, and tries every second: (builtins.Exception) no connection",
        "The sweep can use the database again",
    ]
    assert "Traceback" not in caplog.text


def gone() -> NoReturn:
    raise OperationalError("SELECT", {}, Exception("no connection\nand more"))
