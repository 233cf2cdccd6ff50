"""Ids of what is stored for the first time; 0 means "not yet" to the classes of `escalation`.

PostgreSQL gives them when rows are inserted. On SQLite the ORM would insert row by row to learn them. But whoever
inserts there holds the write lock, so the next numbers are known beforehand, and many rows go in one statement.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, event, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

_NEXT = "next ids"


async def give_id(session: AsyncSession, row: Any) -> int:
    """The id of a row that was added in this transaction, before anything else of it has to be written."""
    if not row.id:
        table = _table_of(row)
        if _is_ours(session.sync_session, table):
            # With those added before it, so that numbers go in the order in which things were owed.
            await session.run_sync(
                _number, [one for one in _unnumbered(session.sync_session) if _table_of(one) is table]
            )
        else:
            await session.flush()
    return int(row.id)


def _number(session: Session, rows: list[Any]) -> None:
    following: dict[Table, int] = session.info.setdefault(_NEXT, {})
    for row in rows:
        table = _table_of(row)
        if not _is_ours(session, table):
            row.id = None
            continue
        if table not in following:
            with session.no_autoflush:
                following[table] = (session.execute(select(func.max(table.c.id))).scalar() or 0) + 1
        row.id = following[table]
        following[table] += 1


def _before_flush(session: Session, _context: object, _instances: object) -> None:
    _number(session, _unnumbered(session))


def _unnumbered(session: Session) -> list[Any]:
    return [row for row in session.new if getattr(row, "id", None) == 0]


def _is_ours(session: Session, table: Table) -> bool:
    """Whether the number is given here; a table with AUTOINCREMENT never gives a number of a deleted row again."""
    return session.get_bind().dialect.name == "sqlite" and not table.dialect_options["sqlite"]["autoincrement"]


def _table_of(row: Any) -> Table:
    table: Table = inspect(row).mapper.local_table
    return table


event.listen(Session, "before_flush", _before_flush)
