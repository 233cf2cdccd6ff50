from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from escalation.case import Workspace
from escalation.errors import SetupError
from storage import migrating
from storage.database import Database, wake_after_commit
from storage.lock import CourierLock, single_process_lock
from storage.lock_postgresql import PostgresHold

ROOT = Path(__file__).parents[2]
# Takes the lock, says so, and holds it until it is killed.
HOLDER = """
import asyncio, sys
from storage.database import Database
from storage.lock import CourierLock

async def main():
    lock = CourierLock(Database(sys.argv[1]), "T1")
    print(await lock.try_acquire(), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    await asyncio.to_thread(migrating.migrate, database_url)
    it = Database(database_url)
    async with it.write() as session:
        session.add_all([Workspace("T1", "U1"), Workspace("T2", "U2")])
    yield it
    await it.close()


def test_a_file_that_cannot_stand_there_ends_with_a_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "clarion.db"
    with pytest.raises(SetupError, match=f"DATABASE_URL cannot be used: {missing}: No such file or directory"):
        single_process_lock(str(missing))


async def token(database: Database) -> int:
    async with database.read() as session:
        return (await session.get_one(Workspace, "T1")).courier_token


async def test_one_holds_it_and_the_other_waits_without_writing(database: Database) -> None:
    first, second = CourierLock(database, "T1"), CourierLock(database, "T1")
    assert await first.try_acquire() == 1
    assert first.still_held()
    assert await second.try_acquire() is None
    assert not second.still_held()
    assert await token(database) == 1
    await first.release()
    assert not first.still_held()
    assert await second.try_acquire() == 2
    await second.release()


async def test_each_workspace_has_its_own(database: Database) -> None:
    ours, theirs = CourierLock(database, "T1"), CourierLock(database, "T2")
    assert await ours.try_acquire() == 1
    assert await theirs.try_acquire() == 1
    await ours.release()
    await theirs.release()


async def test_whoever_gets_it_back_gets_a_higher_token_and_says_so(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "storage.lock")
    lock = CourierLock(database, "T1")
    assert await lock.try_acquire() == 1
    await lock.release()
    assert await lock.try_acquire() == 2
    await lock.release()
    assert caplog.messages == ["This process carries the messages of T1 now"] * 2


async def test_a_lock_that_is_closed_is_free_for_another_of_the_same_process_and_is_never_got_again(
    database: Database,
) -> None:
    stuck, fresh = CourierLock(database, "T1"), CourierLock(database, "T1")
    assert await stuck.try_acquire() == 1
    await stuck.close()
    assert not stuck.still_held()
    assert await stuck.try_acquire() is None
    assert await fresh.try_acquire() == 2
    await fresh.release()


async def test_a_lock_that_is_closed_while_it_is_being_got_is_given_back(database: Database) -> None:
    stuck, fresh = CourierLock(database, "T1"), CourierLock(database, "T1")
    getting = asyncio.create_task(stuck.try_acquire())
    await asyncio.sleep(0)
    await stuck.close()
    assert await getting is None
    assert await fresh.try_acquire() is not None
    await fresh.release()


async def test_a_killed_process_is_replaced_at_once(database: Database, database_url: str) -> None:
    with subprocess.Popen(  # noqa: ASYNC220  its output is what is waited for
        [sys.executable, "-c", HOLDER, database_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert await asyncio.to_thread(holder.stdout.readline) == "1\n"
        lock = CourierLock(database, "T1")
        assert await lock.try_acquire() is None
        holder.kill()
        async with asyncio.timeout(60):
            while await lock.try_acquire() is None:  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0)
    assert await token(database) == 2
    await lock.release()


async def test_a_lost_connection_is_a_lost_lock(postgresql_url: str) -> None:
    await asyncio.to_thread(migrating.migrate, postgresql_url)
    database = Database(postgresql_url)
    async with database.write() as session:
        session.add(Workspace("T1", "U1"))
    lock, noticed = CourierLock(database, "T1"), asyncio.Event()
    lock.on_notify(noticed.set)
    assert await lock.try_acquire() == 1
    async with database.write() as session:
        await session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        )
    await asyncio.wait_for(noticed.wait(), 60)
    assert not lock.still_held()
    assert await lock.try_acquire() == 2
    await lock.release()
    await database.close()


async def test_who_is_frozen_and_says_nothing_is_replaced(postgresql_url: str) -> None:
    frozen, waiting = hold(postgresql_url, beat_seconds=3600), hold(postgresql_url, silent_seconds=0.05)
    assert await frozen.take()
    while not await waiting.take():
        pass
    while frozen.held():  # noqa: ASYNC110  nothing tells of it
        await asyncio.sleep(0)
    await waiting.drop()
    await frozen.drop()


async def test_who_has_nothing_to_do_says_a_word_now_and_then(postgresql_url: str) -> None:
    holder = hold(postgresql_url, beat_seconds=0.01)
    assert await holder.take()
    said: set[object] = set()
    async with await psycopg.AsyncConnection.connect(postgresql_url, autocommit=True) as connection:
        while len(said) < 3:
            look = "SELECT state_change FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
            said |= set(await (await connection.execute(look)).fetchall())
    other = hold(postgresql_url)
    assert not await other.take()
    assert holder.held()
    await other.drop()
    await holder.drop()


def hold(url: str, **options: float) -> PostgresHold:
    return PostgresHold(url, "T1", lambda: None, **options)


async def test_another_processes_commit_is_heard(postgresql_url: str) -> None:
    await asyncio.to_thread(migrating.migrate, postgresql_url)
    database = Database(postgresql_url)
    async with database.write() as session:
        session.add(Workspace("T1", "U1"))
    lock, heard = CourierLock(database, "T1"), asyncio.Event()
    lock.on_notify(heard.set)
    assert await lock.try_acquire() == 1
    async with database.write() as session:
        wake_after_commit(session)
    await asyncio.wait_for(heard.wait(), 60)
    await lock.release()
    await database.close()


def test_a_second_process_on_a_sqlite_file_ends_with_a_sentence(tmp_path: Path) -> None:
    file = str(tmp_path / "clarion.db")
    lock = single_process_lock(file)
    with pytest.raises(SetupError) as refused:
        single_process_lock(file)
    assert str(refused.value) == (
        f"Another Clarion process already uses this SQLite file ({file}); run one process, or use PostgreSQL."
    )
    lock.close()
    single_process_lock(file).close()
