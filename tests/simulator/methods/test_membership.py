from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from tests.simulator.refusals import refused

OLGA, OMAR, GONE, STAN = "U000000OLGA", "U000000OMAR", "U000000GONE", "U000000STAN"


@pytest.fixture
async def channel(api: AsyncWebClient) -> str:
    return str((await api.conversations_create(name="esc-1"))["channel"]["id"])


async def test_one_bad_id_fails_the_whole_invitation(ws: Workspace, api: AsyncWebClient, channel: str) -> None:
    await refused(api.conversations_invite(channel=channel, users=[OLGA, GONE]), "user_not_found")
    assert OLGA not in ws.channel("#esc-1").members


async def test_force_invites_the_good_and_lists_the_rest(ws: Workspace, api: AsyncWebClient, channel: str) -> None:
    await api.conversations_invite(channel=channel, users=OMAR)
    answer = await api.conversations_invite(
        channel=channel, users=[OLGA, OMAR, GONE, STAN, ws.bot_user_id, "U0NOBODY"], force=True
    )
    assert {error["user"]: error["error"] for error in answer["errors"]} == {
        OMAR: "already_in_channel",
        GONE: "user_not_found",
        STAN: "user_not_found",
        ws.bot_user_id: "cant_invite_self",
        "U0NOBODY": "user_not_found",
    }
    assert (await api.conversations_members(channel=channel))["members"] == [ws.bot_user_id, OMAR, OLGA]


async def test_an_invitation_that_helps_nobody_is_an_error(api: AsyncWebClient, channel: str) -> None:
    await api.conversations_invite(channel=channel, users=OLGA)
    await refused(api.conversations_invite(channel=channel, users=OLGA), "already_in_channel")
    await refused(api.conversations_invite(channel=channel, users=OLGA, force=True), "already_in_channel")


async def test_a_hundred_at_a_time(api: AsyncWebClient, channel: str) -> None:
    many = [f"U{number:010}" for number in range(101)]
    await refused(api.conversations_invite(channel=channel, users=many), "too_many_users")


async def test_kicking(ws: Workspace, api: AsyncWebClient, channel: str) -> None:
    await api.conversations_invite(channel=channel, users=OLGA)
    await api.conversations_kick(channel=channel, user=OLGA)
    assert OLGA not in ws.channel("#esc-1").members
    await refused(api.conversations_kick(channel=channel, user=ws.bot_user_id), "cant_kick_self")
    await refused(api.conversations_kick(channel=ws.channel("#general").id, user=OLGA), "cant_kick_from_general")


async def test_direct_messages_open_with_people_only(ws: Workspace, api: AsyncWebClient) -> None:
    opened = await api.conversations_open(users=OLGA)
    again = await api.conversations_open(users=OLGA)
    assert opened["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"]
    await refused(api.conversations_open(users=GONE), "user_disabled")
    await refused(api.conversations_open(users="U0NOBODY"), "user_not_found")
    await refused(api.conversations_open(users=[OLGA, OMAR]), "missing_scope")
