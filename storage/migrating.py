"""Bringing a database to the newest schema with alembic; for `migrate`, never for a running bot."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from escalation.errors import SetupError
from storage.schema import NEWER, VERSIONS, SchemaState, engine_for, revision_of, state_of

UNTOLD = "The database holds Clarion's tables but not the version they are of: restore a whole backup, or name an empty database."
# One number for all of Clarion's migrations; any constant would do.
_LOCK = 4_277_001


def migrate(plain_url: str, to: str = "head") -> None:
    """Bring the database to the newest schema, or up to the revision `to`. Several processes may do so at once: one works, the others wait.

    SetupError when the database cannot be reached, or was made by a newer version.
    """
    with engine_for(plain_url) as engine, engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = state_of(connection)
        if found is SchemaState.NEWER:
            raise SetupError(NEWER)
        if found is SchemaState.OLDER and revision_of(connection) is None:
            raise SetupError(UNTOLD)
        command.upgrade(_config(connection), to)
        if engine.dialect.name == "sqlite":
            _check_foreign_keys(connection)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    return config


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("pragma foreign_key_check").first()
    if broken is not None:
        raise SetupError(f"The migration would leave rows of {broken[0]} without what they hang on; it was undone.")
