"""A message: its blocks, and the same in words for those who hear it read out or see only a notification.

Screen readers and phones read `text` alone (SLACK.md, §8), so it says all that the blocks say. It is made from
them, and can therefore neither fall behind nor let through what they keep out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blocks.text import Json, channel_mention, clean, escape, mention

TEXT_LIMIT = 3000
# What is posted may be edited later, for which Slack takes less text; an answer to one person never is.
ANSWER_LIMIT = 12_000
_TOKEN = re.compile(r"<[^<>]*>|&\w+;|.", re.DOTALL)
_BOLD_LABEL = re.compile(r"^\*([^*\n]+)\*\n")


@dataclass(frozen=True)
class Message:
    """What is posted: `text` is complete and escaped, as far as its limit goes."""

    text: str
    blocks: list[Json]


def message(*blocks: Json) -> Message:
    """A message of these blocks, with the text that says them."""
    return Message(text=spoken(list(blocks)), blocks=list(blocks))


def answer(*blocks: Json) -> Message:
    """A message that answers one person, who may hear all of a long list read out."""
    return Message(text=spoken(list(blocks), ANSWER_LIMIT), blocks=list(blocks))


def spoken(blocks: list[Json], limit: int = TEXT_LIMIT) -> str:
    """All words of the blocks, escaped, a line each; buttons are not words."""
    pieces: list[str] = []
    room = limit - 1
    for piece in _pieces(blocks):
        if len(piece) > room:
            return "".join(pieces).rstrip() + "…"
        pieces.append(piece)
        room -= len(piece)
    return "".join(pieces).strip()


def _pieces(blocks: list[Json]) -> Iterator[str]:
    """What may not be cut in two: a character with its escape, or one of Slack's tokens."""
    for block in blocks:
        yield from _block(block)
        yield "\n"


def _block(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield from _object(block["text"])
        case "section":
            if "text" in block:
                yield from _object(block["text"])
            for place, field in enumerate(block.get("fields", ())):
                yield "\n" if place or "text" in block else ""
                yield from _object(field)
        case "context":
            for place, element in enumerate(block["elements"]):
                yield " · " if place else ""
                yield from _object(element)
        case "rich_text":
            for place, part in enumerate(block["elements"]):
                yield "\n" if place else ""
                yield from _part(part)


def _object(text: Json) -> Iterator[str]:
    if text["type"] == "plain_text":
        yield from map(escape, text["text"])
        return
    yield from _TOKEN.findall(_BOLD_LABEL.sub(r"\1: ", text["text"]))


def _part(part: Json) -> Iterator[str]:
    if part["type"] != "rich_text_list":
        for element in part["elements"]:
            yield from _element(element)
        return
    for number, item in enumerate(part["elements"], start=1):
        yield "\n" if number > 1 else ""
        yield f"{number}. " if part["style"] == "ordered" else "• "
        yield from _part(item)


def _element(element: Json) -> Iterator[str]:
    match element["type"]:
        case "user":
            yield mention(element["user_id"])
        case "channel":
            yield channel_mention(element["channel_id"])
        case "date":
            yield f"<!date^{element['timestamp']}^{element['format']}|{element['fallback']}>"
        case "link":
            yield from map(escape, clean(element["url"]))
        case _:
            yield from map(escape, element["text"])
