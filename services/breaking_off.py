"""Ending tasks that may be stuck: they are asked to end, and waited for only so long."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

ENDS_WITHIN = 5.0


async def break_off(tasks: Collection[asyncio.Task[Any]], within: float = ENDS_WITHIN) -> bool:
    """Cancel them, and whatever they come to is theirs; False when one of them still has not ended by then."""
    for task in tasks:
        task.cancel()
    return not tasks or not (await asyncio.wait(tasks, timeout=within))[1]
