"""Asserting that the workspace refuses, with Slack's code."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def refused(call: Awaitable[Any], code: str) -> Any:
    """Await a call that must fail with this code; the body of the answer."""
    with pytest.raises(SlackApiError) as caught:
        await call
    assert caught.value.response["error"] == code
    return caught.value.response
