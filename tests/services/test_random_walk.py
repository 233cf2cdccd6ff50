"""Whatever people do in whatever order, and however late the clock rings, the invariants hold."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from escalation.case import Delivery, Follows
from escalation.errors import ClarionError
from escalation.obligations import Kind
from escalation.policy_file import default_policy
from services import channels, customer_log, ending, handing_over, owning, people
from services.owning import NewStep, NewUpdate
from services.severity import change_severity
from services.subscribing import Target, subscribe
from tests.support.office import (
    CARLA,
    CLEO,
    DINA,
    GRETA,
    OLGA,
    OMAR,
    SANA,
    TESS,
    ULF,
    VERA,
    VICTOR,
    Office,
)  # fmt: skip

EVERYBODY = [OLGA, CARLA, SANA, OMAR, DINA, VERA, VICTOR, TESS, CLEO, ULF, GRETA]
SEVERITIES = list(default_policy().severities)
STEPS = 60


class Walk:
    """One seeded walk; `trail` says how it went."""

    def __init__(self, here: Office, seed: int) -> None:
        self.here = here
        self.clarion = here.clarion
        self.chance = random.Random(seed)
        self.opened = 0
        self.trail: list[str] = []
        self.done = 0

    async def step(self) -> None:
        acts = [
            self.pass_time,
            self.ring,
            self.open,
            self.move_on,
            self.move_on,
            self.move_on,
            self.hand_over,
            self.end,
            self.around,
        ]
        act: Callable[[], Awaitable[None]] = self.chance.choice(acts)
        try:
            await act()
            self.done += 1
        except ClarionError as refusal:
            self.trail.append(f"  refused: {refusal}")
        await self.here.check()

    def say(self, *words: object) -> None:
        self.trail.append(" ".join(str(word) for word in words))

    async def case(self) -> tuple[int, str]:
        """An escalation, and somebody: mostly its owner."""
        if not self.opened:
            await self.open()
        id_ = self.chance.randint(1, self.opened)
        owner = (await self.here.escalation(id_)).owner_id
        return id_, owner if self.chance.random() < 0.7 else self.chance.choice(EVERYBODY)

    async def pass_time(self) -> None:
        minutes = self.chance.choice([1, 5, 12, 31, 65, 240, 1_000, 4_000])
        self.say("time", minutes)
        if minutes < 100 and self.chance.random() < 0.5:
            await self.here.pass_by(minutes=minutes)
        else:
            self.here.clock.pass_by(timedelta(minutes=minutes))

    async def ring(self) -> None:
        self.say("sweep")
        await self.here.sweep()
        if self.chance.random() < 0.5:
            await self.here.send()

    async def open(self) -> None:
        if self.opened >= 4:
            return
        severity, owner = self.chance.choice(SEVERITIES), self.chance.choice(EVERYBODY)
        self.say("open", severity, owner)
        await self.here.open(
            severity, owner=owner, by=self.chance.choice(EVERYBODY), confidential=self.chance.random() < 0.2
        )
        self.opened += 1

    async def move_on(self) -> None:
        id_, by = await self.case()
        now = self.here.clock.now()
        soon = now + timedelta(minutes=self.chance.choice([3, 20, 90, 3_000]))
        update = NewUpdate(
            "Down",
            "Up",
            self.chance.choice([None, soon]),
            self.chance.choice(["", "We told them"]),
            "",
            self.chance.choice([None, soon]),
        )
        steps = [
            NewStep("Roll back", self.chance.choice(EVERYBODY), soon.date()) for _ in range(self.chance.randint(1, 3))
        ]
        length = timedelta(minutes=self.chance.choice([1, 20, 100]))
        acts: dict[str, Callable[[], Awaitable[object]]] = {
            "acknowledge": lambda: owning.acknowledge(self.clarion, id_, by, None),
            "update": lambda: owning.post_update(self.clarion, id_, by, None, update),
            "still": lambda: owning.still_working(
                self.clarion, id_, by, None, "Reading", self.chance.choice([None, soon])
            ),
            "snooze": lambda: owning.snooze(self.clarion, id_, by, None, length, "Call"),
            "told": lambda: owning.told_customer(self.clarion, id_, by, None),
            "told what": lambda: customer_log.add_told(
                self.clarion,
                id_,
                by,
                None,
                self.chance.choice(["", "We told them"]),
                "",
                self.chance.choice([None, soon]),
            ),
            "plan": lambda: owning.plan(self.clarion, id_, by, None, steps, None),
            "step": lambda: self.tick_off(id_, by),
            "severity": lambda: change_severity(
                self.clarion,
                id_,
                by,
                None,
                self.chance.choice(SEVERITIES),
                "So",
                self.chance.choice([None, *EVERYBODY]),
            ),
        }
        name = self.chance.choice(list(acts))
        self.say(name, id_, by)
        await acts[name]()

    async def tick_off(self, id_: int, by: str) -> None:
        step = (await self.here.owed(id_)).get(Kind.PLAN_STEP)
        if step is not None:
            await owning.step_done(self.clarion, id_, step.subject_id, by, None)

    async def hand_over(self) -> None:
        id_, by = await self.case()
        waiting = [one for one in await self.here.handovers(id_) if one.answered_at is None]
        if waiting and self.chance.random() < 0.7:
            answer = self.chance.choice([handing_over.accept, handing_over.decline])
            self.say(answer.__name__, id_)
            await answer(self.clarion, id_, waiting[0].id, waiting[0].to_id, None)
            return
        to = self.chance.choice([by, *EVERYBODY])
        self.say("hand off", id_, by, to)
        await handing_over.hand_off(self.clarion, id_, by, None, to, "Shift ends")

    async def end(self) -> None:
        id_, by = await self.case()
        name = self.chance.choice(["resolve", "reopen", "close", "reopen"])
        self.say(name, id_, by)
        if name == "resolve":
            await ending.resolve(self.clarion, id_, by, None, "Swapped")
        elif name == "reopen":
            await ending.reopen(self.clarion, id_, by, None, "It is back")
        else:
            await ending.close(self.clarion, id_, by, None)

    async def around(self) -> None:
        """What happens to people and channels meanwhile."""
        id_, by = await self.case()
        name = self.chance.choice(["subscribe", "channel lost", "leaves", "returns", "away", "back"])
        self.say(name, id_, by)
        channel = (await self.here.escalation(id_)).channel_id
        if name == "subscribe":
            await subscribe(
                self.clarion, by, None, [Target(Follows.ESCALATION, str(id_))], self.chance.choice(list(Delivery))
            )
        elif name == "channel lost" and channel is not None:
            await channels.channel_archived(self.clarion, channel)
        elif name in ("leaves", "returns") and by not in (GRETA, OMAR):
            person = await self.here.change_person(by, is_deactivated=name == "leaves")
            await people.remember(self.clarion, [person])
        elif name == "away":
            end = self.here.clock.now() + timedelta(minutes=self.chance.choice([7, 45, 3_000]))
            await self.here.goes_away(by, until=self.chance.choice([None, end]))
        elif name == "back":
            await self.here.comes_back(by)


@pytest.mark.parametrize("seed", range(4))
async def test_the_invariants_hold_after_every_step(desk: Office, seed: int) -> None:
    walk = Walk(desk, seed)
    try:
        for _ in range(STEPS):
            await walk.step()
    except Exception as error:
        raise AssertionError(f"after:\n{chr(10).join(walk.trail)}") from error
    assert walk.done > STEPS / 4, "or it tries only what is refused"
