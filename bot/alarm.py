"""APScheduler as the alarm clock: it rings at the next due time and once a second; the rows are the memory."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime

from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.clock import SystemClock
from services.breaking_off import break_off
from services.clarion import Clarion
from services.sweep import next_due, sweep

log = logging.getLogger("clarion.alarm")

# The net under the date job: what another process wrote, a clock that was set, a machine that slept.
SWEEP_EVERY_SECONDS = 1.0
# A jump of CLARION_CLOCK wakes what is due within half a second (CONTRACT.md).
CLOCK_LOOK_SECONDS = 0.2


class Alarm:
    """Runs the sweep when something is due. `last_sweep` is for health: when it last ended well, or got on.

    The supervisor asks for its `trouble` and restarts it. `rounds` counts the rings that ended, well or without a
    database.
    """

    name = "sweep"

    def __init__(self, clarion: Clarion, clock: SystemClock, *, watches_offset: bool) -> None:
        self._clarion = clarion
        self._clock = clock
        self._watches_offset = watches_offset
        self._looking: asyncio.Task[None] | None = None
        self._stopping = False
        self._has_database = True
        self.last_sweep = clock.monotonic()
        self.rounds = 0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._sweeping = asyncio.Lock()
        self._ringing: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._begun_at = self._moved_at = self._ticked_at = self._clock.monotonic()

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.add_job(self._tick, "interval", seconds=SWEEP_EVERY_SECONDS, id="sweep")
        if self._watches_offset:
            self._scheduler.add_job(self._look_at_clock, "interval", seconds=CLOCK_LOOK_SECONDS, id="clock")
        self._scheduler.start()

    def wake(self) -> None:
        """Something was committed that may have moved the next due time."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._ring_after_the_rush(), name="alarm")

    async def _ring_after_the_rush(self) -> None:
        await self._clarion.rush.over()
        if not self._stopping:
            await self.ring()

    async def _tick(self) -> None:
        """The net. A sweep that takes long holds up no tick: the ticks tell that the scheduler lives."""
        self._ticked_at = self._clock.monotonic()
        if not self._sweeping.locked():
            await self.ring()
            self._ticked_at = self._clock.monotonic()

    async def ring(self) -> None:
        """Sweep if something is due, then set the date job for what comes next."""
        task = asyncio.current_task()
        ringing = self._ringing
        if task is not None:
            ringing.add(task)
        try:
            async with self._sweeping:
                await self._sweep()
        finally:
            ringing.discard(task)

    async def _sweep(self) -> None:
        self._moved_at = self._clock.monotonic()
        try:
            due = await next_due(self._clarion)
            if due is not None and due <= self._clock.now():
                await sweep(self._clarion, self._moves)
                due = await next_due(self._clarion)
        except SQLAlchemyError as error:
            # The net rings again in a second; health shows how long it has been.
            self._do_without(error)
            self.rounds += 1
            return
        if not self._has_database:
            log.warning("The sweep can use the database again")
        self._has_database = True
        self._moves()
        self.rounds += 1
        self._set(due)

    def _moves(self) -> None:
        self.last_sweep = self._moved_at = self._clock.monotonic()

    def _do_without(self, error: SQLAlchemyError) -> None:
        """Say it once, not every second; with a trace where it is more than a database out of reach."""
        if self._has_database:
            reason = next(iter(str(error).splitlines()), "no reason given")
            known = isinstance(error, OperationalError)
            log.error("The sweep cannot use the database, and tries every second: %s", reason, exc_info=not known)
        self._has_database = False

    def _set(self, due: datetime | None) -> None:
        # What is due and could not be swept waits for the interval, or this would spin.
        rings = self._scheduler.running and not self._stopping
        if due is not None and due > self._clock.now() and rings:
            self._scheduler.add_job(
                self.ring, "date", run_date=self._clock.to_system(due), id="next due", replace_existing=True
            )

    async def _look_at_clock(self) -> None:
        if self._clock.reread():
            log.warning("CLARION_CLOCK moved the clock: it is now %s", self._clock.now().isoformat())
            # What was put off until a time that has been jumped over is not to go before what is due joins it.
            with self._clarion.rush.somebody_waits():
                await self.ring()

    def trouble(self, before: float) -> str:
        """What is wrong with it, as a predicate, or "": whether it has stood still since `before` (monotonic)."""
        if not self._scheduler.running or self._scheduler.get_job("sweep") is None:
            return "has lost its scheduler"
        if self._sweeping.locked():
            return f"has hung for {self._ago(self._moved_at)}" if self._moved_at < before else ""
        if self._ticked_at < before:
            return f"has not been rung for {self._ago(self._ticked_at)}"
        well_at = max(self.last_sweep, self._begun_at)
        # Without a database none can end well, which was said, and no restart would mend.
        return f"has not ended well for {self._ago(well_at)}" if self._has_database and well_at < before else ""

    def _ago(self, then: float) -> str:
        return f"{self._clock.monotonic() - then:.0f} s"

    async def restart(self) -> None:
        """Break off what hangs, and ring with a lock and a scheduler of its own.

        A sweep that ends yet, late, does no harm: two at once find each rung taken once.
        """
        hanging = [*self._ringing, *([self._looking] if self._looking is not None else ())]
        self._end_scheduler()
        self._looking = None
        self._begin_anew()
        if not await break_off(hanging):
            log.error("A sweep that hangs cannot be broken off; it is left behind")
        self.start()

    def _end_scheduler(self) -> None:
        self._scheduler.remove_all_jobs()
        with contextlib.suppress(SchedulerNotRunningError):
            self._scheduler.shutdown(wait=False)

    async def stop(self) -> None:
        """Ring no more; a sweep that is under way ends first."""
        self._stopping = True
        self._scheduler.remove_all_jobs()
        async with self._sweeping:
            self._end_scheduler()
