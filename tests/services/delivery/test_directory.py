from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import aiohttp
import pytest
from sqlalchemy import select, text

from escalation.case import GroupMember, Person, Workspace
from escalation.policy_file import read_policy
from services.clarion import Clarion
from services.delivery.client import build_client, close_client
from services.delivery.directory import Directory, load_groups, load_people, person_of
from services.rosters import read_roster
from simulator import Person as Colleague
from simulator import acts, id_for
from storage.tables import group_members
from tests.services.delivery.conftest import Scene


async def known(scene: Scene, name: str) -> Person | None:
    async with scene.database.read() as session:
        return await session.get(Person, (scene.clarion.team_id, id_for(name)))


async def test_everybody_is_known_as_slack_describes_them(scene: Scene) -> None:
    carla, greta, dora = [await known(scene, name) for name in ("carla", "greta", "dora")]
    assert carla is not None
    assert (carla.name, carla.email, carla.zone) == ("Carla Mendes", "carla@example.com", "Europe/London")
    assert carla.may_act
    assert greta is not None
    assert greta.is_guest
    assert dora is not None
    assert dora.is_deactivated


@pytest.mark.parametrize(
    ("user", "facts"),
    [
        ({"id": "U1", "name": "ann"}, {"name": "ann"}),
        ({"id": "U1", "name": "ann", "real_name": "Ann B"}, {"name": "Ann B"}),
        ({"id": "U1", "profile": {"display_name": "annie"}}, {"name": "annie"}),
        ({"id": "U1", "is_bot": True}, {"is_bot": True}),
        ({"id": "USLACKBOT", "name": "slackbot"}, {"is_bot": True}),
        ({"id": "U1", "is_ultra_restricted": True}, {"is_guest": True}),
        ({"id": "U1", "is_restricted": True}, {"is_guest": True}),
        ({"id": "U1", "deleted": True}, {"is_deactivated": True}),
        ({"id": "U1", "team_id": "T2"}, {"is_stranger": True}),
        ({"id": "U1", "team_id": "T1"}, {"is_stranger": False}),
        ({"id": "U1", "team_id": "E1", "enterprise_user": {"teams": ["T1", "T3"]}}, {"is_stranger": False}),
        (
            {"id": "U1", "profile": {"email": "Ann@Example.COM"}, "tz": "Asia/Tokyo"},
            {"email": "ann@example.com", "zone": "Asia/Tokyo"},
        ),
        (
            {"id": "U1", "profile": {"status_text": "Vacationing", "status_expiration": 0}},
            {"away_status": "Vacationing", "away_until": None},
        ),
        (
            {"id": "U1", "profile": {"status_emoji": ":palm_tree:", "status_expiration": 1796320800}},
            {"away_status": ":palm_tree:", "away_until": datetime(2026, 12, 3, 18, tzinfo=UTC)},
        ),
        (
            {"id": "U1", "profile": {"status_text": "In a meeting", "status_expiration": 1796320800}},
            {"away_status": "", "away_until": None},
        ),
    ],
)
def test_slacks_user_objects_are_understood(user: dict[str, object], facts: dict[str, object]) -> None:
    person = person_of(user, "T1")
    assert {key: getattr(person, key) for key in facts} == facts


async def test_where_slack_lists_nobody_the_policys_people_are_asked_for_one_by_one(scene: Scene) -> None:
    policy = read_policy(
        'roles: {support_agent: ["@support"], csm: [U0000NICK], cto: [tim@example.com, no@example.com]}'
    )
    clarion = Clarion(scene.clarion.team_id, scene.database, policy, scene.clock)
    for name in ("sue", "nick", "tim"):
        acts.add_person(scene.slack, Colleague(name, id=f"U0000{name.upper()}"))
    acts.add_usergroup(scene.slack, "support", ["U0000SUE"])
    scene.slack.faults.error("users.list", "missing_scope", times=None)
    await Directory(clarion, scene.client).load()
    async with scene.database.read() as session:
        roster = await read_roster(session, clarion.team_id, policy)
    filled = {role: users for role, users in roster.roles.items() if users}
    assert filled == {"support_agent": ("U0000SUE",), "csm": ("U0000NICK",), "cto": ("U0000TIM",)}


async def test_only_what_changed_is_written(scene: Scene) -> None:
    wrote: list[int] = []
    real = scene.database.write

    def counted() -> object:
        wrote.append(1)
        return real()

    scene.database.write = counted  # type: ignore[method-assign, assignment]
    await load_people(scene.client, scene.clarion)
    assert not wrote
    acts.change_person(scene.slack, scene.slack.find_person("carla"), real_name="Carla M")
    await load_people(scene.client, scene.clarion)
    carla = await known(scene, "carla")
    assert carla is not None
    assert carla.name == "Carla M"


async def test_an_owner_whose_leaving_was_taken_down_but_not_acted_upon_is_replaced_at_the_start(scene: Scene) -> None:
    case = await scene.open(severity="SEV-1", owner="dina")
    acts.deactivate(scene.slack, scene.slack.find_person("dina"))
    told = await scene.client.users_info(user=id_for("dina"))
    async with scene.database.write() as session:
        await session.merge(person_of(told["user"], scene.clarion.team_id))
    await load_people(scene.client, scene.clarion)
    assert (await scene.escalation(case.id)).owner_id == id_for("vera")


async def test_user_groups_of_the_policy_are_read(scene: Scene) -> None:
    policy = read_policy('roles: {support_agent: ["@support", "@nobody"]}')
    clarion = Clarion(scene.clarion.team_id, scene.database, policy, scene.clock)
    acts.add_usergroup(scene.slack, "support", [id_for("olga"), id_for("carla")])
    acts.add_usergroup(scene.slack, "others", [id_for("vera")])
    warnings = await load_groups(scene.client, clarion)
    assert warnings == ["The policy names the user group @nobody, which does not exist."]
    async with scene.database.read() as session:
        rows = await session.scalars(select(GroupMember).order_by(group_members.c.user_id))
        assert [(row.handle, row.user_id) for row in rows] == [
            ("support", id_for("olga")),
            ("support", id_for("carla")),
        ]


@pytest.mark.parametrize("code", ["plan_upgrade_required", "missing_scope"])
async def test_a_plan_without_user_groups_is_a_warning(scene: Scene, code: str) -> None:
    policy = read_policy('roles: {support_agent: ["@support"]}')
    clarion = Clarion(scene.clarion.team_id, scene.database, policy, scene.clock)
    scene.slack.faults.error("usergroups.list", code)
    (warning,) = await load_groups(scene.client, clarion)
    assert code in warning


async def test_a_workspace_without_groups_in_the_policy_is_not_asked(scene: Scene) -> None:
    assert await load_groups(scene.client, scene.clarion) == []
    assert not scene.slack.calls


async def test_the_announcements_channel_is_entered(scene: Scene) -> None:
    channel = scene.slack.channel("#escalations")
    assert scene.slack.bot_user_id in channel.members
    async with scene.database.read() as session:
        workspace = await session.get_one(Workspace, scene.clarion.team_id)
    assert workspace.announcements_channel_id == channel.id


async def test_somebody_new_is_fetched_and_kept(scene: Scene) -> None:
    acts.add_person(scene.slack, type(scene.slack.find_person("carla"))("nina", real_name="Nina New"))
    directory = Directory(scene.clarion, scene.client)
    nina = await directory.fetch_person(id_for("nina"))
    assert nina is not None
    assert nina.name == "Nina New"
    assert (await known(scene, "nina")) is not None
    assert await directory.fetch_person("U0NOBODY") is None


async def test_a_slow_slack_is_not_waited_for(scene: Scene) -> None:
    scene.slack.faults.slow("users.info", 5)
    with pytest.raises(TimeoutError):
        await Directory(scene.clarion, scene.client).fetch_person(id_for("carla"), patience=0.05)


async def test_loading_goes_on_until_slack_answers(scene: Scene) -> None:
    scene.slack.faults.server_error("users.list")
    await Directory(scene.clarion, scene.client).load()
    assert len(scene.slack.calls.to("users.list")) == 2


async def test_loading_goes_on_until_the_database_is_there(scene: Scene) -> None:
    acts.add_person(scene.slack, Colleague("nina", real_name="Nina New"))
    async with scene.database.write() as session:
        await session.execute(text("ALTER TABLE people RENAME TO away"))
    loading = asyncio.create_task(Directory(scene.clarion, scene.client).load())
    await scene.slack.until(lambda: len(scene.slack.calls.to("users.list")) == 2)
    async with scene.database.write() as session:
        await session.execute(text("ALTER TABLE away RENAME TO people"))
    await loading
    assert await known(scene, "nina") is not None


async def test_the_client_retries_nothing_by_itself(scene: Scene) -> None:
    client = build_client(scene.slack.bot_token, scene.slack.api_url)
    scene.slack.faults.request_lost("auth.test", times=None)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.auth_test()
    assert len(scene.slack.calls.to("auth.test")) == 1
    await close_client(client)
