from __future__ import annotations

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler as AiohttpHandler
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler as WebsocketsHandler
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from simulator.state import Failure
from tests.simulator.echo_app import Echo


def handler_of(kind: type, ws: Workspace, app: Echo) -> AiohttpHandler | WebsocketsHandler:
    made: AiohttpHandler | WebsocketsHandler = kind(
        app.app, ws.app_token, web_client=AsyncWebClient(base_url=ws.api_url), ping_interval=0.1
    )
    return made


@pytest.mark.parametrize("kind", [AiohttpHandler, WebsocketsHandler])
async def test_either_handler_connects_answers_and_comes_back(ws: Workspace, kind: type) -> None:
    app = Echo(ws)
    handler = handler_of(kind, ws, app)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    olga = ws.person("olga")
    try:
        await ws.until(lambda: ws.sockets.connected)
        assert (await olga.types("/echo one")) is not None
        first = ws.sockets.connections[0]
        await ws.sockets.disconnect()
        await ws.until(lambda: ws.sockets.connected and first not in ws.sockets.connections)
        assert (await olga.types("/echo two")) is not None
        second = ws.sockets.connections[0]
        ws.sockets.drop()
        await ws.until(lambda: ws.sockets.connected and second not in ws.sockets.connections)
        assert (await olga.types("/echo three")) is not None
        assert not ws.failures
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def test_a_ticket_opens_one_socket(ws: Workspace) -> None:
    url = (await AsyncWebClient(base_url=ws.api_url).apps_connections_open(app_token=ws.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url, autoping=False) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["connection_info"]["app_id"], hello["num_connections"]) == ("hello", ws.app_id, 1)
        await socket.ping(b"sdk-ping-pong:1.5")
        pong = await socket.receive()
        assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1.5")
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_refused_handshake_is_a_refused_handshake(ws: Workspace) -> None:
    client = AsyncWebClient(base_url=ws.api_url)
    ws.sockets.refuse(times=1)
    async with aiohttp.ClientSession() as session:
        url = (await client.apps_connections_open(app_token=ws.app_token))["url"]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        url = (await client.apps_connections_open(app_token=ws.app_token))["url"]
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"


async def test_an_app_that_never_acks_shows_as_slack_shows_it(ws: Workspace, echo: Echo) -> None:
    ws.delivery.ack_seconds = 0.2
    answer = await ws.person("olga").types("/silent")
    assert answer is not None
    assert answer.text == '/silent failed with the error "operation_timeout"'
    failure = ws.failures[0]
    assert isinstance(failure, Failure)
    assert (failure.what, failure.user, failure.problem) == ("/silent", "U000000OLGA", "timeout")


async def test_nobody_connected_is_a_failed_dispatch(ws: Workspace) -> None:
    answer = await ws.person("olga").types("/echo hello")
    assert answer is not None
    assert answer.text == '/echo failed with the error "dispatch_failed"'


async def test_each_payload_goes_to_one_of_several_sockets(ws: Workspace, echo: Echo) -> None:
    other = Echo(ws)
    handler = handler_of(WebsocketsHandler, ws, other)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await ws.until(lambda: len(ws.sockets.connections) == 2)
        for number in range(20):
            assert await ws.person("olga").types(f"/echo {number}") is not None
        heard = [event["text"] for event in echo.heard + other.heard]
        assert sorted(heard, key=int) == [str(number) for number in range(20)]
        assert echo.heard
        assert other.heard
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
