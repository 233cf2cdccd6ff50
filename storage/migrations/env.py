"""Run by alembic: on the connection that `storage.schema` hands over, or on DATABASE_URL for `make migration`."""

from __future__ import annotations

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Enum, create_engine

from storage.columns import UTCDateTime
from storage.database import driver_url
from storage.tables import metadata


def plain_type(kind: str, column_type: object, _context: Any) -> str | Literal[False]:
    """Write our own column types into migrations as what they are in the database."""
    if kind == "type" and isinstance(column_type, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(column_type, Enum):
        return f"sa.String(length={column_type.length})"
    return False


def run(connection: Connection) -> None:
    """Upgrade within the transaction that is open, or that is opened here."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, render_item=plain_type)
    with context.begin_transaction():
        context.run_migrations()


handed_over: Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    with create_engine(driver_url(os.environ["DATABASE_URL"], sync=True)).connect() as own:
        run(own)
