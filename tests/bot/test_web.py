"""The HTTP side: only Slack gets in, and operators read how things are."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from bot.clock import SystemClock
from bot.health import SILENT_AFTER_SECONDS, Health
from bot.web import MAX_BODY_BYTES, web_app
from services.clarion import Clarion
from tests.support.absence import without_obligations
from tests.support.acting import opens
from tests.support.house import MONDAY_TEN, House, house

BODY = b"command=%2Fescalate&text=help&team_id=T1&user_id=U1"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@contextlib.asynccontextmanager
async def served(it: House) -> AsyncIterator[httpx.AsyncClient]:
    """The bot of the house, reached over HTTP as well."""
    health = Health(it.bot.clarion, it.bot.alarm, it.bot.sending, it.bot.supervisor)
    runner = web.AppRunner(web_app(it.bot.app, it.ws.signing_secret, health, it.bot.clock))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        await runner.cleanup()


def machine_time() -> float:
    return SystemClock().system_now().timestamp()


def signed(secret: str, body: bytes, at: float) -> dict[str, str]:
    timestamp = str(int(at))
    signature = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, sha256).hexdigest()
    return {**FORM, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}"}


async def test_what_slack_signed_is_taken_and_anything_else_gets_401(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        good = signed(it.ws.signing_secret, BODY, machine_time())
        assert (await client.post("/slack/events", content=BODY, headers=good)).status_code == 200
        forged = [
            FORM,
            good | {"X-Slack-Signature": "v0=" + "0" * 64},
            good | {"X-Slack-Signature": "abc"},
            good | {"X-Slack-Request-Timestamp": "abc"},
            good | {"X-Slack-Request-Timestamp": "-1"},
            good | {"X-Slack-Request-Timestamp": "9" * 40},
            signed(it.ws.signing_secret, BODY, machine_time() - 400),
            signed("another secret", BODY, machine_time()),
        ]
        for headers in forged:
            answer = await client.post("/slack/events", content=BODY, headers=headers)
            assert answer.status_code == 401, headers
            assert answer.json() == {"error": "invalid request"}
        answer = await client.post("/slack/events", content=BODY + b"&user_id=U2", headers=good)
        assert answer.status_code == 401
        answer = await client.post("/slack/events", content=b"\xff\xfe", headers=good)
        assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"words"', b"payload=%7B", b"payload=null"])
async def test_what_is_signed_but_unreadable_is_refused_without_a_trace(
    sqlite_url: str, tmp_path: Path, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        kind = {} if body.startswith(b"payload") else {"Content-Type": "application/json"}
        headers = signed(it.ws.signing_secret, body, machine_time()) | kind
        answer = await client.post("/slack/events", content=body, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"error": "unreadable request"})
    assert "Traceback" not in caplog.text


async def test_a_body_larger_than_slacks_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        body = b"a" * (MAX_BODY_BYTES + 1)
        headers = signed(it.ws.signing_secret, body, machine_time())
        assert (await client.post("/slack/events", content=body, headers=headers)).status_code == 413


async def test_a_body_that_drips_in_is_not_waited_for(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.BODY_WITHIN_SECONDS", 0.1)

    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: clarion\r\nContent-Length: 100\r\n\r\ncommand")
        assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
        writer.close()


async def test_no_header_whatever_it_holds_is_more_than_refused(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    odd = [b"", b"0", b"v0=", b"v0=\xff", b"\xc3\xa9", "١٢٣".encode(), b"1e9", b"nan", b"+1", b"v0=" + b"f" * 999]
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        good = signed(it.ws.signing_secret, BODY, machine_time())
        for name in ("X-Slack-Request-Timestamp", "X-Slack-Signature"):
            for value in odd:
                headers = [(key.encode(), good[key].encode()) for key in good if key != name]
                answer = await client.post("/slack/events", content=BODY, headers=[*headers, (name.encode(), value)])
                # 400 where the server itself does not take it for a header.
                assert answer.status_code in (400, 401), (name, value)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_probes_say_how_things_are_and_nothing_of_anybody(sqlite_url: str, tmp_path: Path, path: str) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        answer = await client.get(path)
        assert answer.status_code == 200
        assert all(isinstance(value, int | float | str) for value in answer.json().values())


async def test_metrics_are_prometheus_text(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        answer = await client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        assert "clarion_sweep_lag_seconds 0.0" in answer.text


async def test_probes_are_red_and_metrics_go_on_while_the_database_is_gone(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        with without_obligations(sqlite_url):
            answer = await client.get("/readyz")
            assert (answer.status_code, answer.json()) == (503, {"database": "OperationalError"})
            answer = await client.get("/healthz")
            assert answer.status_code == 200
            assert answer.json()["most_overdue_unsent_seconds"] == "unknown"
            answer = await client.get("/metrics")
            assert answer.status_code == 200
            assert "clarion_database_up 0.0" in answer.text
            assert "clarion_most_overdue_unsent_seconds NaN" in answer.text
            assert "clarion_effects_unsent NaN" in answer.text
        assert (await client.get("/readyz")).status_code == 200
        assert "clarion_database_up 1.0" in (await client.get("/metrics")).text


async def test_a_database_that_says_nothing_is_not_waited_for(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.health.ANSWERS_WITHIN_SECONDS", 0.2)
    monkeypatch.setattr("bot.health.ALIVE_WITHIN_SECONDS", 0.1)
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        with monkeypatch.context() as patched:
            patched.setattr("bot.health.read_backlog", silent)
            answer = await client.get("/healthz")
            assert (answer.status_code, answer.json()["most_overdue_unsent_seconds"]) == (200, "unknown")
            answer = await client.get("/readyz")
            assert (answer.status_code, answer.json()) == (503, {"database": "TimeoutError"})
            assert "clarion_database_up 0.0" in (await client.get("/metrics")).text


async def test_probes_are_red_while_the_courier_is_stuck(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client, it.bot.courier._one_round:
        await it.bot.supervisor.stop()
        it.bot.courier.last_round_at -= 60
        for path in ("/healthz", "/readyz"):
            assert (await client.get(path)).status_code == 503


async def test_a_database_that_hangs_is_read_by_one_probe_at_a_time(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.health.ALIVE_WITHIN_SECONDS", 0.05)
    begun = 0

    async def counted(clarion: Clarion) -> None:
        nonlocal begun
        begun += 1
        await silent(clarion)

    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        monkeypatch.setattr("bot.health.read_backlog", counted)
        for _ in range(3):
            await client.get("/healthz")
    assert begun == 1


OVERDUE = "most_overdue_unsent_seconds"


async def test_probes_tell_how_late_the_most_overdue_unsent_obligation_is(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        await opens(it)
        assert [(await client.get(path)).json()[OVERDUE] for path in ("/healthz", "/readyz")] == [0, 0]
        it.ws.faults.server_error("*", times=None)
        it.set_clock(MONDAY_TEN + timedelta(minutes=16))  # to be acknowledged by 10:15
        it.bot.clock.reread()
        await it.bot.alarm.ring()
        await it.ws.until(lambda: it.bot.courier.is_parked, timeout=30)
        for path in ("/healthz", "/readyz"):
            assert 50 <= (await client.get(path)).json()[OVERDUE] < 75  # it was opened a moment after ten
        metrics = (await client.get("/metrics")).text
        assert re.search(r"^clarion_most_overdue_unsent_seconds [567]\d\.", metrics, flags=re.MULTILINE)


async def test_a_slack_outage_of_hours_makes_no_probe_red(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        await opens(it)
        it.ws.faults.server_error("*", times=None)
        it.set_clock(MONDAY_TEN + timedelta(hours=3))
        it.bot.clock.reread()
        await it.bot.alarm.ring()
        await it.ws.until(lambda: it.bot.courier.is_parked, timeout=30)
        has_been_silent(it)
        for path in ("/healthz", "/readyz"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()[OVERDUE] > 9_000) == (200, True)


async def test_a_courier_that_gets_nothing_out_is_not_ready_but_alive(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(sqlite_url, tmp_path) as it, served(it) as client:
        await opens(it)
        monkeypatch.setattr("services.delivery.courier.choose", fails)  # as every round does, from now on
        it.set_clock(MONDAY_TEN + timedelta(minutes=16))
        it.bot.clock.reread()
        await it.bot.alarm.ring()
        it.set_clock(MONDAY_TEN + timedelta(minutes=16, seconds=SILENT_AFTER_SECONDS + 1))
        it.bot.clock.reread()
        assert (await client.get("/readyz")).status_code == 200  # Slack answered a moment ago
        has_been_silent(it)
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200
        await it.bot.courier._lock.release()
        assert (await client.get("/readyz")).status_code == 200  # another process is to send it


def has_been_silent(it: House) -> None:
    """Slack has not answered for so long."""
    it.bot.courier._outage.answered_at -= SILENT_AFTER_SECONDS


async def fails(*_: object) -> None:
    raise RuntimeError


async def silent(_: Clarion) -> None:
    await asyncio.Event().wait()
