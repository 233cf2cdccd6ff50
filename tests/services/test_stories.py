"""Stories of the full table lived through with a database: the services say what the rules alone say, and no more.

What comes due in the same minute for the same person is one message here; otherwise every minute and every audience
is the same.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.case import CHANNEL, EventKind, NoticeKind
from escalation.errors import Refused
from escalation.obligations import Kind
from services import ending, handing_over, owning, people
from services.owning import NewStep, NewUpdate
from services.severity import change_severity
from tests.support import rules_walk
from tests.support.clock import NEW_YORK
from tests.support.office import OLGA, SANA, Office
from tests.support.stories import OWNERS, Line, Story, day_of, minutes, read, written

TABLE = Path(__file__).parents[1] / "escalation" / "table"
TOLD_BY_KINDS = {NoticeKind.WARNING, NoticeKind.NAG, NoticeKind.RAISED}
Heard = set[tuple[str, str]]


def chosen() -> list[Story]:
    """The outcomes of an update, where all else that is owed stays unanswered too; of handover, plan step and path."""
    stories = [
        story
        for key in OWNERS
        for story in read(key, (TABLE / f"{key.lower()}.txt").read_text(encoding="utf-8"))
        if not story.is_impossible
    ]
    return [
        story
        for story in stories
        if (story.kind == Kind.UPDATE and story.severity in ("SEV-1", "SEV-3"))
        or (story.kind in (Kind.HANDOVER, Kind.PLAN_STEP, Kind.TELL_PATH) and story.severity == "SEV-2")
        if "stopped" not in [act.words for act in story.acts] and story.outcome not in ("weekend", "spring")
    ]


def id_of(name: str) -> str:
    return f"U0{name.upper()}"


class Desk:
    """The story's acts, as those who own it do them."""

    def __init__(self, office: Office, story: Story) -> None:
        self.office, self.story, self.id, self.owner = office, story, 0, id_of(OWNERS[story.severity])

    async def act(self, act: Line) -> None:
        clarion, it, by = self.office.clarion, self.id, self.owner
        match act.words.split():
            case ["opened"]:
                self.id = (await self.office.open(self.story.severity, owner=by, by=OLGA)).id
            case ["acknowledged"]:
                await owning.acknowledge(clarion, it, by, None)
            case ["update", "posted"]:
                await owning.post_update(clarion, it, by, None, NewUpdate("Down", "Up by noon"))
            case ["customer", "told"]:
                await owning.told_customer(clarion, it, by, None)
            case ["planned", who, "by", *_]:
                step = NewStep("Roll back", id_of(who), day_of(act.words.split(" by ")[1]))
                await owning.plan(clarion, it, by, None, [step], None)
            case ["step", "done"]:
                step_id = (await self.office.owed(it))[Kind.PLAN_STEP].subject_id
                await owning.step_done(clarion, it, step_id, by, None)
            case ["snoozed", "for", length]:
                await owning.snooze(clarion, it, by, None, minutes(length), "On a call")
            case ["asked", who, *_]:
                await handing_over.hand_off(clarion, it, by, None, id_of(who), "Shift ends")
            case [who, "accepted"]:
                handover = (await self.office.handovers(it))[-1]
                with contextlib.suppress(Refused):
                    await handing_over.accept(clarion, it, handover.id, id_of(who), None)
                    self.owner = id_of(who)
            case ["severity", to]:
                await change_severity(clarion, it, by, None, to, "So it is")
            case ["resolved"]:
                await ending.resolve(clarion, it, by, None, "Swapped")
            case _:
                raise AssertionError(act.words)

    async def heard(self) -> Heard:
        """Who heard something of the ladder in which minute."""
        found = {
            (written(one.created_at), one.audience)
            for one in await self.office.notices(self.id)
            if one.kind in TOLD_BY_KINDS
        }
        for event in await self.office.events(self.id):
            if event.kind is EventKind.PATH_TOLD:
                found |= {(written(event.at), user) for user in event.values["users"]}
            elif event.kind is EventKind.HANDOVER_LAPSED:
                found |= {(written(event.at), event.values["owner"]), (written(event.at), CHANNEL)}
        return found


def heard_by_the_rules(story: Story) -> Heard:
    found = set()
    for _, line in rules_walk.what_is_said(story):
        names = line.words.split(" ", 1)[1].split(", ")
        found |= {(written(line.at), CHANNEL if name == "channel" else id_of(name)) for name in names}
    return found


async def lives_through(office: Office, story: Story) -> Heard:
    await people.remember(office.clarion, [await office.change_person(SANA, zone=NEW_YORK)])
    desk = Desk(office, story)
    office.clock.jump_to(story.acts[0].at)
    for act in story.acts:
        # An act in the very minute of a rung comes first, as in the story.
        await office.until(act.at - timedelta(seconds=1))
        office.clock.jump_to(act.at)
        await desk.act(act)
    await office.until(story.until)
    return await desk.heard()


@pytest.mark.parametrize("story", chosen(), ids=lambda story: f"{story.severity} {story.name}")
async def test_the_services_say_what_the_rules_say(desk: Office, story: Story) -> None:
    assert sorted(await lives_through(desk, story)) == sorted(heard_by_the_rules(story))
