"""Slack is away or answers nonsense while the bot starts or is looked at: it waits, and says so in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import Workspace
from tests.bot.test_doctor import doctor
from tests.bot.test_starting import started, until_at_work
from tests.support.company import PEOPLE
from tests.support.house import MANIFEST

TROUBLE = ["server_error", "html", "truncated", "request_lost", "rate_limited"]


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_start_waits_for_slack_whatever_it_answers(tmp_path: Path, trouble: str) -> None:
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws:
        for method in ("auth.test", "apps.connections.open", "users.list", "conversations.list"):
            getattr(ws.faults, trouble)(method, times=1)
        async with started("worker", ws, tmp_path) as process:
            said = await until_at_work(process)
            assert ws.sockets.connected
    assert "Traceback" not in said
    assert "Slack cannot be reached yet" in said
    assert ("look at SLACK_API_URL" in said) == (trouble != "rate_limited")


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
@pytest.mark.parametrize("trouble", ["server_error", "truncated", "rate_limited"])
async def test_doctor_blames_no_token_for_a_slack_in_trouble(tmp_path: Path, method: str, trouble: str) -> None:
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws:
        getattr(ws.faults, trouble)(method, times=3)
        code, output = await doctor(ws, tmp_path)
    assert "Traceback" not in output
    assert "refuses it" not in output
    assert code == 0 or "does not answer as Slack should" in output, output
