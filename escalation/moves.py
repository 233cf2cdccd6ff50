"""Carrying out what a transition does to what is owed, by the table of `escalation.consequences`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from escalation.business_time import Calendar, on_clock, runs_on_business_time
from escalation.case import Escalation, Handover, PlanStep
from escalation.clocks import cadence_of, severity_of
from escalation.consequences import CONSEQUENCE_OF, Consequence, Transition
from escalation.duration import Duration
from escalation.ladder import first_look, warning_at
from escalation.obligations import Kind, Obligation, Outcome
from escalation.policy import Policy, SeverityPolicy
from escalation.rejudging import Rejudging, rejudge, rejudge_telling

# A new owner gets this long before an update inherited from the old one is due (POLICY.md, "Owner changed"), and
# before anything else that is overdue already is asked for.
GRACE_FOR_A_NEW_OWNER = timedelta(minutes=15)


@dataclass(frozen=True)
class Before:
    """What held under the policy before it was changed; `severity_since` is when the severity was last given."""

    policy: Policy
    calendar_of: Callable[[str | None], Calendar]
    severity_since: datetime


@dataclass(frozen=True)
class Terms:
    """What a transition is judged by.

    `calendar` is the owner's (after the transition), `calendar_of` anybody's. `promise` is the time the owner
    promised, for whichever obligation the transition arms; `snooze_for` counts on the clock of each; `subject_id` is the
    plan step or handover it is about. Of a changed policy: `before` is what held until now, `new_rows` are the
    `notify` rows that have somebody left to tell.
    """

    policy: Policy
    calendar: Calendar
    now: datetime
    by: str
    calendar_of: Callable[[str], Calendar]
    promise: datetime | None = None
    snooze_for: timedelta | None = None
    snooze_reason: str = ""
    steps: tuple[PlanStep, ...] = ()
    handover: Handover | None = None
    subject_id: int | None = None
    before: Before | None = None
    new_rows: tuple[int, ...] = ()


def apply(transition: Transition, escalation: Escalation, owed: Iterable[Obligation], terms: Terms) -> list[Obligation]:
    """Settle and move what is `owed` in place; return what arises, to be stored.

    The escalation is taken as it is after the transition. An obligation arises only where none of its kind (and
    subject) is left open.
    """
    arising: list[Obligation] = []
    live = [obligation for obligation in owed if obligation.is_open]
    for kind, consequence in CONSEQUENCE_OF[transition].items():
        mine = [one for one in live if one.kind is kind and terms.subject_id in (None, one.subject_id)]
        if consequence in (Consequence.SETTLE, Consequence.REARM, Consequence.PROMISE):
            for obligation in mine:
                obligation.settle(terms.now, terms.by, _outcome(kind, consequence))
        if consequence in (Consequence.ARM, Consequence.REARM, Consequence.PROMISE):
            arising += _arise(kind, transition, escalation, terms, left=[one for one in mine if one.is_open])
        if consequence is Consequence.REJUDGE and kind is Kind.TELL_PATH:
            rows = _tell_path(escalation, severity_of(escalation, terms.policy), terms)
            arising += [row for row in rows if row.subject_id in terms.new_rows]
        for obligation in mine:
            _move(obligation, consequence, escalation, terms)
    return arising


def _outcome(kind: Kind, consequence: Consequence) -> Outcome:
    """An update that arises again was given; a promise or a plan that was made anew was not kept by that."""
    return Outcome.DONE if consequence is Consequence.SETTLE or kind is Kind.UPDATE else Outcome.REARMED


def arm(
    kind: Kind,
    escalation: Escalation,
    due_at: datetime,
    terms: Terms,
    *,
    business: bool,
    calendar: Calendar | None = None,
) -> Obligation:
    """A fresh obligation, with the moment of the sweep's first look filled in."""
    obligation = Obligation(
        team_id=escalation.team_id,
        escalation_id=escalation.id,
        kind=kind,
        severity=escalation.severity,
        armed_at=terms.now,
        due_at=due_at,
        business=business,
        nag_from=due_at,
        next_at=None,
    )
    obligation.next_at = first_look(obligation, severity_of(escalation, terms.policy), calendar or terms.calendar)
    return obligation


def next_update_due(
    escalation: Escalation, terms: Terms, *, first: bool = False, start: datetime | None = None
) -> datetime:
    """When the update after now is due: the cadence, or the owner's own promise where that is sooner."""
    cadence = cadence_of(Kind.UPDATE, severity_of(escalation, terms.policy))
    due = terms.calendar.due(start or terms.now, cadence, first)
    return due if terms.promise is None else min(due, terms.promise)


def _arise(
    kind: Kind, transition: Transition, escalation: Escalation, terms: Terms, left: list[Obligation]
) -> list[Obligation]:
    severity = severity_of(escalation, terms.policy)
    if kind is Kind.TELL_PATH:
        return _tell_path(escalation, severity, terms)
    if kind is Kind.PLAN_STEP:
        return [_step(step, escalation, terms) for step in terms.steps]
    if kind is Kind.HANDOVER:
        return [_handover(terms.handover, escalation, severity, terms)] if terms.handover else []
    if left:
        return []
    cadence = cadence_of(kind, severity)
    business = runs_on_business_time(cadence)
    first = transition in (Transition.OPENED, Transition.REOPENED)
    if kind is Kind.UPDATE:
        due = next_update_due(escalation, terms, first=first)
    elif kind is Kind.CUSTOMER_CONTACT and terms.promise is not None:
        due = terms.promise
    else:
        due = terms.calendar.due(terms.now, cadence, first)
    obligation = arm(kind, escalation, due, terms, business=business)
    obligation.promised = terms.promise is not None
    return [obligation]


def _tell_path(escalation: Escalation, severity: SeverityPolicy, terms: Terms) -> list[Obligation]:
    arising = []
    for index, row in enumerate(severity.notify):
        due = terms.calendar.due(terms.now, row.within)
        obligation = arm(Kind.TELL_PATH, escalation, due, terms, business=row.within.business)
        obligation.subject_id = index
        arising.append(obligation)
    return arising


def _step(step: PlanStep, escalation: Escalation, terms: Terms) -> Obligation:
    """Due when that day's business ends where its person lives."""
    calendar = terms.calendar_of(step.who)
    due = datetime.combine(step.due_on, calendar.hours.end, calendar.zone).astimezone(UTC)
    obligation = arm(Kind.PLAN_STEP, escalation, due, terms, business=True, calendar=calendar)
    obligation.subject_id, obligation.debtor_id = step.id, step.who
    return obligation


def _handover(handover: Handover, escalation: Escalation, severity: SeverityPolicy, terms: Terms) -> Obligation:
    cadence = cadence_of(Kind.HANDOVER, severity)
    due = terms.calendar_of(handover.to_id).due(terms.now, cadence)
    obligation = arm(Kind.HANDOVER, escalation, due, terms, business=runs_on_business_time(cadence))
    obligation.subject_id, obligation.debtor_id = handover.id, handover.to_id
    return obligation


def _move(obligation: Obligation, consequence: Consequence, escalation: Escalation, terms: Terms) -> None:
    severity = severity_of(escalation, terms.policy)
    if consequence is Consequence.END:
        obligation.settle(terms.now, terms.by, Outcome.RESOLVED)
    elif consequence is Consequence.SHIFT and terms.snooze_for is not None:
        length = on_clock(Duration(0, terms.snooze_for, business=False), obligation.business)
        until = _calendar(obligation, terms).add(terms.now, length)
        obligation.snoozed_until, obligation.snooze_reason = until, terms.snooze_reason
        _nag_from(obligation, max(obligation.due_at, until), severity, terms)
    elif consequence is Consequence.RESTART:
        is_overdue = obligation.due_at <= terms.now
        start = terms.now + GRACE_FOR_A_NEW_OWNER if is_overdue else obligation.due_at
        _nag_from(obligation, max(start, obligation.snoozed_until or start), severity, terms)
    elif consequence is Consequence.MOVE:
        _due_again(obligation, _due_for_the_new_owner(obligation, escalation, terms), severity, terms)
    elif consequence in (Consequence.EARLIER, Consequence.AFRESH):
        _under_new_severity(obligation, consequence, severity, terms)
    elif consequence is Consequence.RELADDER:
        obligation.severity = severity.key
        _due_again(obligation, obligation.due_at, severity, terms)
    elif consequence is Consequence.REJUDGE and terms.before is not None:
        _under_changed_policy(obligation, terms.before, escalation, terms)


def _under_changed_policy(obligation: Obligation, before: Before, escalation: Escalation, terms: Terms) -> None:
    it = Rejudging(
        before=severity_of(escalation, before.policy),
        after=severity_of(escalation, terms.policy),
        calendar_before=before.calendar_of(obligation.debtor_id),
        calendar=_calendar(obligation, terms),
        now=terms.now,
        counted_from=max(obligation.armed_at, before.severity_since),
        first=escalation.last_update_at is None or escalation.last_update_at < obligation.armed_at,
    )
    if obligation.kind is Kind.TELL_PATH:
        rejudge_telling(obligation, it)
    else:
        rejudge(obligation, it)


def _due_for_the_new_owner(update: Obligation, escalation: Escalation, terms: Terms) -> datetime:
    """Counted from the last update, or from the opening or reopening where none was posted since."""
    start, first = escalation.last_update_at, False
    if start is None or (start < update.armed_at and not escalation.still_working_step):
        start, first = (escalation.opened_at if escalation.still_working_step else update.armed_at), True
    return max(next_update_due(escalation, terms, first=first, start=start), terms.now + GRACE_FOR_A_NEW_OWNER)


def _under_new_severity(
    obligation: Obligation, consequence: Consequence, severity: SeverityPolicy, terms: Terms
) -> None:
    cadence = cadence_of(obligation.kind, severity)
    due = terms.calendar.due(terms.now, cadence, True)
    keeps_promise = obligation.kind is Kind.CUSTOMER_CONTACT and obligation.promised
    if consequence is Consequence.EARLIER:
        due = obligation.due_at if keeps_promise else min(obligation.due_at, due)
    obligation.severity, obligation.business = severity.key, runs_on_business_time(cadence)
    _due_again(obligation, due, severity, terms)


def _due_again(obligation: Obligation, due: datetime, severity: SeverityPolicy, terms: Terms) -> None:
    """A new due time starts its ladder anew; one that has passed is asked for from now on, and none is warned of at once."""
    obligation.due_at, obligation.rungs = due, 0
    obligation.warned, obligation.snoozed_until, obligation.snooze_reason = False, None, ""
    warn_at = warning_at(obligation, severity, terms.calendar)
    obligation.warned = warn_at is not None and warn_at <= terms.now
    _nag_from(obligation, max(due, terms.now), severity, terms)


def _nag_from(obligation: Obligation, start: datetime, severity: SeverityPolicy, terms: Terms) -> None:
    obligation.nag_from, obligation.rungs = start, 0
    obligation.next_at = first_look(obligation, severity, _calendar(obligation, terms))


def _calendar(obligation: Obligation, terms: Terms) -> Calendar:
    """That of whoever owes it."""
    return terms.calendar_of(obligation.debtor_id) if obligation.debtor_id else terms.calendar
