"""A story lived through by the rules of the product alone: `escalation.moves` and `escalation.ladder`, no database, no
Slack. Time goes from one look that an obligation asks for to the next, as the sweep does it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from escalation.business_time import Calendar
from escalation.case import Handover, PlanStep, Status
from escalation.consequences import Transition
from escalation.errors import Refused
from escalation.ladder import above_the_owner, may_be_said, passed, take, to_snooze
from escalation.moves import Terms, apply
from escalation.obligations import Kind, Obligation
from escalation.policy import AudienceKind, SeverityPolicy
from escalation.policy_file import default_policy
from escalation.roster import Roster
from tests.support.cases import escalation
from tests.support.stories import ADMINS, OWNERS, REPORTER, ROLES, Line, Story, day_of, minutes, moment, zone_of

POLICY = default_policy()
ROSTER = Roster(ROLES, ADMINS)
# Acts without terms of their own
_PLAIN = {
    "opened": Transition.OPENED,
    "acknowledged": Transition.ACKNOWLEDGED,
    "update posted": Transition.UPDATED,
    "still working": Transition.STILL_WORKING,
    "customer told": Transition.CUSTOMER_TOLD,
    "resolved": Transition.RESOLVED,
}


def calendar_of(person: str) -> Calendar:
    return Calendar(POLICY.hours, ZoneInfo(zone_of(person)))


class Walk:
    """One escalation; `said` gathers what is said of which kind of obligation."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.case = replace(
            escalation(story.severity, opened_at=story.acts[0].at),
            owner_id=OWNERS[story.severity],
            reporter_id=REPORTER,
        )
        self.owed: list[Obligation] = []
        self.told: set[str] = set()
        self.said: list[tuple[Kind, Line]] = []
        self.serial = 0
        self.is_stopped = False
        self.now = story.acts[0].at

    def run(self) -> list[tuple[Kind, Line]]:
        """Every message of the ladder up to the story's end."""
        acts = list(self.story.acts)
        while True:
            look = None if self.is_stopped else min((one.next_at for one in self.owed if one.next_at), default=None)
            if acts and (look is None or acts[0].at <= look):
                self.act(acts.pop(0))
            elif look is not None and look <= self.story.until:
                self.look(max(look, self.now))
            else:
                return self.said

    @property
    def severity(self) -> SeverityPolicy:
        return POLICY.severities[self.case.severity]

    # Looking, as the sweep does

    def look(self, now: datetime) -> None:
        due = [one for one in self.owed if one.next_at is not None and one.next_at <= now]
        for one in sorted(due, key=lambda one: one.kind is not Kind.TELL_PATH):
            calendar = calendar_of(one.debtor_id or self.case.owner_id)
            if one.kind in (Kind.TELL_PATH, Kind.HANDOVER):
                if not may_be_said(one, calendar, now):
                    one.next_at = calendar.next_opening(now)
                elif one.kind is Kind.TELL_PATH:
                    self.tell_path(one, now)
                else:
                    self.lapse(one, now)
                continue
            what = passed(one, self.severity, calendar, now)
            take(one, what)
            assert what.next_at is None or what.next_at > now, "or the sweep would spin"
            if what.warn:
                self.say(one, now, "warning", [one.debtor_id or self.case.owner_id])
            for step in what.steps:
                if step.rung.tell.kind is AudienceKind.OWNER:
                    self.say(one, now, "nag", [one.debtor_id or self.case.owner_id])
                    continue
                people = ROSTER.told(step.rung.tell, POLICY, self.case.owner_id)
                self.say(one, now, "nag" if people is None else "raised", people)

    def say(self, one: Obligation, now: datetime, word: str, people: list[str] | None) -> None:
        if word in ("path", "raised"):
            self.told |= set(people or ())
        self.said.append((one.kind, Line(now, f"{word} {', '.join(people or ['channel'])}")))

    def tell_path(self, one: Obligation, now: datetime) -> None:
        roles = POLICY.severities[one.severity].notify[one.subject_id].roles
        known = {self.case.owner_id, REPORTER, *self.told}
        people = [user for user in ROSTER.people(roles) or ROSTER.admins if user not in known]
        one.settle(now, "")
        if people:
            self.say(one, now, "path", people)

    def lapse(self, one: Obligation, now: datetime) -> None:
        above = above_the_owner(self.severity)
        people = ROSTER.told(above, POLICY, self.case.owner_id) if above else None
        self.owe(Transition.HANDOVER_ENDED, now)
        self.say(one, now, "lapsed", [self.case.owner_id, *(people or ["channel"])])

    # Acting, as the services do

    def owe(self, transition: Transition, now: datetime, owed: list[Obligation] | None = None, **terms: object) -> None:
        given = Terms(
            policy=POLICY,
            calendar=calendar_of(self.case.owner_id),
            now=now,
            by=self.case.owner_id,
            calendar_of=calendar_of,
            **terms,  # type: ignore[arg-type]
        )
        self.owed = [one for one in self.owed if one.is_open]
        self.owed += apply(transition, self.case, self.owed if owed is None else owed, given)

    def act(self, act: Line) -> None:
        now = self.now = act.at
        match act.words.split():
            case ["customer", "promised", *_]:
                self.owe(Transition.CUSTOMER_PROMISED, now, promise=moment(act.words.split(" ", 2)[2]))
            case ["planned", who, "by", *_]:
                self.serial += 1
                step = PlanStep(1, 1, "Roll back", who, day_of(act.words.split(" by ")[1]), id=self.serial)
                self.owe(Transition.PLANNED, now, steps=(step,))
            case ["step", "done"]:
                self.owe(Transition.STEP_DONE, now, subject_id=self.serial)
            case ["snoozed", "for", length]:
                self.snooze(now, length)
            case ["asked", who, *_]:
                self.serial += 1
                asked = Handover(1, now, self.case.owner_id, self.case.owner_id, who, "Shift ends", id=self.serial)
                self.owe(Transition.HANDOVER_ASKED, now, handover=asked)
            case [_, "declined"]:
                self.owe(Transition.HANDOVER_ENDED, now)
            case [who, "accepted"]:
                self.accept(now, who)
            case ["severity", to]:
                self.change_severity(now, to)
            case ["stopped" | "started" as word]:
                self.is_stopped = word == "stopped"
            case _:
                self.remember(act)
                self.owe(_PLAIN[act.words], now)

    def remember(self, act: Line) -> None:
        """What the services keep on the escalation itself."""
        if act.words == "update posted":
            self.case.last_update_at = act.at
        elif act.words == "still working":
            self.case.still_working_step = "Reading the log"
        elif act.words == "resolved":
            self.case.status = Status.RESOLVED

    def snooze(self, now: datetime, length: str) -> None:
        owed = sorted((one for one in self.owed if one.is_open), key=lambda one: one.due_at)
        try:
            mine = to_snooze(owed, self.case, self.case.owner_id, now)
        except Refused:
            return
        self.owe(Transition.SNOOZED, now, mine, snooze_for=minutes(length), snooze_reason="On a call")

    def accept(self, now: datetime, who: str) -> None:
        if any(one.kind is Kind.HANDOVER and one.is_open and one.debtor_id == who for one in self.owed):
            self.case.owner_id, self.case.owner_zone = who, zone_of(who)
            self.owe(Transition.HANDOVER_ACCEPTED, now)

    def change_severity(self, now: datetime, to: str) -> None:
        order = list(POLICY.severities)
        raised = order.index(to) < order.index(self.case.severity)
        self.case.severity = to
        self.owe(Transition.SEVERITY_RAISED if raised else Transition.SEVERITY_LOWERED, now)


def what_is_said(story: Story) -> list[tuple[Kind, Line]]:
    """Every message of the ladder with the kind of obligation that it is about."""
    return Walk(story).run()


def about(story: Story) -> Iterator[Line]:
    """Those of the story's own obligation."""
    return (line for kind, line in what_is_said(story) if kind.value == story.kind)
