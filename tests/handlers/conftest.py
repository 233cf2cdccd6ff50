"""What people do goes through a workspace, over the wire, to the bot as it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import House, house


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The company on Monday at ten; at the end everything that was sent must have been acknowledged in time."""
    async with house(sqlite_url, tmp_path) as it:
        yield it
        assert it.ws.failures == []
