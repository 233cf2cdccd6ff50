"""Rate limits as SLACK.md has them: per method and app, plus one message a second per channel and a workspace's cap.

Token buckets on the steady clock. Slack publishes no burst sizes; a bucket here holds what a tier promises for a minute,
so that an ordinary opening passes and a storm does not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

LimitsMode = Literal["off", "slack"]

TIER = {1: (1.0, 2.0), 2: (20.0, 20.0), 3: (50.0, 50.0), 4: (100.0, 100.0)}
"""Tier to (calls a minute, burst)."""

POSTS_A_MINUTE = (300.0, 100.0)
SPECIAL = (600.0, 100.0)
CHANNEL_POSTS = (60.0, 5.0)

_TIERS = {
    "apps.connections.open": 3,
    "bookmarks.add": 2,
    "bookmarks.edit": 2,
    "bookmarks.list": 3,
    "bookmarks.remove": 2,
    "canvases.edit": 3,
    "canvases.sections.lookup": 3,
    "chat.delete": 3,
    "chat.deleteScheduledMessage": 3,
    "chat.postEphemeral": 4,
    "chat.scheduleMessage": 3,
    "chat.scheduledMessages.list": 3,
    "chat.update": 3,
    "conversations.archive": 2,
    "conversations.canvases.create": 2,
    "conversations.create": 2,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.invite": 3,
    "conversations.join": 3,
    "conversations.kick": 3,
    "conversations.leave": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.rename": 2,
    "conversations.replies": 3,
    "conversations.setPurpose": 2,
    "conversations.setTopic": 2,
    "conversations.unarchive": 2,
    "pins.add": 2,
    "pins.list": 2,
    "pins.remove": 2,
    "reactions.add": 3,
    "reactions.remove": 2,
    "team.info": 3,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "users.conversations": 3,
    "users.info": 4,
    "users.list": 2,
    "users.lookupByEmail": 3,
    "users.profile.get": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}


@dataclass
class _Bucket:
    a_minute: float
    burst: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """Seconds to wait; 0 when the call may pass, and is counted."""
        rate = self.a_minute / 60
        self.level = min(self.burst, self.level + (now - self.at) * rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / rate


class Limits:
    """The buckets of one app in one workspace. `mode` may be switched at any time."""

    def __init__(self, mode: LimitsMode = "off") -> None:
        self.mode: LimitsMode = mode
        self._buckets: dict[str, _Bucket] = {}

    def retry_after(self, method: str, channel: str, now: float) -> int | None:
        """Whole seconds for `Retry-After`, or None when the call may pass."""
        if self.mode == "off":
            return None
        wait = 0.0
        if method == "chat.postMessage" and channel:
            wait = self._take(f"channel {channel}", CHANNEL_POSTS, now)
        if not wait:
            figures = (
                POSTS_A_MINUTE
                if method == "chat.postMessage"
                else TIER[_TIERS[method]]
                if method in _TIERS
                else SPECIAL
            )
            wait = self._take(method, figures, now)
        return max(1, math.ceil(wait)) if wait else None

    def _take(self, key: str, figures: tuple[float, float], now: float) -> float:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(*figures, level=figures[1], at=now)
        return bucket.take(now)
