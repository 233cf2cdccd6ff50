from __future__ import annotations

import os
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk.errors import SlackApiError

from services.delivery.answers import InDoubt, Limited, NotSent, Refusal, Trouble, Verdict, trouble_of, verdict_of


class Answer:
    def __init__(self, status: int, data: Any, **headers: str) -> None:
        self.status_code = status
        self.data = data
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def refused(status: int, data: Any, **headers: str) -> Trouble:
    return trouble_of(SlackApiError("no", Answer(status, data, **headers)))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("already_in_channel", Verdict.DONE),
        ("already_pinned", Verdict.DONE),
        ("request_timeout", Verdict.LATER),
        ("internal_error", Verdict.DOUBT),
        ("token_revoked", Verdict.TOKEN),
        ("invalid_blocks", Verdict.CONTENT),
        ("is_archived", Verdict.CHANNEL),
        ("user_disabled", Verdict.PERSON),
        ("message_not_found", Verdict.GONE),
        ("missing_scope", Verdict.NEVER),
        ("restricted_action_read_only_channel", Verdict.NEVER),
        ("invalid_name_maxlength", Verdict.NEVER),
        ("moon_in_the_way", Verdict.ODD),
    ],
)
def test_every_code_leads_somewhere(code: str, verdict: Verdict) -> None:
    assert verdict_of(code) is verdict


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (500, {}),
        (503, "<html>"),
        (502, {"ok": False, "error": "is_archived"}),
        (200, {}),
        (200, {"ok": False}),
        (200, {"ok": False, "error": 7}),
        (200, b"\x00"),
        (200, {"ok": False, "error": "fatal_error"}),
        (200, {"ok": False, "error": "service_unavailable"}),
    ],
)
def test_what_may_have_been_done_is_doubt(status: int, data: Any) -> None:
    assert isinstance(refused(status, data), InDoubt)


def test_a_definite_no_keeps_slacks_answer() -> None:
    trouble = refused(200, {"ok": False, "error": "missing_scope", "needed": "pins:write"})
    assert isinstance(trouble, Refusal)
    assert (trouble.code, trouble.body["needed"]) == ("missing_scope", "pins:write")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("3", 3.0), ("0", 1.0), ("-5", 1.0), ("86400", 60.0), ("soon", 5.0), ("", 5.0), ("nan", 5.0), ("inf", 60.0)],
)
def test_retry_after_is_believed_within_reason(said: str, seconds: float) -> None:
    trouble = refused(429, {"ok": False, "error": "ratelimited"}, Retry_After=said)
    assert isinstance(trouble, Limited)
    assert trouble.seconds == seconds


def test_a_429_without_retry_after_is_a_short_pause() -> None:
    trouble = refused(429, "<html>")
    assert isinstance(trouble, Limited)
    assert trouble.seconds == 5.0


def test_what_cannot_have_left_is_told_from_what_may_have() -> None:
    key = ConnectionKey("slack.com", 443, True, True, None, None, None)
    refusal = aiohttp.ClientConnectorError(key, OSError(111, os.strerror(111)))
    assert isinstance(trouble_of(refusal), NotSent)
    assert isinstance(trouble_of(aiohttp.ConnectionTimeoutError()), NotSent)
    for error in (
        TimeoutError(),
        TimeoutError(),
        aiohttp.SocketTimeoutError(),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientOSError(104, "reset"),
        aiohttp.ClientPayloadError(),
        ValueError("?"),
    ):
        assert isinstance(trouble_of(error), InDoubt), error
