"""Slack's limits, kept on our side: per method, per channel, and for all messages of the workspace (SLACK.md, §4).

Each limit lets a few calls through at once and then one per interval, and never more in any sixty seconds than the tier
allows. The clock is the monotonic one: a moved wall clock opens no floodgate. Slack's own word, a 429, comes on top: it
pauses that method, or for messages that channel, and the method too when a second channel is refused meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

POST = "chat.postMessage"
SCHEDULE = "chat.scheduleMessage"
WINDOW = 60.0
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Allowance:
    """So many calls a minute, of which `burst` may come at once."""

    a_minute: int
    burst: int


# A tier promises so many calls in a minute, however they fall within it.
TIERS = {
    1: Allowance(1, 1),
    2: Allowance(20, 20),
    3: Allowance(50, 50),
    4: Allowance(100, 100),
}
# "Several hundred" a minute for the workspace, and one a second for a channel; short bursts are tolerated.
POSTS = Allowance(300, 100)
POSTS_TO_ONE = Allowance(60, 3)
# At most 30 may be set for the same five minutes of a channel, whatever these are.
SCHEDULED_TO_ONE = Allowance(6, 6)
UNLISTED = TIERS[3]

_TIER_OF = {
    "bookmarks.add": 2,
    "bookmarks.edit": 2,
    "bookmarks.list": 3,
    "bookmarks.remove": 2,
    "chat.delete": 3,
    "chat.deleteScheduledMessage": 3,
    "chat.scheduledMessages.list": 3,
    SCHEDULE: 3,
    "chat.update": 3,
    "conversations.archive": 2,
    "conversations.create": 2,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.invite": 3,
    "conversations.join": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.setTopic": 2,
    "pins.add": 2,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "users.conversations": 3,
    "users.info": 4,
    "users.list": 2,
}


@dataclass
class _Gate:
    """One limit: the times of the last minute's calls, and when the next is due if they came evenly."""

    allowance: Allowance
    next_even: float = float("-inf")
    recent: deque[float] = field(default_factory=deque)

    def opens_at(self, now: float) -> float:
        """The earliest instant at which one more call keeps the limit."""
        interval = WINDOW / self.allowance.a_minute
        even = self.next_even - (self.allowance.burst - 1) * interval
        full = len(self.recent) >= self.allowance.a_minute
        return max(now, even, self.recent[0] + WINDOW if full else now)

    def pass_through(self, now: float) -> None:
        interval = WINDOW / self.allowance.a_minute
        self.next_even = max(self.next_even, now) + interval
        self.recent.append(now)
        while len(self.recent) > self.allowance.a_minute:
            self.recent.popleft()

    def is_idle(self, now: float) -> bool:
        """Whether forgetting it changes nothing."""
        return self.next_even <= now and (not self.recent or self.recent[-1] + WINDOW <= now)


class Limits:
    """What one courier has sent of late. `monotonic` is the clock's."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._gates: dict[str, _Gate] = {}
        self._paused: dict[str, float] = {}

    def when_free(self, method: str, channel: str | None = None) -> float:
        """Seconds until a call may be made; 0 when it may be made now."""
        now = self._monotonic()
        keys = self._keys(method, channel)
        at = max(max(self._gate(key).opens_at(now), self._paused.get(key, now)) for key in keys)
        return at - now if at - now > _ROUNDING else 0.0

    def take(self, method: str, channel: str | None = None) -> float:
        """Count a call that is made now and return 0, or return the seconds until it may be and count nothing."""
        wait = self.when_free(method, channel)
        if wait <= 0:
            now = self._monotonic()
            for key in self._keys(method, channel):
                self._gate(key).pass_through(now)
            self._forget_idle(now)
        return wait

    def pause(self, method: str, channel: str | None, seconds: float) -> None:
        """Slack said 429: nothing of that method (or for messages, to that channel) for so long."""
        now = self._monotonic()
        if method == POST and channel is not None:
            others = [key for key, until in self._paused.items() if key.startswith("to ") and until > now]
            self._paused[f"to {channel}"] = now + seconds
            if not [key for key in others if key != f"to {channel}"]:
                return
        self._paused[method] = now + seconds

    def _keys(self, method: str, channel: str | None) -> list[str]:
        if channel is None or method not in (POST, SCHEDULE):
            return [method]
        return [method, f"to {channel}" if method == POST else f"later to {channel}"]

    def _gate(self, key: str) -> _Gate:
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = _Gate(_allowance(key))
        return gate

    def _forget_idle(self, now: float) -> None:
        """Channels come and go; a thousand of them need no memory once they are quiet."""
        if len(self._gates) > 500:
            self._gates = {key: gate for key, gate in self._gates.items() if not gate.is_idle(now)}
            self._paused = {key: until for key, until in self._paused.items() if until > now}


def _allowance(key: str) -> Allowance:
    if key.startswith("to "):
        return POSTS_TO_ONE
    if key.startswith("later to "):
        return SCHEDULED_TO_ONE
    if key == POST:
        return POSTS
    tier = _TIER_OF.get(key)
    return UNLISTED if tier is None else TIERS[tier]
