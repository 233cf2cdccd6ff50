"""Notices that the courier or the sweep stands still, starts it anew, and says so.

`bot/watchdog.py` is for a loop that is stuck as a whole; here the loop moves, and one of its tasks does not.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.watchdog import end_process
from services.breaking_off import break_off
from services.clarion import Clarion
from services.stalls import tell_admins_of_stall

log = logging.getLogger("clarion.supervisor")

LOOKS_EVERY_SECONDS = 1.0
# The sweep rings every second, and the courier looks every fifteen; this much silence means that one has stalled.
STALLED_AFTER_SECONDS = 30.0
# So many restarts in a row, none of which led to a single round: what is wrong is not in the part that was restarted.
MOST_IN_VAIN = 3
# A look that is this late was not the only one: the whole process slept, and nothing in it could move meanwhile.
SLEPT_SECONDS = 5.0
SAYS_WITHIN_SECONDS = 5.0
_WORDS = {
    "courier": "Clarion stopped sending messages, noticed it, and started that part anew.",
    "sweep": "Clarion stopped looking for what is due, noticed it, and started that part anew.",
}
_ADVICE = "What was owed meanwhile goes out now. If this comes again, whoever runs Clarion should look into its log."


class Loop(Protocol):
    """A part of the bot that has to keep moving.

    `rounds` tells how often it came round. `trouble` says what is wrong ("" when nothing is), given the instant
    (monotonic) before which it must not have moved for the last time.
    """

    @property
    def name(self) -> str: ...

    @property
    def rounds(self) -> int: ...

    def trouble(self, before: float) -> str: ...

    async def restart(self) -> None: ...


class Supervisor:
    """Looks at the loops every second. `restarts` counts by loop, `last` tells of the newest one."""

    def __init__(self, clarion: Clarion, loops: Sequence[Loop], end: Callable[[str], None] = end_process) -> None:
        self._clarion = clarion
        self._loops = loops
        self._end = end
        self._in_vain = {loop.name: 0 for loop in loops}
        self._rounds = {loop.name: -1 for loop in loops}
        self._awake_since = self._looked_at = clarion.clock.monotonic()
        self._unsaid = ""
        self._saying: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self.restarts = {loop.name: 0 for loop in loops}
        self.last = ""

    def start(self) -> None:
        """Begin to look."""
        self._watching = asyncio.get_running_loop().create_task(self._watch(), name="supervisor")

    async def stop(self) -> None:
        """Look no more."""
        await break_off([task for task in (self._watching, self._saying) if task is not None])

    async def _watch(self) -> None:
        while True:
            try:
                await self.look_once()
            except Exception:  # whatever it was, it must not end what watches over the others
                log.exception("The supervisor failed")
            await asyncio.sleep(LOOKS_EVERY_SECONDS)

    async def look_once(self) -> None:
        """Restart what stands still. Every wait in it has an end."""
        now = self._clarion.clock.monotonic()
        if now - self._looked_at > SLEPT_SECONDS:
            self._awake_since = now
        before = now - STALLED_AFTER_SECONDS
        for loop in self._loops:
            await self._look_at(loop, before if self._awake_since <= before else -math.inf)
        if self._unsaid:
            await self._say()
        self._looked_at = self._clarion.clock.monotonic()

    async def _look_at(self, loop: Loop, before: float) -> None:
        if loop.rounds != self._rounds[loop.name]:
            self._in_vain[loop.name] = 0
        trouble = loop.trouble(before)
        if not trouble:
            return
        if self._in_vain[loop.name] >= MOST_IN_VAIN:
            self._end(
                f"The {loop.name} {trouble}, and starting it anew has not helped {MOST_IN_VAIN} times in a row; "
                "ending so that another process can."
            )
            return
        if not self._in_vain[loop.name]:
            self._unsaid = f"{_WORDS[loop.name]} {_ADVICE}"
        self._in_vain[loop.name] += 1
        self.restarts[loop.name] += 1
        self.last = f"the {loop.name} {trouble}"
        log.error("The %s %s; it is started anew", loop.name, trouble)
        await loop.restart()
        self._rounds[loop.name] = loop.rounds

    async def _say(self) -> None:
        """Tell the admins, now or at a later look: what made the loop stop may keep this from being written, too."""
        if self._saying is None or self._saying.done():
            self._saying = asyncio.get_running_loop().create_task(self._tell(self._unsaid), name="supervisor says")
            await asyncio.wait([self._saying], timeout=SAYS_WITHIN_SECONDS)

    async def _tell(self, sentence: str) -> None:
        try:
            await tell_admins_of_stall(self._clarion, sentence)
        except (SQLAlchemyError, OSError) as error:
            # It is tried again a second later; that the database is away is said elsewhere.
            log.debug("the admins could not be told of a stall yet: %s", type(error).__name__)
        else:
            self._unsaid = ""
