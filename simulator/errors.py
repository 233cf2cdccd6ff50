"""The one way in which a method refuses."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """Becomes the body `{"ok": false, "error": code, **extra}`."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


def invalid_arguments(*messages: str) -> SlackError:
    """What Slack answers when an argument is missing or malformed, with its `[ERROR] …` lines."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}" for text in messages]})
