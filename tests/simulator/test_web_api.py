from __future__ import annotations

import httpx
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from tests.simulator.echo_app import MANIFEST
from tests.simulator.refusals import refused


async def test_auth_test_names_the_bot_and_its_scopes(ws: Workspace, api: AsyncWebClient) -> None:
    answer = await api.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (ws.bot_user_id, ws.bot_id, ws.team_id)
    assert answer.headers["X-OAuth-Scopes"].split(",") == MANIFEST["oauth_config"]["scopes"]["bot"]


async def test_tokens_are_looked_at(ws: Workspace) -> None:
    await refused(AsyncWebClient(token="xoxb-wrong", base_url=ws.api_url).auth_test(), "invalid_auth")
    await refused(AsyncWebClient(base_url=ws.api_url).users_list(), "not_authed")
    await refused(AsyncWebClient(token=ws.app_token, base_url=ws.api_url).users_list(), "not_allowed_token_type")
    bot = AsyncWebClient(token=ws.bot_token, base_url=ws.api_url)
    await refused(bot.apps_connections_open(app_token=ws.bot_token), "not_allowed_token_type")
    ws.token_trouble = "account_inactive"
    await refused(bot.auth_test(), "account_inactive")


async def test_an_unknown_method_is_refused(api: AsyncWebClient) -> None:
    await refused(api.api_call("chat.shout"), "unknown_method")


async def test_a_scope_that_the_manifest_lacks_is_named(ws: Workspace, api: AsyncWebClient) -> None:
    ws.granted_scopes = ("chat:write", "channels:read")
    body = await refused(api.pins_add(channel="C1", timestamp="1.1"), "missing_scope")
    assert (body["needed"], body["provided"]) == ("pins:write", "chat:write,channels:read")
    await refused(api.conversations_create(name="x", is_private=True), "missing_scope")


async def test_forms_queries_and_json_are_all_understood(ws: Workspace) -> None:
    headers = {"Authorization": f"Bearer {ws.bot_token}"}
    async with httpx.AsyncClient(base_url=ws.api_url, headers=headers) as http:
        asked = [
            await http.post("conversations.info", data={"channel": ws.channel("#general").id}),
            await http.post("conversations.info", json={"channel": ws.channel("#general").id}),
            await http.get("conversations.info", params={"channel": ws.channel("#general").id}),
            await http.post("auth.test", data={"token": ws.bot_token}),
        ]
        broken = await http.post("auth.test", content=b"{", headers={"Content-Type": "application/json"})
    assert [answer.json()["ok"] for answer in asked] == [True] * 4
    assert broken.json()["error"] == "invalid_json"


async def test_every_call_is_recorded(ws: Workspace, api: AsyncWebClient) -> None:
    blocks = [{"type": "divider"}]
    await api.chat_postMessage(channel="U000000OLGA", text="x", blocks=blocks)
    await refused(api.users_info(user="U0NOBODY"), "user_not_found")
    first, second = ws.calls
    assert (first.method, first.outcome, first.done, first.args["blocks"]) == ("chat.postMessage", "ok", True, blocks)
    assert (second.outcome, second.done) == ("user_not_found", False)
    assert first.finished is not None
    assert first.started <= first.finished <= second.started
    assert ws.calls.counts() == {"chat.postMessage": 1, "users.info": 1}


async def test_people_are_described_as_slack_does(ws: Workspace, api: AsyncWebClient) -> None:
    omar = (await api.users_info(user="U000000OMAR"))["user"]
    assert (omar["tz"], omar["profile"]["email"], omar["is_restricted"]) == (
        "America/New_York",
        "omar@example.com",
        False,
    )
    everybody = {user["name"]: user for user in (await api.users_list())["members"]}
    assert (everybody["gone"]["deleted"], "tz" in everybody["gone"]) == (True, False)
    assert everybody["greta"]["is_restricted"]
    assert (everybody["echo"]["is_bot"], "stan" in everybody) == (True, False)
    found = await api.users_lookupByEmail(email="OLGA@example.com")
    assert found["user"]["id"] == "U000000OLGA"
    await refused(api.users_lookupByEmail(email="gone@example.com"), "users_not_found")


async def test_lists_come_in_pages(ws: Workspace, api: AsyncWebClient) -> None:
    names, cursor = [], ""
    while True:
        page = await api.users_list(limit=2, cursor=cursor)
        assert len(page["members"]) <= 2
        names += [user["name"] for user in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert sorted(names) == ["echo", "gone", "greta", "olga", "omar", "slackbot"]
    await refused(api.users_list(limit=1000), "invalid_limit")
