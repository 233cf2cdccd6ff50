"""The message that a form began with: where it stands, and its words, carried by the form itself.

The words can be longer than a form's metadata, and the bot may not be able to read the message again; the form
shows them, and Slack hands the form's blocks back when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from blocks.layout import divider, line, quote, rich
from blocks.text import PARAGRAPH, Json, clean, escape, say, unescape

BLOCK_ID = "quoted_message"
# Its & tells whether the blocks came back escaped, which Slack's documentation does not say of rich text.
_HEADING = "The message, for the timeline (its words & a link to it)"
LONGEST = 40_000


@dataclass(frozen=True)
class Source:
    """Where a message stands in Slack, and who wrote it (a user id, or "" for an app)."""

    channel_id: str
    ts: str
    link: str = ""
    author: str = ""

    def as_json(self) -> Json:
        """For a form's metadata."""
        return asdict(self)

    @staticmethod
    def from_json(value: Any) -> Source | None:
        """Back from a form's metadata."""
        if not isinstance(value, Mapping):
            return None
        return Source(**{one.name: str(value.get(one.name) or "") for one in fields(Source)})


def quoted(words: str) -> list[Json]:
    """The blocks that show the message's words; none where there are none."""
    text = clean(words, LONGEST)
    if not text:
        return []
    pieces = [say(text[start : start + PARAGRAPH]) for start in range(0, len(text), PARAGRAPH)]
    shown = rich(line(say(_HEADING, bold=True)), quote(*pieces))
    return [divider(), {**shown, "block_id": BLOCK_ID}]


def quoted_words(blocks: Iterable[Mapping[str, Any]]) -> str:
    """The words back from the blocks of a form that was sent."""
    shown = next((block for block in blocks if block.get("block_id") == BLOCK_ID), None)
    if shown is None:
        return ""
    heading, words = (
        "".join(str(element.get("text") or "") for element in part["elements"]) for part in shown["elements"]
    )
    return unescape(words) if escape(_HEADING) in heading else words
