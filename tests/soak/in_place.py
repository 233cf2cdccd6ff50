"""SQLite without threads and without waiting for the disk.

Threads end when they like, and a year is to go the same way twice. So COMMIT runs in place, too, and gives others a turn
as the thread would. `synchronous` is off: what is tried here is the bot and not the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Generator, Iterator
from typing import Any
from unittest import mock

import aiosqlite
from sqlalchemy import event

from storage import database as of_storage
from storage.database import Database
from storage.sqlite_connection import _ROWS_AT_A_TIME, InPlaceConnection, _Ours


class _AtOnce:
    """Stands where a connection queues work for its thread."""

    def put_nowait(self, work: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = work
        try:
            result = function()
        except Exception as error:
            if future is None:
                raise
            future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


class _Connection(InPlaceConnection):
    def __init__(self, path: str) -> None:
        super().__init__(lambda: sqlite3.connect(path, check_same_thread=False, factory=_Ours), _ROWS_AT_A_TIME)
        self._tx = _AtOnce()  # type: ignore[assignment]

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        return self._connect().__await__()

    async def _in_thread(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._in_thread(fn, *args, **kwargs)
        finally:
            await asyncio.sleep(0)


@contextlib.contextmanager
def in_place(url: str, committed: Callable[[], None]) -> Iterator[Database]:
    """A database on this migrated file; `committed` is called after every commit."""
    with mock.patch.object(of_storage, "connect", _Connection):
        database = Database(url)

        @event.listens_for(database.engine.sync_engine, "connect")
        def no_waiting_for_the_disk(connection: Any, _record: object) -> None:
            connection.execute("pragma synchronous=off")

        @event.listens_for(database.engine.sync_engine, "commit")
        def count(_connection: object) -> None:
            committed()

        yield database
