"""Messages that wait in Slack for their time: posted at their moment, without anybody looking at the clock until then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from simulator import Workspace
from simulator.methods import scheduling
from simulator.state import Scheduled

_A_MOMENT = 1e-3


class Scheduling:
    """Takes the place of the workspace's own look at the clock, twenty times a second; `posted` is told of each."""

    def __init__(self, ws: Workspace, posted: Callable[[Scheduled], None]) -> None:
        self._ws, self._posted = ws, posted
        ws.posts_scheduled = True

    def expect(self, post_at: int) -> None:
        """Something was scheduled for then."""
        delay = post_at - self._ws.clock.now() + _A_MOMENT
        asyncio.get_running_loop().call_later(max(0.0, delay), self._post)

    def _post(self) -> None:
        scheduled = self._ws.state.scheduled
        for item in sorted(scheduled.values(), key=lambda one: one.post_at):
            if item.post_at <= self._ws.queue_clock():
                del scheduled[item.id]
                if scheduling._post(self._ws, item):
                    self._posted(item)
