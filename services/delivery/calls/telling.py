"""Enqueuing what people are told when something went wrong for good."""

from __future__ import annotations

from collections.abc import Iterable

from escalation.effects import Effect, EffectKind
from services.delivery.jobs import Desk
from services.outbox import follow


async def tell(
    it: Desk, user_ids: Iterable[str], sentence: str, *, effect: Effect, retry: int | None = None, about: str = ""
) -> None:
    """One direct message to each. `retry` is the effect behind a "Try again" button, `about` a mark to find it by."""
    for user in dict.fromkeys(user_ids):
        await follow(
            it.session, effect, EffectKind.TELL_PERSON, it.now, user=user, text=sentence, retry=retry, about=about
        )
