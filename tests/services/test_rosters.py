"""Who fills the policy's roles, read from the people and groups we know of."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from escalation.case import GroupMember
from escalation.errors import Refused
from escalation.policy_file import read_policy
from services import people
from services.rosters import KEEP_FOR, Rosters, read_roster, unknown_references
from tests.support.office import CARLA, DINA, GONE, GRETA, OMAR, TEAM, Office

POLICY = read_policy(f"""
roles:
  support_agent: ["@support"]
  csm: [carla@Example.com, {CARLA}, nobody@example.com]
  cs_manager: [{GONE}, {OMAR}]
  cs_director: [{GRETA}]
  vp_customer_success: ["@empty"]
admins: [carla@example.com]
""")


async def prepared(desk: Office) -> Office:
    async with desk.database.write() as session:
        carla = await session.merge(await desk.change_person(CARLA, email="carla@example.com"))
        members = [GroupMember(TEAM, "support", user) for user in (DINA, GONE)]
        session.add_all([carla, *members, GroupMember("T2", "support", OMAR)])
    return desk


async def test_roles_are_filled_by_id_address_and_group_with_those_who_can_act(here: Office) -> None:
    await prepared(here)
    async with here.database.read() as session:
        roster = await read_roster(session, TEAM, POLICY)
    assert {role: list(users) for role, users in roster.roles.items() if users} == {
        "support_agent": [DINA],
        "csm": [CARLA],
        "cs_manager": [OMAR],
    }
    assert list(roster.admins) == [CARLA]


async def test_what_names_nobody_is_reported(desk: Office) -> None:
    await prepared(desk)
    async with desk.database.read() as session:
        assert await unknown_references(session, TEAM, POLICY) == ["nobody@example.com", GONE, GRETA, "@empty"]


async def test_a_roster_is_kept_for_half_a_minute_or_until_it_is_forgotten(desk: Office) -> None:
    rosters, now = Rosters(), desk.clock.now()

    async def admins(after: timedelta) -> list[str]:
        async with desk.database.read() as session:
            return list((await rosters.read(session, TEAM, desk.clarion.policy, now + after)).admins)

    assert await admins(timedelta()) == [OMAR]
    async with desk.database.write() as session:
        session.add(await session.merge(await desk.change_person(OMAR, is_deactivated=True)))
    assert await admins(KEEP_FOR - timedelta(seconds=1)) == [OMAR]
    assert await admins(KEEP_FOR) == []
    async with desk.database.write() as session:
        session.add(await session.merge(await desk.change_person(OMAR, is_deactivated=False)))
    assert await admins(KEEP_FOR) == []
    rosters.forget()
    assert await admins(KEEP_FOR) == [OMAR]


async def test_who_acts_is_known_for_half_a_minute_or_until_they_change(desk: Office) -> None:
    async def is_guest() -> bool:
        person = await people.known(desk.clarion, CARLA)
        assert person is not None
        return person.is_guest

    assert not await is_guest()
    # Another process hears of it first.
    await people.remember(desk.beside(), [await desk.change_person(CARLA, is_guest=True)])
    assert not await is_guest()
    desk.clock.pass_by(KEEP_FOR)
    assert await is_guest()
    await people.remember(desk.clarion, [await desk.change_person(CARLA, is_guest=False)])
    assert not await is_guest()
    assert await people.known(desk.clarion, "U0NEW") is None


async def test_what_is_kept_of_people_outlives_a_transaction_that_was_rolled_back(desk: Office) -> None:
    rosters, now = Rosters(), desk.clock.now()
    with contextlib.suppress(Refused):
        async with desk.database.write() as session:
            await rosters.read(session, TEAM, desk.clarion.policy, now)
            raise Refused("Not you.")
    async with desk.database.read() as session:
        known = await rosters.members(session, TEAM, desk.clarion.policy, now)
    assert known[OMAR].name == "Omar"
