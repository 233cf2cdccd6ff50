"""What services expect of the clock; `bot.clock` is the one that reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Two readings: `now` for everything people see, `monotonic` for limits and timeouts."""

    def now(self) -> datetime:
        """Aware UTC, moved by CLARION_CLOCK where that is set."""

    def monotonic(self) -> float:
        """Seconds that never jump; only differences mean anything."""
