"""What is owed, judged again because the policy was changed while it was owed (POLICY.md: "a change needs a restart").

What did not change is left as it is: the due time of a clock that is as it was, and the place on a ladder that is as
it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from escalation.business_time import Calendar, on_clock, runs_on_business_time
from escalation.clocks import cadence_of
from escalation.duration import Cadence, Schedule
from escalation.ladder import LADDERED_KINDS, first_look, rungs_said_already, warning_at
from escalation.obligations import Kind, Obligation, Outcome
from escalation.policy import SeverityPolicy


@dataclass(frozen=True)
class Rejudging:
    """The severity's policy and the calendar of whoever owes it, before and after the change.

    `counted_from` is the earliest that the clock can have begun; `first` tells an update owed since an opening from one
    that follows an update.
    """

    before: SeverityPolicy
    after: SeverityPolicy
    calendar_before: Calendar
    calendar: Calendar
    now: datetime
    counted_from: datetime
    first: bool


def rejudge(one: Obligation, it: Rejudging) -> None:
    """Count its due time by the new clock from where the old one began, and find its place on the new ladder.

    A due time that has thereby passed is asked for from now on; a promise is not moved, but for the owner's own, which is
    never later than the cadence.
    """
    due, business = _due(one, it), _business(one, it.after)
    hours_differ = business and it.calendar != it.calendar_before
    ladders = [(severity.if_silent, severity.warn_before) for severity in (it.before, it.after)]
    if due == one.due_at and business == one.business and ladders[0] == ladders[1] and not hours_differ:
        _cut_snooze(one, it)
        return
    was_asked_for = one.nag_from <= it.now
    moved, one.due_at, one.business = due != one.due_at, due, business
    if due <= it.now and was_asked_for:
        one.rungs = rungs_said_already(one, it.before, it.after, it.calendar, it.now)
    else:
        one.rungs = 0
        one.nag_from = (
            max(due, it.now, one.snoozed_until or due) if due <= it.now else max(due, one.snoozed_until or due)
        )
        one.warned = one.warned and not moved
        warn_at = warning_at(one, it.after, it.calendar)
        one.warned = one.warned or (warn_at is not None and warn_at <= it.now)
    one.next_at = first_look(one, it.after, it.calendar)
    _cut_snooze(one, it)


def rejudge_telling(one: Obligation, it: Rejudging) -> None:
    """A row of `notify` counts by its new time from where it counted before; one that is gone tells nobody."""
    if one.subject_id >= len(it.after.notify):
        one.settle(it.now, "", Outcome.DROPPED)
        return
    within = it.after.notify[one.subject_id].within
    known = it.before.notify[one.subject_id : one.subject_id + 1]
    if known and known[0].within == within and (not within.business or it.calendar == it.calendar_before):
        return
    one.due_at = one.nag_from = one.next_at = it.calendar.add(it.counted_from, within)
    one.business = within.business


def _due(one: Obligation, it: Rejudging) -> datetime:
    if one.kind is Kind.PLAN_STEP:
        day = one.due_at.astimezone(it.calendar_before.zone).date()
        return datetime.combine(day, it.calendar.hours.end, it.calendar.zone).astimezone(UTC)
    if one.kind is Kind.CUSTOMER_CONTACT and one.promised:
        return one.due_at
    before, after = cadence_of(one.kind, it.before), cadence_of(one.kind, it.after)
    if before == after and not (runs_on_business_time(after) and it.calendar != it.calendar_before):
        return one.due_at
    due = it.calendar.due(_counted_from(one, before, it), after, it.first)
    return min(due, one.due_at) if one.promised else due


def _counted_from(one: Obligation, before: Cadence, it: Rejudging) -> datetime:
    """Where the old clock began: of a duration that can be told from its end."""
    if isinstance(before, Schedule) or one.promised:
        return it.counted_from
    return max(one.armed_at, it.calendar_before.subtract(one.due_at, before))


def _business(one: Obligation, severity: SeverityPolicy) -> bool:
    return one.business if one.kind is Kind.PLAN_STEP else runs_on_business_time(cadence_of(one.kind, severity))


def _cut_snooze(one: Obligation, it: Rejudging) -> None:
    """Nobody stays unasked for longer than the new policy lets anybody be."""
    if one.kind not in LADDERED_KINDS or one.snoozed_until is None or one.snoozed_until <= it.now:
        return
    latest = it.calendar.add(it.now, on_clock(it.after.snooze_at_most, one.business))
    if latest < one.snoozed_until:
        one.snoozed_until = latest
        one.nag_from = max(one.due_at, latest)
        one.next_at = first_look(one, it.after, it.calendar)
