"""People who wait for an answer go before the work behind: fifty forms at once are not to wait for the courier's rounds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator


class Rush:
    """How many people wait right now. The work behind waits `over` it, but never long."""

    def __init__(self) -> None:
        self._waiting = 0
        self._calm = asyncio.Event()
        self._calm.set()

    @contextlib.contextmanager
    def somebody_waits(self) -> Iterator[None]:
        """Somebody waits until the block ends."""
        self._waiting += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._calm.set()

    async def over(self, at_most: float = 0.5) -> None:
        """Return once nobody waits, or after so many seconds."""
        if not self._calm.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(at_most):
                    await self._calm.wait()
