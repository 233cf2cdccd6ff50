"""The ladder: each rung once and on the obligation's own clock, a quiet word before, one word after an outage."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from escalation.ladder import WARNED_KINDS, Passed, first_look, passed, take
from escalation.obligations import Kind, Obligation
from escalation.policy import Policy, SeverityPolicy
from escalation.policy_file import default_policy, read_policy
from tests.support.cases import calendar, obligation, of, opened
from tests.support.clock import at, wall


def severity(key: str, policy: Policy | None = None) -> SeverityPolicy:
    return (policy or default_policy()).severities[key]


def said(what: Passed) -> list[str]:
    return (["warning"] if what.warn else []) + [str(step.rung.tell) for step in what.steps]


def climb(owed: Obligation, until: datetime, policy: Policy | None = None) -> list[tuple[str | None, str]]:
    """Look whenever the obligation asks for it, and write down what is said when."""
    found: list[tuple[str | None, str]] = []
    now = owed.next_at
    while now is not None and now <= until:
        what = passed(owed, severity(owed.severity, policy), calendar(), now)
        take(owed, what)
        found += [(wall(now), word) for word in said(what)]
        assert what.next_at is None or what.next_at > now, "or the sweep would spin"
        now = what.next_at
    return found


LADDERS = [
    (
        (Kind.ACKNOWLEDGE, "SEV-1", "Sat 23:05"),
        [
            ("Sat 23:05", "owner"),
            ("Sat 23:15", "channel"),
            ("Sat 23:25", "tier 3"),
            ("Sat 23:45", "tier 4"),
            ("Sun 00:45", "tier 4"),
            ("Sun 01:45", "tier 4"),
        ],
    ),
    (
        (Kind.UPDATE, "SEV-1", "Mon 11:00"),
        [
            ("Mon 10:50", "warning"),
            ("Mon 11:00", "owner"),
            ("Mon 11:10", "channel"),
            ("Mon 11:20", "tier 3"),
            ("Mon 11:40", "tier 4"),
            ("Mon 12:40", "tier 4"),
            ("Mon 13:40", "tier 4"),
        ],
    ),
    (
        (Kind.UPDATE, "SEV-2", "Mon 17:00"),
        [
            ("Mon 16:30", "warning"),
            ("Mon 17:00", "owner"),
            ("Mon 17:30", "channel"),
            ("Tue 09:30", "tier 2"),  # POLICY.md: rung `after: 1h` of a `4h business` obligation due Mon 17:00
            ("Tue 10:30", "tier 3"),
            ("Tue 14:30", "tier 3"),
            ("Wed 10:00", "tier 3"),
        ],
    ),
    (
        (Kind.ACKNOWLEDGE, "SEV-3", "Fri 16:30"),
        [
            ("Fri 16:30", "owner"),
            ("next Mon 10:00", "channel"),
            ("next Mon 16:30", "tier 2"),
            ("next Tue 16:30", "tier 2"),
        ],
    ),
    (
        (Kind.UPDATE, "SEV-4", "Fri 16:00"),
        [
            ("Fri 14:00", "warning"),
            ("Fri 16:00", "owner"),
            ("next Mon 16:00", "channel"),
            ("next Tue 16:00", "tier 2"),
        ],
    ),
]


@pytest.mark.parametrize(("owed", "expected"), LADDERS, ids=lambda value: " ".join(value) if len(value) == 3 else "")
def test_each_rung_comes_once_at_its_time_and_the_last_repeats(
    owed: tuple[Kind, str, str], expected: list[tuple[str, str]]
) -> None:
    kind, key, due = owed
    one = obligation(kind, key, at(due), armed_at=at("Mon 08:00") - timedelta(days=2))
    assert climb(one, at(expected[-1][0])) == expected


def test_a_ladder_without_every_ends_with_its_last_rung() -> None:
    one = obligation(Kind.UPDATE, "SEV-4", at("Tue 16:00"), armed_at=at("Mon 09:00"))
    climb(one, at("next Sun 00:00"))
    assert one.next_at is None
    assert one.rungs == 3


def test_an_every_alone_first_comes_one_period_after_the_due_time() -> None:
    policy = read_policy("severities: {SEV-1: {if_silent: [{every: 30m, tell: admins}]}}")
    one = obligation(Kind.ACKNOWLEDGE, "SEV-1", at("Mon 10:15"), armed_at=at("Mon 10:00"), policy=policy)
    assert climb(one, at("Mon 11:20"), policy) == [("Mon 10:45", "admins"), ("Mon 11:15", "admins")]


def test_an_empty_ladder_asks_nobody() -> None:
    policy = read_policy("severities: {SEV-1: {if_silent: []}}")
    one = obligation(Kind.ACKNOWLEDGE, "SEV-1", at("Mon 10:15"), armed_at=at("Mon 10:00"), policy=policy)
    assert one.next_at is None
    assert passed(one, severity("SEV-1", policy), calendar(), at("Fri 10:00")).steps == ()


def test_several_rungs_of_the_same_moment_are_all_said() -> None:
    policy = read_policy(
        "severities: {SEV-1: {if_silent: [{after: 0m, tell: owner}, {after: 0m, tell: channel}, {every: 1h, tell: cto}]}}"
    )
    one = obligation(Kind.ACKNOWLEDGE, "SEV-1", at("Mon 10:15"), armed_at=at("Mon 10:00"), policy=policy)
    assert climb(one, at("Mon 11:15"), policy) == [
        ("Mon 10:15", "owner"),
        ("Mon 10:15", "channel"),
        ("Mon 11:15", "cto"),
    ]


def test_nothing_is_said_a_moment_before_its_time() -> None:
    one = obligation(Kind.ACKNOWLEDGE, "SEV-1", at("Mon 10:15"), armed_at=at("Mon 10:00"))
    early = passed(one, severity("SEV-1"), calendar(), at("Mon 10:15") - timedelta(microseconds=1))
    assert (said(early), early.next_at, early.rungs) == ([], at("Mon 10:15"), 0)


def test_looking_changes_nothing_until_it_is_taken() -> None:
    one = obligation(Kind.ACKNOWLEDGE, "SEV-1", at("Mon 10:15"), armed_at=at("Mon 10:00"))
    first, again = (passed(one, severity("SEV-1"), calendar(), at("Mon 10:20")) for _ in range(2))
    assert first == again
    take(one, first)
    assert passed(one, severity("SEV-1"), calendar(), at("Mon 10:20")).steps == ()


# The quiet word


@pytest.mark.parametrize("kind", [Kind.ACKNOWLEDGE, Kind.PLAN, Kind.UPDATE, Kind.CUSTOMER_CONTACT, Kind.PLAN_STEP])
def test_only_an_update_and_a_customer_contact_are_warned_of(kind: Kind) -> None:
    one = obligation(kind, "SEV-1", at("Mon 12:00"), armed_at=at("Mon 10:00"))
    warned = said(passed(one, severity("SEV-1"), calendar(), at("Mon 11:55"))) == ["warning"]
    assert warned == (kind in WARNED_KINDS) == (kind in (Kind.UPDATE, Kind.CUSTOMER_CONTACT))


@pytest.mark.parametrize(("due", "warned"), [("Mon 10:09", False), ("Mon 10:10", False), ("Mon 10:11", True)])
def test_a_promise_so_near_that_its_warning_would_come_at_once_has_none(due: str, warned: bool) -> None:
    one = obligation(Kind.UPDATE, "SEV-1", at(due), armed_at=at("Mon 10:00"))
    assert [word for _, word in climb(one, at(due))] == (["warning"] if warned else []) + ["owner"]


def test_the_warning_comes_once() -> None:
    one = obligation(Kind.UPDATE, "SEV-1", at("Mon 12:00"), armed_at=at("Mon 10:00"))
    take(one, passed(one, severity("SEV-1"), calendar(), at("Mon 11:50")))
    again = passed(one, severity("SEV-1"), calendar(), at("Mon 11:55"))
    assert (said(again), again.next_at) == ([], at("Mon 12:00"))


def test_a_warning_missed_until_the_due_time_is_left_out() -> None:
    one = obligation(Kind.UPDATE, "SEV-1", at("Mon 12:00"), armed_at=at("Mon 10:00"))
    assert said(passed(one, severity("SEV-1"), calendar(), at("Mon 12:00"))) == ["owner"]


def test_a_policy_may_want_no_warning() -> None:
    policy = read_policy("severities: {SEV-1: {warn_before: 0m}}")
    one = obligation(Kind.UPDATE, "SEV-1", at("Mon 12:00"), armed_at=at("Mon 10:00"), policy=policy)
    assert one.next_at == at("Mon 12:00")


def test_what_is_snoozed_is_not_warned_of() -> None:
    one = obligation(Kind.UPDATE, "SEV-1", at("Mon 12:00"), armed_at=at("Mon 10:00"))
    one.snoozed_until = at("Mon 11:30")
    assert said(passed(one, severity("SEV-1"), calendar(), at("Mon 11:55"))) == []


# Business hours


@pytest.mark.parametrize("now", ["Mon 17:32", "Mon 23:00", "Tue 08:59", "Sat 12:00", "Sun 12:00"])
def test_a_business_obligation_says_nothing_outside_hours_whenever_it_was_due(now: str) -> None:
    one = obligation(Kind.UPDATE, "SEV-2", at("Mon 16:00"), armed_at=at("Mon 10:00"))
    what = passed(one, severity("SEV-2"), calendar(), at(now))
    assert (said(what), what.rungs) == ([], 0)
    take(one, what)
    opening = {"Sat 12:00": "next Mon 09:00", "Sun 12:00": "next Mon 09:00"}.get(now, "Tue 09:00")
    assert wall(one.next_at) == opening
    assert said(passed(one, severity("SEV-2"), calendar(), at(opening)))[0] == "owner"


def test_what_falls_due_as_the_office_closes_is_asked_for_then_and_a_moment_later() -> None:
    for late in (timedelta(), timedelta(seconds=20)):
        one = obligation(Kind.ACKNOWLEDGE, "SEV-3", at("Mon 17:30"), armed_at=at("Mon 13:30"))
        assert said(passed(one, severity("SEV-3"), calendar(), at("Mon 17:30") + late)) == ["owner"]


def test_a_warning_of_a_business_obligation_waits_for_the_opening_too() -> None:
    one = obligation(Kind.UPDATE, "SEV-2", at("Tue 09:20"), armed_at=at("Mon 14:00"))
    assert wall(one.next_at) == "Mon 17:20"  # half an hour of business time before
    what = passed(one, severity("SEV-2"), calendar(), at("Mon 20:00"))
    assert (said(what), wall(what.next_at)) == ([], "Tue 09:00")
    assert said(passed(one, severity("SEV-2"), calendar(), at("Tue 09:00"))) == ["warning"]


def test_an_elapsed_obligation_is_asked_for_at_any_hour() -> None:
    one = obligation(Kind.ACKNOWLEDGE, "SEV-2", at("Sun 03:00"), armed_at=at("Sun 02:00"))
    assert climb(one, at("Sun 05:00")) == [
        ("Sun 03:00", "owner"),
        ("Sun 03:30", "channel"),
        ("Sun 04:00", "tier 2"),
        ("Sun 05:00", "tier 3"),
    ]


def test_a_promise_for_the_weekend_of_a_business_obligation_is_asked_for_on_monday() -> None:
    one = obligation(Kind.UPDATE, "SEV-2", at("Sat 12:00"), armed_at=at("Fri 16:00"))
    assert climb(one, at("next Mon 09:30")) == [
        ("Fri 17:00", "warning"),
        ("next Mon 09:00", "owner"),
        ("next Mon 09:30", "channel"),
    ]


# After an outage


def test_after_an_outage_every_rung_that_passed_is_said_and_repetitions_count_once() -> None:
    one = obligation(Kind.ACKNOWLEDGE, "SEV-1", at("Mon 02:15"), armed_at=at("Mon 02:00"))
    what = passed(one, severity("SEV-1"), calendar(), at("Mon 10:00"))
    assert said(what) == ["owner", "channel", "tier 3", "tier 4", "tier 4"]
    assert [wall(step.at) for step in what.steps] == ["Mon 02:15", "Mon 02:25", "Mon 02:35", "Mon 02:55", "Mon 09:55"]
    take(one, what)
    assert wall(one.next_at) == "Mon 10:55"


def test_a_whole_year_of_outage_is_one_look() -> None:
    one = obligation(Kind.ACKNOWLEDGE, "SEV-1", at("Mon 02:15"), armed_at=at("Mon 02:00"))
    what = passed(one, severity("SEV-1"), calendar(), at("Mon 02:15") + timedelta(days=365))
    assert len(what.steps) == 5
    assert what.next_at is not None
    assert timedelta() < what.next_at - (at("Mon 02:15") + timedelta(days=365)) <= timedelta(hours=1)


def test_an_outage_that_ends_at_night_waits_for_the_morning_and_loses_no_rung() -> None:
    one = obligation(Kind.UPDATE, "SEV-2", at("Mon 15:00"), armed_at=at("Mon 11:00"))
    take(one, passed(one, severity("SEV-2"), calendar(), at("Mon 22:00")))
    what = passed(one, severity("SEV-2"), calendar(), at("Tue 09:00"))
    assert said(what) == ["owner", "channel", "tier 2", "tier 3"]
    assert [wall(step.at) for step in what.steps] == ["Mon 15:00", "Mon 15:30", "Mon 16:00", "Mon 17:00"]


# The first look


def test_what_has_no_ladder_is_looked_at_when_it_is_due() -> None:
    _, owed = opened("SEV-2", at("Mon 10:00"))
    path = of(owed, Kind.TELL_PATH)
    assert first_look(path, severity("SEV-2"), calendar()) == path.due_at == at("Mon 12:00")


@pytest.mark.parametrize("key", ["SEV-1", "SEV-2", "SEV-3", "SEV-4"])
@pytest.mark.parametrize("start", ["Mon 10:00", "Mon 17:29", "Sat 03:00"])
def test_no_first_look_comes_after_something_is_to_be_said(key: str, start: str) -> None:
    _, owed = opened(key, at(start))
    for one in owed:
        assert one.next_at is not None
        if one.kind is not Kind.TELL_PATH:
            before = passed(one, severity(key), calendar(), one.next_at - timedelta(seconds=1))
            assert said(before) == []
            assert said(passed(one, severity(key), calendar(), one.next_at)) != []
