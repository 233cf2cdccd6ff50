"""Everybody who waits for the workspace to change waits here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """A counter that grows with every change, and a way to wait for the next."""

    def __init__(self) -> None:
        self.version = 0
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Something that somebody can see is different now."""
        self.version += 1
        self._event.set()
        self._event = asyncio.Event()

    async def after(self, version: int) -> int:
        """Wait until there has been a change since `version`; return the new version."""
        while self.version <= version:
            await self._event.wait()
        return self.version

    async def until(self, predicate: Callable[[], T], timeout: float) -> T:
        """The first truthy value of `predicate`, asked again after every change. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not (value := predicate()):
                await self._event.wait()
            return value
