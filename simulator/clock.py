"""The workspace's clock: real time plus an offset that it may share with the bot.

Time that people see (message timestamps, dates, scheduled messages, retries of events) moves with the offset. Limits that
a running Slack client feels (three seconds for an acknowledgement, for a trigger) never do: they run on `steady()`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

OffsetSource = Callable[[], float] | Path | str | None

_POLL_SECONDS = 0.05


class WorkspaceClock:
    """`source` gives the seconds to add: a callable, the path of a file that holds them, or nothing (then `move` works)."""

    def __init__(self, source: OffsetSource = None) -> None:
        self._callable = source if callable(source) else None
        self._file = Path(source) if isinstance(source, str | Path) else None
        self._own_offset = 0.0

    def offset(self) -> float:
        """Seconds added to real time; a missing, empty or half-written file counts as no offset."""
        if self._callable is not None:
            return self._callable()
        if self._file is not None:
            try:
                return float(self._file.read_text())
            except (OSError, ValueError):
                return 0.0
        return self._own_offset

    def now(self) -> float:
        """Epoch seconds as people in the workspace read them."""
        return time.time() + self.offset()

    def real(self) -> float:
        """Epoch seconds as the machine has them: what request signatures are made with."""
        return time.time()

    def steady(self) -> float:
        """Seconds that only ever grow: the event loop's own, so that a virtual loop may carry them."""
        return asyncio.get_running_loop().time()

    def move(self, seconds: float) -> None:
        """Add to the offset (rewrites the file when there is one). A clock led by a callable moves by itself only."""
        if self._callable is not None:
            raise TypeError("this clock is led by a callable; move that")
        target = self.offset() + seconds
        if self._file is not None:
            half_written = self._file.with_name(self._file.name + ".new")
            half_written.write_text(repr(target))
            half_written.replace(self._file)
        self._own_offset = target

    async def wait_until(self, moment: float) -> None:
        """Return once `now()` has reached `moment`, however it got there."""
        while (left := moment - self.now()) > 0:  # noqa: ASYNC110 - another process may move the file
            await asyncio.sleep(min(_POLL_SECONDS, left))
