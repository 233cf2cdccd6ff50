"""A Web API call from arrival to answer: token, limits, scope, faults, the method itself, the record."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web

from .api_call import ApiCall, missing_scope
from .arguments import Arguments, read_arguments
from .calls import CallRecord
from .errors import SlackError
from .faults import Fault, Kind
from .json_types import Json
from .methods import METHODS
from .scopes import lacking

if TYPE_CHECKING:
    from .workspace import Workspace

_ACCEPTS_APP_TOKEN = {"api.test", "auth.test", "apps.connections.open"}


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call, with the faults that meet it."""
        ws, method = self._ws, request.match_info["method"]
        try:
            raw = await read_arguments(request)
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.code})
        token = raw.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        record = CallRecord(method, {key: _native(value) for key, value in raw.items()}, ws.clock.steady())
        ws.calls.records.append(record)
        delay = ws.faults.delay(method, record.args)
        await asyncio.sleep(delay / 2)
        response = await self._with_fault(request, record, raw, str(token), delay / 2)
        record.finished = ws.clock.steady()
        ws.changes.notify()
        return response

    async def _with_fault(
        self, request: web.Request, record: CallRecord, raw: Json, token: str, delay: float
    ) -> web.StreamResponse:
        fault = self._ws.faults.take(record.method, record.args)
        if fault is None:
            response = self._respond(request, record, raw, token)
        else:
            response = await self._spoil(fault, request, record, raw, token)
        await asyncio.sleep(delay)
        return response

    async def _spoil(
        self, fault: Fault, request: web.Request, record: CallRecord, raw: Json, token: str
    ) -> web.StreamResponse:
        good = self._respond(request, record, raw, token) if fault.done else None
        record.outcome = fault.code or str(fault.kind)
        match fault.kind:
            case Kind.RATE_LIMITED:
                return _too_many(record, int(fault.seconds))
            case Kind.SERVER_ERROR:
                record.outcome = f"http {fault.status}"
                return web.Response(status=fault.status, text="upstream connect error", content_type="text/plain")
            case Kind.ERROR:
                return web.json_response({"ok": False, "error": fault.code})
            case Kind.HTML:
                return web.Response(
                    text="<!DOCTYPE html><html><body>Something went wrong</body></html>", content_type="text/html"
                )
            case Kind.TRUNCATED:
                text = json.dumps(record.body or {"ok": True, "warning": "superfluous_charset"})
                return web.Response(text=text[: len(text) // 2], content_type="application/json")
            case Kind.REPLY_LATE:
                await asyncio.sleep(fault.seconds)
                return good if good is not None else web.Response(status=500)
            case Kind.LANDS_LATE:
                self._ws.spawn(self._later(fault.seconds, request, record, raw, token))
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _later(self, seconds: float, request: web.Request, record: CallRecord, raw: Json, token: str) -> None:
        outcome = record.outcome
        await asyncio.sleep(seconds)
        self._respond(request, record, raw, token)
        record.outcome = outcome
        self._ws.changes.notify()

    def _respond(self, request: web.Request, record: CallRecord, raw: Json, token: str) -> web.StreamResponse:
        ws = self._ws
        headers = {"X-OAuth-Scopes": ",".join(self._scopes_of(token)), "X-Slack-Req-Id": ws.ids.token(32)}
        try:
            wait = self._authorise(record.method, token, self._place(str(raw.get("channel", ""))))
            if wait is not None:
                return _too_many(record, wait)
            host = f"ws://{request.host}/"
            body: Json = {"ok": True} | METHODS[record.method](ApiCall(ws, record.method, Arguments(raw), host))
            record.outcome, record.done = "ok", True
        except SlackError as error:
            body = {"ok": False, "error": error.code} | error.extra
            record.outcome = error.code
        record.body = body
        return web.json_response(body, headers=headers)

    def _scopes_of(self, token: str) -> tuple[str, ...]:
        return ("connections:write",) if token == self._ws.app_token else self._ws.granted_scopes

    def _place(self, channel: str) -> str:
        """One name for a conversation, whether it was addressed by its id, its name, or the other person's id."""
        state = self._ws.state
        found = state.channels.get(channel) or state.channel_named(channel.removeprefix("#"))
        if found is None:
            return channel
        others = [user for user in found.members if user != self._ws.bot_user_id]
        return others[0] if found.kind == "im" and others else found.id

    def _authorise(self, method: str, token: str, channel: str) -> int | None:
        """Raise what Slack would, or give the seconds of `Retry-After` when there have been too many calls."""
        ws = self._ws
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        if not token and method == "api.test":
            return None
        if not token:
            raise SlackError("not_authed")
        if token not in (ws.bot_token, ws.app_token):
            raise SlackError("token_revoked" if token in ws.revoked_tokens else "invalid_auth")
        if ws.token_trouble:
            raise SlackError(ws.token_trouble)
        if (token == ws.app_token and method not in _ACCEPTS_APP_TOKEN) or (
            token == ws.bot_token and method == "apps.connections.open"
        ):
            raise SlackError("not_allowed_token_type")
        wait = ws.limits.retry_after(method, channel, ws.clock.steady())
        needed = None if wait else lacking(method, self._scopes_of(token))
        if needed:
            raise missing_scope(needed, self._scopes_of(token))
        return wait


def _too_many(record: CallRecord, seconds: int) -> web.Response:
    record.outcome = "http 429"
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)})


def _native(value: object) -> object:
    """Structures that a form carries as strings are recorded as structures."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
