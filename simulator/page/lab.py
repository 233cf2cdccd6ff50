"""Moving time and making trouble: what no Slack client can do, and a visitor of a demonstration wants to."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING

from ..errors import SlackError
from ..faults import Fault
from ..json_types import Json

if TYPE_CHECKING:
    from .page import Page

_SLOW_SECONDS = 2.0  # a form still opens within the three that Slack gives
_AFTER_SECONDS = 0.05
_LOOK_SECONDS = 0.03
# What the app has not done by then waits for the clock itself, or for a Slack that is in trouble.
_TIDY_SECONDS = 3.0
# What is said and done, and may be done again; a form is opened while somebody waits for it, or not at all.
_DEEDS = "[b-u]*.*"


class Lab:
    """The demonstration's own controls. `going_to` is the moment the clock is on its way to, while it is."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._labels: dict[int, str] = {}
        self._moving = asyncio.Lock()
        self.going_to: float | None = None
        self.patience_seconds = 30.0

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
        moments = [self._next_scheduled(), await ask() if ask else None]
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_scheduled(self) -> float | None:
        """When Slack itself posts something next."""
        return min(
            (float(one.post_at) for one in self._page.ws.state.scheduled.values() if not one.never), default=None
        )

    async def move(self, wish: Json) -> None:
        """By `seconds`, or to just after the next thing that is due. Raises SlackError when nothing is.

        What comes due on the way is given its moment: the clock stops there until the app has taken note of it, and goes
        no further while the app is alive and has not. Who moves it while it moves waits for their turn.
        """
        async with self._moving:
            try:
                await self._move_to(await self._target(wish))
            finally:
                self.going_to = None
                self._page.ws.changes.notify()

    async def _target(self, wish: Json) -> float:
        now, seconds = self._page.ws.clock.now(), wish.get("seconds")
        if seconds is not None:
            return now + float(seconds)
        moment = await self.next_due()
        if moment is None:
            raise SlackError("nothing_is_due")
        return max(moment, now) + _AFTER_SECONDS

    async def _move_to(self, target: float) -> None:
        self.going_to = target
        while self._app_is_alive() and (moment := await self.next_due()) is not None and moment <= target:
            if moment == self._next_scheduled() and await self._tidied(moment):
                continue
            self._to(moment + _AFTER_SECONDS)
            if not await self._noted(moment):
                break
        await self._let_slack_speak(target)
        self._to(target)

    async def _let_slack_speak(self, target: float) -> None:
        """What waits to be posted by itself is so at its own time, whether or not the app lives."""
        while (moment := self._next_scheduled()) is not None and moment <= target:
            self._to(moment + _AFTER_SECONDS)
            while self._next_scheduled() == moment:  # noqa: ASYNC110 - posted by who looks at the clock
                await asyncio.sleep(_LOOK_SECONDS)

    def _to(self, moment: float) -> None:
        clock = self._page.ws.clock
        clock.move(max(0.0, moment - clock.now()))
        self._page.ws.changes.notify()

    async def _tidied(self, moment: float) -> bool:
        """Let the app finish what it is about, as it may be about to take back what Slack would post at that moment; whether
        it did.
        """
        waiting, clock = self._page.controls.waiting, self._page.ws.clock
        until = clock.steady() + _TIDY_SECONDS
        while waiting and self._app_is_alive() and clock.steady() < until and await waiting():  # noqa: ASYNC110 - a database
            await asyncio.sleep(_LOOK_SECONDS)
        return self._next_scheduled() != moment

    async def _noted(self, moment: float) -> bool:
        """Wait until the app has something else to do next; False when it ends meanwhile.

        Raises SlackError when it lives and does nothing: an app that hangs must not be said to have been asked.
        """
        clock = self._page.ws.clock
        until = clock.steady() + self.patience_seconds
        while (await self.next_due() or moment + 1) <= moment:
            if not self._app_is_alive():
                return False
            if clock.steady() > until:
                raise SlackError("app_is_busy")
            await asyncio.sleep(_LOOK_SECONDS)
        return True

    def _app_is_alive(self) -> bool:
        """Its process, where that is known: it does its work while the line to Slack is cut, too."""
        bot = self._page.controls.bot
        return self._page.ws.sockets.connected if bot is None else bot.running

    async def make(self, wish: Json) -> None:
        """Trouble, by its name. Raises SlackError for a name that is none."""
        ws, kind = self._page.ws, str(wish.get("trouble"))
        match kind:
            case "slow":
                ws.faults.latency = 0.0 if ws.faults.latency else _SLOW_SECONDS
            case "rate_limited":
                self._label(ws.faults.rate_limited(_DEEDS, retry_after=2, times=5), "Answers 429, “come back in 2 s”")
            case "server_error":
                self._label(ws.faults.server_error(_DEEDS, status=503, times=5), "Answers 503")
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
