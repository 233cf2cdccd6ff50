"""The wire between slack_sdk and the simulated Slack, without sockets: what one encodes the other decodes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from services.delivery.client import CALL_TIMEOUT
from simulator import Workspace
from simulator.calls import CallRecord
from simulator.json_types import Json
from simulator.sockets import Sockets
from simulator.web_api import WebApi

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


class _Transport:
    aborted = False

    def abort(self) -> None:
        self.aborted = True


class _Request:
    """A request as `simulator.web_api` reads it."""

    host = "soak.invalid"

    def __init__(self, method: str, headers: dict[str, str], query: dict[str, Any], kind: str, body: bytes) -> None:
        self.match_info = {"method": method}
        self.headers, self.query, self.content_type = headers, query, kind
        self.transport = _Transport()
        self._body = body

    async def text(self) -> str:
        return self._body.decode()

    async def post(self) -> dict[str, str]:
        return dict(parse_qsl(self._body.decode(), keep_blank_values=True))


class _Response:
    """An answer as slack_sdk reads it from aiohttp."""

    def __init__(self, status: int, headers: Any, content_type: str, body: bytes) -> None:
        self.status, self.headers, self.content_type, self._body = status, headers, content_type, body

    async def text(self) -> str:
        return self._body.decode()

    async def json(self) -> Any:
        if self.content_type != _JSON:
            raise aiohttp.ContentTypeError(None, ())  # type: ignore[arg-type]
        return json.loads(self._body)


class _Call:
    def __init__(self, made: Callable[[], Any]) -> None:
        self._made = made

    async def __aenter__(self) -> _Response:
        response: _Response = await self._made()
        return response

    async def __aexit__(self, *_: object) -> None:
        return


class _Api(WebApi):
    """Tells of every call once it was answered, or once what was lost on the way has landed."""

    def __init__(self, ws: Workspace, seen: Callable[[CallRecord], None]) -> None:
        super().__init__(ws)
        self._seen = seen

    async def _with_fault(
        self, request: web.Request, record: CallRecord, raw: Json, token: str, delay: float
    ) -> web.StreamResponse:
        response = await super()._with_fault(request, record, raw, token, delay)
        self._seen(record)
        return response

    async def _later(self, seconds: float, request: web.Request, record: CallRecord, raw: Json, token: str) -> None:
        await super()._later(seconds, request, record, raw, token)
        self._seen(record)


class Wire:
    """Stands where slack_sdk expects an aiohttp session. `seen` is called for every call.

    Slack goes on with what it was sent though nobody waits for the answer any more, be it for a timeout or a kill. While it `refuses`, nothing
    reaches it.
    """

    closed = False

    def __init__(self, ws: Workspace, seen: Callable[[CallRecord], None]) -> None:
        self._api = _Api(ws, seen)
        self.refuses = False

    def request(self, _verb: str, url: str, *, headers: Any, **said: Any) -> _Call:
        method, query = urlsplit(url).path.rpartition("/")[2], dict(said.get("params") or {})
        if said.get("json") is not None:
            request = _Request(method, dict(headers), query, _JSON, json.dumps(said["json"]).encode())
        else:
            request = _Request(method, dict(headers), query, _FORM, urlencode(said.get("data") or {}).encode())
        return _Call(lambda: self._exchange(request))

    async def _exchange(self, request: _Request) -> _Response:
        if self.refuses:
            raise aiohttp.ConnectionTimeoutError
        handling = asyncio.get_running_loop().create_task(self._api.handle(request))  # type: ignore[arg-type]
        async with asyncio.timeout(CALL_TIMEOUT):
            response: Any = await asyncio.shield(handling)
        if request.transport.aborted:
            raise aiohttp.ServerDisconnectedError
        return _Response(response.status, response.headers, response.content_type, bytes(response.body or b""))


class Line(Sockets):
    """Socket Mode without a socket: what people do goes to the bot that runs, if one does."""

    def __init__(self, ws: Workspace) -> None:
        super().__init__(ws)
        self.app: AsyncApp | None = None
        self._answering: set[asyncio.Task[Any]] = set()

    @property
    def connected(self) -> bool:
        return self.app is not None

    async def send(self, _kind: str, payload: Json, _answerable: bool, _attempt: int, _reason: str | None) -> Json:
        if self.app is None:
            raise ConnectionError("no socket is connected")
        request = AsyncBoltRequest(mode="socket_mode", body=json.loads(json.dumps(payload)))
        task = asyncio.get_running_loop().create_task(self.app.async_dispatch(request))
        self._answering.add(task)
        try:
            response = await task
        except asyncio.CancelledError:
            if task.cancelled():
                raise ConnectionError("the socket closed before the acknowledgement") from None
            raise
        finally:
            self._answering.discard(task)
        if response.status != HTTPStatus.OK:
            await asyncio.sleep(60)  # not acknowledged; whoever waits has lost patience by then
        if not response.body:
            return {}
        kind = response.headers.get("content-type", [""])[0]
        return {"payload": json.loads(response.body) if kind.startswith(_JSON) else response.body}

    def cut(self) -> None:
        """The bot's process is gone; what it was at is not answered."""
        self.app = None
        for task in list(self._answering):
            task.cancel()
