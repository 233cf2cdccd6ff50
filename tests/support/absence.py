"""A database that cannot be used for a while, as when somebody works on it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator


@contextlib.contextmanager
def without_obligations(sqlite_url: str) -> Iterator[None]:
    """Their table is away until the block ends; whatever reads it fails."""
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=30)) as connection:
        connection.execute("ALTER TABLE obligations RENAME TO away")
        try:
            yield
        finally:
            connection.execute("ALTER TABLE away RENAME TO obligations")
