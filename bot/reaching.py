"""Reaching Slack at the start, which is waited for as long as it takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackClientError
from websockets.exceptions import WebSocketException

from escalation.errors import SetupError
from services.delivery.answers import InDoubt, Limited, NotSent, Refusal, Trouble, Verdict, trouble_of

log = logging.getLogger("clarion")

T = TypeVar("T")

UNREACHABLE = (SlackClientError, WebSocketException, aiohttp.ClientError, OSError, TimeoutError)
_LONGEST_PAUSE = 30.0


async def until_reached(call: Callable[[], Awaitable[T]], token: str, mend: str) -> T:
    """What the call returns; SetupError when Slack refuses the `token` it is made with, which says how to `mend` that."""
    pause = 0.5
    while True:
        try:
            return await call()
        except Exception as error:  # noqa: BLE001 - half an answer makes slack_sdk stumble, and is no reason to end
            trouble = trouble_of(error)
            if is_refused(trouble):
                raise SetupError(f"Slack refuses {token} ({trouble.code}): {mend}.") from None
            log.warning("Slack cannot be reached yet: %s", _reason(error, trouble))
        await asyncio.sleep(trouble.seconds if isinstance(trouble, Limited) else pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _reason(error: Exception, trouble: Trouble) -> str:
    if isinstance(trouble, NotSent):
        return str(error)
    return f"{trouble.code}; if that stays so, look at SLACK_API_URL" if isinstance(trouble, InDoubt) else trouble.code


def is_refused(trouble: Trouble) -> bool:
    """Whether waiting would change nothing."""
    return isinstance(trouble, Refusal) and trouble.verdict in (Verdict.TOKEN, Verdict.NEVER)
