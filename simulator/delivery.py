"""Carrying payloads to the app and waiting three seconds for its word: by socket if one is connected, else by signed HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx

from .json_types import Json

if TYPE_CHECKING:
    from .workspace import Workspace

RETRY_AFTER = (0.0, 60.0, 300.0)


@dataclass(frozen=True)
class Answer:
    """What came back: `body` is the ack's payload (None, a dict, or a bare string); `problem` is set when it failed."""

    body: Any = None
    problem: str | None = None
    no_retry: bool = False

    @property
    def acked(self) -> bool:
        """Whether the app acknowledged in time."""
        return self.problem is None


@dataclass(frozen=True)
class Delivered:
    """One payload that went out (`slash_commands`, `interactive`, `events_api`) and the seconds until its answer."""

    kind: str
    payload: Json
    answer: Answer
    seconds: float


class Delivery:
    """Sends one payload at a time; the limit of three seconds runs on the steady clock."""

    def __init__(self, ws: Workspace, ack_seconds: float) -> None:
        self._ws = ws
        self.ack_seconds = ack_seconds
        self.http = httpx.AsyncClient(timeout=2 * ack_seconds, trust_env=False)
        self.log: list[Delivered] = []

    async def close(self) -> None:
        """Let go of the HTTP connections."""
        await self.http.aclose()

    async def command(self, payload: Json) -> Answer:
        """A slash command: JSON in an envelope, a form over HTTP."""
        return await self._once("slash_commands", payload, urlencode(_flat(payload)).encode(), _FORM)

    async def interaction(self, payload: Json) -> Answer:
        """Anything interactive: JSON in an envelope, a form with one field `payload` over HTTP."""
        return await self._once("interactive", payload, urlencode({"payload": json.dumps(payload)}).encode(), _FORM)

    async def event(self, payload: Json) -> None:
        """An event, tried again at once, after a minute and after five (of the workspace's time) until it is acked."""
        attempt, reason = 0, None
        body = json.dumps(payload).encode()
        for wait in (None, *RETRY_AFTER):
            if wait is not None:
                attempt += 1
                await self._ws.clock.wait_until(self._ws.clock.now() + wait)
            answer = await self._once("events_api", payload, body, _JSON, attempt, reason)
            if answer.acked or answer.no_retry:
                return
            reason = {"timeout": "http_timeout", "unreachable": "connection_failed"}.get(
                answer.problem or "", "http_error"
            )

    async def _once(
        self, kind: str, payload: Json, body: bytes, content_type: str, attempt: int = 0, reason: str | None = None
    ) -> Answer:
        began = self._ws.clock.steady()
        try:
            async with asyncio.timeout(self.ack_seconds):
                if self._ws.sockets.connected or not self._ws.request_url:
                    answer = await self._by_socket(kind, payload, attempt, reason)
                else:
                    answer = await self._by_http(body, content_type, attempt, reason)
        except TimeoutError:
            answer = Answer(problem="timeout")
        self.log.append(Delivered(kind, payload, answer, self._ws.clock.steady() - began))
        self._ws.changes.notify()
        return answer

    async def _by_socket(self, kind: str, payload: Json, attempt: int, reason: str | None) -> Answer:
        try:
            ack = await self._ws.sockets.send(kind, payload, kind != "events_api", attempt, reason)
        except ConnectionError:
            return Answer(problem="unreachable")
        return Answer(ack.get("payload"))

    async def _by_http(self, body: bytes, content_type: str, attempt: int, reason: str | None) -> Answer:
        headers = self.signed_headers(body) | {"Content-Type": content_type}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason or "unknown_error"}
        try:
            response = await self.http.post(self._ws.request_url or "", content=body, headers=headers)
        except httpx.HTTPError:
            return Answer(problem="unreachable")
        if response.status_code not in range(200, 300) or (content_type == _FORM and response.status_code != 200):
            return Answer(
                problem=f"http {response.status_code}", no_retry=response.headers.get("x-slack-no-retry") == "1"
            )
        return Answer(_parsed(response))

    def signed_headers(self, body: bytes) -> dict[str, str]:
        """The two headers with which Slack proves itself, made with real time."""
        stamp = str(int(self._ws.clock.real()))
        base = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self._ws.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


def _flat(payload: Json) -> dict[str, str]:
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in payload.items()
        if value is not None
    }


def _parsed(response: httpx.Response) -> Any:
    if not response.text:
        return None
    try:
        return response.json()
    except ValueError:
        return response.text
