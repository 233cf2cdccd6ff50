"""Effects on their way: one task each, and what came of them until that is written down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from escalation.effects import Effect
from services.breaking_off import break_off
from services.delivery.answers import InDoubt, Limited, NotSent, Refusal, Trouble, Verdict
from services.delivery.jobs import Desk, Done, Dropped, Job, Search
from services.delivery.outage import Outage
from services.delivery.recipes import RECIPES
from services.delivery.results import Broken, NotFound, Outcome, Result

log = logging.getLogger(__name__)

# A claim that waited longer than this between its commit and its call was not ours to send any more: the process
# was frozen, and another may have taken over (FAULTS.md, F34).
STALE = 10.0
STALE_CLAIM = "stale claim"


class Flights:
    """What one courier has in the air. `may_send` is asked before each call, `landed` called after each."""

    def __init__(
        self,
        outage: Outage,
        monotonic: Callable[[], float],
        may_send: Callable[[], bool],
        landed: Callable[[], None],
    ) -> None:
        self._outage = outage
        self._monotonic = monotonic
        self._may_send = may_send
        self._landed = landed
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self.results: list[Result] = []

    def __len__(self) -> int:
        return len(self._tasks)

    def ids(self, written_down: int = 0) -> set[int]:
        """What is neither free nor left behind: in the air, or landed and not among the first so many results."""
        return {*self._tasks, *(result.effect_id for result in self.results[written_down:])}

    async def first(self) -> None:
        """Wait until something lands."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)

    async def all(self, within: float) -> None:
        """Wait for everything, break off what takes longer: that is in doubt then."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=within)
        await break_off(list(self._tasks.values()))

    async def send(self, desk: Desk, effects: Iterable[Effect], token: int) -> None:
        """Read what each effect is to say, and start it; `token` is the one they were claimed with."""
        claimed_at = self._monotonic()
        for effect in effects:
            ready = await _prepared(desk, effect)
            if isinstance(ready, Job):
                self._start(effect.id, self._sent(effect.id, token, ready, claimed_at))
                # Off it goes, before the next is read: reading SQLite gives nobody else a turn.
                await asyncio.sleep(0)
            else:
                self.put_back(effect.id, token, ready)

    async def search(self, desk: Desk, effects: Iterable[Effect]) -> None:
        """Look whether effects in doubt have happened."""
        for effect in effects:
            try:
                look = await RECIPES[effect.kind].search(desk, effect)
            except Exception:
                log.exception("effect %d cannot be searched for", effect.id)
                continue
            self._start(effect.id, self._searched(effect.id, effect.token, look))

    def put_back(self, effect_id: int, token: int, outcome: Outcome) -> None:
        """Something that never took off."""
        self.results.append(Result(effect_id, token, outcome))
        self._landed()

    def _start(self, effect_id: int, work: Awaitable[Result]) -> None:
        async def fly() -> None:
            result = await work
            self._learn(result)
            self.results.append(replace(result, parked=self._outage.is_on))

        def ended(_task: asyncio.Task[None]) -> None:
            self._tasks.pop(effect_id, None)
            self._landed()

        task = asyncio.create_task(fly(), name=f"effect {effect_id}")
        self._tasks[effect_id] = task
        task.add_done_callback(ended)

    async def _sent(self, effect_id: int, token: int, job: Job, claimed_at: float) -> Result:
        if self._monotonic() - claimed_at > STALE or not self._may_send():
            return Result(effect_id, token, NotSent(STALE_CLAIM))
        return Result(effect_id, token, await _outcome(effect_id, job.send), channel=job.channel)

    async def _searched(self, effect_id: int, token: int, look: Search) -> Result:
        found = await _outcome(effect_id, look)
        if isinstance(found, Refusal) and found.verdict is not Verdict.TOKEN:
            # Where Slack will not let us look, waiting is all that can be done before sending again.
            found = NotFound(blind=found.code)
        return Result(effect_id, token, found, searched=True)

    def _learn(self, result: Result) -> None:
        """Whether Slack can be worked with. Of a search in vain that is not known: it may be all that fails."""
        outcome = result.outcome
        if result.searched and isinstance(outcome, InDoubt) and not self._outage.is_on:
            return
        if isinstance(outcome, NotSent):
            if outcome.code != STALE_CLAIM:
                self._outage.unreachable(outcome.code)
        elif isinstance(outcome, InDoubt):
            self._outage.doubtful(outcome.code)
        elif isinstance(outcome, Refusal) and outcome.verdict is Verdict.TOKEN:
            self._outage.refused(outcome.code)
        elif isinstance(outcome, Done | Dropped | Refusal | NotFound | Limited):
            self._outage.answered()


async def _prepared(desk: Desk, effect: Effect) -> Job | Dropped | Trouble | Broken:
    """A message that cannot be rendered must not keep the others from being sent."""
    try:
        return await RECIPES[effect.kind].prepare(desk, effect)
    except (DBAPIError, PoolTimeout) as error:
        log.warning("effect %d could not be read for sending: %s", effect.id, error)
        return NotSent("database")
    except Exception as error:
        log.exception("effect %d cannot be prepared", effect.id)
        return Broken(type(error).__name__)


async def _outcome(effect_id: int, call: Callable[[], Awaitable[Done | Dropped | None]]) -> Outcome:
    try:
        return await call() or NotFound()
    except Trouble as trouble:
        return trouble
    except asyncio.CancelledError:
        return InDoubt("stopped")
    except Exception as error:
        # Something in an answer that we did not foresee: the call was made, so it is in doubt.
        log.exception("effect %d came to something unforeseen", effect_id)
        return InDoubt(type(error).__name__)
