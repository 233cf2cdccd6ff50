"""The words of a Slack message as its author typed them, out of the markup in which Slack hands them over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TOKEN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_KEYWORDS = {"!channel": "@channel", "!here": "@here", "!everyone": "@everyone"}


def message_words(message: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """All of what it says; of a message without text what its attachments say, and the names of its files.

    `names` are people by id; whom it does not know appears by id.
    """
    text = str(message.get("text") or "")
    if not text:
        pieces = [str(one.get("fallback") or one.get("text") or "") for one in message.get("attachments") or ()]
        pieces += [str(one.get("title") or one.get("name") or "") for one in message.get("files") or ()]
        text = "\n".join(filter(None, pieces))
    return as_typed(text, names)


def as_typed(text: str, names: Mapping[str, str]) -> str:
    """Mentions, channels and links as they read, and the three escaped characters as they were."""
    plain = _TOKEN.sub(lambda match: _token(match[1], match[2] or "", names), text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(message: Mapping[str, Any]) -> list[str]:
    """The ids of the people that the text mentions."""
    return list(dict.fromkeys(_USER.findall(str(message.get("text") or ""))))


def first_line(words: str) -> str:
    """The first line in which anything stands."""
    return next((line.strip() for line in words.splitlines() if line.strip()), "")


def author_of(message: Mapping[str, Any]) -> str:
    """The user id of who wrote it; "" where an app did that has none."""
    return str(message.get("user") or "")


def permalink(team_domain: str, channel_id: str, message: Mapping[str, Any]) -> str:
    """The address of a message, made of what a shortcut tells: the bot may not be where it stands."""
    ts, thread = str(message.get("ts") or ""), str(message.get("thread_ts") or "")
    if not (team_domain and channel_id and ts):
        return ""
    address = f"https://{team_domain}.slack.com/archives/{channel_id}/p{ts.replace('.', '')}"
    return f"{address}?thread_ts={thread}&cid={channel_id}" if thread and thread != ts else address


def _token(target: str, shown: str, names: Mapping[str, str]) -> str:
    if target.startswith("@"):
        return "@" + (names.get(target[1:]) or shown.removeprefix("@") or target[1:])
    if target.startswith("#"):
        return "#" + (shown or target[1:])
    if target.startswith("!"):
        return _KEYWORDS.get(target, shown or target[1:])
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return address if not shown or shown == address else f"{shown} ({address})"
