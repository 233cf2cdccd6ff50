"""A view without a field: what came of something that was pressed within a form."""

from __future__ import annotations

from blocks.inputs import TITLE
from blocks.message import Message
from blocks.text import Json, label


def told_view(title: str, message: Message) -> Json:
    """It takes the form's place and can only be closed. `title` has at most 24 characters."""
    return {
        "type": "modal",
        "callback_id": "told",
        "title": label(title, TITLE),
        "close": label("Close", TITLE),
        "blocks": [block for block in message.blocks if block["type"] != "actions"],
    }
