"""What an app manifest (schema v2) grants: scopes, events, commands, shortcuts, Home."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .json_types import Json


@dataclass(frozen=True)
class Command:
    """A slash command as people type it, leading slash included."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """An entry of the lightning menu (global) or of a message's menu (message)."""

    name: str
    kind: Literal["global", "message"]
    callback_id: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest that decide what the workspace allows and delivers."""

    app_name: str
    bot_name: str
    bot_scopes: tuple[str, ...]
    bot_events: frozenset[str]
    commands: dict[str, Command]
    shortcuts: tuple[Shortcut, ...]
    home_enabled: bool
    messages_enabled: bool
    messages_read_only: bool
    interactive: bool
    socket_mode: bool


def read_manifest(source: Json | Path | str) -> Manifest:
    """Parse a manifest given as a dict or as the path of its JSON file."""
    raw: Json = source if isinstance(source, dict) else json.loads(Path(source).read_text())
    features: Json = raw.get("features", {})
    settings: Json = raw.get("settings", {})
    home: Json = features.get("app_home", {})
    app_name: str = raw.get("display_information", {}).get("name", "App")
    return Manifest(
        app_name=app_name,
        bot_name=features.get("bot_user", {}).get("display_name", app_name),
        bot_scopes=tuple(raw.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
        bot_events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        commands={entry["command"]: _command(entry) for entry in features.get("slash_commands", ())},
        shortcuts=tuple(_shortcut(entry) for entry in features.get("shortcuts", ())),
        home_enabled=home.get("home_tab_enabled", False),
        messages_enabled=home.get("messages_tab_enabled", True),
        messages_read_only=home.get("messages_tab_read_only_enabled", False),
        interactive=settings.get("interactivity", {}).get("is_enabled", False),
        socket_mode=settings.get("socket_mode_enabled", False),
    )


def _command(entry: Json) -> Command:
    return Command(
        entry["command"], entry.get("description", ""), entry.get("usage_hint", ""), entry.get("should_escape", False)
    )


def _shortcut(entry: Json) -> Shortcut:
    return Shortcut(entry["name"], entry["type"], entry["callback_id"], entry.get("description", ""))
