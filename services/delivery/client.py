"""The client that everything of the bot says to Slack goes through."""

from __future__ import annotations

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

CALL_TIMEOUT = 15.0
# Shorter than servers keep idle connections, so that no request is written into one that is being closed.
_IDLE_CONNECTION = 10.0


def build_client(token: str | None, base_url: str = "https://slack.com/api/") -> AsyncWebClient:
    """A client on one shared session; to be built inside the running loop, and ended by `close_client`.

    slack_sdk's retry handlers are off: after a dropped connection they post twice. With a shared session its own
    `timeout` is ignored, so the session carries it (LIBRARIES.md, §3).
    """
    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_TIMEOUT, connect=5.0),
        connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=_IDLE_CONNECTION),
        trust_env=True,
    )
    return AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])


async def close_client(client: AsyncWebClient) -> None:
    """Close the shared session."""
    if client.session is not None:
        await client.session.close()
