"""What Slack itself is to say, and when, should Clarion fall silent: the dead man's switch outside our process.

Whoever is asked by Clarion in time never sees it: it is set for some minutes after the next nag, and moved on as that comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.business_time import Calendar, on_clock
from escalation.case import Escalation
from escalation.duration import Duration
from escalation.ladder import LADDERED_KINDS, ahead, may_be_said
from escalation.obligations import Obligation
from escalation.policy import SeverityPolicy

# So long after its nag should have come, Clarion is not merely slow.
SILENCE = Duration(0, timedelta(minutes=10), business=False)
# For a nearer nag none is set: people answer within minutes, and each answer would move it.
NEAREST = timedelta(minutes=15)
# What is due in a quarter of an hour is looked at a moment after that began.
TOLERANCE = timedelta(seconds=30)
# Slack takes 120 days.
FARTHEST = timedelta(days=119)

CalendarOf = Callable[[Obligation], Calendar]


@dataclass(frozen=True)
class Backup:
    """What is to be said at an instant (whole seconds, as Slack counts them): all that was asked for by then."""

    at: datetime
    owed: tuple[Obligation, ...]


def wanted(
    escalation: Escalation,
    owed: Sequence[Obligation],
    severity: SeverityPolicy,
    calendar_of: CalendarOf,
    now: datetime,
    standing: datetime | None = None,
) -> Backup | None:
    """The backup to have from now on; None where nothing is owed, or nothing that Slack could remember for so long.

    It follows the first nag that is at least a quarter of an hour off. The one that stands for a nearer nag (`standing`)
    stays until that has come, unless something else is to be asked for before. Warnings are no nags.
    """
    if not escalation.status.is_live:
        return None
    asked = [one for one in owed if one.is_open and one.kind in LADDERED_KINDS]
    instants = [at for one in asked for at in _instants(one, severity, calendar_of(one), now, standing)]
    if not instants or min(instants) > now + FARTHEST:
        return None
    at = min(instants)
    return Backup(at, tuple(one for one in asked if one.nag_from <= at and _is_in_hours(one, calendar_of(one), at)))


def _instants(
    obligation: Obligation, severity: SeverityPolicy, calendar: Calendar, now: datetime, standing: datetime | None
) -> Iterator[datetime]:
    """When it would follow each rung ahead, up to the first that is far enough off; on the obligation's own clock."""
    for rung_at in ahead(obligation, severity, calendar):
        # The sweep looks no sooner than it has noted, though who owes it lives by another zone since then.
        nag_at = max(rung_at, obligation.next_at or rung_at)
        if nag_at <= now and not may_be_said(obligation, calendar, now):
            nag_at = calendar.next_opening(now)
        at = _whole_seconds(calendar.add(nag_at, on_clock(SILENCE, obligation.business)))
        is_far = nag_at >= now + NEAREST - TOLERANCE
        if is_far or now < at == standing:
            yield at
        if is_far:
            return


def _is_in_hours(obligation: Obligation, calendar: Calendar, at: datetime) -> bool:
    """To the second: what Slack posts by itself needs no moment after closing."""
    return not obligation.business or calendar.is_open(at)


def _whole_seconds(at: datetime) -> datetime:
    """Rounded up: it must not come before its time."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)
