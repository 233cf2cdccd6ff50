"""The courier's lock on PostgreSQL: a session advisory lock on a connection of its own, which also listens."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable
from typing import Any

import psycopg

from storage.database import KEEPALIVES, NOTIFY_CHANNEL

log = logging.getLogger(__name__)

# The server, too, looks whether we are still there, or a vanished host would keep the lock.
_OPTIONS = {**KEEPALIVES, "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"}
# A process that is frozen (paused, or a debugger's) keeps its connection, and its kernel says that all is well. So the
# holder says a word that often, and who waits for the lock ends the connection of one who has been silent for so long.
BEAT_SECONDS = 5.0
SILENT_SECONDS = 20.0
_END_THE_SILENT = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND datname = current_database()
        AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = %s
        AND state = 'idle' AND state_change < now() - make_interval(secs => %s)
"""


class PostgresHold:
    """Held for as long as its connection lives."""

    def __init__(
        self,
        conninfo: str,
        team_id: str,
        tell: Callable[[], None],
        beat_seconds: float = BEAT_SECONDS,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._conninfo = conninfo
        self._beat_seconds = beat_seconds
        self._silent_seconds = silent_seconds
        self._key = int.from_bytes(hashlib.sha256(f"clarion courier {team_id}".encode()).digest()[:8], signed=True)
        self._tell = tell
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._out_of_reach = False

    async def take(self) -> bool:
        if self.held():
            return True
        if self._listening is not None:
            await self.drop()
        try:
            if self._connection is None:
                self._connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True, **_OPTIONS)
            cursor = await self._connection.execute("SELECT pg_try_advisory_lock(%s)", [self._key])
            row = await cursor.fetchone()
            if row is None or not row[0]:
                await self._end_the_silent(self._connection)
                return False
            await self._connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
        except psycopg.OperationalError as error:
            if not self._out_of_reach:
                log.warning("no connection for the courier's lock; trying every second: %s", _first_line(error))
            self._out_of_reach = True
            await self.drop()
            return False
        self._out_of_reach = False
        self._listening = asyncio.create_task(self._listen(self._connection), name="courier lock")
        return True

    def held(self) -> bool:
        return self._listening is not None and not self._listening.done()

    async def drop(self) -> None:
        listening, self._listening = self._listening, None
        connection, self._connection = self._connection, None
        if listening is not None:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
        if connection is not None:
            # The server would notice the end of the connection too, but only after whoever tries next.
            with contextlib.suppress(psycopg.Error):
                await connection.execute("SELECT pg_advisory_unlock(%s)", [self._key])
            await connection.close()

    async def _end_the_silent(self, connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
        """The lock is free a moment later, and may be tried for again."""
        try:
            ended = await connection.execute(_END_THE_SILENT, [self._key, self._silent_seconds])
        except psycopg.errors.InsufficientPrivilege:
            return  # held in another role's name, whom we cannot judge
        if ended.rowcount:
            log.warning("the courier has been silent for %.0f s; its lock is taken away", self._silent_seconds)

    async def _listen(self, connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
        """Pass on every notification. The lock lives as long as this connection, so its end is the lock's."""
        try:
            while True:
                async for _ in connection.notifies(timeout=self._beat_seconds):
                    self._tell()
                await connection.execute("SELECT 1")
        except psycopg.OperationalError as error:
            log.warning("the courier's lock is lost with its connection: %s", _first_line(error))
        finally:
            asyncio.get_running_loop().call_soon(self._tell)


def _first_line(error: psycopg.Error) -> str:
    """What happened; libpq goes on with what it might mean."""
    return next(iter(str(error).splitlines()), "no reason given")
