"""Bringing a database to this version's schema, and telling whether it is there."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from escalation.errors import SetupError
from storage.database import driver_url

# One number for all of Clarion's migrations; any constant would do.
_MIGRATION_LOCK = 4_277_001


class SchemaState(StrEnum):
    """How a database stands to this version."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def migrate(plain_url: str) -> None:
    """Bring the database to the newest schema. Several processes may do so at once: one works, the others wait.

    SetupError when the database cannot be reached, or was made by a newer version.
    """
    engine = _engine(plain_url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            if _state(connection) is SchemaState.NEWER:
                raise SetupError(_NEWER)
            command.upgrade(_config(connection), "head")
            if engine.dialect.name == "sqlite":
                _check_foreign_keys(connection)
    except DBAPIError as error:
        raise SetupError(f"The database in DATABASE_URL cannot be used: {_first_line(error)}") from error
    finally:
        engine.dispose()


def state(plain_url: str) -> SchemaState:
    """How the database stands to this version; SetupError when it cannot be reached."""
    engine = _engine(plain_url)
    try:
        with engine.connect() as connection:
            return _state(connection)
    except DBAPIError as error:
        raise SetupError(f"The database in DATABASE_URL cannot be used: {_first_line(error)}") from error
    finally:
        engine.dispose()


def ensure_current(plain_url: str) -> None:
    """Migrate an empty SQLite file; SetupError, naming what to do, for anything else that is not current."""
    found = state(plain_url)
    if found is SchemaState.NEWER:
        raise SetupError(_NEWER)
    is_sqlite = driver_url(plain_url).drivername.startswith("sqlite")
    if found is SchemaState.EMPTY and is_sqlite:
        migrate(plain_url)
    elif found is not SchemaState.CURRENT:
        what = "is empty" if found is SchemaState.EMPTY else "has an older schema than this version of Clarion"
        raise SetupError(f"The database {what}: run `python -m bot migrate` first.")


_NEWER = "The database was migrated by a newer version of Clarion: install that version, or restore an older backup."


def _engine(plain_url: str) -> Engine:
    url = driver_url(plain_url, sync=True)
    engine = create_engine(url, poolclass=NullPool)
    if url.drivername == "sqlite":
        # Foreign keys stay off here: batch migrations re-create tables, which would take their children along.
        @event.listens_for(engine, "connect")
        def connect(connection: object, _record: object) -> None:
            connection.isolation_level = None  # type: ignore[attr-defined]
            for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=30000"):
                connection.execute(f"pragma {pragma}")  # type: ignore[attr-defined]

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _state(connection: Connection) -> SchemaState:
    script = ScriptDirectory.from_config(_config(connection))
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return SchemaState.EMPTY if not inspect(connection).has_table("escalations") else SchemaState.OLDER
    if revision == script.get_current_head():
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision in {one.revision for one in script.walk_revisions()} else SchemaState.NEWER


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("pragma foreign_key_check").first()
    if broken is not None:
        raise SetupError(f"The migration would leave rows of {broken[0]} without what they hang on; it was undone.")


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip().splitlines() or ["no reason given"])[0]
