from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import pytest

from tests.postgres import PostgresServer, PostgresUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server named by TEST_DATABASE_URL, or one of this run's own (one for each worker of pytest-xdist)."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield PostgresServer(named)
        return
    try:
        server = PostgresServer.start_own()
    except PostgresUnavailable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> Iterator[str]:
    """The name of the database that each test gets a copy of."""
    name = f"clarion_template_{secrets.token_hex(4)}"
    postgres.create(name)
    yield name
    postgres.drop(name)


@pytest.fixture
def postgresql_url(postgres: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A plain URL of a PostgreSQL database that only this test uses."""
    name = f"clarion_{secrets.token_hex(6)}"
    yield postgres.create(name, template=postgres_template)
    postgres.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A plain URL of a SQLite file that only this test uses."""
    return f"sqlite:///{tmp_path / 'clarion.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice: on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))
