from __future__ import annotations

import functools
from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web

from simulator import Workspace
from tests.simulator.echo_app import Echo, Json


@pytest.fixture
async def http_echo(ws: Workspace) -> AsyncIterator[Echo]:
    """The echo app behind its own address, as HTTP mode has it."""
    app = Echo(ws)
    runner = web.AppRunner(app.app.web_app(path="/slack/events"))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ws.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield app
    await runner.cleanup()


async def test_commands_forms_and_options_work_over_signed_http(ws: Workspace, http_echo: Echo) -> None:
    olga = ws.person("olga")
    answer = await olga.types("/echo over the wire")
    assert answer is not None
    assert answer.text == "You said: over the wire"
    await olga.shortcut("Open a form")
    form = await olga.form("Echo form")
    await form.fill("Words", "hello")
    await form.fill("Customer", "Acme")
    assert (await form.submit()).closed
    assert not ws.failures


async def test_a_wrong_signature_is_refused_by_the_app(ws: Workspace, http_echo: Echo) -> None:
    body = b'{"type":"url_verification","challenge":"c"}'
    async with httpx.AsyncClient() as http:
        headers = ws.delivery.signed_headers(body) | {"Content-Type": "application/json"}
        good = await http.post(ws.request_url or "", content=body, headers=headers)
        bad = await http.post(ws.request_url or "", content=body + b" ", headers=headers)
    assert (good.status_code, good.json(), bad.status_code) == (200, {"challenge": "c"}, 401)


class Reluctant:
    """A server that answers what it is told to, and remembers the retry headers."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.seen: list[tuple[str | None, str | None, str]] = []

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        number, reason = request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")
        self.seen.append((number, reason, body["event_id"]))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, headers=self.headers)

    def of_first_event(self) -> list[tuple[str | None, str | None]]:
        """The retry headers of every try of the event that came first."""
        return [(number, reason) for number, reason, event_id in self.seen if event_id == self.seen[0][2]]


@pytest.fixture
async def reluctant(ws: Workspace) -> AsyncIterator[Reluctant]:
    served = Reluctant()
    app = web.Application()
    app.router.add_post("/", served.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ws.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield served
    await runner.cleanup()


def _delivered(ws: Workspace, tries: int) -> bool:
    return len(ws.delivery.log) == tries


async def test_an_event_is_tried_again_at_once_after_a_minute_and_after_five(
    ws: Workspace, reluctant: Reluctant
) -> None:
    reluctant.statuses = [500, 500]
    ws.interactions.open_home(ws.find_person("olga"))
    await ws.until(functools.partial(_delivered, ws, 2))
    for seconds, tries in ((60, 3), (300, 4)):
        ws.clock.move(seconds - 5)
        reluctant.statuses = [200, 500]  # somebody else's event goes its way, and the first is not tried early
        ws.interactions.open_home(ws.find_person("omar"))
        await ws.until(functools.partial(_delivered, ws, 2 * tries - 3))
        assert len(reluctant.of_first_event()) == tries - 1
        ws.clock.move(6)
        await ws.until(functools.partial(_delivered, ws, 2 * tries - 2))
    assert reluctant.of_first_event() == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_error"),
        ("3", "http_error"),
    ]
    await ws.until(lambda: not ws.busy)


async def test_an_app_may_ask_for_no_retry(ws: Workspace, reluctant: Reluctant) -> None:
    reluctant.statuses, reluctant.headers = [500], {"X-Slack-No-Retry": "1"}
    ws.interactions.open_home(ws.find_person("olga"))
    await ws.until(lambda: bool(ws.delivery.log))
    await ws.until(lambda: not ws.busy)
    assert len(reluctant.seen) == 1


async def test_socket_mode_wins_over_http(ws: Workspace, http_echo: Echo, echo: Echo) -> None:
    await ws.person("olga").types("/echo hello")
    assert (len(echo.heard), len(http_echo.heard)) == (1, 0)


async def test_every_delivery_is_recorded_with_its_time(ws: Workspace, echo: Echo) -> None:
    await ws.person("olga").types("/echo hello")
    delivered = ws.delivery.log[0]
    answer: Json = delivered.answer.body
    assert (delivered.kind, delivered.payload["text"], answer["text"]) == ("slash_commands", "hello", "You said: hello")
    assert 0 < delivered.seconds < 1
