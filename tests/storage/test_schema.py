"""The schema: migrations and tables agree, several may migrate at once, and every state has its sentence."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.types import TypeEngine

from escalation.errors import SetupError
from storage import schema
from storage.migrating import migrate
from storage.schema import SchemaState, engine_for, ensure_current, state
from storage.tables import metadata


def same_type(
    _context: object, _column: object, _metadata_column: object, found: TypeEngine[object], wanted: TypeEngine[object]
) -> bool | None:
    """Our own column types are what they are in the database; alembic compares the rest."""
    if hasattr(wanted, "impl_instance"):
        wanted = wanted.impl_instance
    return None if type(found)._type_affinity is not type(wanted)._type_affinity else False


def differences(url: str) -> list[object]:
    with engine_for(url) as engine, engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": same_type})
        found: list[object] = compare_metadata(context, metadata)
        return found


def shape(url: str) -> dict[str, object]:
    """Columns and indexes as the database has them."""
    with engine_for(url) as engine, engine.connect() as connection:
        look = inspect(connection)
        return {
            table: (
                {column["name"]: (str(column["type"]), column["nullable"]) for column in look.get_columns(table)},
                {str(index["name"]): (index["column_names"], index["unique"]) for index in look.get_indexes(table)},
                {str(unique["name"]): unique["column_names"] for unique in look.get_unique_constraints(table)},
                look.get_pk_constraint(table)["constrained_columns"],
                sorted(str(key["name"]) for key in look.get_foreign_keys(table)),
            )
            for table in look.get_table_names()
            if table != "alembic_version"
        }


def run(url: str, statement: str) -> None:
    with engine_for(url) as engine, engine.begin() as connection:
        connection.execute(text(statement))


def test_the_migrations_lead_to_the_tables(migrated_url: str) -> None:
    assert differences(migrated_url) == []


def test_a_difference_between_migrations_and_tables_would_be_seen(migrated_url: str) -> None:
    run(migrated_url, "ALTER TABLE people DROP COLUMN zone")
    run(migrated_url, "DROP INDEX ix_obligations_next")
    assert len(differences(migrated_url)) == 2


def test_a_sqlite_file_filled_at_the_start_is_as_one_that_was_migrated(
    sqlite_url: str, migrated_sqlite_url: str
) -> None:
    file = sqlite_url.replace("clarion.db", "filled.db")
    ensure_current(file)
    assert (state(file), differences(file)) == (SchemaState.CURRENT, [])
    assert shape(file) == shape(migrated_sqlite_url)
    migrate(file)
    assert state(file) is SchemaState.CURRENT


def test_no_number_that_a_button_may_carry_is_given_out_twice(sqlite_url: str, migrated_sqlite_url: str) -> None:
    file = sqlite_url.replace("clarion.db", "filled.db")
    ensure_current(file)
    for url in (file, migrated_sqlite_url):
        with engine_for(url) as engine, engine.connect() as connection:
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
            assert set(found.scalars()) == {"plan_steps", "subscriptions"}


def test_partial_indexes_name_their_predicate(migrated_url: str) -> None:
    with engine_for(migrated_url) as engine, engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
        else:
            rows = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes"))
        partial = {name for name, definition in rows if "WHERE" in (definition or "")}
    assert partial == {
        "ix_obligations_next", "ix_outbox_waiting", "uq_handovers_waiting", "uq_notices_live", "uq_obligations_open",
    }  # fmt: skip


def test_every_state_is_told_from_the_others(database_url: str) -> None:
    assert state(database_url) is SchemaState.EMPTY
    migrate(database_url)
    assert state(database_url) is SchemaState.CURRENT
    run(database_url, "UPDATE alembic_version SET version_num = '9999'")
    assert state(database_url) is SchemaState.NEWER
    run(database_url, "DELETE FROM alembic_version")
    assert state(database_url) is SchemaState.OLDER
    run(database_url, "DROP TABLE alembic_version")
    assert state(database_url) is SchemaState.OLDER


def test_an_earlier_revision_is_brought_forward_with_all_it_holds(database_url: str) -> None:
    migrate(database_url, "0001")
    run(database_url, "INSERT INTO workspaces VALUES ('T1', 'U0BOT', 'Company', 7, 1, NULL, 'a warning')")
    assert state(database_url) is SchemaState.OLDER
    with pytest.raises(SetupError, match=r"older schema.*migrate"):
        ensure_current(database_url)
    migrate(database_url)
    assert (state(database_url), differences(database_url)) == (SchemaState.CURRENT, [])
    with engine_for(database_url) as engine, engine.connect() as connection:
        kept = connection.execute(text("SELECT last_number, policy_warnings, policy_in_force FROM workspaces")).all()
    assert [tuple(row) for row in kept] == [(7, "a warning", "")]


def test_what_is_current_is_left_alone(migrated_url: str) -> None:
    ensure_current(migrated_url)
    migrate(migrated_url)
    assert state(migrated_url) is SchemaState.CURRENT


def test_an_empty_sqlite_file_is_filled_and_an_empty_postgresql_names_the_command(
    sqlite_url: str, postgresql_url: str
) -> None:
    ensure_current(sqlite_url)
    assert state(sqlite_url) is SchemaState.CURRENT
    with pytest.raises(SetupError, match=r"The database is empty: run `python -m bot migrate` first\."):
        ensure_current(postgresql_url)


def test_an_older_schema_names_the_command_and_a_newer_one_the_way_out(migrated_url: str) -> None:
    run(migrated_url, "DELETE FROM alembic_version")
    with pytest.raises(SetupError, match=r"has an older schema .*: run `python -m bot migrate` first"):
        ensure_current(migrated_url)
    run(migrated_url, "INSERT INTO alembic_version VALUES ('9999')")
    for act in (ensure_current, migrate):
        with pytest.raises(SetupError, match="by a newer version of Clarion: install that version, or restore"):
            act(migrated_url)


def test_six_processes_may_migrate_at_once(database_url: str) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["storage.migrating"])
    started = [processes.Process(target=migrate, args=(database_url,)) for _ in range(6)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * 6
    assert state(database_url) is SchemaState.CURRENT


UNUSABLE = [
    "mysql://localhost/x",
    "sqlite://",
    "sqlite:///:memory:",
    "clarion.db",
    "",
    "postgresql://",
    "://",
    "postgres://host:port/db",
]


@pytest.mark.parametrize("url", UNUSABLE)
def test_what_is_no_database_url_is_said_with_what_it_should_look_like(url: str) -> None:
    with pytest.raises(SetupError, match=r"DATABASE_URL cannot be read: it should look like sqlite:///clarion\.db or"):
        state(url)


UNREACHABLE = [
    "sqlite:////no/such/folder/clarion.db",
    "postgresql://nobody:wrong@127.0.0.1:1/none",
]


@pytest.mark.parametrize("url", UNREACHABLE)
@pytest.mark.parametrize("act", [state, ensure_current, migrate])
def test_a_database_out_of_reach_is_one_sentence(url: str, act: object) -> None:
    with pytest.raises(SetupError, match="The database in DATABASE_URL cannot be used: ") as wrong:
        act(url)  # type: ignore[operator]
    assert "\n" not in str(wrong.value)
    assert "wrong" not in str(wrong.value), "a password is nobody's business"


@contextlib.contextmanager
def as_anybody() -> Iterator[None]:
    """Not as root, who may write what is closed to everybody."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_file_that_may_only_be_read_and_a_folder_are_named() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clarion.db"
        ensure_current(f"sqlite:///{file}")
        file.chmod(0o444)
        Path(folder).chmod(0o555)
        for path, reason in ((file, "Permission denied"), (Path(folder), "Is a directory")):
            for act in (state, ensure_current, migrate):
                with as_anybody(), pytest.raises(SetupError) as wrong:
                    act(f"sqlite:///{path}")
                assert str(wrong.value) == f"The database in DATABASE_URL cannot be used: {path}: {reason}."
        Path(folder).chmod(0o755)


def test_a_server_that_takes_a_connection_and_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "CONNECTS_WITHIN_SECONDS", 2)  # the least that libpq knows
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(SetupError, match="timeout expired"):
        state(f"postgresql://user:word@127.0.0.1:{silent.getsockname()[1]}/clarion")


def test_tables_of_an_untold_version_are_left_alone_with_a_way_out(migrated_url: str) -> None:
    run(migrated_url, "DELETE FROM alembic_version")
    with pytest.raises(SetupError, match="restore a whole backup, or name an empty database"):
        migrate(migrated_url)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear all, " * 200)
    with pytest.raises(SetupError, match="cannot be used: file is not a database"):
        state(f"sqlite:///{tmp_path / 'letter.db'}")
