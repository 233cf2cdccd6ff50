"""What recipes are handed and what they hand back.

A recipe reads everything it takes from the database first and returns a `Job`, whose `send` talks to Slack without the
database; what comes of it is written by `record` in the transaction that ends the effect.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Escalation, Workspace
from escalation.effects import Effect
from services.clarion import Clarion
from services.delivery.wire import Wire

Record: TypeAlias = Callable[[AsyncSession, datetime], Awaitable[None]]

METADATA_TYPE = "clarion"


@dataclass(frozen=True)
class Done:
    """It is so in Slack. `data` is added to the effect's own."""

    channel_id: str | None = None
    ts: str | None = None
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    record: Record | None = None


@dataclass(frozen=True)
class Dropped:
    """It does not apply (any more); the reason is kept with the effect."""

    reason: str
    record: Record | None = None


Send: TypeAlias = Callable[[], Awaitable[Done | Dropped]]
Search: TypeAlias = Callable[[], Awaitable[Done | None]]


@dataclass(frozen=True)
class Job:
    """One effect ready to go. `channel` is the escalation's channel it works in, if it does."""

    send: Send
    channel: str | None = None


@dataclass(frozen=True)
class Desk:
    """What a recipe reads from: one workspace, at one moment, for one effect."""

    clarion: Clarion
    wire: Wire
    session: AsyncSession
    now: datetime
    workspace: Workspace

    async def escalation(self, effect: Effect) -> Escalation:
        """The effect's escalation."""
        return await self.session.get_one(Escalation, effect.escalation_id)


class Recipe(Protocol):
    """How effects of one kind are done.

    `search` looks whether an effect in doubt has happened; None as its result means that nothing was found. `failed` is
    called in the transaction that gives an effect up for good, to tell the people concerned.
    """

    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped: ...

    async def search(self, it: Desk, effect: Effect) -> Search: ...

    async def failed(self, it: Desk, effect: Effect, code: str) -> None: ...


class Plain:
    """A recipe whose effects do no harm when they are done twice, and whose failure concerns no person."""

    async def search(self, _it: Desk, _effect: Effect) -> Search:
        """Nothing to look for: it is simply done again."""

        async def nothing() -> None:
            return None

        return nothing

    async def failed(self, _it: Desk, _effect: Effect, _code: str) -> None:
        """The log says it."""
        return


def metadata(effect: Effect) -> dict[str, Any]:
    """What a message carries so that it can be found again; opaque, as the whole workspace can read it."""
    return {"event_type": METADATA_TYPE, "event_payload": {"key": effect.key}}


def may_yet_arrive(effect: Effect) -> bool:
    """Whether an earlier call for the same broke off and can still land: what was written down last may not be what stands."""
    return "once_more_at" in effect.data or "once_more" in effect.data
