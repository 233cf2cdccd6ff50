"""The invariants of DESIGN.md, looked at after every step and every day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Escalation, EventKind, Status, Workspace
from escalation.effects import Effect, EffectState
from simulator.calls import CallRecord
from storage.tables import escalations, events, outbox
from tests.soak.posts import PROMPT, Posts
from tests.soak.rungs import Rungs
from tests.soak.shown import Shown
from tests.soak.world import World
from tests.support.invariants import check_one

# Slack being well, nothing waits longer than this.
_DELIVERED_WITHIN = timedelta(minutes=30)


class Watch:
    """Hangs itself into a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.posts, self.rungs, self.shown = Posts(world), Rungs(world), Shown(world)
        self.looks = 0
        self._seen_events = 0
        self._touched: set[int] = set()
        world.seen, world.before_sweep, world.after_step = self._seen, self.rungs.foretell, self.after_step

    def _seen(self, record: CallRecord) -> None:
        self.posts.seen(record)

    async def after_step(self) -> None:
        """What was said, what was to be said, and the rows of every escalation that something happened to."""
        await self.posts.check()
        await self.rungs.check()
        async with self.world.database.read() as session:
            rows = await session.execute(
                select(events.c.id, events.c.escalation_id, events.c.kind)
                .where(events.c.id > self._seen_events)
                .order_by(events.c.id)
            )
            happened = rows.all()
            self._seen_events = max((one.id for one in happened), default=self._seen_events)
            self._touched.update(one.escalation_id for one in happened)
            # That somebody was asked is looked at by `rungs` and `posts`, and at the end of the day.
            done = dict.fromkeys(one.escalation_id for one in happened if one.kind is not EventKind.ASKED)
            for escalation_id in done:
                self.looks += 1
                await check_one(session, await session.get_one(Escalation, escalation_id))

    async def day(self, *, everything: bool = False) -> None:
        """All that is open, and all that something happened to since yesterday, against what Slack shows."""
        if self.world.troubled:
            return
        await self._idle()
        touched, self._touched = self._touched, set()
        async with self.world.database.read() as session:
            await self._check_numbers(session)
            wanted = escalations.c.id.in_(touched) | (escalations.c.status != Status.CLOSED)
            rows = await session.scalars(select(Escalation).where(wanted) if not everything else select(Escalation))
            for case in rows.all():
                await check_one(session, case)
                await self.shown.check(session, case)
            await self._check_outbox(session)
        await self.rungs.check_sent()

    async def end(self) -> None:
        """Everything there is."""
        await self.day(everything=True)
        async with self.world.database.read() as session:
            await self.shown.check_workspace(session)
        late = self.posts.told.lateness_at(0.99)
        assert late <= PROMPT.total_seconds(), f"Slack being well, one reminder in a hundred was {late} s late or more"

    async def _idle(self) -> None:
        """Nothing to do means no call and no write."""
        await self.world.step()
        # What was put off while the last of it was written down is news to the courier once more.
        await self.world.step()
        before = (sum(self.world.calls.values()), self.world.commits)
        await self.world.step()
        after = (sum(self.world.calls.values()), self.world.commits)
        assert before == after, f"nothing to do, and yet {before} became {after} calls and commits"

    async def _check_numbers(self, session: AsyncSession) -> None:
        """One form, one escalation; no reference is lost or given twice."""
        numbers = sorted(await session.scalars(select(escalations.c.number)))
        workspace = await session.get_one(Workspace, self.world.clarion.team_id)
        assert numbers == list(range(1, workspace.last_number + 1)), f"references: {numbers}"
        customers = list(await session.scalars(select(escalations.c.customer)))
        assert len(customers) == len(set(customers)), "a form made two escalations"

    async def _check_outbox(self, session: AsyncSession) -> None:
        waiting = await session.scalars(
            select(Effect).where(
                outbox.c.state.in_([EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN]),
                outbox.c.created_at < self.world.now - _DELIVERED_WITHIN,
                outbox.c.not_before < self.world.now - _DELIVERED_WITHIN,
            )
        )
        found = waiting.all()
        assert not found, f"not delivered in {_DELIVERED_WITHIN}: {found}"
