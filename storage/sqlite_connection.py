"""How SQLite is reached from the event loop: in place, but for what may wait for the disk or for a lock.

A statement takes SQLite microseconds, and handing it to a thread and back takes many times that, several times a
statement; fifty forms at once would wait for it. So statements run where they are awaited. COMMIT, which waits for the
disk, goes to the connection's thread, and so does BEGIN IMMEDIATE where another program has the file.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import aiosqlite

BEGIN_IMMEDIATE = "BEGIN IMMEDIATE"
BUSY_TIMEOUT = 10_000
_ROWS_AT_A_TIME = 64


class InPlaceConnection(aiosqlite.Connection):
    """aiosqlite's connection, its thread kept for what waits.

    Whoever awaited a COMMIT may be cancelled while the thread is still at it; what follows (closing the connection)
    then goes to the thread as well, as SQLite must not be in two places at once.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection], iter_chunk_size: int) -> None:
        super().__init__(connector, iter_chunk_size)
        self._counting = threading.Lock()
        self._handed_over = 0

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._handed_over or not self._running or self._connection is None or fn == self._connection.commit:
            return await self._in_thread(fn, *args, **kwargs)
        if args[:1] == (BEGIN_IMMEDIATE,):
            try:
                return self._without_waiting(self._connection, fn, *args, **kwargs)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # whatever kind of busy
                    raise
                return await self._in_thread(fn, *args, **kwargs)
        return fn(*args, **kwargs)

    async def _in_thread(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await super()._execute(self._counted(fn), *args, **kwargs)  # type: ignore[no-untyped-call]

    def _without_waiting(
        self, connection: sqlite3.Connection, fn: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        connection.execute("pragma busy_timeout=0")
        try:
            return fn(*args, **kwargs)
        finally:
            connection.execute(f"pragma busy_timeout={BUSY_TIMEOUT}")

    def _counted(self, fn: Callable[..., Any]) -> Callable[..., Any]:
        with self._counting:
            self._handed_over += 1

        def run(*args: Any, **kwargs: Any) -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                with self._counting:
                    self._handed_over -= 1

        return run


def _lower(text: str | None) -> str | None:
    return text.lower() if text is not None else None


class _Ours(sqlite3.Connection):
    """SQLite's own `lower` knows ASCII alone; people are to be found by their names as on PostgreSQL.

    Closed in a transaction (as when its task is cancelled), it would keep the write lock for as long as somebody
    refers to one of its statements.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.create_function("lower", 1, _lower, deterministic=True)

    def close(self) -> None:
        self.rollback()
        super().close()


def connect(path: str) -> InPlaceConnection:
    """A connection to this file, to be awaited."""
    connection = InPlaceConnection(
        lambda: sqlite3.connect(path, check_same_thread=False, factory=_Ours), _ROWS_AT_A_TIME
    )
    # As SQLAlchemy does with aiosqlite's own: a forgotten connection must not keep the process from ending.
    connection._thread.daemon = True  # noqa: SLF001
    return connection
