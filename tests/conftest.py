from __future__ import annotations

import logging
import os
import secrets
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from storage import migrating
from tests.postgres import PostgresServer, PostgresUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# Begun in the background a shell has it ignore Ctrl-C, and so would every process that a test means to end by that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A machine that is busy for a moment is no failure of a rule.
settings.register_profile("clarion", deadline=None)
settings.load_profile("clarion")


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


@pytest.fixture(scope="session")
def migrated_postgres_template(postgres: PostgresServer) -> Iterator[str]:
    """The name of a database with the newest schema, which each test gets a copy of."""
    name = f"clarion_migrated_{secrets.token_hex(4)}"
    migrating.migrate(postgres.create(name))
    yield name
    postgres.drop(name)


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema, which each test gets a copy of."""
    file = tmp_path_factory.mktemp("migrated") / "clarion.db"
    migrating.migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def migrated_postgresql_url(postgres: PostgresServer, migrated_postgres_template: str) -> Iterator[str]:
    """A plain URL of a migrated PostgreSQL database that only this test uses."""
    name = f"clarion_{secrets.token_hex(6)}"
    yield postgres.create(name, template=migrated_postgres_template)
    postgres.drop(name)


@pytest.fixture
def migrated_sqlite_url(migrated_sqlite_file: Path, tmp_path: Path) -> str:
    """A plain URL of a migrated SQLite file that only this test uses."""
    return f"sqlite:///{shutil.copy(migrated_sqlite_file, tmp_path / 'clarion.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice: on a migrated SQLite file and on a migrated PostgreSQL database."""
    return str(request.getfixturevalue(f"migrated_{request.param}_url"))


@pytest.fixture
def restored_logging() -> Iterator[None]:
    """Give pytest its handlers back after a test that set up logging."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
