"""Answers to a `response_url`: five within half an hour, ephemeral unless said otherwise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import web

from . import posting
from .blockkit import check_message_blocks
from .errors import SlackError
from .json_types import Json
from .shapes import message_json
from .state import Channel, Message, ResponseUrl

if TYPE_CHECKING:
    from .workspace import Workspace


async def handle(ws: Workspace, request: web.Request) -> web.StreamResponse:
    """`POST /response/<team>/<token>`."""
    link = ws.state.response_urls.get(request.match_info["token"])
    if link is None:
        return _refuse("not_found", 404)
    if ws.clock.now() > link.expires:
        return _refuse("expired_url", 404)
    if link.left <= 0:
        return _refuse("used_url", 404)
    try:
        body = json.loads(await request.text())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return _refuse("invalid_payload", 400)
    try:
        check_message_blocks(body.get("blocks") or [])
        apply_answer(ws, link, body)
    except SlackError as error:
        return _refuse(error.code, 404 if error.code == "no_text" else 400)
    link.left -= 1
    return web.Response(text="ok")


def _refuse(code: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status)


def apply_answer(ws: Workspace, link: ResponseUrl, body: Json) -> Message | None:
    """Do what an answer says: delete, replace, or post. Raises `no_text`."""
    channel = ws.state.channels[link.channel]
    original = link.message if link.message in channel.messages else None
    if body.get("delete_original"):
        if original is not None:
            posting.delete(ws, channel, original)
        return None
    if not (body.get("text") or body.get("blocks") or body.get("attachments")):
        raise SlackError("no_text")
    if original is not None and body.get("replace_original", False):
        return _replace(ws, channel, original, body)
    public = body.get("response_type") == "in_channel"
    return posting.post(
        ws,
        channel,
        ws.bot_user_id,
        str(body.get("text") or ""),
        blocks=body.get("blocks") or [],
        attachments=body.get("attachments") or [],
        thread_ts=body.get("thread_ts"),
        only_for=None if public else link.user,
    )


def _replace(ws: Workspace, channel: Channel, message: Message, body: Json) -> Message:
    before = message_json(ws, message, all_metadata=True)
    message.text = str(body.get("text") or "")
    message.blocks = posting.with_block_ids(ws, body.get("blocks") or [])
    message.attachments = body.get("attachments") or []
    if message.only_for is None:
        posting.tell_changed(ws, channel, message, before)
    ws.changes.notify()
    return message
