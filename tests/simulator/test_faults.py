from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from tests.simulator.refusals import refused

OLGA = "U000000OLGA"


def posted(ws: Workspace) -> int:
    return sum(len(ws.messages(channel)) for channel in ws.state.channels.values())


async def test_latency_is_waited_for_and_recorded(ws: Workspace, api: AsyncWebClient) -> None:
    ws.faults.latency = 0.05
    ws.faults.slow("chat.*", 0.05)
    began = time.perf_counter()
    await api.chat_postMessage(channel=OLGA, text="x")
    assert time.perf_counter() - began >= 0.1
    record = ws.calls.to("chat.postMessage")[0]
    assert record.finished is not None
    assert record.finished - record.started >= 0.1


async def test_429_meets_one_method_so_many_times(ws: Workspace, api: AsyncWebClient) -> None:
    ws.faults.rate_limited("chat.postMessage", retry_after=7)
    answer = await refused(api.chat_postMessage(channel=OLGA, text="x"), "ratelimited")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    await api.chat_postMessage(channel=OLGA, text="x")
    assert [record.outcome for record in ws.calls] == ["http 429", "ok"]


async def test_a_predicate_chooses_the_calls(ws: Workspace, api: AsyncWebClient) -> None:
    ws.faults.error("chat.*", "fatal_error", times=None, when=lambda method, args: "bad" in args["text"])
    await api.chat_postMessage(channel=OLGA, text="good")
    await refused(api.chat_postMessage(channel=OLGA, text="bad"), "fatal_error")
    ws.faults.clear()
    await api.chat_postMessage(channel=OLGA, text="bad")


@pytest.mark.parametrize("done", [False, True])
async def test_an_internal_error_comes_before_or_after_the_effect(
    ws: Workspace, api: AsyncWebClient, done: bool
) -> None:
    ws.faults.internal_error("chat.postMessage", done=done)
    await refused(api.chat_postMessage(channel=OLGA, text="x"), "internal_error")
    assert posted(ws) == int(done)
    assert ws.calls.records[0].done is done


@pytest.mark.parametrize("done", [False, True])
async def test_a_5xx_comes_before_or_after_the_effect(ws: Workspace, api: AsyncWebClient, done: bool) -> None:
    ws.faults.server_error("chat.postMessage", status=502, done=done)
    with pytest.raises(SlackApiError) as caught:
        await api.chat_postMessage(channel=OLGA, text="x")
    assert caught.value.response.status_code == 502
    assert posted(ws) == int(done)


async def test_a_lost_request_did_nothing_and_a_lost_reply_everything(ws: Workspace, api: AsyncWebClient) -> None:
    ws.faults.request_lost("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await api.chat_postMessage(channel=OLGA, text="x")
    assert posted(ws) == 0
    ws.faults.reply_lost("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await api.chat_postMessage(channel=OLGA, text="x")
    assert posted(ws) == 1


async def test_a_late_reply_is_done_at_once(ws: Workspace, api: AsyncWebClient) -> None:
    ws.faults.reply_late("chat.postMessage", 0.2)
    call = asyncio.ensure_future(api.chat_postMessage(channel=OLGA, text="x"))
    await ws.until(lambda: posted(ws) == 1)
    assert not call.done()
    assert (await call)["ok"]


async def test_what_lands_late_was_broken_off_before(ws: Workspace, api: AsyncWebClient) -> None:
    ws.faults.lands_late("chat.postMessage", 0.05)
    with pytest.raises(aiohttp.ClientError):
        await api.chat_postMessage(channel=OLGA, text="x")
    assert posted(ws) == 0
    await ws.until(lambda: posted(ws) == 1)


@pytest.mark.parametrize("done", [False, True])
async def test_bodies_that_are_no_json(ws: Workspace, api: AsyncWebClient, done: bool) -> None:
    for spoil in (ws.faults.html, ws.faults.truncated):
        spoil("chat.postMessage", done=done)
        with pytest.raises(SlackApiError, match=r"status: 200|non-JSON"):
            await api.chat_postMessage(channel=OLGA, text="x")
    assert posted(ws) == 2 * int(done)
