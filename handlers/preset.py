"""What a command says about the form that it opens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """Words for the form's first text, a severity to choose, and the event that it adds to."""

    words: str = ""
    severity: str | None = None
    event_id: int | None = None


NO_WORDS = Preset()
