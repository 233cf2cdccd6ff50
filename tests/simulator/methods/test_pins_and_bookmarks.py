from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from tests.simulator.refusals import refused


@pytest.fixture
async def channel(api: AsyncWebClient) -> str:
    return str((await api.conversations_create(name="esc-1"))["channel"]["id"])


async def test_a_message_is_pinned_once(ws: Workspace, api: AsyncWebClient, channel: str) -> None:
    ts = (await api.chat_postMessage(channel=channel, text="card"))["ts"]
    await api.pins_add(channel=channel, timestamp=ts)
    await refused(api.pins_add(channel=channel, timestamp=ts), "already_pinned")
    await refused(api.pins_add(channel=channel, timestamp="1.000001"), "message_not_found")
    assert [item["message"]["ts"] for item in (await api.pins_list(channel=channel))["items"]] == [ts]
    assert "echo (pinned): card" in await ws.person("olga").reads("#esc-1")
    await api.pins_remove(channel=channel, timestamp=ts)
    await refused(api.pins_remove(channel=channel, timestamp=ts), "no_pin")


async def test_bookmarks_are_links(ws: Workspace, api: AsyncWebClient, channel: str) -> None:
    for link in ("", "ftp://example.com", "javascript:alert(1)", "https://"):
        await refused(api.bookmarks_add(channel_id=channel, title="T", type="link", link=link), "invalid_link")
    added = await api.bookmarks_add(channel_id=channel, title="Ticket", type="link", link="https://example.com/1")
    bookmark = added["bookmark"]["id"]
    await api.bookmarks_edit(channel_id=channel, bookmark_id=bookmark, link="https://example.com/2")
    assert "Bookmark: Ticket <https://example.com/2>" in await ws.person("olga").reads("#esc-1")
    assert [item["id"] for item in (await api.bookmarks_list(channel_id=channel))["bookmarks"]] == [bookmark]
    await api.bookmarks_remove(channel_id=channel, bookmark_id=bookmark)
    await refused(api.bookmarks_remove(channel_id=channel, bookmark_id=bookmark), "not_found")


async def test_a_reaction_is_given_once(api: AsyncWebClient, channel: str) -> None:
    ts = (await api.chat_postMessage(channel=channel, text="x"))["ts"]
    await api.reactions_add(channel=channel, timestamp=ts, name="eyes")
    await refused(api.reactions_add(channel=channel, timestamp=ts, name="eyes"), "already_reacted")


async def test_a_channel_has_one_canvas_edited_one_operation_at_a_time(
    ws: Workspace, api: AsyncWebClient, channel: str
) -> None:
    content = {"type": "markdown", "markdown": "# Title\n\nwords"}
    canvas = (await api.conversations_canvases_create(channel_id=channel, document_content=content))["canvas_id"]
    again = api.conversations_canvases_create(channel_id=channel, document_content=content)
    await refused(again, "channel_canvas_already_exists")
    more = {"operation": "insert_at_end", "document_content": {"type": "markdown", "markdown": "more"}}
    await refused(api.canvases_edit(canvas_id=canvas, changes=[more, more]), "invalid_arguments")
    await api.canvases_edit(canvas_id=canvas, changes=[more])
    found = await api.canvases_sections_lookup(canvas_id=canvas, criteria={"contains_text": "words"})
    section = found["sections"][0]["id"]
    await api.canvases_edit(canvas_id=canvas, changes=[{"operation": "delete", "section_id": section}])
    assert ws.state.canvases[canvas].markdown == "# Title\nmore"
