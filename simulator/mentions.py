"""Who a message really mentions: what Slack would notify, not what looks like a mention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .json_types import Json
from .state import Message

MentionKind = Literal["user", "channel-wide", "usergroup"]

_MENTION = re.compile(
    r"<(?:@(?P<user>[UW][A-Z0-9]+)|!subteam\^(?P<group>S[A-Z0-9]+)|!(?P<wide>here|channel|everyone))(?:\|[^>]*)?>"
)

_BARE = re.compile(r"(?<![\w<!])@(here|channel|everyone)\b")


@dataclass(frozen=True)
class Mention:
    """One live mention: a user id, `here`/`channel`/`everyone`, or a usergroup id."""

    kind: MentionKind
    target: str


def mentions(message: Message) -> list[Mention]:
    """Live mentions of a message, in order, once each.

    Unescaped `<@U…>`, `<!channel>`, `<!subteam^S…>` count in mrkdwn only: in the text when there are no blocks, in mrkdwn
    text objects and markdown blocks, in attachments; and the user, usergroup and broadcast elements of rich text. In a
    mrkdwn text object that is not `verbatim` a bare `@here` counts too, since Slack says that it parses "certain mentions".
    """
    found: dict[Mention, None] = {}
    sources = list(_in_blocks(message.blocks)) if message.blocks else list(_in_text(message.text))
    for mention in sources + [m for a in message.attachments for m in _in_attachment(a)]:
        found[mention] = None
    return list(found)


def _in_attachment(attachment: Json) -> Iterator[Mention]:
    for key in ("pretext", "text"):
        yield from _in_text(str(attachment.get(key, "")))
    yield from _in_blocks(attachment.get("blocks", []))


def _in_text(text: str) -> Iterator[Mention]:
    for match in _MENTION.finditer(text):
        if match["user"]:
            yield Mention("user", match["user"])
        elif match["group"]:
            yield Mention("usergroup", match["group"])
        else:
            yield Mention("channel-wide", match["wide"])


def _in_blocks(node: Any) -> Iterator[Mention]:
    if isinstance(node, list):
        for child in node:
            yield from _in_blocks(child)
    elif isinstance(node, dict):
        yield from _in_object(node)


def _in_object(node: Json) -> Iterator[Mention]:
    match node.get("type"):
        case "mrkdwn" | "markdown" as kind:
            text = str(node.get("text", ""))
            yield from _in_text(text)
            if kind == "mrkdwn" and not node.get("verbatim"):
                yield from (Mention("channel-wide", match[1]) for match in _BARE.finditer(text))
        case "user" if "user_id" in node:
            yield Mention("user", str(node["user_id"]))
        case "usergroup" if "usergroup_id" in node:
            yield Mention("usergroup", str(node["usergroup_id"]))
        case "broadcast" if "range" in node:
            yield Mention("channel-wide", str(node["range"]))
        case _:
            for child in node.values():
                yield from _in_blocks(child)
