"""When Slack itself would speak, should Clarion fall silent: after the next nag, and on the clock of what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from escalation.backup import FARTHEST, NEAREST, SILENCE, TOLERANCE, Backup, wanted
from escalation.case import Escalation, Status
from escalation.consequences import Transition
from escalation.ladder import LADDERED_KINDS, ahead, passed, take
from escalation.moves import apply
from escalation.obligations import Kind, Obligation
from escalation.policy import SeverityPolicy
from escalation.policy_file import default_policy, read_policy
from tests.support.cases import OWNER, calendar, obligation, of, opened, terms
from tests.support.clock import NEW_YORK, at, wall


def severity(key: str) -> SeverityPolicy:
    return default_policy().severities[key]


def backup(
    case: Escalation,
    owed: Sequence[Obligation],
    now: datetime,
    standing: datetime | None = None,
    zone: str = "Europe/London",
) -> Backup | None:
    return wanted(case, owed, severity(case.severity), lambda _one: calendar(zone), now, standing)


def speaks(case: Escalation, owed: Sequence[Obligation], now: datetime, standing: datetime | None = None) -> str | None:
    found = backup(case, owed, now, standing)
    return wall(found.at) if found is not None else None


def pass_by(case: Escalation, owed: Sequence[Obligation], until: datetime) -> None:
    """Say what is due by then, each rung at its moment."""
    while due := [one.next_at for one in owed if one.is_open and one.next_at is not None and one.next_at <= until]:
        now = min(due)
        for one in owed:
            if one.is_open and one.next_at is not None and one.next_at <= now:
                if one.kind in LADDERED_KINDS:
                    take(one, passed(one, severity(case.severity), calendar(), now))
                else:
                    one.next_at = None


# What is done ("" is nothing but the nags of that moment), and when Slack would speak from then on.
STORIES = {
    "SEV-1, answered in time": (
        "SEV-1",
        [
            ("Mon 10:00", "", "Mon 10:25"),  # acknowledgement due 10:15
            ("Mon 10:05", "acknowledged", "Mon 10:40"),  # the customer is to hear by 10:30
            ("Mon 10:10", "customer told", "Mon 11:10"),  # plan and update due 11:00
            ("Mon 10:40", "planned", "Mon 11:10"),
            ("Mon 10:50", "update posted", "Mon 12:00"),
            ("Mon 11:45", "still working on it", "Mon 12:55"),
        ],
    ),
    "SEV-1, nobody answers": (
        "SEV-1",
        [
            ("Mon 10:00", "", "Mon 10:25"),
            # The channel's rung at 10:25 is too near; tier 3 is told of the acknowledgement at 10:35, but the customer's
            # clock asks at 10:30, and that is a quarter of an hour off.
            ("Mon 10:15", "", "Mon 10:40"),
            ("Mon 10:30", "", "Mon 11:00"),  # tier 3 is told of the customer at 10:50
            ("Mon 10:35", "", "Mon 11:00"),
            ("Mon 10:50", "", "Mon 11:20"),  # tier 4 is told of the customer at 11:10
        ],
    ),
    "SEV-2": (
        "SEV-2",
        [
            ("Mon 10:00", "", "Mon 11:10"),
            ("Mon 10:20", "acknowledged", "Mon 11:10"),
            ("Mon 10:30", "customer told", "Mon 14:10"),
            ("Mon 13:00", "planned", "Mon 14:10"),
            ("Mon 13:25", "update posted", "Tue 09:05"),  # due 17:25; in business time nothing is said after closing
        ],
    ),
    "SEV-3": (
        "SEV-3",
        [
            ("Mon 10:00", "", "Mon 14:10"),
            ("Mon 11:00", "acknowledged", "Mon 14:10"),
            ("Mon 11:00", "customer told", "Mon 16:10"),
            ("Mon 11:30", "update posted", "Tue 10:10"),  # the plan
            ("Mon 12:00", "planned", "Tue 16:10"),
        ],
    ),
    "SEV-4 over the weekend": (
        "SEV-4",
        [
            ("Fri 17:00", "", "next Mon 17:10"),
            ("Fri 17:10", "acknowledged", "next Mon 17:10"),
            ("Fri 17:20", "customer told", "next Tue 16:10"),
        ],
    ),
}


@pytest.mark.parametrize(("key", "steps"), STORIES.values(), ids=STORIES)
def test_the_first_hours(key: str, steps: list[tuple[str, str, str]]) -> None:
    case, owed = opened(key, at(steps[0][0]))
    for moment, what, expected in steps:
        now = at(moment)
        pass_by(case, owed, now)
        if what:
            owed += apply(Transition(what), case, owed, terms(now))
        assert speaks(case, owed, now + timedelta(seconds=2)) == expected, (moment, what)


def test_a_snooze_moves_it() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    apply(Transition.ACKNOWLEDGED, case, owed, terms(at("Mon 10:01")))
    apply(Transition.CUSTOMER_TOLD, case, owed, terms(at("Mon 10:02")))
    apply(Transition.PLANNED, case, owed, terms(at("Mon 10:03")))
    assert speaks(case, owed, at("Mon 10:03")) == "Mon 11:10"
    apply(Transition.SNOOZED, case, owed, terms(at("Mon 10:50"), snooze_for=timedelta(minutes=30)))
    assert speaks(case, owed, at("Mon 10:50")) == "Mon 11:30"


def test_for_a_promise_nearer_than_a_quarter_of_an_hour_none_is_set_but_for_the_nag_after_it() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    for what in (Transition.ACKNOWLEDGED, Transition.CUSTOMER_TOLD, Transition.PLANNED):
        apply(what, case, owed, terms(at("Mon 10:00")))
    owed += apply(Transition.UPDATED, case, owed, terms(at("Mon 10:00"), promise=at("Mon 10:05")))
    assert speaks(case, owed, at("Mon 10:00")) == "Mon 10:25"  # the channel, at 10:15


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (NEAREST, NEAREST),
        (NEAREST - TOLERANCE, NEAREST - TOLERANCE),
        (
            NEAREST - TOLERANCE - timedelta(seconds=1),
            NEAREST - TOLERANCE - timedelta(seconds=1) + timedelta(minutes=10),
        ),
    ],
)
def test_a_quarter_of_an_hour_is_meant_to_half_a_minute(away: timedelta, expected: timedelta) -> None:
    now = at("Mon 10:00")
    case, _ = opened("SEV-1", now)
    owed = [obligation(Kind.UPDATE, "SEV-1", now + away, armed_at=now)]
    found = backup(case, owed, now)
    assert found is not None
    assert found.at == now + expected + SILENCE.time


def test_what_stands_for_a_nearer_nag_stays_until_that_has_come() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    standing = at("Mon 10:25")
    assert speaks(case, owed, at("Mon 10:10")) == "Mon 10:35"
    assert speaks(case, owed, at("Mon 10:10"), standing) == "Mon 10:25"
    assert speaks(case, owed, at("Mon 10:20"), standing) == "Mon 10:25", "Clarion is late, so it is needed"
    assert speaks(case, owed, at("Mon 10:25"), standing) != "Mon 10:25", "it was posted"
    pass_by(case, owed, at("Mon 10:15"))
    assert speaks(case, owed, at("Mon 10:15"), standing) == "Mon 10:40", "the nag has come"


def test_what_stands_for_a_later_nag_gives_way_to_a_nearer_one() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    assert speaks(case, owed, at("Mon 10:00"), at("Mon 11:10")) == "Mon 10:25"


def test_what_stands_for_an_answered_nag_goes() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    apply(Transition.ACKNOWLEDGED, case, owed, terms(at("Mon 10:10")))
    assert speaks(case, owed, at("Mon 10:10"), at("Mon 10:25")) == "Mon 10:40"


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_nothing_is_said_of_what_is_over(status: Status) -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    case.status = status
    assert backup(case, owed, at("Mon 10:00"), at("Mon 10:25")) is None


def test_nothing_is_said_where_nothing_is_owed_or_nobody_would_be_asked() -> None:
    case, owed = opened("SEV-1", at("Mon 10:00"))
    quiet = replace(severity("SEV-1"), if_silent=())
    assert wanted(case, owed, quiet, lambda _one: calendar(), at("Mon 10:00")) is None
    for one in owed:
        one.settle(at("Mon 10:00"), OWNER)
    assert backup(case, owed, at("Mon 10:00")) is None


def test_after_the_last_rung_of_a_ladder_without_end_nothing_is_said() -> None:
    now = at("Mon 10:00")
    case, _ = opened("SEV-4", now)
    owed = obligation(Kind.UPDATE, "SEV-4", now, armed_at=now)
    owed.rungs = len(severity("SEV-4").if_silent)
    assert backup(case, [owed], now) is None


def test_what_slack_would_not_remember_for_so_long_is_not_set() -> None:
    now = at("Mon 10:00")
    case, _ = opened("SEV-1", now)
    far = obligation(Kind.UPDATE, "SEV-1", now + FARTHEST - SILENCE.time, armed_at=now)
    assert backup(case, [far], now) is not None
    assert backup(case, [far], now - timedelta(seconds=1)) is None


def test_it_comes_in_whole_seconds_and_not_before_its_time() -> None:
    now = at("Mon 10:00")
    case, owed = opened("SEV-1", now + timedelta(microseconds=1))
    found = backup(case, owed, now)
    assert found is not None
    assert found.at == at("Mon 10:25") + timedelta(seconds=1)


def test_a_nag_that_waits_for_the_office_to_open_is_followed_then() -> None:
    """The update was due as the office closed, and nobody looked before the evening."""
    now = at("Mon 18:00")
    case, _ = opened("SEV-2", at("Mon 10:00"))
    owed = [obligation(Kind.UPDATE, "SEV-2", at("Mon 17:20"), armed_at=at("Mon 10:00"))]
    assert speaks(case, owed, now) == "Tue 09:10"


def test_business_hours_are_those_of_whoever_owes() -> None:
    case, owed = opened("SEV-3", at("Mon 17:00"), NEW_YORK)
    found = backup(case, owed, at("Mon 17:00"), zone=NEW_YORK)
    assert found is not None
    assert wall(found.at, NEW_YORK) == "Mon 16:10"  # 12:00 there, and four business hours


def test_who_moved_to_another_zone_is_asked_when_the_sweep_looks_and_backed_up_after_that() -> None:
    case, _ = opened("SEV-3", at("Mon 09:00"))
    step = obligation(Kind.PLAN_STEP, "SEV-3", at("Mon 10:00"), armed_at=at("Mon 09:00"))
    step.next_at = at("Mon 15:00")  # as it was counted in New York
    assert speaks(case, [step], at("Mon 12:00"), standing=at("Mon 12:10")) == "Mon 15:10"


def test_it_lists_what_was_asked_for_by_then_and_nothing_else() -> None:
    now = at("Mon 10:00")
    case, owed = opened("SEV-1", now)
    found = backup(case, owed, now)
    assert found is not None
    assert [one.kind for one in found.owed] == [Kind.ACKNOWLEDGE]
    apply(Transition.ACKNOWLEDGED, case, owed, terms(now))
    apply(Transition.CUSTOMER_TOLD, case, owed, terms(now))
    found = backup(case, owed, now)
    assert found is not None
    assert {one.kind for one in found.owed} == {Kind.PLAN, Kind.UPDATE}
    of(owed, Kind.PLAN).nag_from = at("Mon 12:00")  # snoozed
    found = backup(case, owed, now)
    assert found is not None
    assert [one.kind for one in found.owed] == [Kind.UPDATE]


def test_at_night_nothing_is_said_of_what_keeps_business_hours() -> None:
    now = at("Mon 19:00")
    case, owed = opened("SEV-2", at("Mon 10:00"))
    update, plan = of(owed, Kind.UPDATE), of(owed, Kind.PLAN)
    assert update.business
    assert not plan.business
    found = backup(case, [update, plan], now)
    assert found is not None
    assert [one.kind for one in found.owed] == [Kind.PLAN]


@example(key="SEV-2", opened_after=81, looked_after=286)  # a minute after closing
@example(key="SEV-4", opened_after=0, looked_after=4320)  # its ladder has ended
@given(
    key=st.sampled_from(list(default_policy().severities)),
    opened_after=st.integers(0, 14 * 24 * 60),
    looked_after=st.integers(0, 3 * 24 * 60),
)
def test_it_always_comes_at_least_ten_minutes_after_a_nag_ahead_and_never_in_a_closed_hour_of_business(
    key: str, opened_after: int, looked_after: int
) -> None:
    start = at("Mon 10:00") + timedelta(minutes=opened_after)
    now = start + timedelta(minutes=looked_after)
    case, owed = opened(key, start)
    pass_by(case, owed, now)
    found = backup(case, owed, now)
    if found is None:
        return
    assert found.owed
    assert found.at >= now + NEAREST - TOLERANCE + SILENCE.time
    for one in found.owed:
        assert not one.business or calendar().is_open(found.at)
    ladders = [ahead(one, severity(key), calendar()) for one in owed if one.kind in LADDERED_KINDS]
    nags = [
        rung for ladder in ladders if (rung := next(ladder, None)) is not None
    ]  # a SEV-4's ends with its third rung
    assert found.at >= min(nags) + SILENCE.time
    assert backup(case, owed, now, found.at) == found, "what stands is what is wanted"
    again = backup(case, owed, min([*nags, found.at]) - timedelta(seconds=1), found.at)
    assert again is not None
    assert again.at == found.at, "as long as nothing has come due"


def test_a_policy_of_seconds_has_one_too() -> None:
    policy = read_policy("severities: {SEV-1: {if_silent: [{after: 0s, tell: owner}, {every: 30s, tell: owner}]}}")
    now = at("Mon 10:00")
    case, owed = opened("SEV-1", now)
    found = wanted(case, owed, policy.severities["SEV-1"], lambda _one: calendar(), now)
    assert found is not None
    assert found.at == now + NEAREST + SILENCE.time
