"""What the audit is told of what was owed, at each event."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from escalation.case import Handover, PlanStep
from escalation.consequences import Transition
from escalation.moves import apply
from escalation.obligations import Kind, Obligation, Outcome
from escalation.promises import Book, End, Promise, of_values
from tests.support.cases import OWNER, calendar, of, opened, terms
from tests.support.clock import NEW_YORK, at

MONDAY = at("Mon 10:00")
ANA = "U0ANA"


class Told:
    """An escalation of Monday at ten whose audit is kept."""

    def __init__(self, severity: str = "SEV-1") -> None:
        self.case, self.owed = opened(severity, MONDAY)
        self.book = Book(self.owed, calendar())

    def after(self, transition: Transition, text: str, zone: str = "Europe/London", **more: Any) -> list[Promise]:
        """What an event after this transition tells."""
        now = at(text)
        self.owed += apply(transition, self.case, self.owed, terms(now, zone=zone, **more))
        still_working = transition is Transition.STILL_WORKING
        return self.book.came_of(self.owed, now, calendar(zone), {ANA: calendar(NEW_YORK)}, still_working=still_working)


def said(promises: list[Promise]) -> list[tuple[Kind, End, timedelta]]:
    return [(one.kind, one.how, one.late) for one in promises]


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


NO_TIME = timedelta()


def test_an_answer_is_told_once_with_how_late_it_was() -> None:
    it = Told()
    assert said(it.after(Transition.ACKNOWLEDGED, "Mon 10:20")) == [(Kind.ACKNOWLEDGE, End.DONE, minutes(5))]
    assert it.after(Transition.ACKNOWLEDGED, "Mon 10:30") == []


@pytest.mark.parametrize(("answered", "late"), [("Mon 10:15", NO_TIME), ("Mon 10:16", minutes(1))])
def test_what_is_answered_as_it_falls_due_is_in_time(answered: str, late: timedelta) -> None:
    assert said(Told().after(Transition.ACKNOWLEDGED, answered)) == [(Kind.ACKNOWLEDGE, End.DONE, late)]


def test_it_is_late_on_its_own_clock() -> None:
    it = Told("SEV-3")  # an acknowledgement within four business hours, due on Monday at two
    assert it.after(Transition.ACKNOWLEDGED, "Tue 09:30")[0].late == minutes(3 * 60 + 30 + 30)
    closing = Obligation("T1", 1, Kind.PLAN, "SEV-3", MONDAY, at("Fri 17:30"), True, at("Fri 17:30"), None)
    book = Book([closing], calendar())
    closing.settle(at("next Mon 09:00"), OWNER)
    assert book.came_of([closing], at("next Mon 09:00"), calendar(), {})[0].late == NO_TIME


def test_still_working_is_told_as_such_and_an_update_as_done() -> None:
    it = Told()
    assert said(it.after(Transition.STILL_WORKING, "Mon 10:50")) == [(Kind.UPDATE, End.STILL_WORKING, NO_TIME)]
    told = dict.fromkeys([Kind.ACKNOWLEDGE, Kind.UPDATE], End.DONE)
    assert {one.kind: one.how for one in it.after(Transition.UPDATED, "Mon 11:00")} == told


def test_what_resolving_ends_is_told_with_how_long_it_was_overdue() -> None:
    late = {one.kind: one.late for one in Told().after(Transition.RESOLVED, "Mon 10:40")}
    assert late == {
        Kind.ACKNOWLEDGE: minutes(25),
        Kind.CUSTOMER_CONTACT: minutes(10),
        Kind.PLAN: NO_TIME,
        Kind.UPDATE: NO_TIME,
    }


def test_a_new_due_time_is_told_where_the_old_one_had_passed() -> None:
    it = Told()
    it.case.severity = "SEV-2"
    assert it.after(Transition.SEVERITY_LOWERED, "Mon 10:10") == []
    it = Told()
    old = of(it.owed, Kind.UPDATE).due_at
    it.case.severity = "SEV-2"
    moved = it.after(Transition.SEVERITY_LOWERED, "Mon 11:30")
    assert {one.kind for one in moved} == {Kind.UPDATE, Kind.PLAN}
    assert all((one.how, one.severity, one.due_at, one.late) == (End.MOVED, "SEV-1", old, minutes(30)) for one in moved)
    assert it.after(Transition.CUSTOMER_TOLD, "Mon 11:31")[0].kind is Kind.CUSTOMER_CONTACT


def test_what_a_new_owner_is_given_more_time_for_was_the_old_ones_on_their_calendar() -> None:
    it = Told("SEV-2")  # an update within four business hours, due on Monday at two in London
    told = {one.kind: one for one in it.after(Transition.HANDOVER_ACCEPTED, "Tue 15:00", NEW_YORK)}
    assert told[Kind.UPDATE].how is End.MOVED
    assert told[Kind.UPDATE].late == timedelta(hours=3.5 + 6)


def plan_step(id_: int, day: str, who: str = ANA) -> PlanStep:
    return PlanStep(1, id_, "Roll back", who, at(f"{day} 12:00").date(), id=id_)


def test_a_step_that_stands_in_the_new_plan_goes_on_and_another_day_is_another_promise() -> None:
    it = Told()
    it.after(Transition.PLANNED, "Mon 10:05", steps=(plan_step(1, "Mon"), plan_step(2, "Tue"), plan_step(3, "Wed")))
    again = it.after(Transition.PLANNED, "Mon 10:30", steps=(plan_step(4, "Mon"), plan_step(5, "Thu", OWNER)))
    assert [(one.how, one.who) for one in again] == [(End.CARRIED, ANA), (End.REARMED, ANA), (End.REARMED, ANA)]


def test_a_step_is_late_where_its_person_lives() -> None:
    it = Told()
    it.after(Transition.PLANNED, "Mon 10:05", steps=(plan_step(1, "Mon"),))
    due = next(one for one in it.owed if one.kind is Kind.PLAN_STEP)
    due.due_at = at("Mon 17:30", NEW_YORK)
    (done,) = it.after(Transition.STEP_DONE, "Tue 14:30", subject_id=1)  # 09:30 in New York
    assert (done.who, done.late) == (ANA, minutes(30))


def test_a_promise_to_the_customer_that_is_made_anew_was_not_answered_by_that() -> None:
    told = Told().after(Transition.CUSTOMER_PROMISED, "Mon 11:00", promise=at("Mon 12:00"))
    assert said(told) == [(Kind.CUSTOMER_CONTACT, End.REARMED, minutes(30))]


def test_telling_the_path_is_nobodys_promise_and_a_handover_is_that_of_who_was_asked() -> None:
    it = Told("SEV-2")
    handover = Handover(1, MONDAY, OWNER, OWNER, ANA, "Shift ends", id=4)
    it.after(Transition.HANDOVER_ASKED, "Mon 10:01", handover=handover)
    told = it.after(Transition.RESOLVED, "Mon 10:02")
    assert {one.kind: one.who for one in told if one.who} == {Kind.HANDOVER: ANA}
    assert Kind.TELL_PATH not in {one.kind for one in told}
    assert any(one.kind is Kind.TELL_PATH and one.outcome is Outcome.RESOLVED for one in it.owed)


def test_an_event_gives_back_what_it_was_given() -> None:
    told = Told().after(Transition.RESOLVED, "Mon 10:40")
    assert of_values({"promises": [one.as_value() for one in told]}) == told


@pytest.mark.parametrize("values", [{}, {"promises": None}, {"promises": ["?", {}, {"what": "dance"}]}])
def test_what_is_not_understood_is_left_out(values: dict[str, object]) -> None:
    assert of_values(values) == []
