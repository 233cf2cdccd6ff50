"""The one place that reads the clock. CLARION_CLOCK names a file with the seconds to add, for trials and tests."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from escalation.errors import SetupError

_LONGEST = timedelta(days=36_525)  # a century; whatever is due after it still has a date


class SystemClock:
    """The machine's time, plus the offset in `offset_file` where one is named.

    A file that is not there yet is waited for; SetupError where what stands in it is no offset.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()
        try:
            self._take_up()
        except FileNotFoundError:
            pass
        except (OSError, ValueError, OverflowError):
            raise SetupError(
                f"CLARION_CLOCK names {offset_file}, which cannot be read: it should be the path of a file that holds "
                "a number of seconds."
            ) from None

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
        """Take up a changed offset file; tells whether the clock moved. A file half written, or emptied, keeps the old offset."""
        with contextlib.suppress(OSError, ValueError, OverflowError):
            return self._take_up()
        return False

    def _take_up(self) -> bool:
        if self._offset_file is None:
            return False
        stat = self._offset_file.stat()
        seen = (stat.st_mtime_ns, stat.st_size)
        if seen == self._seen:
            return False
        written = self._offset_file.read_text()
        if not written and self._seen is not None:  # whoever writes it anew empties it first
            return False
        offset = timedelta(seconds=float(written or 0))
        if abs(offset) > _LONGEST:
            raise OverflowError
        moved, self._seen, self._offset = offset != self._offset, seen, offset
        return moved
