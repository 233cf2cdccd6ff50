"""The courier: carries one workspace's outbox to Slack (DESIGN.md, decisions 2 to 5).

What the rest of the program uses:

- `Courier(clarion, client, lock)`; it registers itself with `database.on_commit` and `lock.on_notify`.
- `await run()` until `await drain()`: waits without polling Slack or writing; `wake()` makes it look at once.
- `await run_once()` does everything that can be done now, waits for the answers, and returns when to look again (None: only
  a commit can bring news). For tests and for stepping through time.
- health: `last_round_at`, `last_answer_at` (monotonic seconds); `rounds` that ended well; `holds_lock`; `is_parked`.
- one that is stuck is given up by `retire`; a new one with a lock of its own goes on where it stopped (`take_over`).

A round is: write down what came of calls and choose what can go now (`waiting`), in one transaction that also claims it:
the intent is on record before the call, under the fencing token. Then everything chosen is read for sending in one
snapshot, and each effect is sent by a task of its own. An answer starts the next round, so that what waited for it goes
at once. A process that dies leaves claims under an old token: these are in doubt.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Escalation, Workspace
from escalation.effects import EffectState
from services.clarion import Clarion
from services.delivery.answers import NotSent
from services.delivery.flights import Flights
from services.delivery.held import held
from services.delivery.jobs import Desk
from services.delivery.limits import Limits
from services.delivery.outage import Outage
from services.delivery.results import Result, in_doubt, write_down
from services.delivery.waiting import Bounds, Choice, choose, next_due
from services.delivery.wire import Wire
from storage.lock import CourierLock
from storage.tables import escalations, outbox, workspaces

log = logging.getLogger(__name__)

MOST_IN_FLIGHT = 32
DRAIN_WITHIN = 10.0
# A stall has cost half a minute by the time it is noticed, so what is in flight gets less than before a stop.
LANDS_WITHIN = 3.0
# A standby looks this often whether the lock has come free; it writes nothing.
STANDBY = timedelta(seconds=1)
# The net below commits that did not wake us. Reads only.
NET = 15.0
# While something is put off, the clock is looked at this often: a trial may move it (CONTRACT.md, CLARION_CLOCK).
CLOCK_LOOK = 0.4


class Courier:
    """Sends for one workspace while it holds the lock."""

    def __init__(
        self, clarion: Clarion, client: AsyncWebClient, lock: CourierLock, limits: Limits | None = None
    ) -> None:
        """`limits` are Slack's, and those of the courier before, since Slack counts on."""
        self._clarion = clarion
        self._lock = lock
        self._token: int | None = None
        self._limits = limits or Limits(clarion.clock.monotonic)
        self._wire = Wire(client, self._limits, clarion.clock.now)
        self._outage = Outage(clarion.clock.monotonic, MOST_IN_FLIGHT)
        self._flights = Flights(self._outage, clarion.clock.monotonic, lock.still_held, self._landed)
        self._one_round = asyncio.Lock()
        self._woken = asyncio.Event()
        self._news = False
        self._stopping = False
        self.last_round_at = clarion.clock.monotonic()
        self.rounds = 0
        clarion.database.on_commit(self.wake)
        lock.on_notify(self.wake)

    @property
    def holds_lock(self) -> bool:
        """Whether this process is the workspace's courier."""
        return self._token is not None and self._lock.still_held()

    @property
    def is_parked(self) -> bool:
        """Whether Slack cannot be worked with just now."""
        return self._outage.is_on

    @property
    def last_answer_at(self) -> float:
        """When Slack last answered a call, whatever it said, or when this courier began."""
        return self._outage.answered_at

    def wake(self) -> None:
        """Look again at once: something was committed, or the clock was moved."""
        self._news = True
        self._woken.set()

    async def run(self) -> None:
        """Carry effects until drained. Survives a database that goes away."""
        while not self._stopping:
            await self._clarion.rush.over()
            self._woken.clear()
            try:
                again_at = await self._round()
            except Exception:
                # The supervisor's boundary: whatever it was, the next round starts from the database.
                log.exception("the courier's round failed")
                again_at = self._clarion.clock.now() + STANDBY
            await self._wait(again_at)

    async def run_once(self) -> datetime | None:
        """Do all that can be done now and wait for what comes of it; returns when to look again."""
        again_at = await self._round()
        while self._flights or self._flights.results:
            await self._flights.first()
            again_at = await self._round()
        return again_at

    async def drain(self, within: float = DRAIN_WITHIN) -> None:
        """Begin nothing more, wait so many seconds for what is in flight, leave the rest in doubt, give up the lock."""
        self._stopping = True
        self.wake()
        async with self._one_round:
            # Not before the round has ended: it may be about to send what it claimed.
            await self._flights.all(within)
            if self.holds_lock and self._flights.results:
                await self._commit(self._clarion.clock.now(), room=0)
            self._token = None
            await self._lock.release()

    async def retire(self) -> list[Result]:
        """Give it up with whatever it is stuck in; returns what its calls came to, for a successor to write down.

        From the first moment on it begins nothing, and should what is stuck come to, it finds lock and token gone.
        What does not land in time stays claimed under the old token: the successor looks for it in Slack.
        """
        self._stopping = True
        self._clarion.database.forget(self.wake)
        closing = asyncio.create_task(self._lock.close(), name="courier's lock")
        await self._flights.all(LANDS_WITHIN)
        if not closing.done() and (await asyncio.wait([closing], timeout=LANDS_WITHIN))[1]:
            log.error("the courier's lock cannot be given up; it is free when its connection ends")
        return list(self._flights.results)

    def take_over(self, results: Sequence[Result]) -> None:
        """Write these down, too."""
        self._flights.results += results
        self.wake()

    def _landed(self) -> None:
        self._woken.set()

    async def _wait(self, again_at: datetime | None) -> None:
        """Until woken, or `again_at` by a clock that may be moved meanwhile, or for as long as the net allows."""
        clock = self._clarion.clock
        until = clock.monotonic() + NET
        while not self._woken.is_set() and clock.monotonic() < until:
            seconds = until - clock.monotonic()
            if again_at is not None:
                seconds = min(seconds, CLOCK_LOOK, (again_at - clock.now()).total_seconds())
            if seconds <= 0:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()

    async def _round(self) -> datetime | None:
        async with self._one_round:
            self.last_round_at = self._clarion.clock.monotonic()
            again_at = await self._carry(self._clarion.clock.now())
            self.rounds += 1
        return again_at

    async def _carry(self, now: datetime) -> datetime | None:
        if not await self._is_ours():
            return now + STANDBY
        choice = await self._choice(now)
        if choice.go or choice.look:
            await self._begin(choice, now)
        parked = self._outage.seconds_left()
        if parked > 0 and choice.oldest is not None:
            choice.no_later_than(now + timedelta(seconds=parked))
        return choice.again_at

    async def _is_ours(self) -> bool:
        if self.holds_lock:
            return True
        self._token = None if self._stopping else await self._lock.try_acquire()
        if self._token is None:
            # Whoever has the lock finds these in flight, and looks for them.
            self._flights.results.clear()
        return self._token is not None

    async def _choice(self, now: datetime) -> Choice:
        """After a commit there is most likely something to claim; otherwise looking takes no transaction that writes."""
        room = 0 if self._stopping else self._outage.room(len(self._flights))
        if self._flights.results or self._news:
            return await self._commit(now, room)
        async with self._clarion.database.read() as session:
            desk = await self._desk(session, now)
            choice = await choose(session, self._bounds(desk, room, counted=False))
        return await self._commit(now, room) if choice.writes else choice

    def _bounds(self, desk: Desk, room: int, *, counted: bool, written_down: int = 0) -> Bounds:
        return Bounds(
            team_id=self._clarion.team_id,
            now=desk.now,
            room=room,
            probing=self._outage.is_on,
            in_flight=self._flights.ids(written_down),
            limits=self._limits,
            announcements=desk.workspace.announcements_channel_id,
            counted=counted,
        )

    async def _commit(self, now: datetime, room: int) -> Choice:
        """One transaction: what came of calls, and the claims of what goes next."""
        taken, self._news = list(self._flights.results), False
        async with self._clarion.database.write() as session:
            desk = await self._desk(session, now)
            locked = await write_down(desk, taken)
            choice = await choose(session, self._bounds(desk, room, counted=True, written_down=len(taken)))
            for effect in choice.orphans:
                log.warning("effect %d (%s) was left in flight by another process", effect.id, effect.kind)
                await in_doubt(desk, effect, "left in flight")
                choice.no_later_than(now)
            for effect, reason in choice.drop:
                effect.state, effect.reason, effect.done_at = EffectState.DROPPED, reason, now
                choice.no_later_than(now)
            await self._claim(session, choice, now)
        # Only now: had the commit failed, the results would be written down in the next round.
        del self._flights.results[: len(taken)]
        if desk.workspace.courier_token != self._token:
            # One that was given up has come to late and raised it once more; or the lock was lost, and nobody told us.
            log.warning("the courier's token is out of date; it is got anew")
            self._token = None
            await self._lock.release()
            choice.no_later_than(now)
        log.debug("round: %d results, %d sent, %d escalations", len(taken), len(choice.go), len(locked))
        return choice

    async def _desk(self, session: AsyncSession, now: datetime) -> Desk:
        workspace = await session.get_one(Workspace, self._clarion.team_id)
        return Desk(self._clarion, self._wire, session, now, workspace)

    async def _claim(self, session: AsyncSession, choice: Choice, now: datetime) -> None:
        """Mark what goes; only what still waits is ours, and only while the fencing token is."""
        if not choice.go:
            return
        ours = select(workspaces.c.courier_token).where(workspaces.c.team_id == self._clarion.team_id).scalar_subquery()
        waiting = (
            select(outbox.c.id)
            .where(outbox.c.id.in_([pick.effect.id for pick in choice.go]), outbox.c.state == EffectState.PENDING)
            .order_by(outbox.c.id)  # in one order, as services take waiting refreshes
            .with_for_update()
        )
        claimed = await session.scalars(
            update(outbox)
            .where(
                outbox.c.id.in_(waiting),
                ours == self._token,
            )
            .values(state=EffectState.SENDING, token=self._token, attempts=outbox.c.attempts + 1, tried_at=now)
            .returning(outbox.c.id)
        )
        won = set(claimed)
        if len(won) < len(choice.go):
            log.warning("another courier was faster with %d effects", len(choice.go) - len(won))
        choice.go = [pick for pick in choice.go if pick.effect.id in won]

    async def _begin(self, choice: Choice, now: datetime) -> None:
        """Read what is to be said in one snapshot, and send it off."""
        claimed, token = [pick.effect for pick in choice.go], self._token or 0
        cases = {effect.escalation_id for effect in (*claimed, *choice.look) if effect.escalation_id is not None}
        try:
            async with self._clarion.database.read() as session:
                desk = await self._desk(session, now)
                kept = await held(session, Escalation, escalations.c.id, cases)
                await self._flights.send(desk, claimed, token)
                await self._flights.search(desk, choice.look)
                if claimed:
                    choice.no_later_than(await next_due(session, self._clarion.team_id, now))
                del kept
        except SQLAlchemyError:
            begun = self._flights.ids()
            for effect in claimed:
                if effect.id not in begun:
                    self._flights.put_back(effect.id, token, NotSent("database"))
            raise
