"""Waiting for what only the bot's own database shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again until it holds; ten seconds are the most."""
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - a database has no event to wait for
            await asyncio.sleep(0.01)
