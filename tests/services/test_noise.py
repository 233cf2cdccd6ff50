"""How many messages an escalation costs each of its people: nobody makes it noisier unnoticed.

Counted are direct messages, and what the channel reads that mentions somebody, though not the echo of their own act. A
changed figure is a decision: write it down here, and say in the commit why it is worth it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from blocks.events import channel_post
from escalation.case import CHANNEL, NoticeKind
from escalation.effects import EffectKind
from escalation.errors import Refused
from escalation.obligations import Kind
from services import owning
from services.owning import NewStep, NewUpdate
from services.sweep import next_due
from services.views import naming
from tests.support.clock import at
from tests.support.office import CARLA, DINA, OLGA, OMAR, ULF, Office

OWNERS = {"SEV-1": DINA, "SEV-2": OMAR, "SEV-3": CARLA, "SEV-4": CARLA}
LONGEST_SNOOZE = {
    "SEV-1": timedelta(minutes=30),
    "SEV-2": timedelta(hours=2),
    "SEV-3": timedelta(days=1),
    "SEV-4": timedelta(days=2),
}
_MENTIONED = re.compile(r"U0[A-Z]+")


class Case:
    """An escalation opened on Monday at ten, and its owner, who looks five minutes after each message."""

    def __init__(self, office: Office, severity: str, id_: int) -> None:
        self.office, self.severity, self.id, self.owner = office, severity, id_, OWNERS[severity]
        self.updates = 0

    async def begins(self) -> None:
        """What any diligent owner does first."""
        clarion, step = self.office.clarion, NewStep("Roll back", ULF, date(2026, 7, 31))
        await owning.acknowledge(clarion, self.id, self.owner, None)
        await owning.told_customer(clarion, self.id, self.owner, None)
        await owning.plan(clarion, self.id, self.owner, None, [step], None)

    async def posts(self) -> None:
        self.updates += 1
        await owning.post_update(self.office.clarion, self.id, self.owner, None, NewUpdate("Down", "Up by noon"))

    async def is_overdue(self) -> bool:
        return (await self.office.owed(self.id))[Kind.UPDATE].due_at <= self.office.clock.now()

    async def lives(self, react: Callable[[Case], Awaitable[None]], **length: float) -> None:
        """So much time, the owner reacting five minutes after every message that asks them."""
        end, seen = self.office.clock.now() + timedelta(**length), 1
        while (due := await next_due(self.office.clarion)) is not None and due <= end:
            await self.office.until(due)
            asked = len(await self.asks())
            if asked > seen:
                await self.office.pass_by(minutes=5)
                await react(self)
            seen = asked
        await self.office.until(end)

    async def asks(self) -> list[NoticeKind]:
        return [one.kind for one in await self.office.notices(self.id) if one.audience in (self.owner, CHANNEL)]

    async def heard(self) -> Counter[str]:
        """Messages by person."""
        found: Counter[str] = Counter()
        notices = {one.id: one for one in await self.office.notices(self.id)}
        events = {one.id: one for one in await self.office.events(self.id)}
        case = await self.office.escalation(self.id)
        for effect in await self.office.effects():
            if effect.kind in (EffectKind.SEND_NOTICE, EffectKind.TELL_SETTLED):
                audience = notices[effect.subject_id or 0].audience
                # In the channel it begins with the owner's name: nobody else owes anything in these stories.
                found[self.owner if audience == CHANNEL else audience] += 1
            elif effect.kind in (EffectKind.TELL_EVENT, EffectKind.TELL_PATH, EffectKind.TELL_PERSON):
                found[effect.data["user"]] += 1
            elif effect.kind is EffectKind.TELL_REPORTER:
                found[case.reporter_id] += 1
            elif effect.kind is EffectKind.POST_EVENT:
                event = events[effect.subject_id or 0]
                post = channel_post(event, case, naming(self.office.clarion))
                assert post is not None
                found.update(set(_MENTIONED.findall(json.dumps(post.blocks))) - {event.by})
        return found


async def answers_in_time(case: Case) -> None:
    """After the quiet word, and before the update is due."""
    assert not await case.is_overdue()
    await case.posts()


async def says_nothing(case: Case) -> None:
    """Does not even acknowledge."""


async def snoozes(case: Case) -> None:
    """Puts each update off for as long as it goes, then posts it."""
    if not await case.is_overdue():
        return
    try:
        await owning.snooze(case.office.clarion, case.id, case.owner, None, LONGEST_SNOOZE[case.severity], "Call")
    except Refused:
        await case.posts()


async def is_still_working(case: Case) -> None:
    """At every quiet word; when that is allowed no more, a real update."""
    try:
        await owning.still_working(case.office.clarion, case.id, case.owner, None, "Reading the log", None)
    except Refused:
        await case.posts()


# Severity, for how long, what the owner does, updates posted: messages to each. One of the owner's is the assignment,
# the reporter's tells that it is open, Ulf is named in the plan.
TABLE = """
SEV-1 | 1 day  | answers in time  | 26 updates: Dina 27, Olga 1, Tess 1, Ulf 1, Vera 1, Victor 1
SEV-1 | 1 day  | says nothing     | 0 updates: Dina 9, Cleo 70, Olga 1, Tess 71, Vera 4, Victor 4
SEV-1 | 1 day  | snoozes          | 14 updates: Dina 43, Olga 1, Tess 1, Ulf 1, Vera 1, Victor 1
SEV-1 | 1 day  | is still working | 8 updates: Dina 27, Olga 1, Tess 1, Ulf 1, Vera 1, Victor 1
SEV-2 | 1 day  | answers in time  | 2 updates: Omar 3, Dina 1, Olga 1, Ulf 1
SEV-2 | 1 day  | says nothing     | 0 updates: Omar 7, Dina 12, Olga 1, Sana 2, Vera 11, Victor 11
SEV-2 | 1 day  | snoozes          | 1 updates: Omar 4, Dina 1, Olga 1, Ulf 1
SEV-2 | 1 day  | is still working | 0 updates: Omar 3, Dina 1, Olga 1, Ulf 1
SEV-3 | 7 days | answers in time  | 5 updates: Carla 6, Olga 1, Omar 1, Ulf 1
SEV-3 | 7 days | says nothing     | 0 updates: Carla 9, Olga 1, Omar 13, Sana 12
SEV-3 | 7 days | snoozes          | 2 updates: Carla 9, Olga 1, Omar 1, Ulf 1
SEV-3 | 7 days | is still working | 1 updates: Carla 6, Olga 1, Omar 1, Ulf 1
SEV-4 | 7 days | answers in time  | 2 updates: Carla 3, Olga 1, Ulf 1
SEV-4 | 7 days | says nothing     | 0 updates: Carla 8, Olga 1, Omar 2, Sana 2
SEV-4 | 7 days | snoozes          | 1 updates: Carla 6, Olga 1, Ulf 1
SEV-4 | 7 days | is still working | 0 updates: Carla 3, Olga 1, Ulf 1
"""
DOES = {
    "answers in time": answers_in_time,
    "says nothing": says_nothing,
    "snoozes": snoozes,
    "is still working": is_still_working,
}


def rows() -> list[tuple[str, int, str, str]]:
    found = []
    for line in TABLE.strip().splitlines():
        severity, length, does, cost = (part.strip() for part in line.split("|"))
        found.append((severity, int(length.split()[0]), does, cost))
    return found


@pytest.mark.parametrize(("severity", "days", "does", "cost"), rows())
async def test_what_an_escalation_costs_its_people(
    desk: Office, severity: str, days: int, does: str, cost: str
) -> None:
    made = await desk.open(severity, owner=OWNERS[severity], by=OLGA)
    case = Case(desk, severity, made.id)
    if does != "says nothing":
        await desk.pass_by(minutes=5)
        await case.begins()
    await case.lives(DOES[does], days=days, minutes=0 if does == "says nothing" else -5)
    assert desk.clock.now() == at("Mon 10:00") + timedelta(days=days)
    heard = sorted((await case.heard()).items(), key=lambda each: (each[0] != case.owner, each[0]))
    told = ", ".join(f"{user.removeprefix('U0').title()} {count}" for user, count in heard)
    assert f"{case.updates} updates: {told}" == cost


async def test_an_owner_who_needs_no_reminder_hears_nothing_but_that_it_is_theirs(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    case = Case(desk, "SEV-1", made.id)
    await case.begins()
    for _ in range(24):
        await desk.pass_by(minutes=45)
        await case.posts()
    assert (await case.heard())[DINA] == 1
    assert await case.asks() == [NoticeKind.ASSIGNMENT]
