"""A strict reader of Block Kit: everything Slack would refuse, and everything that would come alive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from blocks.message import Message

Json = dict[str, Any]

# Nothing is documented; messages beyond about 13,000 characters were reported as msg_blocks_too_long.
TOTAL_WORDS = 12_900
VIEW_BYTES = 250_000

_TOKEN = re.compile(r"<([^<>]*)>")
_INVISIBLE = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLOCKS = {"header", "section", "context", "divider", "actions", "rich_text", "input"}


class Wrong(AssertionError):
    """Slack would refuse this."""


def need(condition: object, what: str) -> None:
    if not condition:
        raise Wrong(what)


def check_message(message: Message, text_limit: int = 3000) -> None:
    """Structure, limits, and a text that says all there is."""
    need(1 <= len(message.blocks) <= 50, f"{len(message.blocks)} blocks in a message")
    need(message.text.strip(), "no text")
    need(len(message.text) <= text_limit, f"text of {len(message.text)}")
    need(not _INVISIBLE.search(message.text), f"an invisible character in {message.text!r}")
    _check_blocks(message.blocks, modal=False)
    need(sum(map(len, strings(message.blocks))) <= TOTAL_WORDS, "more words than a message holds")
    json.dumps(message.blocks, ensure_ascii=False).encode()


def check_modal(view: Json) -> None:
    """Structure and limits of a form."""
    need(view["type"] == "modal", "no modal")
    for key in ("title", "submit", "close"):
        _plain(view[key], 24)
    need(len(view["private_metadata"]) <= 3000, "metadata")
    need(0 < len(view["callback_id"]) <= 255, "callback_id")
    need(1 <= len(view["blocks"]) <= 100, f"{len(view['blocks'])} blocks in a form")
    need(set(view) <= {"type", "callback_id", "title", "submit", "close", "private_metadata", "blocks"}, "unknown keys")
    _check_blocks(view["blocks"], modal=True)
    need(len(json.dumps(view, ensure_ascii=False).encode()) < VIEW_BYTES, "view_too_large")


def check_home(view: Json) -> None:
    """Structure and limits of an App Home."""
    need(set(view) == {"type", "blocks"}, "unknown keys")
    need(view["type"] == "home", "no home")
    need(1 <= len(view["blocks"]) <= 100, f"{len(view['blocks'])} blocks in a Home")
    _check_blocks(view["blocks"], modal=False)
    need(len(json.dumps(view, ensure_ascii=False).encode()) < VIEW_BYTES, "view_too_large")


def check_options(options: list[Json]) -> None:
    """The answer to a search: options, or groups of them."""
    need(len(options) <= 100, "more than 100")
    for one in options:
        if "options" in one:
            _plain(one["label"], 75)
            need(1 <= len(one["options"]) <= 100, "size of a group")
            _options(one["options"], 100)
    if options and "options" not in options[0]:
        _options(options, 100)


def _check_blocks(blocks: list[Json], *, modal: bool) -> None:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    need(len(ids) == len(set(ids)), f"block ids twice: {ids}")
    need(all(0 < len(one) <= 255 for one in ids), "block_id")
    for block in blocks:
        need(block["type"] in _BLOCKS, f"block {block['type']}")
        need(modal or block["type"] != "input", "an input in a message")
        globals()[f"_{block['type']}"](block)


def _divider(block: Json) -> None:
    _keys(block, set())


def _header(block: Json) -> None:
    _keys(block, {"text"})
    _plain(block["text"], 150)


def _section(block: Json) -> None:
    _keys(block, {"text", "fields", "accessory"})
    need("text" in block or block.get("fields"), "an empty section")
    if "text" in block:
        _text(block["text"], 3000)
    if "fields" in block:
        need(1 <= len(block["fields"]) <= 10, "fields")
        for field in block["fields"]:
            _text(field, 2000)
    if "accessory" in block:
        _interactive(block["accessory"])


def _context(block: Json) -> None:
    _keys(block, {"elements"})
    need(1 <= len(block["elements"]) <= 10, "context elements")
    for element in block["elements"]:
        _text(element, 3000)


def _actions(block: Json) -> None:
    _keys(block, {"elements"})
    need(1 <= len(block["elements"]) <= 25, "action elements")
    ids = [element["action_id"] for element in block["elements"]]
    need(len(ids) == len(set(ids)), f"action ids twice in a row of buttons: {ids}")
    primaries = [element for element in block["elements"] if element.get("style") == "primary"]
    need(len(primaries) <= 1, "more than one primary button")
    for element in block["elements"]:
        _interactive(element)


def _input(block: Json) -> None:
    _keys(block, {"label", "element", "optional", "hint", "dispatch_action"})
    need("block_id" in block, "an input whose errors have nowhere to go")
    _plain(block["label"], 2000)
    if "hint" in block:
        _plain(block["hint"], 2000)
    _element(block["element"])


def _interactive(element: Json) -> None:
    need(0 < len(element["action_id"]) <= 255, "action_id")
    if element["type"] == "overflow":
        _keys(element, {"action_id", "options"})
        need(1 <= len(element["options"]) <= 5, "overflow options")
        _options(element["options"], 5)
        return
    need(element["type"] == "button", f"{element['type']} in a message")
    _keys(element, {"action_id", "text", "value", "style", "confirm"})
    _plain(element["text"], 75)
    need(0 < len(element["value"]) <= 2000, "button value")
    need(element.get("style") in (None, "primary", "danger"), "style")
    for part, limit in {"title": 100, "text": 300, "confirm": 30, "deny": 30}.items():
        if "confirm" in element:
            _plain(element["confirm"][part], limit)


_CHOICES = {"static_select": 100, "radio_buttons": 10, "checkboxes": 10}
_INITIAL = {
    "plain_text_input": {"multiline", "max_length", "initial_value"},
    "url_text_input": {"initial_value"},
    "static_select": {"options", "initial_option"},
    "external_select": {"min_query_length", "initial_option"},
    "radio_buttons": {"options", "initial_option"},
    "checkboxes": {"options", "initial_options"},
    "datepicker": {"initial_date"},
    "datetimepicker": {"initial_date_time"},
    "users_select": {"initial_user"},
    "multi_users_select": set[str](),
}


def _element(element: Json) -> None:
    kind = element["type"]
    need(kind in _INITIAL, f"element {kind}")
    without_placeholder = {"radio_buttons", "checkboxes", "datetimepicker"}
    _keys(element, {"action_id", *_INITIAL[kind], *(set() if kind in without_placeholder else {"placeholder"})})
    need(0 < len(element["action_id"]) <= 255, "action_id")
    if "placeholder" in element:
        _plain(element["placeholder"], 150)
    if "max_length" in element:
        need(1 <= element["max_length"] <= 3000, "max_length")
        need(len(element.get("initial_value", "")) <= element["max_length"], "initial_value")
    if kind in _CHOICES:
        _options(element["options"], _CHOICES[kind])
    if "initial_option" in element:
        _options([element["initial_option"]], 1)
        need(kind == "external_select" or element["initial_option"] in element["options"], "initial_option")
    if "initial_options" in element:
        need(all(one in element["options"] for one in element["initial_options"]), "initial_options")
    if kind == "datetimepicker" and "initial_date_time" in element:
        need(len(str(element["initial_date_time"])) == 10, "initial_date_time")


def _options(options: list[Json], most: int) -> None:
    need(1 <= len(options) <= most, f"{len(options)} options")
    values = [one["value"] for one in options]
    need(len(values) == len(set(values)), f"values twice: {values}")
    for one in options:
        need(set(one) <= {"text", "value", "description"}, "unknown keys in an option")
        _plain(one["text"], 75)
        need(0 < len(one["value"]) <= 150, "option value")
        if "description" in one:
            _plain(one["description"], 75)


def _rich_text(block: Json) -> None:
    _keys(block, {"elements"})
    need(block["elements"], "an empty rich text")
    for part in block["elements"]:
        match part["type"]:
            case "rich_text_section" | "rich_text_quote":
                _inline(part)
            case "rich_text_list":
                need(part["style"] in ("bullet", "ordered"), "style of a list")
                need(part["elements"], "an empty list")
                for item in part["elements"]:
                    need(item["type"] == "rich_text_section", "a list of something else")
                    _inline(item)
            case other:
                raise Wrong(f"rich text {other}")


def _inline(part: Json) -> None:
    need(part["elements"], "an empty line")
    for element in part["elements"]:
        match element["type"]:
            case "text":
                need(0 < len(element["text"]) <= 3000, f"a text of {len(element['text'])}")
                need(set(element.get("style", {"bold": 1})) <= {"bold", "italic", "strike", "code"}, "style")
            case "user":
                need(re.fullmatch(r"[UW][A-Z0-9]+", element["user_id"]), f"user {element['user_id']}")
            case "channel":
                need(re.fullmatch(r"[CGD][A-Z0-9]+", element["channel_id"]), f"channel {element['channel_id']}")
            case "date":
                need(isinstance(element["timestamp"], int), "timestamp")
                need("{" in element["format"], "format")
                need(element["fallback"], "fallback")
            case "link":
                need(re.match(r"https?://", element["url"]), f"link {element['url']}")
                need(len(element["url"]) <= 3000, "link")
            case other:
                raise Wrong(f"rich text element {other}")


def _keys(thing: Json, known: set[str]) -> None:
    need(set(thing) <= known | {"type", "block_id"}, f"unknown keys: {set(thing) - known}")


def _plain(text: Json, limit: int) -> None:
    need(text["type"] == "plain_text", "plain text only here")
    _text(text, limit)


def _text(text: Json, limit: int) -> None:
    need(0 < len(text["text"]) <= limit, f"a text of {len(text['text'])} where {limit} fit")
    if text["type"] == "plain_text":
        need(set(text) == {"type", "text", "emoji"}, "keys of a plain text")
        return
    need(text["type"] == "mrkdwn", "type of a text")
    need(text.get("verbatim") is True, "marked-up text that Slack may add links to")


def strings(value: Any) -> Iterator[str]:
    """Every string that is shown: texts of all kinds, not ids."""
    if isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, str) and key in ("text", "initial_value", "fallback"):
                yield one
            else:
                yield from strings(one)


def mrkdwn_in(value: Any) -> Iterator[str]:
    """The text of every mrkdwn object."""
    if isinstance(value, list):
        for one in value:
            yield from mrkdwn_in(one)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for one in value.values():
            yield from mrkdwn_in(one)


def alive_in(value: Any) -> Iterator[str]:
    """Every mention, link and date there is in rich text, as an id or address."""
    if isinstance(value, list):
        for one in value:
            yield from alive_in(one)
    elif isinstance(value, dict):
        for key in ("user_id", "channel_id", "url", "usergroup_id", "range"):
            if key in value:
                yield value[key]
        for one in value.values():
            yield from alive_in(one)


def tokens_in(text: str) -> list[str]:
    """What Slack would bring to life in marked-up text, but for dates."""
    return [token for token in _TOKEN.findall(text) if not re.fullmatch(r"!date\^\d+\^[^^<>|]+\|[\w :]+", token)]


def check_harmless(payload: Message | Json | list[Json], marker: str, ours: set[str]) -> None:
    """That words beginning with `marker` came through without doing anything; `ours` are the ids we put there."""
    blocks = payload.blocks if isinstance(payload, Message) else payload
    for text in mrkdwn_in(blocks):
        need(marker not in text, f"typed words in marked-up text: {text!r}")
        need(set(tokens_in(text)) <= {*(f"@{one}" for one in ours), *(f"#{one}" for one in ours)}, f"alive: {text!r}")
    for alive in alive_in(blocks):
        need(alive in ours, f"alive: {alive!r}")
    for text in strings(blocks):
        need(not _INVISIBLE.search(text), f"an invisible character in {text!r}")
    if isinstance(payload, Message):
        known = {*(f"@{one}" for one in ours), *(f"#{one}" for one in ours)}
        need(set(tokens_in(payload.text)) <= known, f"alive in the text: {tokens_in(payload.text)}")
        need(not re.search(r"&(?!amp;|lt;|gt;)", payload.text), "an unescaped & in the text")
