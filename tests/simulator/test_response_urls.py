from __future__ import annotations

import httpx
import pytest

from simulator import Workspace
from simulator.payloads import new_response_url


@pytest.fixture
def url(ws: Workspace) -> str:
    return new_response_url(ws, ws.channel("#general"), "U000000OLGA")


async def test_five_answers_and_no_more(ws: Workspace, url: str) -> None:
    async with httpx.AsyncClient() as http:
        answers = [await http.post(url, json={"text": str(number)}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[5].json() == {"ok": False, "error": "used_url"}


async def test_an_answer_is_ephemeral_unless_it_says_otherwise(ws: Workspace, url: str) -> None:
    async with httpx.AsyncClient() as http:
        await http.post(url, json={"text": "for you"})
        await http.post(url, json={"text": "for all", "response_type": "in_channel"})
    assert (await ws.person("olga").ephemeral("for you")).text == "for you"
    seen = await ws.person("omar").reads("#general")
    assert "for all" in seen
    assert "for you" not in seen


async def test_half_an_hour_of_the_workspaces_time(ws: Workspace, url: str) -> None:
    ws.clock.move(1801)
    async with httpx.AsyncClient() as http:
        answer = await http.post(url, json={"text": "late"})
    assert answer.json()["error"] == "expired_url"


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b"{}", 404), (b'{"blocks":[{"type":"nope"}]}', 400)]
)
async def test_nonsense_is_refused_and_not_counted(ws: Workspace, url: str, body: bytes, status: int) -> None:
    async with httpx.AsyncClient() as http:
        assert (await http.post(url, content=body)).status_code == status
        assert (await http.post(url + "x", json={"text": "x"})).status_code == 404
    assert next(iter(ws.state.response_urls.values())).left == 5
