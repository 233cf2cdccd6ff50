"""What goes wrong in a year: people leave, channels go, processes die, Slack stammers or is away."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

from escalation.case import Escalation
from simulator import acts as in_slack
from simulator import channels, id_for
from simulator.faults import Fault, Kind
from tests.soak import company
from tests.soak.world import LATENCY

if TYPE_CHECKING:
    from tests.soak.life import Life

# How many days lie between two of a kind, on the average.
_EVERY = {
    "killed": 6,
    "restarted": 25,
    "outage": 45,
    "stammering": 6,
    "limited": 15,
    "leaves": 18,
    "moves": 60,
    "goes_on_holiday": 15,
    "channel_archived": 25,
    "somebody_leaves_channel": 12,
    "second_process": 4,
}
# Of a hundred calls in a bad hour, so many go wrong in each of these ways.
_STAMMER = 0.02


class Trouble:
    """Enters what goes wrong on the agenda of a life."""

    def __init__(self, life: Life) -> None:
        self.life, self.world, self.chance = life, life.world, life.chance

    def plan(self, days: int) -> None:
        """Draw when what happens."""
        for name, every in _EVERY.items():
            at = self.chance.expovariate(1 / every)
            while at < days - 2:
                self.life.enter(self.world.now + timedelta(days=at), getattr(self, name), alone=True)
                at += self.chance.expovariate(1 / every)

    async def killed(self) -> None:
        """In the middle of calls; another process begins at once or hours later."""
        if self.world.unavailable:
            return
        case = await self._some_case()
        if case is not None and case.status.is_live:
            await self.life.act_on(self.life.courses[case.id])
        self.world.say("killed")
        running = asyncio.get_running_loop().create_task(self.world.process.courier.run_once())
        await asyncio.sleep(self.chance.uniform(0, 6 * LATENCY))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await self.world.kill()
        await self._down(self.chance.choice([0.02, 1, 10, 300]))

    async def restarted(self) -> None:
        """In good order."""
        if self.world.unavailable:
            return
        self.world.say("stopped")
        await self.world.end()
        await self._down(self.chance.choice([0.1, 1, 15]))

    async def _down(self, minutes: float) -> None:
        self.world.down = True
        if minutes > 5 and self.chance.random() < 0.5:
            await self.leaves()
        await self.world.clock.until(self.world.now + timedelta(minutes=minutes))
        self.world.down, self.world.well_since = False, self.world.now
        await self.world.start()
        self.world.say("started")

    async def outage(self) -> None:
        """Slack is away for hours, and people with it."""
        if self.world.unavailable:
            return
        hours = self.chance.uniform(1, 6)
        self.world.unreachable = True
        self.world.say("Slack is away")
        how = self.chance.choice(["refused", "lost", "503"])
        if how == "refused":
            self.world.wire.refuses = True
        elif how == "lost":
            self.world.slack.faults.request_lost("*", times=None)
        else:
            self.world.slack.faults.server_error("*", times=None)
        self.life.enter(self.world.now + timedelta(hours=hours), self.over, alone=True)

    async def stammering(self) -> None:
        """A bad hour: calls are lost, answered twice, late or in nonsense."""
        if self.world.troubled:
            return
        self.world.say("Slack stammers")
        self.world.stammering = True
        for kind, facts in (
            (Kind.REQUEST_LOST, {}),
            (Kind.REPLY_LOST, {"done": True}),
            (Kind.SERVER_ERROR, {"status": 503}),
            (Kind.SERVER_ERROR, {"status": 502, "done": True}),
            (Kind.ERROR, {"code": "internal_error", "done": True}),
            (Kind.LANDS_LATE, {"seconds": 8.0}),
            (Kind.REPLY_LATE, {"seconds": 40.0, "done": True}),
            (Kind.TRUNCATED, {"done": True}),
            (Kind.HTML, {}),
        ):
            self.world.slack.faults.add(Fault(kind, "*", None, lambda _m, _a: self._happens(), **facts))
        self.life.enter(self.world.now + timedelta(hours=self.chance.uniform(0.5, 3)), self.over, alone=True)

    def _happens(self) -> bool:
        return self.chance.random() < _STAMMER

    async def limited(self) -> None:
        """Slack says 429 now and then, whatever its limits are."""
        if self.world.troubled:
            return
        self.world.say("Slack limits")
        self.world.slack.faults.rate_limited("chat.*", retry_after=7, times=6, when=lambda _m, _a: self._happens())

    async def over(self) -> None:
        self.world.say("Slack is well")
        self.world.slack.faults.clear()
        self.world.slack.faults.latency = LATENCY
        self.world.unreachable = self.world.stammering = self.world.wire.refuses = False
        self.world.well_since = self.world.now
        await self._courier_finds_out()

    async def _courier_finds_out(self) -> None:
        """Let everything that was put off meanwhile go before anybody looks."""
        await self.world.until(self.world.now + timedelta(minutes=5))

    async def leaves(self) -> None:
        """Somebody leaves the company, and is back after days."""
        people = self.world.slack.state.people
        able = [name for name in company.ZONES if name not in company.STAY and not people[id_for(name)].deleted]
        gone = self.chance.choice(able)
        self.world.say(gone, "leaves")
        self.world.moved.add(id_for(gone))  # Slack tells of nobody's zone who left
        in_slack.deactivate(self.world.slack, people[id_for(gone)])

        async def back() -> None:
            if self.world.unreachable:
                self.life.enter(self.world.now + timedelta(hours=2), back)
                return
            self.world.say(gone, "is back")
            in_slack.change_person(self.world.slack, people[id_for(gone)], deleted=False)
            channels.join(self.world.slack, self.world.slack.channel("#general"), id_for(gone))
            await asyncio.sleep(1)

        self.life.enter(self.world.now + timedelta(days=self.chance.uniform(1, 15)), back)
        await asyncio.sleep(1)

    async def goes_on_holiday(self) -> None:
        """Somebody says so beside their name, for days."""
        if self.world.unavailable:
            return
        name = self.chance.choice(list(company.ZONES))
        until = self.world.now + timedelta(days=self.chance.uniform(1, 10))
        self.world.say(name, "is on holiday until", until.date())
        person = self.world.slack.state.people[id_for(name)]
        in_slack.set_status(self.world.slack, person, "On holiday", ":palm_tree:", int(until.timestamp()))
        await asyncio.sleep(1)

    async def moves(self) -> None:
        """Somebody moves to another zone."""
        if self.world.unavailable:
            return
        name = self.chance.choice(list(company.ZONES))
        zone = self.chance.choice(list(company.ZONES.values()))
        self.world.say(name, "moves to", zone)
        self.world.moved.add(id_for(name))
        in_slack.change_person(self.world.slack, self.world.slack.state.people[id_for(name)], tz=zone)
        await asyncio.sleep(1)

    async def channel_archived(self) -> None:
        """Somebody tidies up a channel that is still needed."""
        case = await self._some_case()
        if case is None or self.world.unavailable:
            return
        channel = self.world.slack.state.channels.get(case.channel_id or "")
        if channel is not None and not channel.archived and case.status.is_live:
            self.world.say("channel of", case.reference, "is archived")
            channels.archive(self.world.slack, channel, case.reporter_id)
            await asyncio.sleep(1)

    async def somebody_leaves_channel(self) -> None:
        """And is no member any more."""
        case = await self._some_case()
        channel = self.world.slack.state.channels.get((case.channel_id if case else "") or "")
        if case is None or channel is None or self.world.unavailable:
            return
        others = [one for one in channel.members if one not in (case.owner_id, self.world.slack.bot_user_id)]
        if others:
            who = self.chance.choice(others)
            self.world.say(who, "leaves the channel of", case.reference)
            channels.leave(self.world.slack, channel, who)
            await asyncio.sleep(1)

    async def second_process(self) -> None:
        """Another process sweeps beside ours for some hours."""
        self.world.beside = True

        async def alone() -> None:
            self.world.beside = False

        self.life.enter(self.world.now + timedelta(hours=self.chance.uniform(2, 40)), alone)

    async def _some_case(self) -> Escalation | None:
        course = self.life.some_course()
        if course is None:
            return None
        with contextlib.suppress(KeyError):
            return (await self.life.acts.standing(course.id)).case
        return None
