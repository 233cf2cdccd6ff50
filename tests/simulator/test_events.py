from __future__ import annotations

import datetime as dt

from simulator import Workspace, acts
from simulator.state import Message
from tests.simulator.echo_app import Echo, Json


async def heard(ws: Workspace, echo: Echo, kind: str, count: int = 1) -> list[Json]:
    """The first events of a kind, waiting for them."""
    await ws.until(lambda: len(echo.of_type(kind)) >= count)
    await ws.until(lambda: not ws.busy)
    return echo.of_type(kind)


async def test_the_app_hears_only_where_it_is(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    await olga.says("nobody listens", in_="#general")
    await olga.invites("@app", "#general")
    said: Message = await olga.says("hello <all> @omar", in_="#general")
    events = await heard(ws, echo, "message", 1)
    spoken = [event for event in events if "subtype" not in event]
    assert [event["text"] for event in spoken] == ["hello &lt;all&gt; <@U000000OMAR>"]
    assert (spoken[0]["user"], spoken[0]["ts"], spoken[0]["channel_type"]) == (olga.id, said.ts, "channel")


async def test_a_mention_of_the_app_is_an_event_of_its_own(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    await olga.invites("@app", "#general")
    await olga.says("@echo are you there?", in_="#general")
    mention = (await heard(ws, echo, "app_mention"))[0]
    assert mention["text"] == f"<@{ws.bot_user_id}> are you there?"


async def test_joining_leaving_renaming_and_archiving_are_told(ws: Workspace, echo: Echo) -> None:
    channel = (await echo.client.conversations_create(name="esc-1"))["channel"]["id"]
    own = (await heard(ws, echo, "member_joined_channel"))[0]
    assert (own["user"], own["channel"]) == (ws.bot_user_id, channel)
    olga = ws.person("olga")
    await olga.joins("#esc-1")
    joined = (await heard(ws, echo, "member_joined_channel", 2))[1]
    assert (joined["user"], joined["channel"]) == (olga.id, channel)
    await olga.leaves("#esc-1")
    assert (await heard(ws, echo, "member_left_channel"))[0]["user"] == olga.id
    await olga.renames("#esc-1", "esc-2")
    assert (await heard(ws, echo, "channel_rename"))[0]["channel"]["name"] == "esc-2"
    await olga.archives("#esc-2")
    assert (await heard(ws, echo, "channel_archive"))[0]["user"] == olga.id


async def test_somebody_who_leaves_the_company_is_a_user_change(ws: Workspace, echo: Echo) -> None:
    acts.deactivate(ws, ws.find_person("omar"))
    change = (await heard(ws, echo, "user_change"))[0]
    assert (change["user"]["id"], change["user"]["deleted"]) == ("U000000OMAR", True)
    assert "U000000OMAR" not in ws.channel("#general").members


async def test_what_the_manifest_does_not_subscribe_to_is_not_sent(ws: Workspace, echo: Echo) -> None:
    acts.add_usergroup(ws, "support", ["U000000OLGA"])
    acts.react(ws, ws.find_person("olga"), await ws.person("olga").says("x"), "eyes")
    assert not ws.busy


async def test_direct_messages_to_the_app_are_heard(ws: Workspace, echo: Echo) -> None:
    await ws.person("olga").says("psst", in_="@app")
    event = (await heard(ws, echo, "message"))[0]
    assert (event["text"], event["channel_type"]) == ("psst", "im")


async def test_a_status_is_told_with_its_end_and_can_be_typed_as_in_slack(ws: Workspace, echo: Echo) -> None:
    omar = ws.person("omar")
    omar.sets_status("Vacationing", ":palm_tree:", dt.datetime(2026, 12, 3, 18, tzinfo=dt.UTC))
    profile = (await heard(ws, echo, "user_change"))[0]["user"]["profile"]
    assert (profile["status_text"], profile["status_emoji"]) == ("Vacationing", ":palm_tree:")
    assert profile["status_expiration"] == 1796320800
    await omar.types("/status :bus: Commuting")
    await omar.types("/status Reading")
    await omar.types("/status clear")
    told = [event["user"]["profile"] for event in await heard(ws, echo, "user_change", 4)][1:]
    assert [(one["status_emoji"], one["status_text"], one["status_expiration"]) for one in told] == [
        (":bus:", "Commuting", 0), (":speech_balloon:", "Reading", 0), ("", "", 0),
    ]  # fmt: skip
    info = await echo.client.users_info(user=omar.id)
    assert info["user"]["profile"]["status_text"] == ""
