"""The one way to the database: short write transactions, one at a time on SQLite, and reads beside them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from sqlalchemy import Connection, Table, event, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

import storage.tables  # noqa: F401  it maps the classes of `escalation`
from escalation.errors import SetupError
from storage.numbering import NumberingSession
from storage.sqlite_connection import BEGIN_IMMEDIATE, BUSY_TIMEOUT, connect

NOTIFY_CHANNEL = "clarion"
# Whoever is silent for 5 seconds is asked whether they are still there, and given up 6 seconds later; what was sent and
# nobody confirmed, likewise. Without these a vanished host is waited for for hours, and everything behind it waits, too.
KEEPALIVES: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 11_000,
}
_PRAGMAS = ("journal_mode=wal", "synchronous=full", f"busy_timeout={BUSY_TIMEOUT}", "foreign_keys=on")


def driver_url(plain: str, *, sync: bool = False) -> URL:
    """The plain URL of the settings with our driver filled in; raises SetupError when it cannot be one."""
    try:
        url = make_url(plain)
    except (ArgumentError, ValueError):  # the second for a port that is no number
        url = None
    if url is not None and "@" in (url.host or ""):
        raise SetupError("DATABASE_URL cannot be read: write an @ within the user's name or the password as %40.")
    if url is not None and url.drivername in ("postgresql", "postgres") and url.host is not None:
        return url.set(drivername="postgresql+psycopg")
    if url is not None and url.drivername in ("postgresql", "postgres") and ("host" in url.query or url.database):
        return url.set(drivername="postgresql+psycopg")
    if url is not None and url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite" if sync else "sqlite+aiosqlite")
    raise SetupError(
        "DATABASE_URL cannot be read: it should look like sqlite:///clarion.db or postgresql://user:password@host/name."
    )


class Database:
    """An engine with the settings that keep what was accepted (LIBRARIES.md: WAL, FULL, BEGIN IMMEDIATE)."""

    def __init__(self, plain_url: str) -> None:
        url = driver_url(plain_url)
        self.is_sqlite = url.drivername.startswith("sqlite")
        self.url = url
        own = {name: value for name, value in KEEPALIVES.items() if name not in url.query}
        options: dict[str, Any] = {"pool_size": 10, "pool_pre_ping": True, "connect_args": own}
        if self.is_sqlite:
            path = url.database or ""
            # Connections beyond the pool's would be made and thrown away in a rush, a thread each.
            options = {"async_creator": lambda: connect(path), "pool_size": 15, "max_overflow": 0}
        # Errors are logged with their statement; people's words are not to stand beside it.
        self.engine: AsyncEngine = create_async_engine(url, hide_parameters=True, **options)
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        # On PostgreSQL a statement otherwise sees what was committed since the one before it.
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading = self.engine.execution_options(readonly=True, **snapshot)
        # SQLite's busy loop is unfair; queueing here keeps the slowest writer near the median.
        self._writing = asyncio.Lock()
        self._listeners: list[Callable[[], None]] = []

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` (which must only set a flag) after each commit of this process."""
        self._listeners.append(listener)

    def forget(self, listener: Callable[[], None]) -> None:
        """Call this listener no more."""
        self._listeners.remove(listener)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        one_at_a_time = self._writing if self.is_sqlite else contextlib.nullcontext()
        async with one_at_a_time, self._session() as session, session.begin():
            yield session
            if session.info.get("wake") and not self.is_sqlite:
                await session.execute(text(f"NOTIFY {NOTIFY_CHANNEL}"))
        if session.info.get("wake"):
            for listener in self._listeners:
                listener()

    def _session(self) -> AsyncSession:
        return AsyncSession(self.engine, sync_session_class=NumberingSession, expire_on_commit=False)

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A snapshot to read from; what is loaded stays usable after the block."""
        async with AsyncSession(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session

    async def close(self) -> None:
        """Give back every connection; an unclosed aiosqlite thread would keep the process from ending."""
        await self.engine.dispose()


def insert_into(session: AsyncSession, table: Table) -> Any:
    """The insert of the session's database, which knows what to do with a row that is there already."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    return insert(table)


def wake_after_commit(session: AsyncSession) -> None:
    """Say that this transaction leaves work for the courier or moves a due time."""
    session.info["wake"] = True


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else BEGIN_IMMEDIATE)
