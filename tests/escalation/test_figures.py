"""The arithmetic of kept promises: what counts as what, medians, shares, and whose it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from escalation.case import EventKind
from escalation.figures import (
    Entry,
    Fact,
    Figures,
    Tally,
    What,
    facts_of,
    figures_of,
    report_of,
    verdict_of,
)
from escalation.obligations import Kind
from escalation.promises import End, Promise
from tests.support.clock import at

DINA, VERA, ANA = "U0DINA", "U0VERA", "U0ANA"
DUE = at("Mon 11:00")
LATE = timedelta(minutes=12)
ALWAYS = at("2020-01-01 00:00")

VERDICTS = [
    # kind, how it ended, in time, after it was due
    (Kind.UPDATE, End.DONE, What.ON_TIME, What.LATE),
    (Kind.ACKNOWLEDGE, End.DONE, What.ON_TIME, What.LATE),
    (Kind.PLAN, End.DONE, What.ON_TIME, What.LATE),
    (Kind.CUSTOMER_CONTACT, End.DONE, What.ON_TIME, What.LATE),
    (Kind.PLAN_STEP, End.DONE, What.ON_TIME, What.LATE),
    (Kind.UPDATE, End.STILL_WORKING, None, What.LATE),
    (Kind.UPDATE, End.RESOLVED, None, What.MISSED),
    (Kind.UPDATE, End.MOVED, None, What.MISSED),
    (Kind.UPDATE, End.OVERDUE, None, What.MISSED),
    (Kind.ACKNOWLEDGE, End.REARMED, None, What.MISSED),
    (Kind.CUSTOMER_CONTACT, End.REARMED, None, What.MISSED),
    (Kind.PLAN_STEP, End.CARRIED, None, None),
    (Kind.HANDOVER, End.DONE, None, None),
    (Kind.HANDOVER, End.RESOLVED, None, None),
    (Kind.TELL_PATH, End.DROPPED, None, None),
]


def promise(kind: Kind, how: End, late: timedelta = timedelta(), who: str = "") -> Promise:
    return Promise(kind, "SEV-1", DUE, how, late, who)


@pytest.mark.parametrize(("kind", "how", "in_time", "after"), VERDICTS)
def test_how_it_ended_tells_whether_it_was_kept(kind: Kind, how: End, in_time: What | None, after: What | None) -> None:
    assert verdict_of(promise(kind, how)) is in_time
    assert verdict_of(promise(kind, how, LATE)) is after


def promised(
    what: What, kind: Kind = Kind.UPDATE, minutes: float = 0, who: str = DINA, severity: str = "SEV-1"
) -> Fact:
    return Fact(what, severity, who, kind, timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("on_time", "of", "percent"), [(0, 0, 0), (0, 3, 0), (2, 3, 66), (199, 200, 99), (200, 200, 100), (42, 44, 95)]
)
def test_only_all_of_them_are_a_hundred_of_a_hundred(on_time: int, of: int, percent: int) -> None:
    assert Tally(on_time, of - on_time).percent == percent


@pytest.mark.parametrize(
    ("late", "middle"), [([], None), ([5], 5), ([1, 9], 5), ([30, 1, 2], 2), ([1, 2, 3, 600], 2.5)]
)
def test_the_lateness_is_the_median_of_what_was_late(late: list[int], middle: float | None) -> None:
    facts = [promised(What.ON_TIME), promised(What.MISSED, minutes=99), *(promised(What.LATE, minutes=m) for m in late)]
    tally = figures_of(facts).promises
    assert (tally.on_time, tally.late, tally.missed) == (1, len(late), 1)
    assert tally.late_by == (timedelta(minutes=middle) if middle is not None else None)


def test_the_two_clocks_are_apart_and_everything_is_in_the_whole() -> None:
    facts = [
        promised(What.ON_TIME, Kind.UPDATE),
        promised(What.MISSED, Kind.UPDATE),
        promised(What.LATE, Kind.CUSTOMER_CONTACT, 3),
        *(promised(What.ON_TIME, kind) for kind in (Kind.ACKNOWLEDGE, Kind.PLAN, Kind.PLAN_STEP)),
    ]
    figures = figures_of(facts)
    assert figures.updates == Tally(1, 0, 1)
    assert figures.customer == Tally(0, 1, 0, timedelta(minutes=3))
    assert figures.promises == Tally(4, 1, 1, timedelta(minutes=3))


def test_snoozes_and_still_workings_are_no_promises() -> None:
    facts = [Fact(What.SNOOZED, "SEV-1", DINA), Fact(What.STILL_WORKING, "SEV-1", DINA)]
    assert figures_of(facts) == Figures(snoozes=1, still_workings=1)
    assert figures_of([]) == Figures()


def test_severities_come_by_their_rank_and_people_by_what_they_promised() -> None:
    facts = [
        promised(What.ON_TIME, severity="SEV-3", who=DINA),
        promised(What.MISSED, severity="SEV-1", who=VERA),
        promised(What.MISSED, severity="SEV-1", who=VERA),
        Fact(What.OPENED, "SEV-9", "U0ANA"),
        promised(What.ON_TIME, severity="SEV-3", who="U0ABE"),
    ]
    report = report_of(facts, lambda key: {"SEV-1": 0, "SEV-3": 2}.get(key, 9))
    assert list(report.by_severity) == ["SEV-1", "SEV-3", "SEV-9"]
    assert list(report.by_person) == [VERA, "U0ABE", DINA, "U0ANA"]
    assert report.whole.promises == Tally(2, 0, 2)


def entry(text: str, kind: EventKind, *promises: Promise, by: str = DINA, **values: Any) -> Entry:
    return Entry(at(text), kind, by, {**values, "promises": [one.as_value() for one in promises]})


OPENED = entry("Mon 10:00", EventKind.OPENED, severity="SEV-1", owner=DINA, by=ANA)


def facts(*history: Entry, overdue: tuple[Promise, ...] = (), since: str = "Mon 00:00") -> list[Fact]:
    found = facts_of([OPENED, *history], overdue, at(since))
    return [one for one in found if one.what is not What.OPENED]


def test_a_promise_is_of_who_owned_it_when_it_fell_due() -> None:
    handed = {"from": DINA, "to": VERA}
    before = entry("Mon 10:30", EventKind.OWNER_CHANGED, **handed)
    after = entry("Mon 11:30", EventKind.OWNER_CHANGED, **handed)
    late = entry("Mon 12:00", EventKind.PLANNED, promise(Kind.PLAN, End.DONE, LATE), by=VERA)
    assert [one.who for one in facts(before, late)] == [VERA]
    assert [one.who for one in facts(after, late)] == [DINA]
    overdue = (promise(Kind.PLAN, End.OVERDUE, LATE),)
    assert [one.who for one in facts(before, overdue=overdue)] == [VERA]
    assert [one.who for one in facts(after, overdue=overdue)] == [DINA]


def test_a_promise_that_the_change_of_owner_itself_ends_was_the_old_ones() -> None:
    kept = promise(Kind.UPDATE, End.DONE)
    assert facts(entry("Mon 10:30", EventKind.OWNER_CHANGED, kept, to=VERA))[0].who == DINA


def test_a_plan_step_is_of_its_person() -> None:
    assert facts(entry("Mon 10:30", EventKind.STEP_DONE, promise(Kind.PLAN_STEP, End.DONE, who=ANA)))[0].who == ANA


def test_a_snooze_counts_for_who_snoozed_at_the_severity_of_that_time() -> None:
    raised = entry("Mon 10:40", EventKind.SEVERITY_CHANGED, **{"from": "SEV-1", "to": "SEV-2"})
    snoozes = [entry("Mon 10:30", EventKind.SNOOZED, by=ANA), raised, entry("Mon 10:50", EventKind.STILL_WORKING)]
    found = [(one.what, one.who, one.severity) for one in facts(*snoozes)]
    assert found == [(What.SNOOZED, ANA, "SEV-1"), (What.STILL_WORKING, DINA, "SEV-2")]


def test_an_acknowledgement_is_counted_from_opening_or_reopening() -> None:
    acknowledged = promise(Kind.ACKNOWLEDGE, End.DONE)
    history = [
        entry("Mon 10:06", EventKind.ACKNOWLEDGED, acknowledged),
        entry("Mon 12:00", EventKind.RESOLVED),
        entry("Mon 15:00", EventKind.REOPENED),
        entry("Mon 15:10", EventKind.UPDATED, acknowledged),
    ]
    took = [one.length for one in facts(*history) if one.what is What.ACKNOWLEDGED]
    assert took == [timedelta(minutes=6), timedelta(minutes=10)]


def test_a_case_is_resolved_once_from_its_opening_and_not_while_it_is_reopened() -> None:
    history = [entry("Mon 12:00", EventKind.RESOLVED), entry("Mon 15:00", EventKind.REOPENED)]
    assert facts(*history) == []
    (resolved,) = facts(*history, entry("Mon 18:00", EventKind.RESOLVED), entry("Mon 19:00", EventKind.CLOSED))
    assert (resolved.what, resolved.length) == (What.RESOLVED, timedelta(hours=8))


def test_a_case_counts_under_the_severity_and_the_owner_of_now() -> None:
    history = [
        OPENED,
        entry("Mon 10:10", EventKind.SEVERITY_CHANGED, to="SEV-2"),
        entry("Mon 10:20", EventKind.OWNER_CHANGED, to=VERA),
    ]
    assert list(facts_of(history, (), ALWAYS)) == [Fact(What.OPENED, "SEV-2", VERA)]


def test_what_happened_before_the_time_asked_for_is_known_and_not_counted() -> None:
    history = [
        entry("Mon 10:30", EventKind.ACKNOWLEDGED, promise(Kind.ACKNOWLEDGE, End.DONE)),
        entry("Mon 10:40", EventKind.OWNER_CHANGED, to=VERA),
        entry("Tue 12:00", EventKind.UPDATED, promise(Kind.UPDATE, End.DONE, LATE), by=VERA),
        entry("Tue 12:30", EventKind.RESOLVED, by=VERA),
    ]
    found = list(facts_of([OPENED, *history], (), at("Tue 00:00")))
    assert [(one.what, one.who) for one in found] == [(What.LATE, VERA), (What.RESOLVED, VERA)]


def test_what_is_overdue_counts_however_long_ago_it_fell_due() -> None:
    overdue = (promise(Kind.UPDATE, End.OVERDUE, LATE),)
    assert [one.what for one in facts(overdue=overdue, since="Fri 10:00")] == [What.MISSED]


def test_an_audit_of_before_promises_were_kept_in_it_tells_of_none() -> None:
    history = [
        Entry(at("Mon 10:06"), EventKind.ACKNOWLEDGED, DINA, {}),
        Entry(at("Mon 12:00"), EventKind.RESOLVED, DINA, {}),
    ]
    assert [one.what for one in facts(*history)] == [What.RESOLVED]
