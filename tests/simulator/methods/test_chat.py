from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from tests.simulator.echo_app import Json
from tests.simulator.refusals import refused

OLGA = "U000000OLGA"
SECTION: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "block words"}}


@pytest.fixture
async def channel(api: AsyncWebClient) -> str:
    return str((await api.conversations_create(name="esc-1"))["channel"]["id"])


async def test_posting_to_a_person_opens_direct_messages(ws: Workspace, api: AsyncWebClient) -> None:
    answer = await api.chat_postMessage(channel=OLGA, text="hello")
    assert answer["channel"].startswith("D")
    assert ws.person("olga").dms() == "@echo\necho: hello"
    await refused(api.chat_postMessage(channel="U000000GONE", text="x"), "channel_not_found")
    await refused(api.chat_postMessage(channel=ws.bot_user_id, text="x"), "cannot_dm_bot")


async def test_posting_by_name_needs_membership(api: AsyncWebClient, channel: str) -> None:
    assert (await api.chat_postMessage(channel="#esc-1", text="x"))["channel"] == channel
    assert (await api.chat_postMessage(channel="esc-1", text="x"))["channel"] == channel
    await refused(api.chat_postMessage(channel="#general", text="x"), "not_in_channel")
    await refused(api.chat_postMessage(channel="#nowhere", text="x"), "channel_not_found")
    await refused(api.api_call("chat.postMessage", json={"channel": channel}), "no_text")


async def test_text_is_cut_at_40000_and_an_update_refused_at_4001(api: AsyncWebClient, channel: str) -> None:
    posted = await api.chat_postMessage(channel=channel, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    await refused(api.chat_update(channel=channel, ts=posted["ts"], text="x" * 4001), "msg_too_long")
    await api.chat_update(channel=channel, ts=posted["ts"], text="x" * 4000)


async def test_blocks_go_when_text_comes_alone(ws: Workspace, api: AsyncWebClient, channel: str) -> None:
    ts = (await api.chat_postMessage(channel=channel, text="one", blocks=[SECTION]))["ts"]
    await api.chat_update(channel=channel, ts=ts, blocks=[SECTION], text="two")
    assert ws.messages("#esc-1")[0].blocks
    await api.chat_update(channel=channel, ts=ts, text="three")
    message = ws.messages("#esc-1")[0]
    assert (message.blocks, message.text, message.edited is not None) == ([], "three", True)


async def test_only_own_messages_are_changed(ws: Workspace, api: AsyncWebClient) -> None:
    await ws.person("olga").invites("@app", "#general")
    said = await ws.person("olga").says("mine", in_="#general")
    general = ws.channel("#general").id
    await refused(api.chat_update(channel=general, ts=said.ts, text="x"), "cant_update_message")
    await refused(api.chat_delete(channel=general, ts=said.ts), "cant_delete_message")
    await refused(api.chat_update(channel=general, ts="1.000001", text="x"), "message_not_found")


async def test_metadata_stays_until_replaced_and_is_shown_whole_on_request(api: AsyncWebClient, channel: str) -> None:
    metadata = {"event_type": "effect", "event_payload": {"key": "k1"}}
    ts = (await api.chat_postMessage(channel=channel, text="x", metadata=metadata))["ts"]
    await api.chat_update(channel=channel, ts=ts, text="y")
    whole = await api.conversations_history(channel=channel, include_all_metadata=True)
    brief = await api.conversations_history(channel=channel)
    assert whole["messages"][0]["metadata"] == metadata
    assert brief["messages"][0]["metadata"] == {"event_type": "effect"}
    await refused(api.chat_postMessage(channel=channel, text="x", metadata={"a": 1}), "invalid_metadata_format")


async def test_ephemeral_messages_go_to_active_members_and_leave_no_trace(ws: Workspace, api: AsyncWebClient) -> None:
    channel = (await api.conversations_create(name="esc-1"))["channel"]["id"]
    await refused(api.chat_postEphemeral(channel=channel, user=OLGA, text="x"), "user_not_in_channel")
    await api.conversations_invite(channel=channel, users=OLGA)
    ts = (await api.chat_postEphemeral(channel=channel, user=OLGA, text="just you"))["message_ts"]
    assert "just you" in (await ws.person("olga").ephemeral(in_="#esc-1")).text
    await refused(api.chat_update(channel=channel, ts=ts, text="x"), "message_not_found")
    history = await api.conversations_history(channel=channel)
    assert all("just you" not in message["text"] for message in history["messages"])


async def test_threads_are_read_by_replies(ws: Workspace, api: AsyncWebClient, channel: str) -> None:
    parent = (await api.chat_postMessage(channel=channel, text="parent"))["ts"]
    await api.chat_postMessage(channel=channel, text="reply", thread_ts=parent)
    top = (await api.conversations_history(channel=channel))["messages"]
    thread = (await api.conversations_replies(channel=channel, ts=parent))["messages"]
    assert [message["text"] for message in thread] == ["parent", "reply"]
    assert "reply" not in [message["text"] for message in top]
    assert thread[0]["reply_count"] == 1
    assert "    echo: reply" in await ws.person("olga").reads("#esc-1")


async def test_history_is_newest_first_within_bounds(api: AsyncWebClient, channel: str) -> None:
    stamps = [(await api.chat_postMessage(channel=channel, text=str(number)))["ts"] for number in range(3)]
    found = await api.conversations_history(channel=channel, oldest=stamps[0], latest=stamps[2])
    assert [message["text"] for message in found["messages"]] == ["1"]
    found = await api.conversations_history(channel=channel, oldest=stamps[0], inclusive=True)
    assert [message["text"] for message in found["messages"]] == ["2", "1", "0"]
    assert stamps == sorted(set(stamps))


async def test_rejected_blocks_are_explained_as_slack_explains_them(api: AsyncWebClient, channel: str) -> None:
    bad = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    body = await refused(api.chat_postMessage(channel=channel, text="x", blocks=[bad]), "invalid_blocks")
    assert body["errors"] == ["must be less than 151 characters [json-pointer:/blocks/0/text/text]"]
    assert body["response_metadata"]["messages"] == [f"[ERROR] {body['errors'][0]}"]


async def test_a_scheduled_message_comes_at_its_time_but_never_with_metadata(
    ws: Workspace, api: AsyncWebClient
) -> None:
    due = int(ws.clock.now()) + 600
    metadata = {"event_type": "x", "event_payload": {}}
    dm = (await api.conversations_open(users=OLGA))["channel"]["id"]
    await api.chat_scheduleMessage(channel=dm, text="never", post_at=due, metadata=metadata)
    await api.chat_scheduleMessage(channel=dm, text="later", post_at=due)
    withdrawn = await api.chat_scheduleMessage(channel=dm, text="withdrawn", post_at=due)
    await api.chat_deleteScheduledMessage(channel=dm, scheduled_message_id=withdrawn["scheduled_message_id"])
    listed = await api.chat_scheduledMessages_list(channel=dm)
    assert [item["text"] for item in listed["scheduled_messages"]] == ["never", "later"]
    ws.clock.move(601)
    assert await ws.person("olga").sees("later") == "@echo\necho: later"
    await ws.until(lambda: not ws.state.scheduled)
    assert "never" not in ws.person("olga").dms()
    too_far = int(ws.clock.now()) + 121 * 86_400
    await refused(api.chat_scheduleMessage(channel=dm, text="x", post_at=too_far), "time_too_far")


async def test_a_scheduled_message_cannot_be_taken_back_in_the_minute_before_it_comes(
    ws: Workspace, api: AsyncWebClient, channel: str
) -> None:
    due = int(ws.clock.now()) + 600
    item = (await api.chat_scheduleMessage(channel=channel, text="later", post_at=due))["scheduled_message_id"]
    ws.clock.move(due - 59 - ws.clock.now())
    delete = api.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=item)
    await refused(delete, "invalid_scheduled_message_id")
    ws.clock.move(60)
    await ws.until(lambda: not ws.state.scheduled)
    assert [one.text for one in ws.messages(channel)] == ["later"]


async def test_nothing_comes_into_a_channel_that_was_archived_meanwhile(
    ws: Workspace, api: AsyncWebClient, channel: str
) -> None:
    due = int(ws.clock.now()) + 600
    await api.chat_scheduleMessage(channel=channel, text="later", post_at=due)
    await api.conversations_archive(channel=channel)
    ws.clock.move(601)
    await ws.until(lambda: not ws.state.scheduled)
    assert not ws.messages(channel)


async def test_while_the_queue_is_held_a_message_whose_time_is_past_can_still_be_taken_back(
    ws: Workspace, api: AsyncWebClient, channel: str
) -> None:
    due = int(ws.clock.now()) + 600
    with ws.holding_scheduled():
        items = [
            (await api.chat_scheduleMessage(channel=channel, text=text, post_at=due))["scheduled_message_id"]
            for text in ("kept", "taken back")
        ]
        ws.clock.move(3600)
        await api.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=items[1])
    await ws.until(lambda: not ws.state.scheduled)
    assert [one.text for one in ws.messages(channel)] == ["kept"]


async def test_a_permalink_leads_to_the_message(api: AsyncWebClient, channel: str) -> None:
    ts = (await api.chat_postMessage(channel=channel, text="x"))["ts"]
    link = (await api.chat_getPermalink(channel=channel, message_ts=ts))["permalink"]
    assert link.endswith(f"/archives/{channel}/p{ts.replace('.', '')}")
