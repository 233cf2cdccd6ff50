"""The client that everything of the bot says to Slack goes through."""

from __future__ import annotations

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from services.delivery.answers import UNREADABLE

CALL_TIMEOUT = 15.0
# Shorter than servers keep idle connections, so that no request is written into one that is being closed.
_IDLE_CONNECTION = 10.0


class Client(AsyncWebClient):
    """Its answers are always Slack's `ok` and, where that is no, an `error`, as everybody who reads them takes for granted.

    slack_sdk itself, and what is built on it, breaks on a proxy's "503 upstream connect error".
    """

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = await super()._request(http_verb=http_verb, api_url=api_url, req_args=req_args)
        except (SlackApiError, ValueError):  # what this raises itself is that there is JSON which breaks off
            answer = {"data": None, "headers": {}, "status_code": 200}
        if not isinstance(answer["data"], dict) or "ok" not in answer["data"]:
            answer["data"] = {"ok": False, "error": UNREADABLE}
        return answer


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
    return Client(token=token, base_url=base_url, session=session, retry_handlers=[])


async def close_client(client: AsyncWebClient) -> None:
    """Close the shared session."""
    if client.session is not None:
        await client.session.close()
