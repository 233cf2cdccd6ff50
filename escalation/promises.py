"""What became of what was owed, as the audit keeps it: with the event that answered it or left it unanswered.

Telling the path is Clarion's own errand and nobody's promise; it is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from escalation.business_time import Calendar
from escalation.obligations import Kind, Obligation, Outcome


class End(StrEnum):
    """How it stands with a promise: answered, or over without an answer."""

    DONE = "done"
    STILL_WORKING = "still working"
    RESOLVED = "resolved"  # by resolving or closing, unanswered
    DROPPED = "dropped"
    REARMED = "rearmed"  # another was made in its place
    CARRIED = "carried on"  # the same stands in a new plan
    MOVED = "moved"  # a new due time was given while it was overdue
    OVERDUE = "overdue"  # is open still; never in the audit


@dataclass(frozen=True)
class Promise:
    """One obligation at its end.

    `late` is how long after `due_at` that was, on the obligation's own clock; no time when it was not. `who` is whose
    promise it was when it was not the owner's ("" is the owner).
    """

    kind: Kind
    severity: str
    due_at: datetime
    how: End
    late: timedelta = timedelta()
    who: str = ""

    def as_value(self) -> dict[str, Any]:
        """As an event keeps it: a row of its `promises`, `late` in seconds."""
        return {
            "what": self.kind.value,
            "severity": self.severity,
            "due_at": self.due_at.isoformat(),
            "how": self.how.value,
            "late": self.late.total_seconds(),
            "who": self.who,
        }


def of_values(values: Mapping[str, Any]) -> list[Promise]:
    """The promises of an event's values; those that this version does not understand are left out."""
    rows = values.get("promises")
    read = (_of_value(row) for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
    return [one for one in read if one is not None]


def _of_value(row: Mapping[str, Any]) -> Promise | None:
    try:
        due_at, late = datetime.fromisoformat(row["due_at"]), timedelta(seconds=row["late"])
        return Promise(Kind(row["what"]), str(row["severity"]), due_at, End(row["how"]), late, str(row["who"]))
    except (KeyError, TypeError, ValueError):
        return None


@dataclass(frozen=True)
class _Stood:
    severity: str
    due_at: datetime
    business: bool


class Book:
    """What was owed when an event was last written down; tells at the next event what became of it meanwhile."""

    def __init__(self, owed: Iterable[Obligation], calendar: Calendar) -> None:
        self._over: set[Obligation] = set()
        self._turn(list(owed), calendar)

    def came_of(
        self,
        owed: Iterable[Obligation],
        now: datetime,
        calendar: Calendar,
        calendars: Mapping[str, Calendar],
        *,
        still_working: bool = False,
    ) -> list[Promise]:
        """What ended since the last event, or was overdue and got a new due time; each is told once.

        `calendar` is the owner's from now on, `calendars` those of other debtors; `still_working`: the event says no
        more than that. What ended did so on the calendar of whoever owned it until now.
        """
        every = list(owed)
        told = []
        for one in every:
            if one.kind is Kind.TELL_PATH or one in self._over:
                continue
            on = calendars.get(one.debtor_id or "", self._calendar)
            if not one.is_open:
                how = _end_of(one, every, still_working=still_working)
                told.append(_promise(one, _stand(one), how, on, now))
            elif (before := self._stood.get(one)) is not None and before.due_at != one.due_at:
                moved = _promise(one, before, End.MOVED, on, now)
                told += [moved] if moved.late else []
        self._turn(every, calendar)
        return told

    def _turn(self, owed: Iterable[Obligation], calendar: Calendar) -> None:
        self._calendar = calendar
        self._over |= {one for one in owed if not one.is_open}
        self._stood = {one: _stand(one) for one in owed if one.is_open}


def _stand(one: Obligation) -> _Stood:
    return _Stood(one.severity, one.due_at, one.business)


def _promise(one: Obligation, stood: _Stood, how: End, calendar: Calendar, now: datetime) -> Promise:
    late = calendar.between(stood.due_at, now, stood.business)
    return Promise(one.kind, stood.severity, stood.due_at, how, late, one.debtor_id or "")


def _end_of(one: Obligation, owed: Iterable[Obligation], *, still_working: bool) -> End:
    if one.outcome is Outcome.DONE:
        return End.STILL_WORKING if still_working and one.kind is Kind.UPDATE else End.DONE
    if one.outcome is Outcome.REARMED and any(_is_the_same(one, other) for other in owed):
        return End.CARRIED
    return End(one.outcome or Outcome.DROPPED)


def _is_the_same(one: Obligation, other: Obligation) -> bool:
    """Whether another that is open promises just what this one did."""
    return other.is_open and (other.kind, other.debtor_id, other.due_at) == (one.kind, one.debtor_id, one.due_at)
