from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from simulator.limits import CHANNEL_POSTS, TIER, Limits
from tests.simulator.refusals import refused


def allowed_in_a_minute(method: str, channel: str = "") -> int:
    """How many of a call every tenth of a second pass within a minute after a burst has been used up."""
    limits = Limits("slack")
    while limits.retry_after(method, channel, 0.0) is None:
        pass
    return sum(limits.retry_after(method, channel, tenth / 10) is None for tenth in range(1, 601))


@pytest.mark.parametrize(
    ("method", "a_minute"), [("conversations.create", 20), ("chat.update", 50), ("views.open", 100), ("auth.test", 600)]
)
def test_a_method_has_its_tier(method: str, a_minute: int) -> None:
    assert allowed_in_a_minute(method) == pytest.approx(a_minute, abs=1)


def test_a_channel_takes_one_message_a_second() -> None:
    assert allowed_in_a_minute("chat.postMessage", "C1") == pytest.approx(CHANNEL_POSTS[0], abs=1)


def test_one_full_channel_does_not_stop_another() -> None:
    limits = Limits("slack")
    while limits.retry_after("chat.postMessage", "C1", 0.0) is None:
        pass
    assert limits.retry_after("chat.postMessage", "C2", 0.0) is None


def test_one_method_over_its_limit_does_not_stop_another() -> None:
    limits = Limits("slack")
    burst = int(TIER[2][1])
    assert [limits.retry_after("pins.add", "C1", 0.0) for _ in range(burst)] == [None] * burst
    wait = limits.retry_after("pins.add", "C1", 0.0)
    assert wait == 3
    assert limits.retry_after("bookmarks.add", "C1", 0.0) is None
    assert limits.retry_after("pins.add", "C1", 3.0) is None


async def test_over_the_wire_it_is_a_429_for_a_person_and_their_channel_alike(
    ws: Workspace, api: AsyncWebClient
) -> None:
    ws.limits.mode = "slack"
    dm = ""
    for number in range(int(CHANNEL_POSTS[1])):
        dm = (await api.chat_postMessage(channel=dm or "U000000OLGA", text=str(number)))["channel"]
    for place in (dm, "U000000OLGA"):
        answer = await refused(api.chat_postMessage(channel=place, text="x"), "ratelimited")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    await api.chat_postMessage(channel="U000000OMAR", text="x")
    ws.limits.mode = "off"
    await api.chat_postMessage(channel=dm, text="x")
