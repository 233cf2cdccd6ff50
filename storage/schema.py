"""Which schema a database has, and what that means for the start. Migrating is `storage.migrating`'s.

A running bot never needs alembic, which costs a sixth of its memory: revisions are told by the names of their
files, and an empty SQLite file gets the newest tables at once (a test holds these and the migrations together).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from escalation.errors import SetupError
from storage.database import driver_url
from storage.tables import metadata

VERSIONS = Path(__file__).parent / "migrations" / "versions"
# A server that takes a connection and says nothing would otherwise hold up the start for good.
CONNECTS_WITHIN_SECONDS = 10
NEWER = "The database was migrated by a newer version of Clarion: install that version, or restore an older backup."


class SchemaState(StrEnum):
    """How a database stands to this version."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def revisions() -> list[str]:
    """Every revision there is, oldest first: what stands before the first underscore of a migration's file name."""
    return sorted(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def state(plain_url: str) -> SchemaState:
    """How the database stands to this version; SetupError when it cannot be reached."""
    with engine_for(plain_url) as engine, engine.connect() as connection:
        return state_of(connection)


def ensure_current(plain_url: str) -> None:
    """Fill an empty SQLite file; SetupError, naming what to do, for anything else that is not current."""
    found = state(plain_url)
    if found is SchemaState.NEWER:
        raise SetupError(NEWER)
    if found is SchemaState.EMPTY and driver_url(plain_url).drivername.startswith("sqlite"):
        _fill(plain_url)
    elif found is not SchemaState.CURRENT:
        what = "is empty" if found is SchemaState.EMPTY else "has an older schema than this version of Clarion"
        raise SetupError(f"The database {what}: run `python -m bot migrate` first.")


def state_of(connection: Connection) -> SchemaState:
    """The same, of a connection that is open."""
    known = revisions()
    found = revision_of(connection)
    if found is None:
        return SchemaState.OLDER if inspect(connection).has_table("escalations") else SchemaState.EMPTY
    if found == known[-1]:
        return SchemaState.CURRENT
    return SchemaState.OLDER if found in known else SchemaState.NEWER


def revision_of(connection: Connection) -> str | None:
    """The revision that the database says it is at."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


@contextlib.contextmanager
def engine_for(plain_url: str) -> Iterator[Engine]:
    """A synchronous engine for schema work; SetupError, in one sentence, when the database cannot be used."""
    url = driver_url(plain_url, sync=True)
    if url.drivername == "sqlite":
        _check_writable(Path(url.database or ""))
        engine = create_engine(url, poolclass=NullPool)
        _prepare_sqlite(engine)
    else:
        engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": CONNECTS_WITHIN_SECONDS})
    try:
        yield engine
    except DBAPIError as error:
        reason = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
        raise SetupError(f"The database in DATABASE_URL cannot be used: {reason.removesuffix('.')}.") from error
    finally:
        engine.dispose()


def _fill(plain_url: str) -> None:
    with engine_for(plain_url) as engine, engine.begin() as connection:
        if state_of(connection) is not SchemaState.EMPTY:
            return
        metadata.create_all(connection)
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": revisions()[-1]})


def _check_writable(file: Path) -> None:
    """SQLite itself opens a file that may only be read, and names none that it cannot open."""
    try:
        file.open("ab").close()
    except OSError as error:
        raise SetupError(f"The database in DATABASE_URL cannot be used: {file}: {error.strerror}.") from None


def _prepare_sqlite(engine: Engine) -> None:
    # Foreign keys stay off here: batch migrations re-create tables, which would take their children along.
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=30000"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
