"""What a command says about the form that it opens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """Words for the form's first text, and a severity to choose."""

    words: str = ""
    severity: str | None = None


NO_WORDS = Preset()
