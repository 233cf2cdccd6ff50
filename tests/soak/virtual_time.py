"""Time that passes when nobody has anything to do: a year of waiting costs nothing, and the same waits in the same order."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from simulator.clock import WorkspaceClock

T = TypeVar("T")
# Between timers that lie this near, floating point does not tell.
_RESOLUTION = 1e-6


class Stuck(AssertionError):
    """Everything waits for something that will never come."""


class _NoWaiting(selectors.DefaultSelector):
    """Where a loop would wait for the next timer, the timer's moment is made now."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if not found and timeout is None:
            raise Stuck("nothing is ready, and no timer is set")
        if not found and timeout:
            self.loop.passed += timeout
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop of one thread whose clock shows how long was waited."""

    def __init__(self) -> None:
        selector = _NoWaiting()
        selector.loop = self
        self.passed = 0.0
        super().__init__(selector)
        self._clock_resolution = _RESOLUTION

    def time(self) -> float:
        return self.passed


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run something to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


class LoopClock:
    """The bot's clock, carried by the loop."""

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def until(self, moment: datetime) -> None:
        """Let time pass until then, and whatever is due on the way happen."""
        await asyncio.sleep(max(0.0, (moment - self.now()).total_seconds()))


class SlackClock(WorkspaceClock):
    """The workspace's clock, showing the same time; whoever waits for a moment is woken once, then."""

    def __init__(self, clock: LoopClock) -> None:
        super().__init__(lambda: 0.0)
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()

    def real(self) -> float:
        return self.now()

    async def wait_until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - self.now() + _RESOLUTION))
