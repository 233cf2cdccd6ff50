"""Scenarios play in a house of their own, on SQLite unless a test asks for both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import House, house


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The company on Monday at ten, with the default policy's clocks."""
    async with house(sqlite_url, tmp_path) as it:
        yield it
