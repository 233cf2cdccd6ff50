"""Moving time and making trouble: what no Slack client can do, and a visitor of a demonstration wants to."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from ..errors import SlackError
from ..faults import Fault
from ..json_types import Json

if TYPE_CHECKING:
    from .page import Page

_SLOW_SECONDS = 2.5
_AFTER_SECONDS = 0.05
_PATIENCE_SECONDS = 3.0
_LOOK_SECONDS = 0.03
_MOST_STOPS = 60
_WRITES = "[!a]*.*"  # whatever the app does, but for auth.test and apps.connections.open


class Lab:
    """The demonstration's own controls."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._labels: dict[int, str] = {}

    async def shown(self) -> Json:
        """What is broken now, and whether anything was lost or doubled by it."""
        ws, controls = self._page.ws, self._page.controls
        return {
            "trouble": [
                self._entry(fault) for fault in ws.faults.active if fault.times is None or fault.times > fault.hits
            ],
            "slow": ws.faults.latency > 0,
            "connected": ws.sockets.connected,
            "refusing": ws.sockets.refusals is None,
            "bot": controls.bot.running if controls.bot else None,
            "again": controls.start_again is not None,
            "waiting": await controls.waiting() if controls.waiting else None,
            "posted": sum(m.by_app for c in ws.state.channels.values() for m in c.messages),
            "doubled": self._doubled(),
            "hits": sum(fault.hits for fault in ws.faults.active),
        }

    def _entry(self, fault: Fault) -> Json:
        left = None if fault.times is None else fault.times - fault.hits
        return {"label": self._labels.get(id(fault), fault.kind.value), "hits": fault.hits, "left": left}

    def _doubled(self) -> int:
        """Messages of the app that carry the same metadata as another: the same thing said twice."""
        said = Counter(
            (channel.id, json.dumps(message.metadata, sort_keys=True))
            for channel in self._page.ws.state.channels.values()
            for message in channel.messages
            if message.by_app and message.metadata and message.only_for is None
        )
        return sum(count - 1 for count in said.values())

    async def next_due(self) -> float | None:
        """When something happens next by itself, on the workspace's clock."""
        ask = self._page.controls.next_due
        moments = [float(one.post_at) for one in self._page.ws.state.scheduled.values() if not one.never]
        asked = await ask() if ask else None
        return min([*moments, *([asked] if asked is not None else [])], default=None)

    async def move(self, wish: Json) -> None:
        """By `seconds`, or to just after the next thing that is due. Raises SlackError when nothing is.

        What comes due on the way is given its moment: the clock stops there until the app has taken note of it.
        """
        clock = self._page.ws.clock
        seconds = wish.get("seconds")
        if seconds is None:
            moment = await self.next_due()
            if moment is None:
                raise SlackError("nothing_is_due")
            target = max(moment, clock.now()) + _AFTER_SECONDS
        else:
            target = clock.now() + float(seconds)
        for _ in range(_MOST_STOPS):
            moment = await self.next_due()
            if moment is None or moment > target or not self._page.ws.sockets.connected:
                break
            self._to(moment + _AFTER_SECONDS)
            if not await self._noted(moment):
                break
        self._to(target)

    def _to(self, moment: float) -> None:
        clock = self._page.ws.clock
        clock.move(max(0.0, moment - clock.now()))
        self._page.ws.changes.notify()

    async def _noted(self, moment: float) -> bool:
        """Wait until the app has something else to do next, or a while has passed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while (await self.next_due() or moment + 1) <= moment:  # noqa: ASYNC110 - the app is another process
                    await asyncio.sleep(_LOOK_SECONDS)
                return True
        return False

    async def make(self, wish: Json) -> None:
        """Trouble, by its name. Raises SlackError for a name that is none."""
        ws, kind = self._page.ws, str(wish.get("trouble"))
        match kind:
            case "slow":
                ws.faults.latency = 0.0 if ws.faults.latency else _SLOW_SECONDS
            case "rate_limited":
                self._label(ws.faults.rate_limited(_WRITES, retry_after=2, times=5), "Answers 429, “come back in 2 s”")
            case "server_error":
                self._label(ws.faults.server_error(_WRITES, status=503, times=5), "Answers 503")
            case "reply_lost":
                self._label(ws.faults.reply_lost("c[ho]*.*", times=3), "Does it, but loses the reply")
            case "drop":
                ws.sockets.drop()
            case "refuse":
                self._refuse(refusing=ws.sockets.refusals is not None)
            case "kill" | "start":
                await self._bot(kind)
            case "clear":
                ws.faults.clear()
                self._refuse(refusing=False)
                await self._bot("start")
            case _:
                raise SlackError("unknown_trouble")
        ws.changes.notify()

    def _label(self, fault: Fault, words: str) -> None:
        self._labels[id(fault)] = words

    def _refuse(self, *, refusing: bool) -> None:
        """Whether the app may connect at all."""
        sockets = self._page.ws.sockets
        sockets.refuse(None if refusing else 0)
        if refusing:
            sockets.drop()

    async def _bot(self, what: str) -> None:
        bot = self._page.controls.bot
        if bot is not None and what == "kill" and bot.running:
            await bot.kill()
        elif bot is not None and what == "start" and not bot.running:
            await bot.start()
