"""The way to the database: nothing is lost between writers, readers wait for nobody, listeners hear of commits."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from escalation.case import Customer, Escalation, Event, EventKind, Person, Status, Workspace
from escalation.errors import SetupError
from storage.database import NOTIFY_CHANNEL, Database, driver_url, wake_after_commit
from storage.tables import customers, events, people, workspaces
from tests.support.clock import at


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    made = Database(migrated_url)
    async with made.write() as session:
        session.add(Workspace("T1", "U0BOT"))
    yield made
    await made.close()


async def count_up(database: Database) -> None:
    """Read, think, write: the pattern that loses updates where nothing is locked."""
    async with database.write() as session:
        row = await session.scalar(select(Workspace).where(workspaces.c.team_id == "T1").with_for_update())
        assert row is not None
        seen = row.last_number
        await asyncio.sleep(0)
        row.last_number = seen + 1


async def test_of_twenty_writers_at_once_none_is_lost(database: Database, migrated_url: str) -> None:
    beside = Database(migrated_url)  # a second process, as far as the file or the server can tell
    await asyncio.gather(*(count_up(which) for which in (database, beside) for _ in range(10)))
    await beside.close()
    async with database.read() as session:
        assert (await session.get_one(Workspace, "T1")).last_number == 20


async def test_a_reader_waits_for_no_writer_and_sees_what_was_committed(database: Database) -> None:
    async with database.write() as session:
        (await session.get_one(Workspace, "T1")).name = "Changed"
        await session.flush()
        async with asyncio.timeout(60), database.read() as reader:
            assert (await reader.get_one(Workspace, "T1")).name == ""
    async with database.read() as reader:
        assert (await reader.get_one(Workspace, "T1")).name == "Changed"


async def test_a_writer_waits_for_no_reader(database: Database) -> None:
    async with database.read() as reader:
        await reader.get_one(Workspace, "T1")
        async with asyncio.timeout(60):
            await count_up(database)


async def test_what_raises_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            session.add(Customer("T1", "Acme", "acme"))
            await session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with database.read() as session:
        assert await session.scalar(select(customers.c.id)) is None


async def test_what_was_written_stays_usable_after_the_commit(database: Database) -> None:
    async with database.write() as session:
        made = Customer("T1", "Acme", "acme")
        session.add(made)
    assert (made.id > 0, made.name) == (True, "Acme")


async def test_listeners_hear_of_commits_that_leave_work_and_of_no_others(database: Database) -> None:
    heard: list[str] = []
    database.on_commit(lambda: heard.append("work"))
    await count_up(database)
    assert heard == []
    async with database.write() as session:
        wake_after_commit(session)
        assert heard == []
    assert heard == ["work"]

    async def fail() -> None:
        async with database.write() as session:
            wake_after_commit(session)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert heard == ["work"]


async def test_another_process_hears_of_work_through_postgresql(migrated_postgresql_url: str) -> None:
    database = Database(migrated_postgresql_url)
    async with await psycopg.AsyncConnection.connect(migrated_postgresql_url, autocommit=True) as listening:
        await listening.execute(f"LISTEN {NOTIFY_CHANNEL}")
        async with database.write() as session:
            session.add(Workspace("T1", "U0BOT"))
            wake_after_commit(session)
        heard = [one.channel async for one in listening.notifies(timeout=10, stop_after=1)]
    await database.close()
    assert heard == [NOTIFY_CHANNEL]


async def test_a_row_needs_what_it_hangs_on(database: Database) -> None:
    async def orphan() -> None:
        async with database.write() as session:
            session.add(Event(99, at("Mon 10:00"), EventKind.NOTED, "U1"))

    with pytest.raises(IntegrityError):
        await orphan()


async def test_a_committed_row_survives_a_power_cut(migrated_sqlite_url: str) -> None:
    database = Database(migrated_sqlite_url)
    async with database.read() as session:
        found = {
            name: await session.scalar(text(f"pragma {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    await database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


# Instants


def an_escalation(opened_at: datetime) -> Escalation:
    return Escalation("T1", 1, 1, "Acme", "SEV-1", "Down", "U1", "U2", opened_at, "Europe/London")


async def store(database: Database, opened_at: datetime) -> Escalation:
    async with database.write() as session:
        session.add(Customer("T1", "Acme", "acme"))
        await session.flush()
        session.add(an_escalation(opened_at))
    async with database.read() as session:
        return await session.get_one(Escalation, 1)


async def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        await store(database, datetime(2026, 6, 8, 10))  # noqa: DTZ001


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 6, 8, 10, tzinfo=ZoneInfo("America/New_York")),
        datetime(2026, 10, 25, 1, 30, 0, 123456, tzinfo=ZoneInfo("Europe/London"), fold=1),
        datetime(2026, 6, 8, 10, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ],
)
async def test_an_instant_comes_back_as_the_same_one_in_utc(database: Database, instant: datetime) -> None:
    found = await store(database, instant)
    assert found.opened_at.timestamp() == instant.timestamp()
    assert found.opened_at.utcoffset() == timedelta()


async def test_words_are_kept_as_they_are_said(database: Database) -> None:
    found = await store(database, at("Mon 10:00"))
    assert found.status is Status.OPEN
    async with database.read() as session:
        assert await session.scalar(text("SELECT status FROM escalations")) == "Open"


async def test_values_of_an_event_come_back_as_they_were(database: Database) -> None:
    await store(database, at("Mon 10:00"))
    values = {"what": ["plan", "update"], "none": None, "words": "“Käse” <@U1> 🔥\n"}
    async with database.write() as session:
        session.add(Event(1, at("Mon 10:00"), EventKind.NOTED, "U1", values=values))
    async with database.read() as session:
        assert await session.scalar(select(events.c["values"])) == values


async def test_a_person_is_of_one_workspace(database: Database) -> None:
    async with database.write() as session:
        session.add_all([Person("T1", "U1", "Ada"), Person("T2", "U1", "Another")])
    async with database.read() as session:
        assert await session.scalar(select(people.c.name).where(people.c.team_id == "T2")) == "Another"


async def test_an_error_does_not_repeat_what_people_typed(database: Database) -> None:
    with pytest.raises(IntegrityError) as wrong:
        async with database.write() as session:
            session.add_all([Customer("T1", "Canary words", "same"), Customer("T1", "Canary words", "same")])
    assert "Canary" not in str(wrong.value)


# URLs

PLAIN = [
    ("sqlite:///clarion.db", "sqlite+aiosqlite:///clarion.db"),
    ("sqlite:////var/lib/clarion.db", "sqlite+aiosqlite:////var/lib/clarion.db"),
    ("postgresql://u:p@host/db", "postgresql+psycopg://u:p@host/db"),
    ("postgres://u:p@host:5433/db?sslmode=require", "postgresql+psycopg://u:p@host:5433/db?sslmode=require"),
    ("postgresql:///db?host=/run/postgresql", "postgresql+psycopg:///db?host=/run/postgresql"),
]


@pytest.mark.parametrize(("plain", "driven"), PLAIN)
def test_a_plain_url_gets_our_driver(plain: str, driven: str) -> None:
    assert driver_url(plain).render_as_string(hide_password=False).replace("%2F", "/") == driven


def test_a_password_with_an_at_sign_is_not_taken_for_a_host_and_shown() -> None:
    with pytest.raises(SetupError, match=r"DATABASE_URL cannot be read: .* password as %40\.$"):
        driver_url("postgresql://user:half@secret@db.example.com/clarion")
    assert driver_url("postgresql://user:half%40secret@db/clarion").password == "half@secret"


def test_a_url_that_cannot_be_one_names_the_variable() -> None:
    with pytest.raises(SetupError, match="DATABASE_URL"):
        Database("oracle://x")


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux names these options so")
async def test_a_database_host_that_vanishes_is_not_waited_for_long(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    async with database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        with socket.socket(fileno=os.dup(driver.fileno())) as wire:
            idle, interval, count, unconfirmed = (
                wire.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                    socket.TCP_USER_TIMEOUT,
                )
            )
            assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    await database.close()
    assert idle + interval * count <= 15
    assert 0 < unconfirmed <= 15_000
