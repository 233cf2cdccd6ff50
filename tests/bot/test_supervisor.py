"""A courier or a sweep that stands still is noticed, started anew and told of; what was owed is sent, once."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.supervisor import MOST_IN_VAIN, SLEPT_SECONDS, STALLED_AFTER_SECONDS, Loop, Supervisor
from escalation.case import Workspace
from services.clarion import Clarion
from services.sweep import sweep
from tests.bot.test_web import served
from tests.support.absence import without_obligations
from tests.support.acting import asked, opens
from tests.support.house import MONDAY_TEN, House, house

ROOT = Path(__file__).parents[2]
NAGGED_AT = MONDAY_TEN + timedelta(minutes=15, seconds=5)
TOLD_AT_OPENING = 1


class Watch:
    """A house with an escalation in it, and a supervisor of one of its loops that is stepped by hand."""

    def __init__(self, it: House) -> None:
        self.it = it
        self.ended: list[str] = []
        self._ahead = 0.0
        steady = it.bot.clock.monotonic
        it.bot.clock.monotonic = lambda: steady() + self._ahead  # type: ignore[method-assign]
        self.supervisor: Supervisor

    def over(self, loop: Loop) -> None:
        """Watch over this loop."""
        self.supervisor = Supervisor(self.it.bot.clarion, [loop], self.ended.append)

    async def looks(self, *, for_: float = STALLED_AFTER_SECONDS + 2, every: float = 4.0) -> None:
        """Let it look again and again for so many seconds, or until it restarts something."""
        before = sum(self.supervisor.restarts.values())
        for _ in range(round(for_ / every) + 1):
            self.passes(every)
            await self.supervisor.look_once()
            if sum(self.supervisor.restarts.values()) > before:
                return

    def passes(self, seconds: float) -> None:
        """So much time passes, and nobody looks."""
        self._ahead += seconds

    def moves_on(self, length: timedelta = timedelta(), **more: float) -> None:
        """The clock is moved, and nothing is waited for."""
        self.it.set_clock(self.it.now + length + timedelta(**more))
        self.it.bot.clock.reread()

    async def falls_due(self, *, rung: bool = True) -> None:
        """The acknowledgement is owed, and unless nothing rings any more, that was noticed."""
        self.moves_on(NAGGED_AT - self.it.now)
        if rung:
            await self.it.bot.alarm.ring()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Something comes to pass that shows in the workspace."""
        await self.it.ws.until(condition, timeout=30)

    async def nagged(self) -> int:
        """How often Dina was asked since the opening, once all is settled."""
        await self.it.bot.alarm.ring()
        await self.it.settled()
        return len(asked(self.it, "dina")) - TOLD_AT_OPENING

    def told(self) -> list[str]:
        """What Omar, the admin, was told of stalls."""
        dm = self.it.ws.app_dm(self.it.ws.find_person("omar"))
        return [one.text for one in self.it.ws.messages(dm) if "noticed it" in one.text]


@contextlib.asynccontextmanager
async def watched(url: str, tmp_path: Path) -> AsyncIterator[Watch]:
    async with house(url, tmp_path) as it:
        await it.bot.supervisor.stop()  # it would look, too
        await opens(it)
        yield Watch(it)


class Hang:
    """What is called in its place never returns, the first time; neither is it to be cancelled, when it is `deaf`."""

    def __init__(self, instead_of: Callable[..., Any], *, deaf: bool = False) -> None:
        self._instead_of = instead_of
        self._deaf = deaf
        self.begun, self.let_go = asyncio.Event(), asyncio.Event()

    async def __call__(self, *arguments: Any) -> Any:
        if not self.begun.is_set():
            self.begun.set()
            while not self.let_go.is_set():
                try:
                    await self.let_go.wait()
                except asyncio.CancelledError:
                    if not self._deaf:
                        raise
        return await self._instead_of(*arguments)


async def test_the_bots_own_supervisor_replaces_a_courier_whose_task_was_killed(
    migrated_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(migrated_url, tmp_path) as it, served(it) as client:
        await opens(it)
        killed = it.bot.courier
        assert it.bot.sending._task is not None
        it.bot.sending._task.cancel()
        await it.at(NAGGED_AT)  # settles only when somebody sends
        assert it.bot.courier is not killed
        assert it.bot.courier.holds_lock
        assert not killed.holds_lock
        assert len(asked(it, "dina")) == TOLD_AT_OPENING + 1
        facts = (await client.get("/healthz")).json()
        assert (facts["courier_restarts"], facts["sweep_restarts"]) == (1, 0)
        assert facts["last_restart"] == "the courier has ended"
        assert 'clarion_restarts_total{loop="courier"} 1.0' in (await client.get("/metrics")).text
    assert [record.getMessage() for record in caplog.records if record.name == "clarion.supervisor"] == [
        "The courier has ended; it is started anew"
    ]


async def test_the_bots_own_supervisor_starts_a_stopped_scheduler_anew(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await opens(it)
        it.bot.alarm._scheduler.shutdown()
        it.set_clock(NAGGED_AT)  # nobody tells the bot: it is the scheduler that looks
        await it.ws.until(lambda: len(asked(it, "dina")) == TOLD_AT_OPENING + 1, timeout=30)
        assert it.bot.supervisor.restarts == {"courier": 0, "sweep": 1}


async def test_a_courier_that_raises_is_replaced_and_the_admins_are_told_once(sqlite_url: str, tmp_path: Path) -> None:
    async with watched(sqlite_url, tmp_path) as it:
        it.over(it.it.bot.sending)
        for hours in (0, 0, 1):
            await it.it.after(hours=hours)
            await dies(it.it)
            await it.supervisor.look_once()
            await it.it.settled()
        assert it.supervisor.last == "the courier has ended (RuntimeError)"
        assert it.supervisor.restarts == {"courier": 3}
        first, second = it.told()  # not for the one within the hour
        assert "stopped sending messages" in first
        assert first == second
        assert not it.ended


async def dies(it: House) -> None:
    """The courier's task ends in an error that nobody foresaw."""
    assert it.bot.sending._task is not None
    it.bot.sending._task.cancel()
    await asyncio.wait([it.bot.sending._task])

    async def fails() -> None:
        raise RuntimeError

    it.bot.sending._task = asyncio.create_task(fails())
    await asyncio.wait([it.bot.sending._task])


async def test_a_courier_that_hangs_is_replaced(sqlite_url: str, tmp_path: Path) -> None:
    async with watched(sqlite_url, tmp_path) as it, it.it.bot.courier._one_round:
        it.over(it.it.bot.sending)
        await it.falls_due()
        await it.looks(for_=STALLED_AFTER_SECONDS - 8)
        assert it.supervisor.restarts == {"courier": 0}
        await it.looks(for_=10)
        assert it.supervisor.restarts == {"courier": 1}
        assert it.supervisor.last.startswith("the courier has looked for no work for 3")
        assert await it.nagged() == 1
        assert len(it.told()) == 1


@pytest.mark.parametrize("deaf", [False, True], ids=["breaks off", "cannot be broken off"])
async def test_what_a_courier_had_claimed_as_it_hung_is_sent_once(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, deaf: bool
) -> None:
    monkeypatch.setattr("services.breaking_off.break_off.__defaults__", (0.1,))
    async with watched(migrated_url, tmp_path) as it:
        it.over(it.it.bot.sending)
        hang = Hang(__import__("services.delivery.courier", fromlist=["held"]).held, deaf=deaf)
        monkeypatch.setattr("services.delivery.courier.held", hang)
        await it.falls_due()
        await hang.begun.wait()  # claimed, and not yet sent
        await it.looks()
        assert it.supervisor.restarts == {"courier": 1}
        assert ("left behind" in caplog.text) is deaf
        # It may have been sent, for all that is known: it is looked for, and sent when it can arrive no more.
        await it.it.ws.until(lambda: bool(it.it.ws.calls.to("conversations.history")), timeout=30)
        hang.let_go.set()  # too late
        it.moves_on(seconds=31)
        await it.until(lambda: len(asked(it.it, "dina")) > TOLD_AT_OPENING)
        while await it.it._unsent():  # copies are looked for after a minute
            it.moves_on(seconds=10)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(it.it.ws.changes.after(it.it.ws.changes.version), 0.1)
        assert await it.nagged() == 1


async def test_a_call_that_lands_while_its_courier_is_replaced_is_in_no_doubt(sqlite_url: str, tmp_path: Path) -> None:
    async with watched(sqlite_url, tmp_path) as it:
        it.over(it.it.bot.sending)
        it.it.ws.faults.slow("chat.postMessage", 0.5)
        posted = len(it.it.ws.calls.to("chat.postMessage"))
        await it.falls_due()
        await it.until(lambda: len(it.it.ws.calls.to("chat.postMessage")) > posted)
        assert it.it.bot.sending._task is not None
        it.it.bot.sending._task.cancel()
        await asyncio.wait([it.it.bot.sending._task])
        await it.supervisor.look_once()
        assert await it.nagged() == 1
        assert not it.it.ws.calls.to("conversations.history")


@pytest.mark.parametrize("database", ["hangs once", "hangs on"])
async def test_a_courier_whose_query_hangs(migrated_postgresql_url: str, tmp_path: Path, database: str) -> None:
    async with (
        watched(migrated_postgresql_url, tmp_path) as it,
        await psycopg.AsyncConnection.connect(migrated_postgresql_url) as other,
    ):
        it.over(it.it.bot.sending)
        await it.it.bot.alarm.stop()  # it needs the table, too
        await other.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
        it.it.bot.courier.wake()
        if database == "hangs once":
            await it.looks()
            await other.rollback()
            assert it.supervisor.restarts == {"courier": 1}
            await it.it.settled()
            await it.supervisor.look_once()
            assert it.it.bot.courier.holds_lock
        else:
            for _ in range(MOST_IN_VAIN + 1):
                while not it.it.bot.courier._one_round.locked():  # noqa: ASYNC110  nothing tells of it
                    await asyncio.sleep(0.01)
                await it.looks()
            await other.rollback()
            assert it.supervisor.restarts == {"courier": MOST_IN_VAIN}
            assert "has not helped 3 times in a row" in it.ended[0]


async def test_a_sweep_that_hangs_is_broken_off_and_rung_anew(sqlite_url: str, tmp_path: Path) -> None:
    async with watched(sqlite_url, tmp_path) as it, it.it.bot.alarm._sweeping:
        it.over(it.it.bot.alarm)
        await it.falls_due(rung=False)
        await it.looks()
        assert it.supervisor.restarts == {"sweep": 1}
        assert it.supervisor.last.startswith("the sweep has hung for 3")
        await it.until(lambda: len(asked(it.it, "dina")) == TOLD_AT_OPENING + 1)
        assert await it.nagged() == 1
        assert ["looking for what is due" in one for one in it.told()] == [True]


async def test_a_sweep_that_waits_for_a_row_for_ever(migrated_postgresql_url: str, tmp_path: Path) -> None:
    async with (
        watched(migrated_postgresql_url, tmp_path) as it,
        await psycopg.AsyncConnection.connect(migrated_postgresql_url) as other,
    ):
        it.over(it.it.bot.alarm)
        await other.execute("SELECT * FROM escalations FOR UPDATE")
        await it.falls_due(rung=False)
        while not it.it.bot.alarm._sweeping.locked():  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(0.01)
        await it.looks()
        assert it.supervisor.restarts == {"sweep": 1}
        await other.rollback()
        await it.until(lambda: len(asked(it.it, "dina")) == TOLD_AT_OPENING + 1)
        assert await it.nagged() == 1


@pytest.mark.parametrize(
    "stops",
    [
        lambda scheduler: scheduler.remove_job("sweep"),
        lambda scheduler: scheduler._stop_timer(),
        lambda scheduler: scheduler.pause(),
    ],
    ids=["its job is gone", "its timer is gone", "it is paused"],
)
async def test_a_scheduler_that_rings_no_more_is_replaced(
    sqlite_url: str, tmp_path: Path, stops: Callable[[Any], None]
) -> None:
    async with watched(sqlite_url, tmp_path) as it:
        it.over(it.it.bot.alarm)
        stops(it.it.bot.alarm._scheduler)
        await it.falls_due(rung=False)
        await it.looks()
        assert it.supervisor.restarts == {"sweep": 1}
        await it.until(lambda: len(asked(it.it, "dina")) == TOLD_AT_OPENING + 1)
        assert await it.nagged() == 1


async def test_a_sweep_that_never_ends_well_is_a_stall(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watched(sqlite_url, tmp_path) as it:
        it.over(it.it.bot.alarm)

        async def fails(_clarion: Clarion) -> None:
            raise RuntimeError

        monkeypatch.setattr("bot.alarm.next_due", fails)
        for _ in range(9):
            it.passes(4)
            with contextlib.suppress(RuntimeError):
                await it.it.bot.alarm._tick()
            await it.supervisor.look_once()
        assert it.supervisor.last.startswith("the sweep has not ended well for 3")


async def test_a_database_that_is_away_is_no_stall(sqlite_url: str, tmp_path: Path) -> None:
    async with watched(sqlite_url, tmp_path) as it:
        it.over(it.it.bot.alarm)
        with without_obligations(sqlite_url):
            for _ in range(20):
                it.passes(4)
                await it.it.bot.alarm._tick()
                await it.supervisor.look_once()
        assert it.supervisor.restarts == {"sweep": 0}


async def test_a_long_sweep_that_gets_on_is_no_stall(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watched(sqlite_url, tmp_path) as it:
        it.over(it.it.bot.alarm)
        swept = 0

        async def slow(clarion: Clarion, moves: Callable[[], None]) -> int:
            nonlocal swept
            for _ in range(8):
                swept += await sweep(clarion, moves)
                moves()
                await it.looks(for_=16)
            return swept

        monkeypatch.setattr("bot.alarm.sweep", slow)
        await it.falls_due()
        assert swept == 1
        assert it.supervisor.restarts == {"sweep": 0}


async def test_a_process_that_slept_as_a_whole_restarts_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with watched(sqlite_url, tmp_path) as it:
        for loop in (it.it.bot.sending, it.it.bot.alarm):
            it.over(loop)
            await it.looks(for_=SLEPT_SECONDS - 1)
            it.passes(3600)
            await it.supervisor.look_once()
            assert it.supervisor.restarts == {loop.name: 0}


async def test_the_admins_are_told_as_soon_as_it_can_be_written_down(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.supervisor.SAYS_WITHIN_SECONDS", 0.05)
    async with watched(sqlite_url, tmp_path) as it:
        it.over(it.it.bot.sending)
        async with it.it.bot.clarion.database._writing:  # whoever writes waits
            await dies(it.it)
            await it.supervisor.look_once()
            assert it.told() == []
        await it.until(lambda: len(it.told()) == 1)


async def test_a_courier_given_up_that_raises_the_token_late_keeps_nobody_from_sending(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with watched(sqlite_url, tmp_path) as it:
        async with it.it.bot.clarion.database.write() as session:
            (await session.get_one(Workspace, it.it.bot.clarion.team_id, with_for_update=True)).courier_token += 1
        await it.falls_due()
        assert await it.nagged() == 1
        assert it.it.bot.courier.holds_lock


HOPELESS = """
import asyncio
from bot.supervisor import MOST_IN_VAIN, Supervisor

class Hopeless:
    name, rounds = "sweep", 0

    def trouble(self, before):
        return "has hung for 31 s"

    async def restart(self):
        print("restarted", flush=True)

class Nowhere:
    class clock:
        monotonic = staticmethod(lambda: 0.0)

async def main():
    supervisor = Supervisor(Nowhere, [Hopeless()])
    supervisor._say = lambda: asyncio.sleep(0)  # there is no database
    for _ in range(MOST_IN_VAIN + 1):
        await supervisor.look_once()

asyncio.run(main())
"""


def test_a_process_that_no_restart_helps_ends_with_a_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HOPELESS], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 70
    assert ended.stdout.split() == ["restarted"] * MOST_IN_VAIN
    assert "and starting it anew has not helped 3 times in a row; ending so that another process can." in ended.stderr
