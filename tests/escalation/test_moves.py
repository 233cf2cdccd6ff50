"""What every transition does to every obligation: POLICY.md's table and the bullets under it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from escalation.case import Handover, PlanStep, Status
from escalation.clocks import severity_of
from escalation.consequences import CONSEQUENCE_OF, Consequence, Transition
from escalation.ladder import passed, take
from escalation.moves import Terms, apply
from escalation.obligations import Kind, Obligation, Outcome
from escalation.policy_file import default_policy, read_policy
from tests.support.cases import OWNER, calendar, escalation, obligation, of, opened, terms
from tests.support.clock import NEW_YORK, at, wall

NEW_OWNER = "U0NEW"

# POLICY.md's table, turned round: arises +, settled -, arises again ±, earlier of old and new <, afresh !, moved >,
# asked for afresh ~, by the new ladder ^, asked for later z, ended x, judged by a changed policy j (`test_rejudging`).
TABLE = """
                                        ack plan upd cust step hand path
opened                                   +   +    +   +    .    .    +
acknowledged                             -   .    .   .    .    .    .
update posted                            -   .    ±   .    .    .    .
still working on it                      .   .    ±   .    .    .    .
customer told                            .   .    .   -    .    .    .
customer promised                        .   .    .   p    .    .    .
snoozed                                  z   z    z   z    z    .    .
planned                                  .   -    .   .    ±    .    .
plan step done                           .   .    .   .    -    .    .
handover asked                           .   .    .   .    .    ±    .
handover declined, lapsed or replaced    .   .    .   .    .    -    .
handover accepted                        -   ~    >   ~    .    -    .
owner replaced                           ±   ~    >   ~    .    -    .
severity raised                          <   <    <   <    ^    .    ±
severity lowered                         <   !    !   <    ^    .    ±
resolved                                 x   x    x   x    .    x    x
reopened                                 +   .    +   .    .    .    .
closed                                   x   x    x   x    x    x    x
policy changed                           j   j    j   j    j    .    j
"""
SIGNS = {
    "+": Consequence.ARM,
    "-": Consequence.SETTLE,
    "±": Consequence.REARM,
    "p": Consequence.PROMISE,
    "z": Consequence.SHIFT,
    "<": Consequence.EARLIER,
    "!": Consequence.AFRESH,
    "^": Consequence.RELADDER,
    ">": Consequence.MOVE,
    "~": Consequence.RESTART,
    "x": Consequence.END,
    "j": Consequence.REJUDGE,
    ".": None,
}
KINDS = list(Kind)


def rows() -> list[tuple[Transition, Kind, Consequence | None]]:
    found = []
    for line in TABLE.strip().splitlines()[1:]:
        name, signs = line[:40].strip(), line[40:].split()
        found += [(Transition(name), kind, SIGNS[sign]) for kind, sign in zip(KINDS, signs, strict=True)]
    return found


@pytest.mark.parametrize(("transition", "kind", "consequence"), rows())
def test_the_table_is_the_one_of_the_policy(
    transition: Transition, kind: Kind, consequence: Consequence | None
) -> None:
    assert CONSEQUENCE_OF[transition].get(kind) is consequence


def test_the_table_above_names_every_transition() -> None:
    assert {transition for transition, _, _ in rows()} == set(Transition) == set(CONSEQUENCE_OF)


# Every cell of the table carried out on an escalation that owes one of each kind.

STEP = PlanStep(1, 1, "Roll back", "U0DEV", date(2026, 6, 10), id=7)
HANDOVER = Handover(1, at("Mon 10:10"), OWNER, OWNER, NEW_OWNER, "Shift ends", id=9)


def everything(key: str = "SEV-1") -> tuple[list[Obligation], Terms]:
    case, owed = opened(key, at("Mon 10:00"))
    given = terms(
        at("Mon 10:20"),
        steps=(STEP,),
        handover=HANDOVER,
        promise=at("Mon 10:50"),
        snooze_for=timedelta(minutes=25),
        snooze_reason="On a call",
    )
    owed += apply(Transition.HANDOVER_ASKED, case, owed, given)
    owed += apply(Transition.PLANNED, case, [], given)
    for number, one in enumerate(owed, start=1):
        one.id = number
    return owed, given


@pytest.mark.parametrize(("transition", "kind", "consequence"), rows())
def test_every_cell_does_what_it_says(transition: Transition, kind: Kind, consequence: Consequence | None) -> None:
    owed, given = everything()
    case = escalation("SEV-2" if transition is Transition.SEVERITY_LOWERED else "SEV-1", opened_at=at("Mon 10:00"))
    if consequence is Consequence.ARM:
        owed = [one for one in owed if one.kind is not kind]
    before = {one.id: (one.due_at, one.nag_from) for one in owed}
    arising = apply(transition, case, owed, given)
    mine = [one for one in owed if one.kind is kind]
    settled = [one for one in mine if not one.is_open]
    fresh = [one for one in arising if one.kind is kind]
    if consequence is None:
        assert (settled, fresh) == ([], [])
        assert [(one.due_at, one.nag_from) for one in mine] == [before[one.id] for one in mine]
        return
    assert bool(fresh) == (consequence in (Consequence.ARM, Consequence.REARM, Consequence.PROMISE))
    assert (settled == mine) == (
        consequence in (Consequence.SETTLE, Consequence.REARM, Consequence.PROMISE, Consequence.END) or not mine
    )
    for one in settled:
        assert (one.settled_at, one.settled_by, one.next_at) == (given.now, OWNER, None)
        assert (one.outcome is Outcome.RESOLVED) == (consequence is Consequence.END)
    if consequence is Consequence.SHIFT:
        assert all(one.snoozed_until == at("Mon 10:45") and one.snooze_reason == "On a call" for one in mine)
        assert all(one.nag_from == max(before[one.id][0], at("Mon 10:45")) for one in mine)
        assert [one.due_at for one in mine] == [before[one.id][0] for one in mine]
    if consequence is Consequence.RESTART:
        assert [one.due_at for one in mine] == [before[one.id][0] for one in mine]
        assert all(one.nag_from == (at("Mon 10:35") if one.due_at <= given.now else one.due_at) for one in mine)


@pytest.mark.parametrize("transition", Transition)
def test_what_is_settled_already_stays_as_it_was(transition: Transition) -> None:
    owed, given = everything()
    for one in owed:
        one.settle(at("Mon 10:15"), "U0OTHER")
    apply(transition, escalation(opened_at=at("Mon 10:00")), owed, given)
    assert {(one.settled_at, one.settled_by, one.outcome) for one in owed} == {
        (at("Mon 10:15"), "U0OTHER", Outcome.DONE)
    }


# Opening

OPENED = [
    ("SEV-1", "Sat 23:50", {"ack": "Sun 00:05", "plan": "Sun 00:50", "upd": "Sun 00:50", "cust": "Sun 00:20"}),
    ("SEV-2", "Mon 16:00", {"ack": "Mon 17:00", "plan": "Mon 20:00", "upd": "Tue 11:30", "cust": "Mon 17:00"}),
    ("SEV-3", "Mon 10:00", {"ack": "Mon 14:00", "plan": "Tue 10:00", "upd": "Mon 16:00", "cust": "Mon 14:00"}),
    ("SEV-3", "Mon 13:00", {"ack": "Mon 17:00", "plan": "Tue 13:00", "upd": "Tue 16:00", "cust": "Mon 17:00"}),
    ("SEV-4", "Mon 10:00", {"ack": "Tue 10:00", "plan": "next Mon 10:00", "upd": "Tue 16:00", "cust": "Tue 10:00"}),
    ("SEV-4", "Fri 17:00", {"ack": "next Mon 17:00", "plan": "next Fri 17:00", "upd": "next Tue 16:00"}),
]
SHORT = {"ack": Kind.ACKNOWLEDGE, "plan": Kind.PLAN, "upd": Kind.UPDATE, "cust": Kind.CUSTOMER_CONTACT}


@pytest.mark.parametrize(("key", "start", "due"), OPENED)
def test_what_opening_makes_due(key: str, start: str, due: dict[str, str]) -> None:
    _, owed = opened(key, at(start))
    assert {short: wall(of(owed, SHORT[short]).due_at) for short in due} == due


def test_business_time_is_the_owners() -> None:
    _, owed = opened("SEV-2", at("Mon 16:00"), zone=NEW_YORK)
    assert wall(of(owed, Kind.UPDATE).due_at) == "Mon 20:00"  # 11:00 to 15:00 in New York


@pytest.mark.parametrize(
    ("key", "path"), [("SEV-1", ["Mon 10:00"]), ("SEV-2", ["Mon 12:00"]), ("SEV-3", ["Tue 10:00"])]
)
def test_the_path_is_told_by_its_rows(key: str, path: list[str]) -> None:
    _, owed = opened(key, at("Mon 10:00"))
    rows_ = [one for one in owed if one.kind is Kind.TELL_PATH]
    assert [wall(one.due_at) for one in rows_] == path
    assert [one.subject_id for one in rows_] == list(range(len(path)))


def test_each_row_of_the_path_is_an_obligation_of_its_own() -> None:
    policy = read_policy("severities: {SEV-4: {notify: [{within: 1h, roles: [csm]}, {within: 0m, roles: [cto]}]}}")
    case = escalation("SEV-4", opened_at=at("Mon 10:00"))
    owed = apply(Transition.OPENED, case, [], terms(at("Mon 10:00"), policy=policy))
    rows_ = [(one.subject_id, wall(one.due_at)) for one in owed if one.kind is Kind.TELL_PATH]
    assert rows_ == [(0, "Mon 11:00"), (1, "Mon 10:00")]


# Updates and promises

UPDATED = [
    ("SEV-1", "Mon 10:20", None, "Mon 11:20"),
    ("SEV-1", "Mon 10:20", "Mon 10:50", "Mon 10:50"),
    ("SEV-1", "Mon 10:20", "Mon 15:00", "Mon 11:20"),  # never later than the cadence
    ("SEV-2", "Mon 16:00", None, "Tue 11:30"),
    ("SEV-2", "Fri 16:00", "Sat 12:00", "Sat 12:00"),
    ("SEV-3", "Mon 11:00", None, "Tue 16:00"),
    ("SEV-3", "Fri 15:59", None, "next Mon 16:00"),
    ("SEV-4", "Mon 09:00", None, "Tue 16:00"),
    ("SEV-4", "Tue 16:30", None, "Fri 16:00"),
]


@pytest.mark.parametrize("transition", [Transition.UPDATED, Transition.STILL_WORKING])
@pytest.mark.parametrize(("key", "now", "promise", "due"), UPDATED)
def test_the_next_update_is_due_by_the_cadence_or_a_sooner_promise(
    transition: Transition, key: str, now: str, promise: str | None, due: str
) -> None:
    case, owed = opened(key, at(now) - timedelta(minutes=20))
    owed += apply(transition, case, owed, terms(at(now), promise=at(promise) if promise else None))
    assert wall(of(owed, Kind.UPDATE).due_at) == due


def test_an_update_given_late_still_counts_as_given_and_the_next_counts_from_it() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    first = of(owed, Kind.UPDATE)
    owed += apply(Transition.UPDATED, case, owed, terms(at("Mon 13:00")))
    assert (first.outcome, wall(first.settled_at), wall(of(owed, Kind.UPDATE).due_at)) == (
        Outcome.DONE,
        "Mon 13:00",
        "Mon 14:00",
    )


def test_a_customer_contact_does_not_arise_again_unless_promised() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    owed += apply(Transition.CUSTOMER_TOLD, case, owed, terms(at("Mon 10:10")))
    assert [one for one in owed if one.kind is Kind.CUSTOMER_CONTACT and one.is_open] == []
    owed += apply(Transition.CUSTOMER_PROMISED, case, owed, terms(at("Mon 10:10"), promise=at("Tue 12:00")))
    promised = of(owed, Kind.CUSTOMER_CONTACT)
    assert (wall(promised.due_at), promised.promised) == ("Tue 12:00", True)


def test_a_promise_alone_is_no_word_to_the_customer() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    first = of(owed, Kind.CUSTOMER_CONTACT)
    owed += apply(Transition.CUSTOMER_PROMISED, case, owed, terms(at("Mon 10:10"), promise=at("Mon 12:00")))
    assert first.outcome is Outcome.REARMED


# Severity

SEVERITY = [
    # POLICY.md: severity raised from SEV-3 (due Tue 16:00) to SEV-1, and lowered from SEV-1 to SEV-2
    ("SEV-3", "Mon 13:00", "SEV-1", "Mon 14:00", {"upd": "Mon 15:00", "ack": "Mon 14:15", "plan": "Mon 15:00"}),
    ("SEV-1", "Mon 13:55", "SEV-2", "Mon 14:00", {"upd": "Tue 09:30", "ack": "Mon 14:10", "plan": "Mon 18:00"}),
    ("SEV-1", "Mon 10:00", "SEV-3", "Mon 10:05", {"ack": "Mon 10:15", "upd": "Mon 16:00", "cust": "Mon 10:30"}),
    ("SEV-2", "Mon 10:00", "SEV-1", "Mon 13:30", {"ack": "Mon 11:00", "upd": "Mon 14:00", "cust": "Mon 11:00"}),
    ("SEV-4", "Mon 10:00", "SEV-3", "Mon 11:00", {"ack": "Mon 15:00", "upd": "Mon 16:00", "plan": "Tue 11:00"}),
]


@pytest.mark.parametrize(("old", "start", "new", "now", "due"), SEVERITY)
def test_what_a_changed_severity_makes_due(old: str, start: str, new: str, now: str, due: dict[str, str]) -> None:
    case, owed = opened(old, at(start))
    case.severity = new
    raised = list(default_policy().severities).index(new) < list(default_policy().severities).index(old)
    transition = Transition.SEVERITY_RAISED if raised else Transition.SEVERITY_LOWERED
    owed += apply(transition, case, owed, terms(at(now)))
    assert {short: wall(of(owed, SHORT[short]).due_at) for short in due} == due
    assert {one.severity for one in owed if one.is_open} == {new}


def test_the_clock_of_what_is_owed_becomes_the_new_severitys() -> None:
    case, owed = opened("SEV-3", at("Mon 10:00"))
    case.severity = "SEV-1"
    apply(Transition.SEVERITY_RAISED, case, owed, terms(at("Mon 10:30")))
    assert not any(of(owed, kind).business for kind in SHORT.values())


def test_a_promise_made_to_the_customer_outlives_a_change_of_severity() -> None:
    for transition in (Transition.SEVERITY_RAISED, Transition.SEVERITY_LOWERED):
        case, owed = opened("SEV-2", at("Mon 10:00"))
        owed += apply(Transition.CUSTOMER_PROMISED, case, owed, terms(at("Mon 10:10"), promise=at("Thu 12:00")))
        apply(transition, case, owed, terms(at("Mon 11:00")))
        assert wall(of(owed, Kind.CUSTOMER_CONTACT).due_at) == "Thu 12:00"


def test_new_rows_of_the_path_count_from_the_change_and_the_old_are_over() -> None:
    case, owed = opened("SEV-2", at("Mon 10:00"))
    case.severity = "SEV-1"
    owed += apply(Transition.SEVERITY_RAISED, case, owed, terms(at("Mon 11:00")))
    path = of(owed, Kind.TELL_PATH)
    assert (path.severity, wall(path.due_at)) == ("SEV-1", "Mon 11:00")


def test_what_is_overdue_at_a_change_is_asked_for_afresh_from_now() -> None:
    case, owed = opened("SEV-3", at("Mon 09:00"))
    late = of(owed, Kind.ACKNOWLEDGE)  # due Mon 13:00
    take(late, passed(late, severity_of(case, default_policy()), calendar(), at("Mon 16:00")))
    assert late.rungs == 2
    case.severity = "SEV-1"
    apply(Transition.SEVERITY_RAISED, case, owed, terms(at("Mon 16:00")))
    assert (late.rungs, wall(late.due_at), wall(late.nag_from)) == (0, "Mon 13:00", "Mon 16:00")
    steps = passed(late, severity_of(case, default_policy()), calendar(), at("Mon 16:20")).steps
    assert [str(step.rung.tell) for step in steps] == ["owner", "channel", "tier 3"]


def test_a_due_time_moved_so_near_that_its_warning_would_come_at_once_has_none() -> None:
    case, owed = opened("SEV-2", at("Mon 10:00"))
    case.last_update_at = at("Mon 10:00")
    apply(Transition.HANDOVER_ACCEPTED, case, owed, terms(at("Mon 13:50"), by=NEW_OWNER))
    update = of(owed, Kind.UPDATE)
    assert (wall(update.due_at), wall(update.next_at)) == ("Mon 14:05", "Mon 14:05")


def test_a_due_time_moved_far_enough_is_warned_of_again() -> None:
    case, owed = opened("SEV-3", at("Mon 13:00"))
    of(owed, Kind.UPDATE).warned = True
    case.severity = "SEV-1"
    apply(Transition.SEVERITY_RAISED, case, owed, terms(at("Mon 14:00")))
    assert wall(of(owed, Kind.UPDATE).next_at) == "Mon 14:50"


# Owners

MOVED = [
    # severity, opened, last update, accepted, zone of the new owner, due
    ("SEV-1", "Mon 10:00", "Mon 10:30", "Mon 10:40", "Europe/London", "Mon 11:30"),
    ("SEV-1", "Mon 10:00", "Mon 10:30", "Mon 11:25", "Europe/London", "Mon 11:40"),  # not sooner than 15 minutes
    ("SEV-2", "Mon 10:00", "Mon 16:00", "Mon 16:30", NEW_YORK, "Mon 20:00"),
    ("SEV-3", "Mon 10:00", "Mon 11:00", "Mon 11:30", NEW_YORK, "Tue 21:00"),  # 16:00 there
    ("SEV-1", "Mon 10:00", None, "Mon 10:05", "Europe/London", "Mon 11:00"),
    ("SEV-3", "Mon 10:00", None, "Mon 10:05", "Europe/London", "Mon 16:00"),
]


@pytest.mark.parametrize("transition", [Transition.HANDOVER_ACCEPTED, Transition.OWNER_REPLACED])
@pytest.mark.parametrize(("key", "start", "updated", "now", "zone", "due"), MOVED)
def test_the_new_owner_owes_the_update_in_their_own_hours(
    transition: Transition, key: str, start: str, updated: str | None, now: str, zone: str, due: str
) -> None:
    case, owed = opened(key, at(start))
    if updated is not None:
        case.last_update_at = at(updated)
        owed += apply(Transition.UPDATED, case, owed, terms(at(updated)))
    owed += apply(transition, case, owed, terms(at(now), zone=zone))
    assert wall(of(owed, Kind.UPDATE).due_at) == due


def test_still_working_does_not_count_as_the_last_update_when_the_owner_changes() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    case.last_update_at = at("Mon 10:10")
    owed += apply(Transition.UPDATED, case, owed, terms(at("Mon 10:10")))
    case.still_working_step = "Reading the log"
    owed += apply(Transition.STILL_WORKING, case, owed, terms(at("Mon 11:00")))
    apply(Transition.HANDOVER_ACCEPTED, case, owed, terms(at("Mon 11:01"), by=NEW_OWNER))
    assert wall(of(owed, Kind.UPDATE).due_at) == "Mon 11:16"


def test_after_a_reopening_a_new_owners_update_counts_from_it() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    case.last_update_at = at("Mon 10:10")
    apply(Transition.RESOLVED, case, owed, terms(at("Mon 10:20")))
    owed += apply(Transition.REOPENED, case, owed, terms(at("Fri 10:00")))
    apply(Transition.HANDOVER_ACCEPTED, case, owed, terms(at("Fri 10:05"), by=NEW_OWNER))
    assert wall(of(owed, Kind.UPDATE).due_at) == "Fri 11:00"


def test_a_new_owner_gets_a_moment_before_what_is_overdue_is_asked_for() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    plan = of(owed, Kind.PLAN)
    take(plan, passed(plan, severity_of(case, default_policy()), calendar(), at("Mon 11:45")))
    apply(Transition.HANDOVER_ACCEPTED, case, owed, terms(at("Mon 11:45"), by=NEW_OWNER))
    assert (wall(plan.due_at), wall(plan.next_at), plan.rungs) == ("Mon 11:00", "Mon 12:00", 0)


def test_a_new_owner_is_asked_for_what_is_not_due_yet_when_it_is_due() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    apply(Transition.HANDOVER_ACCEPTED, case, owed, terms(at("Mon 10:55"), by=NEW_OWNER))
    plan = of(owed, Kind.PLAN)
    assert (wall(plan.due_at), wall(plan.next_at)) == ("Mon 11:00", "Mon 11:00")


def test_a_snooze_holds_for_the_next_owner_too() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    plan = of(owed, Kind.PLAN)
    apply(
        Transition.SNOOZED,
        case,
        [plan],
        terms(at("Mon 11:00"), snooze_for=timedelta(minutes=30), snooze_reason="Lunch"),
    )
    apply(Transition.HANDOVER_ACCEPTED, case, owed, terms(at("Mon 11:05"), by=NEW_OWNER))
    assert wall(plan.next_at) == "Mon 11:30"


# Snooze


def test_a_snooze_shifts_the_rungs_to_its_end_and_leaves_the_due_time() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    ack = of(owed, Kind.ACKNOWLEDGE)
    take(ack, passed(ack, severity_of(case, default_policy()), calendar(), at("Mon 10:25")))
    apply(
        Transition.SNOOZED, case, [ack], terms(at("Mon 10:26"), snooze_for=timedelta(minutes=24), snooze_reason="Call")
    )
    assert (wall(ack.due_at), wall(ack.next_at)) == ("Mon 10:15", "Mon 10:50")
    steps = passed(ack, severity_of(case, default_policy()), calendar(), at("Mon 11:10")).steps
    assert [(wall(step.at), str(step.rung.tell)) for step in steps] == [
        ("Mon 10:50", "owner"),
        ("Mon 11:00", "channel"),
        ("Mon 11:10", "tier 3"),
    ]


def test_a_snooze_that_ends_before_the_due_time_asks_at_the_due_time() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    plan = of(owed, Kind.PLAN)
    apply(
        Transition.SNOOZED, case, [plan], terms(at("Mon 10:10"), snooze_for=timedelta(minutes=10), snooze_reason="Call")
    )
    assert wall(plan.next_at) == "Mon 11:00"


# Plans and handovers


def planned(now: str, due_on: date, zone: str = "Europe/London") -> Obligation:
    case = escalation("SEV-1", opened_at=at(now))
    step = replace(STEP, due_on=due_on)
    given = replace(terms(at(now), steps=(step,)), calendar_of=lambda _user: calendar(zone))
    return of(apply(Transition.PLANNED, case, [], given), Kind.PLAN_STEP)


STEPS = [
    ("Mon 10:00", date(2026, 6, 10), "Europe/London", "Wed 17:30"),
    ("Mon 10:00", date(2026, 6, 10), NEW_YORK, "Wed 22:30"),
    ("Mon 10:00", date(2026, 6, 8), "Europe/London", "Mon 17:30"),
]


@pytest.mark.parametrize(("now", "due_on", "zone", "due"), STEPS)
def test_a_step_is_due_when_business_ends_that_day_where_its_person_lives(
    now: str, due_on: date, zone: str, due: str
) -> None:
    one = planned(now, due_on, zone)
    assert (wall(one.due_at), one.debtor_id, one.subject_id, one.business) == (due, "U0DEV", 7, True)


def test_a_snoozed_step_is_asked_for_in_the_hours_of_its_person() -> None:
    case = escalation("SEV-1", opened_at=at("Mon 10:00"))
    one = planned("Mon 10:00", date(2026, 6, 9), NEW_YORK)
    given = replace(
        terms(at("Tue 22:25"), snooze_for=timedelta(minutes=10), snooze_reason="Nearly"),
        calendar_of=lambda _user: calendar(NEW_YORK),
    )
    apply(Transition.SNOOZED, case, [one], given)
    assert wall(one.next_at) == "Wed 14:05"  # five minutes before the office closes in New York, five after it opens


def test_one_step_done_leaves_the_others_owed() -> None:
    case = escalation("SEV-1", opened_at=at("Mon 10:00"))
    steps = tuple(PlanStep(1, n, "Step", "U0DEV", date(2026, 6, 10), id=n) for n in (1, 2))
    owed = apply(Transition.PLANNED, case, [], terms(at("Mon 10:00"), steps=steps))
    apply(Transition.STEP_DONE, case, owed, terms(at("Mon 11:00"), subject_id=2))
    assert [one.subject_id for one in owed if one.is_open] == [1]


def test_a_new_plan_takes_the_place_of_the_old_ones_open_steps() -> None:
    case = escalation("SEV-1", opened_at=at("Mon 10:00"))
    owed = apply(Transition.PLANNED, case, [], terms(at("Mon 10:00"), steps=(STEP,)))
    owed += apply(Transition.PLANNED, case, owed, terms(at("Mon 11:00"), steps=(replace(STEP, id=8),)))
    assert [(one.subject_id, one.outcome) for one in owed] == [(7, Outcome.REARMED), (8, None)]


@pytest.mark.parametrize(
    ("key", "zone", "due"),
    [("SEV-1", NEW_YORK, "Mon 10:15"), ("SEV-3", "Europe/London", "Mon 14:00"), ("SEV-3", NEW_YORK, "Mon 18:00")],
)
def test_a_handover_is_to_be_answered_as_an_escalation_is_acknowledged_in_the_hours_of_who_is_asked(
    key: str, zone: str, due: str
) -> None:
    case = escalation(key, opened_at=at("Mon 10:00"))
    given = replace(terms(at("Mon 10:00"), handover=HANDOVER), calendar_of=lambda _user: calendar(zone))
    one = of(apply(Transition.HANDOVER_ASKED, case, [], given), Kind.HANDOVER)
    assert (wall(one.due_at), one.next_at, one.debtor_id, one.subject_id) == (due, one.due_at, NEW_OWNER, 9)


def test_the_last_handover_takes_the_place_of_the_one_before() -> None:
    case = escalation(opened_at=at("Mon 10:00"))
    owed = apply(Transition.HANDOVER_ASKED, case, [], terms(at("Mon 10:00"), handover=HANDOVER))
    second = replace(HANDOVER, id=10)
    owed += apply(Transition.HANDOVER_ASKED, case, owed, terms(at("Mon 10:05"), handover=second))
    assert [(one.subject_id, one.is_open) for one in owed] == [(9, False), (10, True)]


# The end, and not the end


def test_resolving_leaves_only_the_plans_steps_and_reopening_brings_two_back() -> None:
    owed, given = everything()
    case = escalation(opened_at=at("Mon 10:00"), status=Status.RESOLVED)
    apply(Transition.RESOLVED, case, owed, given)
    assert {one.kind for one in owed if one.is_open} == {Kind.PLAN_STEP}
    owed += apply(Transition.REOPENED, case, owed, terms(at("Tue 10:00")))
    due = {one.kind: wall(one.due_at) for one in owed if one.is_open}
    assert due == {Kind.PLAN_STEP: "Wed 17:30", Kind.ACKNOWLEDGE: "Tue 10:15", Kind.UPDATE: "Tue 11:00"}


@pytest.mark.parametrize(("now", "due"), [("Mon 10:00", "Mon 16:00"), ("Mon 13:00", "Tue 16:00")])
def test_a_reopened_schedule_begins_as_an_opened_one(now: str, due: str) -> None:
    owed = apply(Transition.REOPENED, escalation("SEV-3", opened_at=at("Mon 08:00")), [], terms(at(now)))
    assert wall(of(owed, Kind.UPDATE).due_at) == due


def test_a_severity_the_policy_no_longer_knows_is_treated_as_the_least_serious() -> None:
    case = escalation("P0", opened_at=at("Mon 10:00"))
    assert severity_of(case, default_policy()).key == "SEV-4"
    assert wall(of(apply(Transition.OPENED, case, [], terms(at("Mon 10:00"))), Kind.ACKNOWLEDGE).due_at) == "Tue 10:00"


def test_nothing_owed_is_due_before_it_arose() -> None:
    for key in default_policy().severities:
        for hour in range(0, 24 * 7, 5):
            now: datetime = at("Mon 00:00") + timedelta(hours=hour)
            for one in opened(key, now)[1]:
                assert one.due_at >= now
                assert one.next_at is not None
                assert one.next_at >= now


def test_an_obligation_knows_its_clock() -> None:
    assert not obligation(Kind.ACKNOWLEDGE, "SEV-2", at("Mon 11:00"), armed_at=at("Mon 10:00")).business
    assert obligation(Kind.UPDATE, "SEV-2", at("Mon 14:00"), armed_at=at("Mon 10:00")).business
