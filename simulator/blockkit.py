"""Whether Slack would take these blocks or this view: tables of blocks, and the rules that span several."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .blockkit_checks import (
    Check,
    Problems,
    anything,
    boolean,
    both,
    either,
    items,
    number,
    one_of,
    record,
    string,
    text_object,
    typed,
)
from .blockkit_elements import ELEMENTS, ID, IN_ACTIONS, IN_INPUT, IN_SECTION, URL
from .errors import SlackError
from .json_types import Json

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
MARKDOWN_CHARACTERS = 12_000
MESSAGE_CHARACTERS = 13_200
"""Slack publishes no figure for `msg_blocks_too_long`; this is what people have measured."""

_BLOCK = {"block_id": ID}
_STYLE = {"style": anything}

_RICH: dict[str, Check] = {
    "text": record({"text": string()}, _STYLE),
    "link": record({"url": URL}, _STYLE | {"text": string(least=0), "unsafe": boolean}),
    "user": record({"user_id": string()}, _STYLE),
    "usergroup": record({"usergroup_id": string()}, _STYLE),
    "channel": record({"channel_id": string()}, _STYLE),
    "broadcast": record({"range": one_of("here", "channel", "everyone")}, _STYLE),
    "emoji": record({"name": string()}, _STYLE | {"unicode": string(), "skin_tone": number()}),
    "date": record({"timestamp": number(), "format": string()}, _STYLE | {"fallback": string(), "url": URL}),
    "color": record({"value": string()}, _STYLE),
    "team": record({"team_id": string()}, _STYLE),
}
_RICH_ELEMENTS = items(typed(_RICH))
_RICH_SECTION = record({"elements": _RICH_ELEMENTS})
_RICH_BLOCK: dict[str, Check] = {
    "rich_text_section": _RICH_SECTION,
    "rich_text_list": record(
        {"elements": items(typed({"rich_text_section": _RICH_SECTION})), "style": one_of("bullet", "ordered")},
        {"indent": number(0, 8), "offset": number(0), "border": number(0, 1)},
    ),
    "rich_text_preformatted": record({"elements": _RICH_ELEMENTS}, {"border": number(0, 1), "language": string()}),
    "rich_text_quote": record({"elements": _RICH_ELEMENTS}, {"border": number(0, 1)}),
}
_RICH_TEXT = record({"elements": items(typed(_RICH_BLOCK))}, _BLOCK)
_CARD = record(
    {},
    {
        "title": text_object(150),
        "subtitle": text_object(150),
        "body": text_object(200),
        "subtext": text_object(200),
        "actions": items(typed(ELEMENTS, ("button",)), most=3),
    },
    loose=True,
)

BLOCKS: dict[str, Check] = {
    "section": both(
        record(
            {},
            _BLOCK
            | {
                "text": text_object(3000),
                "fields": items(text_object(2000), most=10, least=1),
                "accessory": typed(ELEMENTS, IN_SECTION),
                "expand": boolean,
            },
        ),
        either("text", "fields"),
    ),
    "header": record({"text": text_object(150, plain_only=True)}, _BLOCK | {"level": number(1, 4)}),
    "divider": record({}, _BLOCK),
    "image": both(
        record(
            {"alt_text": string(2000)},
            _BLOCK | {"image_url": URL, "slack_file": anything, "title": text_object(2000, plain_only=True)},
        ),
        either("image_url", "slack_file"),
    ),
    "actions": record({"elements": items(typed(ELEMENTS, IN_ACTIONS), most=25, least=1)}, _BLOCK),
    "context": record(
        {
            "elements": items(
                typed({"image": ELEMENTS["image"], "plain_text": text_object(), "mrkdwn": text_object()}),
                most=10,
                least=1,
            )
        },
        _BLOCK,
    ),
    "input": record(
        {"label": text_object(2000, plain_only=True), "element": typed(ELEMENTS, IN_INPUT)},
        _BLOCK | {"hint": text_object(2000, plain_only=True), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": _RICH_TEXT,
    "video": record(
        {"video_url": URL, "thumbnail_url": URL, "alt_text": string(), "title": text_object(199, plain_only=True)},
        loose=True,
    ),
    "file": record({}, loose=True),
    "markdown": record({"text": string(12_000)}, _BLOCK),
    "table": record({"rows": items(items(anything, most=20), most=100, least=1)}, loose=True),
    "data_table": record({"rows": items(items(anything, most=20), most=201, least=2), "caption": anything}, loose=True),
    "data_visualization": record({"title": anything}, loose=True),
    "alert": record(
        {"text": text_object(200)}, _BLOCK | {"level": one_of("default", "info", "warning", "error", "success")}
    ),
    "card": _CARD,
    "carousel": record({"elements": items(_CARD, most=10, least=1)}, loose=True),
    "container": record({"child_blocks": items(anything, most=10)}, loose=True),
    "plan": record({"title": string()}, loose=True),
    "task_card": record({"title": string(), "task_id": string()}, loose=True),
    "context_actions": record(
        {"elements": items(typed(ELEMENTS, ("feedback_buttons", "icon_button")), most=5, least=1)}, _BLOCK
    ),
}

_EVERYWHERE = ("section", "header", "divider", "image", "actions", "context", "input", "rich_text", "video", "card")
SURFACES: dict[str, tuple[str, ...]] = {
    "message": tuple(name for name in BLOCKS if name != "alert"),
    "modal": (*_EVERYWHERE, "alert"),
    "home": (*_EVERYWHERE, "table", "data_table", "carousel", "container"),
}

_VIEW_FIELDS: dict[str, Check] = {
    "type": one_of("modal", "home"),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
    "private_metadata": string(3000, least=0),
}
_MODAL_FIELDS = _VIEW_FIELDS | {
    "close": text_object(24, plain_only=True),
    "submit": text_object(24, plain_only=True),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
}


def interactive(block: Json) -> Iterator[Json]:
    """The elements of a block that carry an action id."""
    listed = block.get("elements", []) if block.get("type") in ("actions", "context_actions") else []
    for element in [*listed, block.get("accessory"), block.get("element"), *block.get("actions", [])]:
        if isinstance(element, dict) and element.get("type") not in ("image", None):
            yield element


def problems_of(blocks: Any, surface: str, at: str = "/blocks") -> Problems:
    """Everything Slack would mend: (message, JSON pointer) pairs, none when the blocks are good."""
    problems: Problems = []
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    items(typed(BLOCKS, SURFACES[surface]), most=most)(blocks, at, problems)
    if isinstance(blocks, list) and not problems:
        problems += _duplicates(blocks, at)
    return problems


def _duplicates(blocks: list[Json], at: str) -> Problems:
    problems: Problems = []
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in seen:
            problems.append((f"block_id `{block_id}` already exists", f"{at}/{index}/block_id"))
        seen |= {block_id} if block_id else set()
        actions: set[str] = set()
        for element in interactive(block):
            action = element.get("action_id")
            if action in actions:
                problems.append((f"`action_id` `{action}` already exists for this block", f"{at}/{index}"))
            actions |= {action} if action else set()
    return problems


def _wording(problems: Problems) -> list[str]:
    return [f"{message} [json-pointer:{at}]" for message, at in problems]


def check_message_blocks(blocks: list[Json]) -> None:
    """Raise `invalid_blocks` as chat.postMessage does, or `msg_blocks_too_long`."""
    problems = problems_of(blocks, "message")
    if (
        not problems
        and sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_CHARACTERS
    ):
        problems.append(("markdown blocks must be less than 12001 characters together", "/blocks"))
    if problems:
        words = _wording(problems)
        raise SlackError(
            "invalid_blocks", errors=words, response_metadata={"messages": [f"[ERROR] {word}" for word in words]}
        )
    if _characters(blocks) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def _characters(node: Any) -> int:
    if isinstance(node, list):
        return sum(_characters(child) for child in node)
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(_characters(child) for child in node.values())
    return 0


def check_view(view: Any, kinds: tuple[str, ...]) -> None:
    """Raise `invalid_arguments` (or `view_too_large`) as views.* do; `kinds` are the types allowed here."""
    problems: Problems = []
    if not isinstance(view, dict):
        problems.append(("must be an object", "/view"))
    elif view.get("type") not in kinds:
        problems.append((f"must be one of: {', '.join(kinds)}", "/view/type"))
    else:
        modal = view["type"] == "modal"
        required = {"title": text_object(24, plain_only=True), "blocks": anything} if modal else {"blocks": anything}
        record(required, _MODAL_FIELDS if modal else _VIEW_FIELDS)(view, "/view", problems)
        problems += problems_of(view.get("blocks", []), view["type"], "/view/blocks")
        if modal and not problems and not view.get("submit") and any(b["type"] == "input" for b in view["blocks"]):
            problems.append(("missing required field: submit", "/view"))
    if problems:
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": [f"[ERROR] {word}" for word in _wording(problems)]}
        )
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
