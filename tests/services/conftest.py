from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.clock import at
from tests.support.office import Office, office


@pytest.fixture
async def here(migrated_url: str) -> AsyncIterator[Office]:
    """The company on Monday at 10:00, on SQLite and on PostgreSQL."""
    async with office(migrated_url, at("Mon 10:00")) as made:
        yield made


@pytest.fixture
async def desk(migrated_sqlite_url: str) -> AsyncIterator[Office]:
    """The company on Monday at 10:00, on SQLite alone: for what does not depend on the database."""
    async with office(migrated_sqlite_url, at("Mon 10:00")) as made:
        yield made


@pytest.fixture
async def pg(migrated_postgresql_url: str) -> AsyncIterator[Office]:
    """The company on Monday at 10:00, on PostgreSQL alone: for what two processes do at once."""
    async with office(migrated_postgresql_url, at("Mon 10:00")) as made:
        yield made
