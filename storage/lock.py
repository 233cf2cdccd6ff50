"""Who may be the courier of a workspace: a lock that dies with its process, and a fencing token that outlives it.

On PostgreSQL the lock is a session advisory lock on a connection of its own, which also listens for other processes'
commits; the server notices a vanished host within seconds by short keepalives. Beside a SQLite file it is a lock of the
operating system. Both are gone the moment the process is, however it ended, so nobody waits for a lease to run out.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import update

from escalation.errors import SetupError
from storage.database import Database
from storage.tables import workspaces

log = logging.getLogger(__name__)


class _Hold(Protocol):
    """A lock that one process at a time can take."""

    async def take(self) -> bool: ...

    def held(self) -> bool: ...

    async def drop(self) -> None: ...


class CourierLock:
    """The right to send for one workspace. Trying for it writes nothing; getting it raises the fencing token."""

    def __init__(self, database: Database, team_id: str) -> None:
        self._database = database
        self._team_id = team_id
        self._listeners: list[Callable[[], None]] = []
        self._closed = asyncio.Event()
        if database.is_sqlite:
            self._hold: _Hold = _FileHold(_beside(database.url.database or "", f"courier-{team_id}.lock"))
        else:
            # Only here, since the driver costs memory that SQLite has no use for.
            from storage.lock_postgresql import PostgresHold  # noqa: PLC0415

            self._hold = PostgresHold(
                database.url.set(drivername="postgresql").render_as_string(False), team_id, self._tell
            )

    def on_notify(self, listener: Callable[[], None]) -> None:
        """Call `listener` (which must only set a flag) when another process committed work, or the lock was lost."""
        self._listeners.append(listener)

    async def try_acquire(self) -> int | None:
        """The new fencing token, or None while somebody else holds the lock; never waits for them.

        The workspace's row must exist. Claims of the courier that held the lock before carry an older token.
        """
        if self._closed.is_set() or not await self._hold.take():
            return None
        try:
            token = await self._raise_token()
        except BaseException:
            await self._hold.drop()
            raise
        if self._closed.is_set():
            await self._hold.drop()
            return None
        log.info("This process carries the messages of %s now", self._team_id)
        return token

    def still_held(self) -> bool:
        """Whether the lock is ours as far as can be known without asking; costs nothing."""
        return not self._closed.is_set() and self._hold.held()

    async def release(self) -> None:
        """Let another process have it."""
        await self._hold.drop()

    async def close(self) -> None:
        """Let another have it, for good: it is not held from now on, and whoever is still getting it gives it back."""
        self._closed.set()
        await self._hold.drop()

    async def _raise_token(self) -> int:
        mine = workspaces.c.team_id == self._team_id
        raised = update(workspaces).where(mine).values(courier_token=workspaces.c.courier_token + 1)
        async with self._database.write() as session:
            return int((await session.execute(raised.returning(workspaces.c.courier_token))).scalar_one())

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


class ProcessLock:
    """Holds a SQLite file for this process until closed."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def close(self) -> None:
        """Let another process have the file."""
        self._file.close()


def single_process_lock(database_file: str) -> ProcessLock:
    """Take a SQLite file for this process. Raises SetupError when another one has it (CONTRACT.md, "production"), or
    when there is no writing where it should be.
    """
    try:
        file = _locked(_beside(database_file, "lock"))
    except OSError as error:
        raise SetupError(f"The database in DATABASE_URL cannot be used: {database_file}: {error.strerror}.") from None
    if file is None:
        raise SetupError(
            f"Another Clarion process already uses this SQLite file ({database_file}); "
            "run one process, or use PostgreSQL."
        )
    return ProcessLock(file)


class _FileHold:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    async def take(self) -> bool:
        if self._file is None:
            self._file = _locked(self._path)
            return self._file is not None
        return True

    def held(self) -> bool:
        return self._file is not None

    async def drop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _beside(database_file: str, suffix: str) -> Path:
    return Path(f"{database_file}.{suffix}")


def _locked(path: Path) -> IO[str] | None:
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
