"""Whether Slack can be worked with at all just now.

When nothing reaches it, when call after call ends in doubt, or when the token is refused, everything is parked and one
effect at a time goes ahead to see whether that is over (FAULTS.md, F22 and F49).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

_DOUBTS = 3
_FIRST, _LONGEST = 0.5, 5.0
_TOKEN = 60.0


class Outage:
    """Closed until trouble is noted; `room` says how many effects may be in flight."""

    def __init__(self, monotonic: Callable[[], float], most: int) -> None:
        self._monotonic = monotonic
        self._most = most
        self._doubts = 0
        self._pause = 0.0
        self._probe_at = 0.0
        self._reason = ""
        self.answered_at = monotonic()

    @property
    def is_on(self) -> bool:
        """Whether everything is parked."""
        return bool(self._reason)

    def room(self, in_flight: int) -> int:
        """How many more effects may be begun."""
        if not self._reason:
            return max(0, self._most - in_flight)
        return 1 if in_flight == 0 and self.seconds_left() <= 0 else 0

    def seconds_left(self) -> float:
        """Until the next attempt to see whether it is over."""
        return max(0.0, self._probe_at - self._monotonic()) if self._reason else 0.0

    def answered(self) -> None:
        """Slack gave an answer, whatever it was."""
        if self._reason:
            log.warning("Slack answers again; delivery goes on")
        self.answered_at = self._monotonic()
        self._doubts, self._pause, self._reason = 0, 0.0, ""

    def unreachable(self, code: str) -> None:
        """A call did not reach Slack."""
        self._park(f"Slack cannot be reached ({code})", min(max(_FIRST, self._pause * 1.5), _LONGEST))

    def doubtful(self, code: str) -> None:
        """A call ended in doubt; one alone says nothing about the next."""
        self._doubts += 1
        if self._doubts >= _DOUBTS or self._reason:
            self._park(f"Slack does not answer ({code})", min(max(_FIRST, self._pause * 1.5), _LONGEST))

    def refused(self, code: str) -> None:
        """The token is not accepted: nothing works before somebody reinstalls the app."""
        self._park(f"Slack refuses the token ({code}): reinstall the app or mend SLACK_BOT_TOKEN", _TOKEN)

    def _park(self, reason: str, seconds: float) -> None:
        if reason != self._reason:
            log.error("delivery is parked: %s", reason)
        self._reason, self._pause = reason, seconds
        self._probe_at = self._monotonic() + seconds
