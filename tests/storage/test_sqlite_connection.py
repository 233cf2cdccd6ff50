from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import event

from escalation.case import Workspace
from storage import migrating
from storage.database import Database
from storage.sqlite_connection import connect


@pytest.mark.parametrize("moment", ["begin", "commit"])
async def test_whoever_is_cancelled_while_the_thread_is_at_work_leaves_no_lock(sqlite_url: str, moment: str) -> None:
    """The connection is closed while its thread may still be in SQLite; neither a lock nor a crash may come of it."""
    await asyncio.to_thread(migrating.migrate, sqlite_url)
    database = Database(sqlite_url)
    async with database.write() as session:
        session.add(Workspace("T1", "U1"))
    there = asyncio.Event()
    event.listen(database.engine.sync_engine, moment, lambda _connection: there.set())

    async def count() -> None:
        async with database.write() as session:
            (await session.get_one(Workspace, "T1")).last_number += 1

    for _ in range(20):
        there.clear()
        task = asyncio.create_task(count())
        await there.wait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await asyncio.wait_for(count(), 30)
    async with database.read() as session:
        assert (await session.get_one(Workspace, "T1")).last_number >= 20
    await database.close()


async def test_nothing_runs_beside_the_thread(tmp_path: Path) -> None:
    connection = await connect(str(tmp_path / "x.db"))
    await connection.execute("CREATE TABLE t (a)")
    committing, may_end = threading.Event(), threading.Event()

    def trace(statement: str) -> None:
        if statement == "COMMIT":
            committing.set()
            may_end.wait(2)

    await connection.set_trace_callback(trace)
    await connection.execute("INSERT INTO t VALUES (1)")
    commit = asyncio.create_task(connection.commit())
    await asyncio.to_thread(committing.wait)
    commit.cancel()
    after = asyncio.create_task(connection.execute_fetchall("SELECT a FROM t"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not after.done()
    may_end.set()
    assert list(await after) == [(1,)]
    await connection.close()


async def test_the_loop_goes_on_while_another_program_has_the_file(tmp_path: Path) -> None:
    connection = await connect(str(tmp_path / "x.db"))
    await connection.execute("CREATE TABLE t (a)")
    with contextlib.closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        beginning = asyncio.create_task(connection.execute("BEGIN IMMEDIATE"))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not beginning.done()
        another.execute("ROLLBACK")
    await asyncio.wait_for(beginning, 30)
    assert connection.in_transaction
    await connection.close()


async def test_a_transaction_begins_in_place_where_the_file_is_free(tmp_path: Path) -> None:
    connection = await connect(str(tmp_path / "x.db"))
    with pytest.raises(StopIteration):  # it came to its end without giving the loop a turn
        connection.execute("BEGIN IMMEDIATE").__await__().send(None)
    assert connection.in_transaction
    await connection.close()
