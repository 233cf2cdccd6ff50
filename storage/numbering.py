"""Ids of what is stored for the first time; 0 means "not yet" to the classes of `escalation`.

PostgreSQL gives them when rows are inserted. On SQLite the ORM would insert row by row to learn them. But whoever
inserts there holds the write lock, so the next numbers are known beforehand, and many rows go in one statement.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, event, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage.tables import metadata

_NEXT = "next ids"
# A table with AUTOINCREMENT never gives a number of a deleted row again, and SQLite alone knows which those were.
_OURS = [
    table
    for table in metadata.sorted_tables
    if "id" in table.c and not table.dialect_options["sqlite"]["autoincrement"]
]
_LAST_IDS = select(*(select(func.max(table.c.id)).scalar_subquery().label(table.name) for table in _OURS))


async def give_id(session: AsyncSession, row: Any) -> int:
    """The id of a row that was added in this transaction, before anything else of it has to be written."""
    if not row.id:
        if _is_ours(session.sync_session, _table_of(row)):
            # With those added before it, so that numbers go in the order in which things were owed.
            await session.run_sync(_number)
        else:
            await session.flush()
    return int(row.id)


def _number(session: Session) -> None:
    rows = [row for row in session.new if getattr(row, "id", None) == 0]
    if rows and _NEXT not in session.info and session.get_bind().dialect.name == "sqlite":
        with session.no_autoflush:
            last = session.execute(_LAST_IDS).one()
        session.info[_NEXT] = {table: (number or 0) + 1 for table, number in zip(_OURS, last, strict=True)}
    following: dict[Table, int] = session.info.get(_NEXT, {})
    for row in rows:
        table = _table_of(row)
        row.id = following.get(table)
        if table in following:
            following[table] += 1


def _before_flush(session: Session, _context: object, _instances: object) -> None:
    _number(session)


def _is_ours(session: Session, table: Table) -> bool:
    """Whether the number is given here."""
    return session.get_bind().dialect.name == "sqlite" and table in _OURS


def _table_of(row: Any) -> Table:
    table: Table = inspect(row).mapper.local_table
    return table


class NumberingSession(Session):
    """A session that numbers what is added to it."""


event.listen(NumberingSession, "before_flush", _before_flush)
