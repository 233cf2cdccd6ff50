"""POLICY.md acted out by the minute, as naively as can be: what the rules of the product are held against.

It shares no code with them: it reads the default policy's YAML by itself, walks wall time minute by minute, and
knows the holidays of the weeks that stories play in. Slow, and wrong about seconds; stories have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tests.support.oracle_time import CLOSES, MINUTE, after, before, due, first_open, keeps_hours
from tests.support.stories import ADMINS, OWNERS, REPORTER, ROLES, Line, Story, day_of, moment, zone_of

POLICY = yaml.safe_load((Path(__file__).parents[2] / "escalation" / "default_policy.yaml").read_text(encoding="utf-8"))


@dataclass
class Owed:
    kind: str
    due: datetime
    business: bool
    since: datetime  # when it arose, or was last moved
    asked_from: datetime
    person: str = ""  # who owes it, when that is not the owner
    row: int = 0
    promised: bool = False
    snoozed_until: datetime | None = None
    plan: dict[datetime, list[tuple[str, str]]] = field(default_factory=dict)


CLOCKS = {
    "acknowledge": "acknowledge_within",
    "plan": "plan_within",
    "update": "update_every",
    "customer contact": "contact_customer_within",
}


class Oracle:
    """Lives through a story; `said` gathers what is said of which kind of obligation."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.severity = story.severity
        self.owner = OWNERS[story.severity]
        self.owed: list[Owed] = []
        self.told: set[str] = set()
        self.said: list[tuple[str, Line]] = []
        self.opened = self.now = story.acts[0].at
        self.last_update: datetime | None = None
        self.stopped = False

    def run(self) -> list[tuple[str, Line]]:
        acts = {one.at: [each.words for each in self.story.acts if each.at == one.at] for one in self.story.acts}
        while self.now <= self.story.until:
            for words in acts.get(self.now, ()):
                self.act(words)
            # The path is told by its own row, though some of it may hear of a rung in that minute.
            for one in [] if self.stopped else sorted(self.owed, key=lambda one: one.kind != "tell the path"):
                for word, tell in one.plan.get(self.now, ()):
                    self.say(one, word, tell)
            self.now += MINUTE
        return self.said

    @property
    def rules(self) -> dict[str, Any]:
        return dict(POLICY["severities"][self.severity])

    @property
    def home(self) -> str:
        return zone_of(self.owner)

    # Speaking

    def say(self, owed: Owed, word: str, tell: str) -> None:
        if word == "path":
            self.owed.remove(owed)
            people = [who for role in tell.split(", ") for who in ROLES.get(role, ())] or list(ADMINS)
            people = [who for who in people if who not in {self.owner, REPORTER, *self.told}]
            if not people:
                return
        elif word == "lapsed":
            self.owed.remove(owed)
            up = next(rung["tell"] for rung in self.rules["if_silent"] if rung["tell"] != "owner")
            people = [self.owner, *self.people(up, owed)]
        else:
            people = self.people(tell, owed)
        if word in ("path", "raised"):
            self.told |= set(people)
        self.said.append((owed.kind, Line(self.now, f"{word} {', '.join(people)}")))

    def people(self, tell: str, owed: Owed) -> list[str]:
        if tell == "owner":
            return [owed.person or self.owner]
        if tell == "channel":
            return ["channel"]
        roles = POLICY["tiers"][int(tell.removeprefix("tier "))]
        found = [who for role in roles for who in ROLES.get(role, ()) if who != self.owner]
        return found or [who for who in ADMINS if who != self.owner] or ["channel"]

    def plan(self, owed: Owed) -> None:
        """Write down what will be said of it, if nothing happens."""
        zone, owed.plan = zone_of(owed.person) if owed.person else self.home, {}
        clock = " business" if owed.business else ""
        if owed.kind in ("handover", "tell the path"):
            at = first_open(owed.due, zone) if owed.business else owed.due
            row = self.rules["notify"][owed.row]["roles"] if owed.kind == "tell the path" else []
            owed.plan[at] = [("path", ", ".join(row)) if row else ("lapsed", "")]
            return
        if owed.kind in ("update", "customer contact") and owed.snoozed_until is None:
            at = before(owed.due, self.rules["warn_before"], zone, owed.business)
            if at > owed.since:
                owed.plan[at] = [("warning", "owner")]
        start = at = first_open(owed.asked_from, zone) if owed.business else owed.asked_from
        for rung in self.rules["if_silent"]:
            word = "nag" if rung["tell"] in ("owner", "channel") else "raised"
            if "after" in rung:
                at = after(start, rung["after"] + clock, zone)
                owed.plan.setdefault(at, []).append((word, rung["tell"]))
            while "every" in rung and at <= self.story.until:
                at = after(at, rung["every"] + clock, zone)
                owed.plan.setdefault(at, []).append((word, rung["tell"]))

    # What happens

    def act(self, words: str) -> None:  # noqa: PLR0912 - one line an act
        match words.split():
            case ["opened"]:
                for kind in CLOCKS:
                    self.arm_by_policy(kind)
                self.arm_path()
            case ["acknowledged"]:
                self.settle("acknowledge")
            case ["update", "posted"]:
                self.last_update = self.now
                self.settle("acknowledge", "update")
                self.arm_by_policy("update", first=False)
            case ["still", "working"]:
                self.settle("update")
                self.arm_by_policy("update", first=False)
            case ["customer", "told"]:
                self.settle("customer contact")
            case ["customer", "promised", *_]:
                self.settle("customer contact")
                business = keeps_hours(self.rules["contact_customer_within"])
                self.arm("customer contact", moment(words.split(" ", 2)[2]), business, promised=True)
            case ["planned", who, "by", *_]:
                self.make_plan(who, day_of(words.split(" by ")[1]))
            case ["step", "done"]:
                self.settle("plan step")
            case ["snoozed", "for", length]:
                self.snooze(length)
            case ["asked", who, *_]:
                self.ask(who)
            case [_, "declined"]:
                self.settle("handover")
            case [who, "accepted"]:
                self.accept(who)
            case ["severity", to]:
                self.change_severity(to)
            case ["resolved"]:
                self.owed = [one for one in self.owed if one.kind == "plan step"]
            case ["stopped" | "started"]:
                self.stop_or_start(words)
            case _:
                raise AssertionError(words)

    def arm(self, kind: str, at: datetime, business: bool, **more: Any) -> None:
        one = Owed(kind, at, business, since=self.now, asked_from=at, **more)
        self.plan(one)
        self.owed.append(one)

    def arm_by_policy(self, kind: str, first: bool = True) -> None:
        clock = self.rules[CLOCKS[kind]]
        self.arm(kind, due(clock, self.now, self.home, first), keeps_hours(clock))

    def arm_path(self) -> None:
        for number, row in enumerate(self.rules.get("notify", ())):
            self.arm("tell the path", due(row["within"], self.now, self.home), keeps_hours(row["within"]), row=number)

    def settle(self, *kinds: str) -> None:
        self.owed = [one for one in self.owed if one.kind not in kinds]

    def make_plan(self, who: str, day: date) -> None:
        """A step is due when that day's business ends where its person lives."""
        self.settle("plan", "plan step")
        at = datetime.combine(day, CLOSES, ZoneInfo(zone_of(who))).astimezone(UTC)
        self.arm("plan step", at, business=True, person=who)

    def snooze(self, length: str) -> None:
        """What the owner is being asked for, or else what is due next; each once."""
        mine = [one for one in self.owed if one.kind not in ("handover", "tell the path")]
        mine = sorted((one for one in mine if one.person in ("", self.owner)), key=lambda one: one.due)
        asked = [one for one in mine if one.due <= self.now or self.was_warned(one)] or mine[:1]
        for one in asked:
            if one.snoozed_until is None:
                one.snoozed_until = after(self.now, length + (" business" if one.business else ""), self.home)
                one.asked_from = max(one.due, one.snoozed_until)
                self.plan(one)

    def was_warned(self, owed: Owed) -> bool:
        return any(at <= self.now and ("warning", "owner") in what for at, what in owed.plan.items())

    def ask(self, who: str) -> None:
        self.settle("handover")
        clock = self.rules["acknowledge_within"]
        self.arm("handover", due(clock, self.now, zone_of(who)), keeps_hours(clock), person=who)

    def accept(self, who: str) -> None:
        if not any(one.kind == "handover" and one.person == who for one in self.owed):
            return  # it has lapsed: nobody is asked any more
        self.owner = who
        self.settle("acknowledge", "handover")
        grace = self.now + 15 * MINUTE
        for one in self.owed:
            if one.kind == "update":
                start, first = self.last_update or self.opened, self.last_update is None
                again = due(self.rules["update_every"], start, self.home, first)
                self.move(one, max(again, grace))
            elif one.kind in ("plan", "customer contact"):
                one.asked_from = max(one.due if one.due > self.now else grace, one.snoozed_until or one.due)
                self.plan(one)
            else:
                self.plan(one)

    def move(self, owed: Owed, at: datetime) -> None:
        """A new due time has a ladder of its own; what is overdue is asked for from now on."""
        owed.due, owed.since, owed.snoozed_until = at, self.now, None
        owed.asked_from = max(at, self.now)
        self.plan(owed)

    def change_severity(self, to: str) -> None:
        order = list(POLICY["severities"])
        raised = order.index(to) < order.index(self.severity)
        self.severity = to
        self.settle("tell the path")
        for one in self.owed:
            if one.kind == "plan step":
                self.move(one, one.due)
            elif one.kind in CLOCKS:
                clock = self.rules[CLOCKS[one.kind]]
                one.business = keeps_hours(clock)
                fresh = due(clock, self.now, self.home)
                if one.promised:
                    fresh = one.due
                elif raised or one.kind in ("acknowledge", "customer contact"):
                    fresh = min(one.due, fresh)
                self.move(one, fresh)
        self.arm_path()

    def stop_or_start(self, words: str) -> None:
        """While it does not run nothing is said; then at once, and of what keeps hours within them."""
        self.stopped = words == "stopped"
        for one in self.owed if words == "started" else ():
            if one.kind == "tell the path" and min(one.plan) < self.now:
                at = first_open(self.now, self.home) if one.business else self.now
                one.plan = {at: one.plan[min(one.plan)]}


def what_is_said(story: Story) -> list[tuple[str, Line]]:
    """Every message of the ladder with the kind of obligation that it is about."""
    return Oracle(story).run()


def about(story: Story) -> Iterator[Line]:
    """Those of the story's own obligation."""
    return (line for kind, line in what_is_said(story) if kind == story.kind)
