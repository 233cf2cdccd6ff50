from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from tests.simulator.refusals import refused


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("--_", "invalid_name_punctuation"),
        ("Esc-1", "invalid_name_specials"),
        ("esc 1", "invalid_name_specials"),
        ("esc.1", "invalid_name_specials"),
        ("größe", "invalid_name_specials"),
        ("general", "name_taken"),
    ],
)
async def test_names_are_validated_and_never_mended(api: AsyncWebClient, name: str, code: str) -> None:
    await refused(api.conversations_create(name=name), code)


async def test_a_new_channel_has_its_creator_in_it(ws: Workspace, api: AsyncWebClient) -> None:
    made = (await api.conversations_create(name="x" * 80))["channel"]
    assert (made["is_member"], made["creator"], made["is_private"]) == (True, ws.bot_user_id, False)
    assert made["name"] == made["name_normalized"] == "x" * 80


async def test_archiving_throws_the_bot_out_for_good_and_keeps_the_name(ws: Workspace, api: AsyncWebClient) -> None:
    channel = (await api.conversations_create(name="esc-1"))["channel"]["id"]
    await api.conversations_invite(channel=channel, users="U000000OLGA")
    await api.conversations_archive(channel=channel)
    await refused(api.conversations_archive(channel=channel), "already_archived")
    await refused(api.conversations_unarchive(channel=channel), "not_in_channel")
    await refused(api.conversations_create(name="esc-1"), "name_taken")
    await refused(api.chat_postMessage(channel=channel, text="x"), "is_archived")
    await refused(api.conversations_history(channel=channel), "not_in_channel")
    assert (await api.conversations_info(channel=channel))["channel"]["is_archived"]
    await ws.person("olga").unarchives("#esc-1")
    await refused(api.chat_postMessage(channel=channel, text="x"), "not_in_channel")


async def test_general_cannot_be_archived(ws: Workspace, api: AsyncWebClient) -> None:
    await api.conversations_join(channel=ws.channel("#general").id)
    await refused(api.conversations_archive(channel=ws.channel("#general").id), "cant_archive_general")


async def test_a_renamed_channel_sets_its_old_name_free(ws: Workspace, api: AsyncWebClient) -> None:
    channel = (await api.conversations_create(name="old"))["channel"]["id"]
    renamed = (await api.conversations_rename(channel=channel, name="new"))["channel"]
    assert (renamed["name"], renamed["previous_names"]) == ("new", ["old"])
    await api.conversations_create(name="old")
    await refused(api.conversations_rename(channel=channel, name="old"), "name_taken")
    await refused(api.conversations_rename(channel=ws.channel("#random").id, name="odd"), "not_in_channel")


async def test_a_topic_has_250_characters_and_is_announced(ws: Workspace, api: AsyncWebClient) -> None:
    channel = (await api.conversations_create(name="esc-1"))["channel"]["id"]
    await api.conversations_setTopic(channel=channel, topic="x" * 250)
    await refused(api.conversations_setTopic(channel=channel, topic="x" * 251), "too_long")
    assert "set the channel topic: xxx" in await ws.person("olga").reads("#esc-1")


async def test_private_channels_of_others_do_not_exist_for_the_bot(ws: Workspace, api: AsyncWebClient) -> None:
    quiet = ws.add_channel("quiet", ["olga"], private=True)
    await refused(api.conversations_info(channel=quiet.id), "channel_not_found")
    await refused(api.chat_postMessage(channel=quiet.id, text="x"), "channel_not_found")
    listed = await api.conversations_list(types="public_channel,private_channel")
    assert [channel["name"] for channel in listed["channels"]] == ["general", "random", "shared"]
    await refused(api.conversations_list(types="mpim"), "missing_scope")
    await refused(api.conversations_create(name="quiet"), "name_taken")


async def test_the_bots_own_channels_can_be_listed(ws: Workspace, api: AsyncWebClient) -> None:
    await api.conversations_create(name="esc-1")
    await api.conversations_create(name="esc-2", is_private=True)
    mine = await api.users_conversations(types="public_channel,private_channel")
    assert [channel["name"] for channel in mine["channels"]] == ["esc-1", "esc-2"]
