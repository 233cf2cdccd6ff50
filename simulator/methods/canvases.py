"""Canvases, kept as sections of markdown."""

from __future__ import annotations

import re
from typing import Any

from ..api_call import ApiCall, Method
from ..errors import SlackError, invalid_arguments
from ..json_types import Json
from ..state import Canvas

MAX_MARKDOWN = 1024 * 1024
_WITH_CONTENT = ("insert_at_start", "insert_at_end", "insert_before", "insert_after", "replace")


def create_for_channel(call: ApiCall) -> Json:
    """conversations.canvases.create: one per channel."""
    channel = call.ws.state.channels.get(call.args.need("channel_id"))
    if channel is None or (channel.private and call.bot not in channel.members):
        raise SlackError("channel_not_found")
    if call.bot not in channel.members:
        raise SlackError("not_in_channel")
    if not call.ws.canvases_allowed:
        raise SlackError("team_tier_cannot_create_channel_canvases")
    if channel.canvas_id:
        raise SlackError("channel_canvas_already_exists")
    content: Any = call.args.structure("document_content", "invalid_arguments") or {"type": "markdown", "markdown": ""}
    canvas = Canvas(call.ws.ids.new("F"), channel.id, call.args.text("title"))
    canvas.sections = _sections(call, _markdown(content))
    call.ws.state.canvases[canvas.id] = canvas
    channel.canvas_id = canvas.id
    call.ws.changes.notify()
    return {"canvas_id": canvas.id}


def edit(call: ApiCall) -> Json:
    """canvases.edit: one operation a call."""
    canvas = _canvas(call)
    changes: Any = call.args.structure("changes", "invalid_arguments")
    if not isinstance(changes, list) or len(changes) != 1:
        raise invalid_arguments("must provide exactly one change [json-pointer:/changes]")
    _apply(call, canvas, changes[0])
    call.ws.changes.notify()
    return {}


def _apply(call: ApiCall, canvas: Canvas, change: Json) -> None:
    operation, wanted = change.get("operation"), change.get("section_id")
    ids = [section for section, _ in canvas.sections]
    if wanted is not None and wanted not in ids:
        raise SlackError("canvas_editing_failed", detail="section not found")
    place = ids.index(wanted) if wanted is not None else 0
    new = _sections(call, _markdown(change.get("document_content"))) if operation in _WITH_CONTENT else []
    match operation, wanted is not None:
        case "insert_at_start", _:
            canvas.sections[:0] = new
        case "insert_at_end", _:
            canvas.sections.extend(new)
        case "insert_before", True:
            canvas.sections[place:place] = new
        case "insert_after", True:
            canvas.sections[place + 1 : place + 1] = new
        case "replace", True:
            canvas.sections[place : place + 1] = new
        case "replace", False:
            canvas.sections = new
        case "delete", True:
            del canvas.sections[place]
        case "rename", _:
            canvas.title = _markdown(change.get("title_content"))
        case _:
            raise invalid_arguments("invalid operation [json-pointer:/changes/0/operation]")


def lookup(call: ApiCall) -> Json:
    """canvases.sections.lookup: sections by kind of heading and words."""
    criteria: Any = call.args.structure("criteria", "invalid_arguments") or {}
    words, kinds = str(criteria.get("contains_text", "")), criteria.get("section_types", [])
    found = []
    for section, text in _canvas(call).sections:
        heading = re.match(r"(#{1,3}) ", text)
        kind = f"h{len(heading[1])}" if heading else "text"
        fits = not kinds or kind in kinds or ("any_header" in kinds and heading)
        if fits and words.casefold() in text.casefold():
            found.append({"id": section})
    return {"sections": found}


def delete(call: ApiCall) -> Json:
    """canvases.delete."""
    canvas = _canvas(call)
    del call.ws.state.canvases[canvas.id]
    call.ws.state.channels[canvas.channel].canvas_id = None
    call.ws.changes.notify()
    return {}


def _canvas(call: ApiCall) -> Canvas:
    canvas = call.ws.state.canvases.get(call.args.need("canvas_id"))
    if canvas is None or call.bot not in call.ws.state.channels[canvas.channel].members:
        raise SlackError("canvas_not_found")
    return canvas


def _markdown(content: Any) -> str:
    if (
        not isinstance(content, dict)
        or content.get("type") != "markdown"
        or not isinstance(content.get("markdown"), str)
    ):
        raise invalid_arguments("must be markdown content [json-pointer:/document_content]")
    if len(content["markdown"].encode()) > MAX_MARKDOWN:
        raise SlackError("canvas_editing_failed", detail="content too large")
    return str(content["markdown"])


def _sections(call: ApiCall, markdown: str) -> list[tuple[str, str]]:
    parts = [part for part in re.split(r"\n{2,}|\n(?=#{1,3} )", markdown) if part.strip()]
    return [(f"temp:C:{call.ws.ids.token(20)}", part) for part in parts]


METHODS: dict[str, Method] = {
    "canvases.delete": delete,
    "canvases.edit": edit,
    "canvases.sections.lookup": lookup,
    "conversations.canvases.create": create_for_channel,
}
