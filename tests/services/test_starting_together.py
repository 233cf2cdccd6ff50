"""Several processes on one PostgreSQL start at once, and learn the same things at once."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from escalation.case import Person
from escalation.effects import EffectKind
from escalation.policy_file import read_policy
from services import people
from services.clarion import Clarion
from services.policy_warnings import warn_admins
from services.workspace import ensure_workspace
from storage.tables import people as people_table
from tests.support.office import OMAR, TEAM, Office

PROCESSES = range(8)


async def test_the_workspace_is_stored_once(pg: Office) -> None:
    all_here = asyncio.Barrier(len(PROCESSES))

    async def start() -> None:
        async with pg.database.write() as session:
            await session.connection()
            await all_here.wait()
            await ensure_workspace(session, "T2", "U0BOT", "Company")

    await asyncio.gather(*(start() for _ in PROCESSES))


async def test_everybody_is_stored_once(pg: Office) -> None:
    def found() -> list[Person]:
        return [Person(TEAM, f"U1{number:03}", f"Person {number}") for number in range(100)]

    await asyncio.gather(*(people.remember(pg.beside(), found()) for _ in PROCESSES))
    async with pg.database.read() as session:
        count = select(func.count()).where(people_table.c.user_id.startswith("U1"))
        assert await session.scalar(count) == len(found())


async def test_the_admins_are_warned_once(pg: Office) -> None:
    policy = read_policy(f"{{admins: [{OMAR}], roles: {{csm: [nobody@example.com]}}}}")
    await asyncio.gather(*(warn_admins(Clarion(TEAM, pg.database, policy, pg.clock)) for _ in PROCESSES))
    assert len(await pg.effects(EffectKind.TELL_PERSON)) == 1
