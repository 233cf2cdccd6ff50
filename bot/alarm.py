"""APScheduler as the alarm clock: it rings at the next due time and once a second; the rows are the memory."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.clock import SystemClock
from services.clarion import Clarion
from services.sweep import next_due, sweep

log = logging.getLogger("clarion.alarm")

# The net under the date job: what another process wrote, a clock that was set, a machine that slept.
SWEEP_EVERY_SECONDS = 1.0
# A jump of CLARION_CLOCK wakes what is due within half a second (CONTRACT.md).
CLOCK_LOOK_SECONDS = 0.2


class Alarm:
    """Runs the sweep when something is due. `last_sweep` is for health: when it last ended well."""

    def __init__(self, clarion: Clarion, clock: SystemClock, *, watches_offset: bool) -> None:
        self._clarion = clarion
        self._clock = clock
        self._watches_offset = watches_offset
        self._sweeping = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._looking: asyncio.Task[None] | None = None
        self._stopping = False
        self._has_database = True
        self.last_sweep = clock.monotonic()

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.add_job(self.ring, "interval", seconds=SWEEP_EVERY_SECONDS, id="sweep")
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

    async def ring(self) -> None:
        """Sweep if something is due, then set the date job for what comes next."""
        async with self._sweeping:
            try:
                due = await next_due(self._clarion)
                if due is not None and due <= self._clock.now():
                    await sweep(self._clarion)
                    due = await next_due(self._clarion)
            except SQLAlchemyError as error:
                # The net rings again in a second; health shows how long it has been.
                self._do_without(error)
                return
            if not self._has_database:
                log.warning("The sweep can use the database again")
            self._has_database = True
            self.last_sweep = self._clock.monotonic()
        self._set(due)

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
            await self.ring()

    async def stop(self) -> None:
        """Ring no more; a sweep that is under way ends first."""
        self._stopping = True
        self._scheduler.remove_all_jobs()
        async with self._sweeping:
            self._scheduler.shutdown(wait=False)
