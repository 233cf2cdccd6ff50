"""The one place that reads the clock. CLARION_CLOCK names a file with the seconds to add, for trials and tests."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """The machine's time, plus the offset in `offset_file` where one is named."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()
        self.reread()

    def now(self) -> datetime:
        """Aware UTC, the offset added."""
        return datetime.now(UTC) + self._offset

    def monotonic(self) -> float:
        """The system's monotonic clock, which the offset does not move."""
        return time.monotonic()

    def system_now(self) -> datetime:
        """The machine's own time, which Slack's signatures are made with whatever the offset."""
        return datetime.now(UTC)

    def to_system(self, instant: datetime) -> datetime:
        """When the machine's own clock will show that this clock shows `instant`."""
        return instant - self._offset

    def reread(self) -> bool:
        """Take up a changed offset file; tells whether the clock moved. A file half written keeps the old offset."""
        if self._offset_file is None:
            return False
        with contextlib.suppress(OSError, ValueError):
            stat = self._offset_file.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if seen != self._seen:
                offset = timedelta(seconds=float(self._offset_file.read_text() or 0))
                moved, self._seen, self._offset = offset != self._offset, seen, offset
                return moved
        return False
