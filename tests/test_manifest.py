"""manifest.json can be imported at Slack as it is, and holds the words that people look for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

MANIFEST: dict[str, Any] = json.loads((Path(__file__).parent.parent / "manifest.json").read_text(encoding="utf-8"))
DISPLAY = MANIFEST["display_information"]
FEATURES = MANIFEST["features"]
SCOPES = MANIFEST["oauth_config"]["scopes"]["bot"]
EVENTS = MANIFEST["settings"]["event_subscriptions"]["bot_events"]

# The scope without which Slack does not send the event
SCOPE_OF_EVENT = {
    "app_home_opened": "",  # none is needed
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "team_join": "users:read",
    "user_change": "users:read",
}


def test_shortcuts_are_the_ones_people_look_for() -> None:
    found = {(shortcut["name"], shortcut["type"], shortcut["callback_id"]) for shortcut in FEATURES["shortcuts"]}
    assert found == {
        ("Escalate this message", "message", "escalate_message"),
        ("Add to timeline", "message", "add_to_timeline"),
        ("New escalation", "global", "new_escalation"),
    }


def test_the_one_command_is_escalate_and_gets_what_was_typed_unescaped() -> None:
    [command] = FEATURES["slash_commands"]
    assert command["command"] == "/escalate"
    assert command["should_escape"] is False


def test_buttons_and_forms_and_events_come_over_socket_mode() -> None:
    settings = MANIFEST["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"] == {"is_enabled": True}
    assert "request_url" not in settings["event_subscriptions"]
    assert "url" not in FEATURES["slash_commands"][0]


def test_no_event_is_subscribed_to_without_the_scope_that_sends_it() -> None:
    assert {event: SCOPE_OF_EVENT[event] for event in EVENTS if SCOPE_OF_EVENT[event] not in {*SCOPES, ""}} == {}


@pytest.mark.parametrize("scope", ["chat:write.public", "chat:write.customize", "admin", "channels:write.invites"])
def test_scopes_that_nobody_should_be_asked_for_are_absent(scope: str) -> None:
    assert scope not in SCOPES


@pytest.mark.parametrize("listed", [SCOPES, EVENTS])
def test_scopes_and_events_are_in_order_and_named_once(listed: list[str]) -> None:
    assert listed == sorted(set(listed))


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        (DISPLAY["name"], 35),
        (DISPLAY["description"], 140),
        (FEATURES["bot_user"]["display_name"], 80),
        *[(shortcut["name"], 24) for shortcut in FEATURES["shortcuts"]],
        *[(shortcut["callback_id"], 255) for shortcut in FEATURES["shortcuts"]],
        *[(shortcut["description"], 150) for shortcut in FEATURES["shortcuts"]],
        *[(command["command"], 32) for command in FEATURES["slash_commands"]],
        *[(command["description"], 2000) for command in FEATURES["slash_commands"]],
        *[(command["usage_hint"], 1000) for command in FEATURES["slash_commands"]],
    ],
)
def test_no_text_is_longer_than_slack_takes(text: str, longest: int) -> None:
    assert 0 < len(text) <= longest


def test_what_slack_counts_is_within_its_limits() -> None:
    assert 175 <= len(DISPLAY["long_description"]) <= 4000
    assert re.fullmatch("#[0-9a-f]{6}", DISPLAY["background_color"])
    assert len(FEATURES["shortcuts"]) <= 10
    assert len(EVENTS) <= 100
