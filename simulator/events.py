"""Which events the app gets, and in what envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .json_types import Json
from .state import Channel

if TYPE_CHECKING:
    from .workspace import Workspace


class Events:
    """Sends an event if the manifest subscribes to it and, where a channel is given, the bot is in it."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws

    def emit(self, event: Json, channel: Channel | None = None, subscription: str | None = None) -> None:
        """Deliver in the background, with Slack's retries. `subscription` is the manifest's name where it differs."""
        ws = self._ws
        name = subscription or str(event["type"])
        if name not in ws.manifest.bot_events:
            return
        if channel is not None and not self._may_hear(event, channel):
            return
        event.setdefault("event_ts", f"{ws.clock.now():.6f}")
        ws.spawn(ws.delivery.event(self._envelope(event, channel)))

    def _may_hear(self, event: Json, channel: Channel) -> bool:
        return self._ws.bot_user_id in channel.members or event.get("user") == self._ws.bot_user_id

    def _envelope(self, event: Json, channel: Channel | None) -> Json:
        ws = self._ws
        event_id = ws.ids.new("Ev")
        return {
            "token": "verification-token",
            "team_id": ws.team_id,
            "context_team_id": ws.team_id,
            "context_enterprise_id": None,
            "api_app_id": ws.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(ws.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": ws.team_id,
                    "user_id": ws.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.shared),
            "event_context": "4-" + event_id,
        }
