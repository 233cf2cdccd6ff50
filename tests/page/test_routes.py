from __future__ import annotations

from typing import Any

import httpx
import pytest

from simulator import Workspace


async def posts(ws: Workspace, address: str, body: Any, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=ws.base_url, trust_env=False) as client:
        return await client.post(f"/_page/{address}", json=body, headers=headers)


async def refusal(ws: Workspace, who: str, **wish: Any) -> str:
    answer = (await posts(ws, "act", {"as": ws.find_person(who).id, **wish})).json()
    assert answer["ok"] is False
    return str(answer["error"])


async def test_the_page_loads_nothing_from_elsewhere(ws: Workspace) -> None:
    async with httpx.AsyncClient(base_url=ws.base_url, trust_env=False) as client:
        front = await client.get("/")
        assert "default-src 'none'" in front.headers["Content-Security-Policy"]
        assert "http" not in front.text.replace("<!doctype html>", "")
        assert (await client.get("/_page/static/main.js")).status_code == 200


@pytest.mark.parametrize("name", ["..%2Fpage.py", "%2Fetc%2Fpasswd", "nothing.js"])
async def test_only_the_pages_own_files_are_served(ws: Workspace, name: str) -> None:
    async with httpx.AsyncClient(base_url=ws.base_url, trust_env=False) as client:
        assert (await client.get(f"/_page/static/{name}")).status_code == 404


async def test_another_site_that_is_open_in_the_browser_can_do_nothing(ws: Workspace) -> None:
    olga = ws.find_person("olga").id
    wish = {"do": "say", "as": olga, "channel": ws.channel("#general").id, "text": "Hello"}
    assert (await posts(ws, "act", wish, Origin="https://evil.example")).status_code == 403
    async with httpx.AsyncClient(base_url=ws.base_url, trust_env=False) as client:
        as_form = {"Content-Type": "text/plain"}
        assert (await client.post("/_page/act", content="{}", headers=as_form)).status_code == 403
        assert (await client.get("/_page/live", headers={"Origin": "https://evil.example"})).status_code == 403
    assert not ws.messages("#general")
    assert (await posts(ws, "act", wish, Origin=ws.base_url.rstrip("/"))).json() == {"ok": True}
    assert [message.text for message in ws.messages("#general")] == ["Hello"]


async def test_nobody_acts_where_they_may_not_look(ws: Workspace) -> None:
    secret = ws.add_channel("secret", ["olga"], private=True)
    message = await ws.person("olga").says("Quiet", in_="#secret")
    where = {"channel": secret.id, "ts": message.ts}
    assert await refusal(ws, "dina", do="say", text="Hello", **where) == "Channel not found."
    assert await refusal(ws, "dina", do="react", name="eyes", **where) == "Channel not found."
    assert await refusal(ws, "dina", do="join", **where) == "Channel not found."
    assert await refusal(ws, "dina", do="submit", view="V1") == "That form is closed."
    assert await refusal(ws, "olga", do="press", block="b", action="a", **where) == "Element not found."
    assert await refusal(ws, "olga", do="fly") == "Unknown act."


async def test_the_clock_moves_by_seconds_and_says_when_nothing_is_due(ws: Workspace) -> None:
    before = ws.clock.now()
    assert (await posts(ws, "time", {"seconds": 600})).json() == {"ok": True}
    assert ws.clock.now() - before >= 600
    assert "Nothing is due" in (await posts(ws, "time", {})).json()["error"]


@pytest.mark.parametrize("kind", ["rate_limited", "server_error", "reply_lost"])
async def test_trouble_befalls_what_is_said_and_no_form_that_somebody_waits_for(ws: Workspace, kind: str) -> None:
    await posts(ws, "trouble", {"trouble": kind})
    (fault,) = ws.faults.active
    assert fault.meets("chat.postMessage", {})
    assert not [method for method in ("views.open", "auth.test", "apps.connections.open") if fault.meets(method, {})]


async def test_trouble_has_a_name(ws: Workspace) -> None:
    assert (await posts(ws, "trouble", {"trouble": "rain"})).json()["error"] == "Unknown trouble."
    for kind in ("slow", "rate_limited", "server_error", "reply_lost", "drop", "refuse", "kill"):
        assert (await posts(ws, "trouble", {"trouble": kind})).json() == {"ok": True}
    assert (ws.faults.latency > 0, len(ws.faults.active), ws.sockets.refusals) == (True, 3, None)
    assert (await posts(ws, "trouble", {"trouble": "clear"})).json() == {"ok": True}
    assert (ws.faults.latency, ws.faults.active, ws.sockets.refusals) == (0.0, [], 0)
