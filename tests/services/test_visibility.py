from __future__ import annotations

from sqlalchemy import select

from escalation.case import Escalation, Member
from escalation.permissions import may_see
from services.standings import standing
from services.visibility import seen_by
from storage.tables import escalations
from tests.support.office import CARLA, CLEO, DINA, OLGA, OMAR, SANA, TESS, ULF, VERA, VICTOR, Office


async def test_the_clause_says_what_the_rule_says(desk: Office) -> None:
    """For everybody, of escalations owned on every tier and on none, told of them or not, in the channel or not."""
    for severity, owner in (("SEV-1", DINA), ("SEV-2", OMAR), ("SEV-3", CARLA)):
        for by in (OLGA, ULF):
            await desk.open(severity, owner=owner, by=by, confidential=True)
    async with desk.database.write() as session:
        cases = list(await session.scalars(select(Escalation).order_by(escalations.c.id)))
        cases[-1].owner_id = ULF  # who fills no role
        session.add_all(Member(cases[2].id, user, joined=True, told=False) for user in (SANA, ULF))
        session.add_all(Member(case.id, CLEO, joined=False, told=True) for case in cases)
        session.add_all(Member(cases[4].id, user, joined=False, told=True) for user in (SANA, VERA))
    seen = 0
    async with desk.database.read() as session:
        roster = await desk.clarion.rosters.read(session, desk.clarion.team_id, desk.clarion.policy, desk.clock.now())
        for user in (OLGA, CARLA, SANA, OMAR, DINA, VERA, VICTOR, TESS, CLEO, ULF):
            listed = set(
                await session.scalars(select(escalations.c.id).where(await seen_by(desk.clarion, session, user)))
            )
            for case in cases:
                standings, told = await standing(desk.clarion, session, case, user, roster)
                assert (case.id in listed) is may_see(case, standings, told=told), (user, case.reference)
                seen += case.id in listed
    assert 0 < seen < 10 * len(cases)
    async with desk.database.write() as session:  # the audit knows of no such change
        (await session.get_one(Escalation, cases[-1].id)).owner_id = CARLA
