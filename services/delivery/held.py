"""Rows by id, without asking for those again that the session holds."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import Column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.util import identity_key

from escalation.case import Escalation, Notice

_Row = TypeVar("_Row", Escalation, Notice)


async def held(session: AsyncSession, kind: type[_Row], id_column: Column[int], ids: Collection[int]) -> list[_Row]:
    """Rows by id; only those are asked for that the session does not hold already."""
    known: dict[int, _Row | None] = {id_: session.identity_map.get(identity_key(kind, id_)) for id_ in ids}
    missing = [id_ for id_, row in known.items() if row is None]
    rows: list[_Row] = [row for row in known.values() if row is not None]
    if missing:
        rows += (await session.scalars(select(kind).where(id_column.in_(missing)))).all()
    return rows
