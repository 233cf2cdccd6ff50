"""The courier at work: the task it runs in, and a fresh one in its place when it has ended or stands still."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from services.breaking_off import break_off
from services.clock import Clock
from services.delivery.courier import Courier

log = logging.getLogger("clarion.sending")


class Sending:
    """`hire` makes a courier with a lock of its own; `courier` is the one at work."""

    name = "courier"

    def __init__(self, hire: Callable[[], Courier], clock: Clock) -> None:
        self._hire = hire
        self._clock = clock
        self.courier = hire()
        self._task: asyncio.Task[None] | None = None

    @property
    def rounds(self) -> int:
        """How many rounds of the courier at work ended well."""
        return self.courier.rounds

    def start(self) -> None:
        """Let the courier carry."""
        self._task = asyncio.get_running_loop().create_task(self.courier.run(), name="courier")

    def trouble(self, before: float) -> str:
        """What is wrong, as a predicate, or "": whether it ended, or has begun no round since `before` (monotonic)."""
        if self._task is not None and self._task.done():
            error = None if self._task.cancelled() else self._task.exception()
            return f"has ended ({type(error).__name__})" if error is not None else "has ended"
        if self.courier.last_round_at < before:
            return f"has looked for no work for {self._clock.monotonic() - self.courier.last_round_at:.0f} s"
        return ""

    async def restart(self) -> None:
        """Give up the courier with whatever it is stuck in, and let another go on where it stopped."""
        stuck = [] if self._task is None else [self._task]
        # Given up first: should its task come to while it is broken off, it finds that it may do nothing.
        retiring = asyncio.create_task(self.courier.retire(), name="courier retires")
        await asyncio.sleep(0)
        if not await break_off(stuck):
            log.error("The courier's task cannot be broken off; it is left behind")
        results = await retiring
        self.courier = self._hire()
        self.courier.take_over(results)
        self.start()

    async def stop(self) -> None:
        """Let what is in flight land, and give up the lock."""
        await self.courier.drain()
        if self._task is not None:
            await break_off([self._task])
