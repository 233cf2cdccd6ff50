from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Person, Workspace
from tests.simulator.echo_app import MANIFEST, Echo

PEOPLE: list[Person | str] = [
    "olga",
    Person("omar", tz="America/New_York"),
    Person("greta", guest=True),
    Person("gone", deleted=True),
    Person("stan", team_id="T0STRANGER"),
]


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    async with Workspace.running(MANIFEST, PEOPLE, {"shared": ["olga", "stan"]}, ack_seconds=1.0) as running:
        yield running


@pytest.fixture
def api(ws: Workspace) -> AsyncWebClient:
    return AsyncWebClient(token=ws.bot_token, base_url=ws.api_url, retry_handlers=[])


@pytest.fixture
async def echo(ws: Workspace) -> AsyncIterator[Echo]:
    """The echo app, connected by Socket Mode."""
    app = Echo(ws)
    handler = AsyncSocketModeHandler(app.app, ws.app_token, web_client=AsyncWebClient(base_url=ws.api_url))
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await ws.until(lambda: ws.sockets.connected)
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call]
