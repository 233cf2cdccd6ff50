"""Words, made safe to show.

What people typed appears as plain text or as text elements of rich text: shown as typed, nobody is mentioned by
it, nothing becomes a link (DESIGN.md, decision 10). Marked-up text (mrkdwn) is only ever made of our own words
and of ids. Characters that cannot be seen but change what is seen (direction marks, zero widths, controls) are
taken out. Limits are counted before escaping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

LINE = 200
PARAGRAPH = 3000
NOBODY = "Clarion"

_INVISIBLE = (
    *range(0x20),
    *range(0x7F, 0xA0),  # the other controls
    0x00AD,  # soft hyphen
    0x034F,  # grapheme joiner
    0x061C,  # Arabic letter mark
    0x115F,  # fillers that look like nothing
    0x1160,
    0x17B4,
    0x17B5,
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),  # zero widths and direction marks
    *range(0x202A, 0x202F),  # direction embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, isolates
    0x2800,  # the empty Braille pattern
    0x3164,
    0xFEFF,
    0xFFA0,
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),  # tags
)
_TAKEN_OUT: dict[int, str | None] = dict.fromkeys(_INVISIBLE)
_TAKEN_OUT |= dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n") | {0x09: " ", 0x0A: "\n"}
# Half a character cannot be sent at all.
_TAKEN_OUT |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_ID = re.compile(r"[A-Z][A-Z0-9]{1,20}")


def clean(words: str, limit: int = PARAGRAPH) -> str:
    """The words without what cannot be seen, at most `limit` characters, the last of them "…" where it was cut."""
    seen = words.replace("\r\n", "\n").replace("\r", "\n").translate(_TAKEN_OUT).strip()
    return seen if len(seen) <= limit else seen[: limit - 1].rstrip() + "…"


def clean_line(words: str, limit: int = LINE) -> str:
    """As `clean`, on one line."""
    return clean(" ".join(clean(words, max(limit * 4, PARAGRAPH)).split()), limit)


def escape(words: str) -> str:
    """For mrkdwn and fallback texts: the three characters that Slack reads as markup (SLACK.md, §8)."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(handed_back: str) -> str:
    """The words as they were: Slack escapes the plain texts that it hands back to whoever made them."""
    return handed_back.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain(words: str, limit: int = PARAGRAPH) -> Json:
    """A plain_text object; several lines stay several lines. Slack refuses empty ones, so nothing becomes a dash."""
    return {"type": "plain_text", "text": clean(words, limit) or "—", "emoji": False}


def label(words: str, limit: int = 75) -> Json:
    """A plain_text object on one line: buttons, options, titles."""
    return {"type": "plain_text", "text": clean_line(words, limit) or "—", "emoji": False}


def mrkdwn(trusted: str) -> Json:
    """A mrkdwn object of our own words; verbatim, so that Slack makes no links of what looks like one."""
    return {"type": "mrkdwn", "text": trusted, "verbatim": True}


def words(text: str, limit: int = PARAGRAPH, **style: bool) -> Json:
    """An element of rich text with somebody's words in it; `bold`, `italic`, `strike` or `code`."""
    return _styled(clean(text, limit) or "—", style)


def say(text: str, **style: bool) -> Json:
    """An element of rich text with our own words, whose spaces at the ends matter."""
    return _styled(text, style)


def _styled(text: str, style: dict[str, bool]) -> Json:
    element: Json = {"type": "text", "text": text}
    return element | {"style": style} if style else element


def person(user_id: str) -> Json:
    """A mention in rich text. Clarion itself has no id and goes by its name."""
    return {"type": "user", "user_id": user_id} if _ID.fullmatch(user_id) else say("somebody" if user_id else NOBODY)


def channel(channel_id: str) -> Json:
    """The name of a channel in rich text, as a way there."""
    return {"type": "channel", "channel_id": channel_id} if _ID.fullmatch(channel_id) else say("a channel")


def link(url: str, text: str = "") -> Json:
    """A link in rich text, for addresses that were checked to be http(s)."""
    address = clean_line(url, PARAGRAPH)
    if not address.startswith(("https://", "http://")):
        return words(address)
    return {"type": "link", "url": address, "text": clean_line(text or address, LINE)}


def mention(user_id: str) -> str:
    """A mention in mrkdwn."""
    return f"<@{user_id}>" if _ID.fullmatch(user_id) else NOBODY


def channel_mention(channel_id: str) -> str:
    """The name of a channel in mrkdwn."""
    return f"<#{channel_id}>" if _ID.fullmatch(channel_id) else "a channel"


def listed(elements: Iterable[Json]) -> list[Json]:
    """Elements of rich text with commas and an "and" between them."""
    every = list(elements)
    result: list[Json] = []
    for place, element in enumerate(every):
        if place:
            result.append(say(" and " if place == len(every) - 1 else ", "))
        result.append(element)
    return result


def counted(number: int, noun: str) -> str:
    """`1 step`, `2 steps`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
