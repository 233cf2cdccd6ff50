"""What whoever starts a workspace may add to its page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class BotProcess(Protocol):
    """The process of the installed app, to be killed and started again by the visitor."""

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        ...

    async def kill(self) -> None:
        """End it without warning."""
        ...

    async def start(self) -> None:
        """Start it again, on the same memory."""
        ...


Words = Callable[[], str] | str


def said(words: Words) -> str:
    """What the words are now."""
    return words() if callable(words) else words


@dataclass(frozen=True)
class Hint:
    """One step of the guided first minute.

    `person` and `place` say where it happens (a handle, `#channel` or `@app`); `points_at` names what to look at:
    `composer`, `clock`, `trouble`, `submit`, `person:<handle>`, `message:<first words>`, `button:<words>` or
    `place:<#channel>`. Once `done` it stays so, unless it is not `lasting`: then it comes back while the next one waits.
    """

    title: str
    text: Words
    done: Callable[[], bool]
    person: Words = ""
    place: Words = ""
    points_at: Words = ""
    lasting: bool = True


@dataclass
class Controls:
    """All of it optional. Moments are epoch seconds on the workspace's clock.

    While `preparing` says something, visitors are shown that and nothing else.
    """

    next_due: Callable[[], Awaitable[float | None]] | None = None
    waiting: Callable[[], Awaitable[int]] | None = None
    start_again: Callable[[], None] | None = None
    bot: BotProcess | None = None
    preparing: str = ""
    opens_as: str = ""
    opens_in: str = ""
    hints: Sequence[Hint] = field(default_factory=tuple)
