"""What the program says of itself: nothing of what must stay secret, and of no fault of its own."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator


class _Ear(logging.Handler):
    def __init__(self, secret: str, broken: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self._secret, self._broken = secret, broken

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if self._secret in said:
            self._broken(f"a secret in the log: {said}")
        if record.levelno >= logging.ERROR and record.exc_info:
            self._broken(f"{said}: {record.exc_info[1]!r}")


@contextlib.contextmanager
def listening(secret: str, broken: Callable[[str], None]) -> Iterator[None]:
    """Until the block ends nothing is written anywhere; `broken` is told of what should not be there."""
    root, ear = logging.getLogger(), _Ear(secret, broken)
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = [ear]
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
