"""Blocks, mrkdwn and rich text as the plain text that a reader sees: names, dates in their zone, [Buttons]."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from .json_types import Json
from .render_dates import render_date


@dataclass(frozen=True)
class Reader:
    """Who reads: their zone, what time it is, and what ids are called for them."""

    zone: ZoneInfo
    now: float
    user_id: str
    user: Callable[[str], str]
    channel: Callable[[str], str]
    group: Callable[[str], str]


_TOKEN = re.compile(r"<([^<>]+)>")
_STYLES = [re.compile(rf"(?<![\w{c}]){re.escape(c)}(?=\S)([^\n]+?)(?<=\S){re.escape(c)}(?![\w{c}])") for c in "*_~"]
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def mrkdwn(text: str, reader: Reader) -> str:
    """Slack's markup as seen: formatting signs gone, links by their labels, entities resolved."""
    parts, last = [], 0
    for code in _CODE.finditer(text):
        parts += [_styled(text[last : code.start()], reader), _plain_entities(code[0].strip("`"), reader)]
        last = code.end()
    return "".join([*parts, _styled(text[last:], reader)])


def _styled(text: str, reader: Reader) -> str:
    # Names and addresses may hold * and _, so they are put aside while the signs of formatting go.
    tokens = _TOKEN.findall(text)
    bare = _TOKEN.sub("\x00", text)
    for style in _STYLES:
        bare = style.sub(r"\1", bare)
    bare = re.sub(r"(?m)^&gt; ?", "> ", bare)
    pieces = bare.split("\x00")
    shown = [piece + _token(token, reader) for piece, token in zip(pieces, [*tokens, ""], strict=True)]
    return "".join(unescape(part) for part in shown)


def _plain_entities(text: str, reader: Reader) -> str:
    return unescape(_TOKEN.sub(lambda match: _token(match[1], reader), text))


def unescape(text: str) -> str:
    """The three entities of Slack's text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _token(token: str, reader: Reader) -> str:
    if not token:
        return ""
    body, _, label = token.partition("|")
    if body.startswith("@"):
        return "@" + reader.user(body[1:])
    if body.startswith("#"):
        return "#" + reader.channel(body[1:])
    if body.startswith("!subteam^"):
        return "@" + reader.group(body.removeprefix("!subteam^"))
    if body.startswith("!date^"):
        return _date_token(body, label, reader)
    if body.startswith("!"):
        return "@" + body[1:].split("^")[0]
    return label or body.removeprefix("mailto:")


def _date_token(body: str, fallback: str, reader: Reader) -> str:
    parts = body.split("^")
    try:
        return render_date(int(parts[1]), parts[2], reader.zone, reader.now)
    except (IndexError, ValueError):
        return fallback


def text_object(node: Any, reader: Reader) -> str:
    """A plain_text or mrkdwn object, or a bare string."""
    if not isinstance(node, dict):
        return str(node or "")
    text = str(node.get("text", ""))
    return mrkdwn(text, reader) if node.get("type") == "mrkdwn" else unescape(text)


def blocks_text(blocks: list[Json], reader: Reader, values: dict[str, dict[str, Json]] | None = None) -> str:
    """All blocks, a line or more each; `values` is what a view's inputs hold."""
    return "\n".join(line for block in blocks for line in _block(block, reader, values or {}))


def _block(block: Json, reader: Reader, values: dict[str, dict[str, Json]]) -> Iterator[str]:
    held = values.get(str(block.get("block_id")), {})
    match block.get("type"):
        case "section":
            parts = [text_object(part, reader) for part in (block.get("text"), *block.get("fields", [])) if part]
            yield from parts
            if "accessory" in block:
                yield element_text(block["accessory"], reader, held)
        case "header" | "alert":
            yield text_object(block.get("text"), reader)
        case "divider":
            yield "---"
        case "context" | "actions" | "context_actions":
            yield " ".join(element_text(element, reader, held) for element in block.get("elements", []))
        case "input":
            optional = " (optional)" if block.get("optional") else ""
            element = element_text(block["element"], reader, held)
            yield f"{text_object(block['label'], reader)}{optional}: {element}"
            if "hint" in block:
                yield f"  ({text_object(block['hint'], reader)})"
        case "rich_text":
            yield from rich_lines(block.get("elements", []), reader)
        case "markdown":
            yield str(block.get("text", ""))
        case "image":
            yield f"[image: {block.get('alt_text', '')}]"
        case _:
            yield from _newer_block(block, reader, values)


def _newer_block(block: Json, reader: Reader, values: dict[str, dict[str, Json]]) -> Iterator[str]:
    for key in ("title", "subtitle", "caption", "body", "subtext", "details"):
        if block.get(key):
            yield text_object(block[key], reader)
    for row in block.get("rows", []):
        yield " | ".join(_cell(cell, reader) for cell in row)
    for child in [*block.get("child_blocks", []), *block.get("elements", []), *block.get("tasks", [])]:
        yield from _block(child, reader, values)
    if block.get("actions"):
        yield " ".join(element_text(element, reader, {}) for element in block["actions"])


def _cell(cell: Json, reader: Reader) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(rich_lines(cell.get("elements", []), reader))
    return text_object(cell, reader)


def rich_lines(elements: list[Json], reader: Reader) -> Iterator[str]:
    """The lines of a rich_text block."""
    for element in elements:
        match element.get("type"):
            case "rich_text_list":
                pad = "  " * int(element.get("indent", 0))
                start = int(element.get("offset", 0)) + 1
                for index, item in enumerate(element.get("elements", []), start):
                    sign = f"{index}." if element.get("style") == "ordered" else "•"
                    yield f"{pad}{sign} {_rich_inline(item.get('elements', []), reader)}"
            case "rich_text_quote":
                yield from ("> " + line for line in _rich_inline(element.get("elements", []), reader).split("\n"))
            case _:
                yield _rich_inline(element.get("elements", []), reader)


def _rich_inline(elements: list[Json], reader: Reader) -> str:
    return "".join(_rich_piece(element, reader) for element in elements)


def _rich_piece(piece: Json, reader: Reader) -> str:
    match piece.get("type"):
        case "text":
            return str(piece["text"])
        case "link":
            return str(piece.get("text") or piece["url"])
        case "user":
            return "@" + reader.user(piece["user_id"])
        case "usergroup":
            return "@" + reader.group(piece["usergroup_id"])
        case "channel":
            return "#" + reader.channel(piece["channel_id"])
        case "broadcast":
            return "@" + str(piece["range"])
        case "emoji":
            return f":{piece['name']}:"
        case "date":
            return render_date(int(piece["timestamp"]), piece["format"], reader.zone, reader.now)
    return str(piece.get("value", ""))


def element_text(element: Json, reader: Reader, held: dict[str, Json]) -> str:
    """An element as it stands in a message or form: `[Button]`, `[Menu: chosen]`, `[typed]`."""
    kind = str(element.get("type"))
    value = held.get(str(element.get("action_id")), {})
    match kind:
        case "plain_text" | "mrkdwn":
            return text_object(element, reader)
        case "image":
            return f"[image: {element.get('alt_text', '')}]"
        case "button" | "workflow_button" | "icon_button":
            return f"[{text_object(element.get('text'), reader)}]"
        case "overflow":
            return "[⋯ " + " | ".join(text_object(option["text"], reader) for option in element["options"]) + "]"
        case "radio_buttons" | "checkboxes":
            chosen = value.get("selected_options") or [value.get("selected_option") or element.get("initial_option")]
            return " ".join(_choice(option, option in chosen, reader) for option in element["options"])
    shown = shown_value(value, reader) or text_object(element.get("placeholder"), reader)
    return f"[{shown}]" if kind.endswith("_input") else f"[{shown} ▾]"


def _choice(option: Json, chosen: bool, reader: Reader) -> str:
    described = f" ({text_object(option['description'], reader)})" if option.get("description") else ""
    return f"({'x' if chosen else ' '}) {text_object(option['text'], reader)}{described}"


def shown_value(value: Json, reader: Reader) -> str:
    """An entry of `state.values` as the person sees it in the field; empty when nothing is chosen."""
    for key, content in value.items():
        if key == "type" or content in (None, "", []):
            continue
        match key:
            case "selected_option":
                return text_object(content["text"], reader)
            case "selected_options":
                return ", ".join(text_object(option["text"], reader) for option in content)
            case "selected_user":
                return "@" + reader.user(content)
            case "selected_users":
                return ", ".join("@" + reader.user(user) for user in content)
            case "selected_channel" | "selected_conversation":
                return "#" + reader.channel(content)
            case "selected_channels" | "selected_conversations":
                return ", ".join("#" + reader.channel(channel) for channel in content)
            case "selected_date_time":
                return render_date(int(content), "{date_num} {time}", reader.zone, reader.now)
            case "rich_text_value":
                return "\n".join(rich_lines(content.get("elements", []), reader))
        return str(content)
    return ""
