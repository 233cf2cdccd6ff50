"""A record of every Web API call, for assertions and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .json_types import Json


@dataclass
class CallRecord:
    """One call: `started` and `finished` on the steady clock; `outcome` is `ok`, an error code, `http 429`, `reply_lost`."""

    method: str
    args: Json
    started: float
    finished: float | None = None
    outcome: str = "pending"
    done: bool = False
    body: Json | None = None

    @property
    def ok(self) -> bool:
        """Whether the caller was told that it worked."""
        return self.outcome == "ok"


class CallLog:
    """The calls in order of arrival."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []

    def __iter__(self) -> Iterator[CallRecord]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def to(self, *methods: str) -> list[CallRecord]:
        """The calls of these methods."""
        return [record for record in self.records if record.method in methods]

    def counts(self, since: int = 0) -> Counter[str]:
        """How many calls of each method, from the `since`-th call on."""
        return Counter(record.method for record in self.records[since:])

    def clear(self) -> None:
        """Forget what has been."""
        self.records.clear()


def rounds_deep(records: Iterable[CallRecord]) -> int:
    """The most calls in a row of which each began after the one before had ended: round-trips that nothing overlapped."""
    depth, end = 0, float("-inf")
    finished = [record for record in records if record.finished is not None]
    for record in sorted(finished, key=lambda r: r.finished or 0.0):
        if record.started >= end:
            depth, end = depth + 1, record.finished or 0.0
    return depth
