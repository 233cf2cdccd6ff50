"""A server that speaks like Slack need not be ours, nor tell everything that Slack tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.api_call import ApiCall
from simulator.errors import SlackError
from simulator.json_types import Json
from simulator.methods import METHODS
from tests.support.acting import asked, opens
from tests.support.house import house

# What the work stands on; the rest a server may not know.
BESIDE = (
    "bookmarks.add",
    "bookmarks.list",
    "conversations.history",
    "conversations.list",
    "pins.add",
    "usergroups.list",
    "users.conversations",
    "users.list",
)


def _only_who_it_is(call: ApiCall) -> Json:
    return {"team_id": call.ws.team_id, "user_id": call.ws.bot_user_id}


def _unknown(_: ApiCall) -> Json:
    raise SlackError("unknown_method")


async def test_a_server_that_knows_little_is_enough_to_open_and_acknowledge(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METHODS, "auth.test", _only_who_it_is)
    for method in BESIDE:
        monkeypatch.setitem(METHODS, method, _unknown)
    async with house(sqlite_url, tmp_path) as it:
        channel = await opens(it, Ticket_link="https://tickets.example.com/7")
        assert "[Acknowledge]" in asked(it, "dina")[0]
        await it.person("dina").press("Acknowledge", in_=channel)
        await it.settled()
        assert "In progress" in it.person("olga").shows(channel)
