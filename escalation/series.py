"""Several things in one sentence."""

from __future__ import annotations

from collections.abc import Iterable


def series(things: Iterable[str], before_last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; "" for nothing."""
    *others, last = list(things) or [""]
    return f"{', '.join(others)} {before_last} {last}" if others else last
