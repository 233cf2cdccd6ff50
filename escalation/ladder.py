"""When an obligation is asked for, and whom each rung tells (POLICY.md, "The ladder")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.business_time import Calendar, on_clock
from escalation.case import Escalation
from escalation.duration import Duration
from escalation.errors import Refused
from escalation.obligations import Kind, Obligation
from escalation.policy import Audience, AudienceKind, Rung, SeverityPolicy

# Only these get a quiet word before they are due; an acknowledgement never does.
WARNED_KINDS = frozenset({Kind.UPDATE, Kind.CUSTOMER_CONTACT})
LADDERED_KINDS = frozenset({Kind.ACKNOWLEDGE, Kind.PLAN, Kind.UPDATE, Kind.CUSTOMER_CONTACT, Kind.PLAN_STEP})
# What falls due as the office closes is still said then, though the sweep needs a moment to look.
AFTER_CLOSING = timedelta(minutes=1)


@dataclass(frozen=True)
class Step:
    """A rung that was passed, and the moment it should have been."""

    rung: Rung
    at: datetime


@dataclass(frozen=True)
class Passed:
    """What has come due about an obligation by `now`: a quiet word, rungs (`rungs` in all), when to look again."""

    warn: bool
    steps: tuple[Step, ...]
    rungs: int
    next_at: datetime | None


def passed(obligation: Obligation, severity: SeverityPolicy, calendar: Calendar, now: datetime) -> Passed:
    """What is to be said now. Does not change the obligation: `take` does.

    Rungs that repeat (`every`) and passed more than once by `now` count once, as after an outage: the last one.
    Outside business hours nothing of a business obligation is said; all of it waits for the opening.
    """
    if not may_be_said(obligation, calendar, now):
        return Passed(False, (), obligation.rungs, calendar.next_opening(now))
    ladder = severity.if_silent
    steps: list[Step] = []
    index = obligation.rungs
    at = _rung_at(obligation, ladder, index, calendar)
    while at is not None and at <= now:
        step = Step(_rung(ladder, index), at)
        if steps and steps[-1].rung is step.rung:
            steps.pop()
        steps.append(step)
        index += 1
        at = _following(obligation, ladder, index, at, calendar)
    warn_at = warning_at(obligation, severity, calendar)
    warn = warn_at is not None and warn_at <= now and not steps
    pending_warning = warn_at if warn_at is not None and not warn and not steps else None
    return Passed(warn, tuple(steps), index, min((when for when in (pending_warning, at) if when), default=None))


def may_be_said(obligation: Obligation, calendar: Calendar, now: datetime) -> bool:
    """Whether its clock lets anything be sent about it now (POLICY.md, "Durations, schedules, clocks")."""
    return not obligation.business or calendar.is_open(now) or calendar.is_open(now - AFTER_CLOSING)


def take(obligation: Obligation, what: Passed) -> None:
    """Remember on the obligation that `what` is being said, so that no rung comes twice."""
    obligation.rungs = what.rungs
    obligation.warned = obligation.warned or what.warn or bool(what.steps)
    obligation.next_at = what.next_at


def above_the_owner(severity: SeverityPolicy) -> Audience | None:
    """Who stands one rung above the owner; None where the ladder has no such rung."""
    return next((rung.tell for rung in severity.if_silent if rung.tell.kind is not AudienceKind.OWNER), None)


def to_snooze(owed: Sequence[Obligation], escalation: Escalation, by: str, now: datetime) -> list[Obligation]:
    """What the owner owes now, or else what is due next (`owed` is in that order); Refused when all was snoozed once."""
    mine = [one for one in owed if one.kind in LADDERED_KINDS and one.debtor_id in (None, by)]
    asked = [one for one in mine if one.due_at <= now or one.warned] or mine[:1]
    fresh = [one for one in asked if one.snoozed_until is None]
    if not fresh:
        raise Refused(
            f"Everything owed on {escalation.reference} was snoozed once already; please answer it now."
            if asked
            else f"Nothing is owed on {escalation.reference} that could be snoozed."
        )
    return fresh


def first_look(obligation: Obligation, severity: SeverityPolicy, calendar: Calendar) -> datetime | None:
    """When the sweep has to look at an obligation that was armed, moved or judged anew."""
    if obligation.kind not in LADDERED_KINDS:
        return obligation.due_at
    rung_at = _rung_at(obligation, severity.if_silent, obligation.rungs, calendar)
    moments = (warning_at(obligation, severity, calendar), rung_at)
    return min((at for at in moments if at is not None), default=None)


def rungs_said_already(
    obligation: Obligation, before: SeverityPolicy, after: SeverityPolicy, calendar: Calendar, now: datetime
) -> int:
    """How many rungs of the ladder `after` have passed by `now` whose audience was told on a rung of `before`.

    They are counted from the first; one that came due and was told to nobody yet ends the count, so that it is said.
    """
    told = {_rung(before.if_silent, index).tell for index in range(min(obligation.rungs, len(before.if_silent)))}
    index, at = 0, _rung_at(obligation, after.if_silent, 0, calendar)
    while at is not None and at <= now and _rung(after.if_silent, index).tell in told:
        index += 1
        at = _following(obligation, after.if_silent, index, at, calendar)
    return index


def ahead(obligation: Obligation, severity: SeverityPolicy, calendar: Calendar) -> Iterator[datetime]:
    """The moments of the rungs not passed yet, in their order; endless where the last one repeats."""
    index = obligation.rungs
    at = _rung_at(obligation, severity.if_silent, index, calendar)
    while at is not None:
        yield at
        index += 1
        at = _following(obligation, severity.if_silent, index, at, calendar)


def warning_at(obligation: Obligation, severity: SeverityPolicy, calendar: Calendar) -> datetime | None:
    """When the quiet word is due, if one is: not for a promise so near that it would come at once."""
    if obligation.kind not in WARNED_KINDS or obligation.warned or obligation.rungs or obligation.snoozed_until:
        return None
    if severity.warn_before is None or severity.warn_before.is_zero:
        return None
    at = calendar.subtract(obligation.due_at, on_clock(severity.warn_before, obligation.business))
    return at if at > obligation.armed_at else None


def _rung(ladder: Sequence[Rung], index: int) -> Rung:
    return ladder[min(index, len(ladder) - 1)]


def _rung_at(obligation: Obligation, ladder: Sequence[Rung], index: int, calendar: Calendar) -> datetime | None:
    """When rung `index` is due, counting every repetition of the last one as a rung of its own."""
    at: datetime | None = None
    fixed = [rung.after for rung in ladder if rung.after is not None]
    if index < len(fixed):
        return _after(obligation, fixed[index], calendar)
    at = _after(obligation, fixed[-1], calendar) if fixed else calendar.defer(obligation.nag_from, obligation.business)
    for _ in range(index - len(fixed) + 1):
        at = _repeated(obligation, ladder, at, calendar)
        if at is None:
            return None
    return at


def _following(
    obligation: Obligation, ladder: Sequence[Rung], index: int, before: datetime, calendar: Calendar
) -> datetime | None:
    """Like `_rung_at`, from the rung before it, so that a long outage does not cost its square."""
    fixed = [rung.after for rung in ladder if rung.after is not None]
    if index < len(fixed):
        return _after(obligation, fixed[index], calendar)
    return _repeated(obligation, ladder, before, calendar)


def _after(obligation: Obligation, after: Duration, calendar: Calendar) -> datetime:
    start = calendar.defer(obligation.nag_from, obligation.business)
    return calendar.add(start, on_clock(after, obligation.business))


def _repeated(obligation: Obligation, ladder: Sequence[Rung], before: datetime, calendar: Calendar) -> datetime | None:
    every = ladder[-1].every if ladder else None
    if every is None:
        return None
    return calendar.add(before, on_clock(every, obligation.business))
