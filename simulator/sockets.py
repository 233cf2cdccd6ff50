"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from .json_types import Json

if TYPE_CHECKING:
    from .workspace import Workspace

MAX_CONNECTIONS = 10
TICKET_SECONDS = 30.0


@dataclass(eq=False)
class Connection:
    """One open socket and the envelopes it has not acknowledged yet."""

    socket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    leaving: bool = False

    def break_off(self) -> None:
        """Cut the wire without a closing handshake."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Sockets:
    """The open connections. `refusals` handshakes are refused next (None: all), for trials."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self.connections: list[Connection] = []
        self.refusals: int | None = 0
        self.handshakes = 0
        self._tickets: dict[str, float] = {}

    @property
    def connected(self) -> bool:
        """Whether any payload could go out now."""
        return any(not connection.leaving for connection in self.connections)

    def ticket_url(self, base: str) -> str:
        """A WebSocket address for one use within half a minute."""
        ticket = self._ws.ids.token(32)
        self._tickets[ticket] = self._ws.clock.steady() + TICKET_SECONDS
        return f"{base}link/?ticket={ticket}&app_id={self._ws.app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The life of one connection."""
        self.handshakes += 1
        expires = self._tickets.pop(request.query.get("ticket", ""), None)
        if self._refused() or expires is None or expires < self._ws.clock.steady():
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=408)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self.connections) >= MAX_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return socket
        self.connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self._ws.changes.notify()
            await self._listen(connection)
        except ConnectionError:
            pass  # the other side is gone: the same as a close
        finally:
            self.connections.remove(connection)
            for future in connection.waiting.values():
                if not future.done():
                    future.set_exception(ConnectionError("the socket closed before the acknowledgement"))
            self._ws.changes.notify()
        return socket

    def _refused(self) -> bool:
        if self.refusals is None:
            return True
        if self.refusals > 0:
            self.refusals -= 1
            return True
        return False

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": self._ws.app_id},
            "debug_info": {
                "host": "applink-local",
                "started": "2026-01-01 00:00:00.000",
                "build_number": 1,
                "approximate_connection_time": 3600,
            },
        }

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            try:
                body = json.loads(frame.data)
            except ValueError:
                continue
            # An acknowledgement may come on another socket than the envelope went out on (a client that reconnected).
            for other in self.connections:
                future = other.waiting.get(body.get("envelope_id", ""))
                if future is not None and not future.done():
                    future.set_result(body)

    async def send(self, kind: str, payload: Json, answerable: bool, attempt: int, reason: str | None) -> Json:
        """Deliver on any one connection and wait for its ack, without limit of time.

        Raises ConnectionError when there is no connection, or it broke before the ack.
        """
        open_ones = [connection for connection in self.connections if not connection.leaving]
        if not open_ones:
            raise ConnectionError("no socket is connected")
        connection = open_ones[self._ws.ids.choice_index(len(open_ones))]
        envelope_id = self._ws.ids.uuid()
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": answerable,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason or ""}
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = future
        try:
            await connection.socket.send_json(envelope)
            return await future
        finally:
            connection.waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every client to reconnect, as Slack does about hourly (`warning`, `refresh_requested`, `link_disabled`)."""
        for connection in list(self.connections):
            connection.leaving = reason != "warning"
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})

    def drop(self) -> None:
        """Break every connection without a word."""
        for connection in list(self.connections):
            connection.leaving = True
            connection.break_off()

    def refuse(self, times: int | None = None) -> None:
        """Refuse the next handshakes; all of them when no number is given, none with 0."""
        self.refusals = times
