"""The socket comes up and comes back, whatever Slack says meanwhile."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.connection import SocketConnection
from bot.running import _who_are_we
from services.delivery.client import build_client, close_client
from simulator import Workspace
from simulator.faults import Faults
from tests.support.house import MANIFEST

TROUBLES: dict[str, Callable[[Faults, str], object]] = {
    "the request is lost": lambda faults, method: faults.request_lost(method, times=2),
    "503": lambda faults, method: faults.server_error(method),
    "HTML": lambda faults, method: faults.html(method),
    "truncated": lambda faults, method: faults.truncated(method),
    "internal_error": lambda faults, method: faults.internal_error(method),
}
every_trouble = pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    async with Workspace.running(manifest=MANIFEST) as it:
        yield it


@contextlib.asynccontextmanager
async def connected(ws: Workspace) -> AsyncIterator[SocketConnection]:
    client = build_client(ws.bot_token, ws.api_url)

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=ws.team_id, bot_token=ws.bot_token)

    app = AsyncApp(client=client, authorize=authorize, signing_secret="unused")
    connection = SocketConnection(app, ws.app_token, look_seconds=0.01)
    try:
        await connection.open()
        yield connection
    finally:
        await connection.close()
        await close_client(client)


@every_trouble
async def test_it_connects_once_slack_answers(ws: Workspace, trouble: Callable[[Faults, str], object]) -> None:
    trouble(ws.faults, "apps.connections.open")
    async with connected(ws):
        await ws.until(lambda: ws.sockets.connected)


@every_trouble
async def test_it_comes_back_once_slack_answers(ws: Workspace, trouble: Callable[[Faults, str], object]) -> None:
    async with connected(ws):
        trouble(ws.faults, "apps.connections.open")
        ws.sockets.drop()
        await ws.until(lambda: not ws.sockets.connected)
        await ws.until(lambda: ws.sockets.connected, timeout=60)


@every_trouble
async def test_the_bot_learns_who_it_is_once_slack_answers(
    ws: Workspace, trouble: Callable[[Faults, str], object]
) -> None:
    trouble(ws.faults, "auth.test")
    client = build_client(ws.bot_token, ws.api_url)
    assert (await _who_are_we(client))["team_id"] == ws.team_id
    await close_client(client)
