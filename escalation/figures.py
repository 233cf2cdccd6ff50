"""How promises were kept, in figures: derived from the audit alone, and from what is overdue now.

On time is a promise that was answered no later than due, late one that was answered after that, missed one that fell
due and was never answered: it ended so, or is overdue still. "Late" is counted on the obligation's own clock, so what
is answered as business opens after a closing time is on time. What ended unanswered before it was due, as by
resolving, counts as neither. "Still working on it" said in time is counted apart, never as an update; said too late it
is late, as anything else would be. An answer to a handover is no promise of the one who was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any, NamedTuple

from escalation.case import EventKind
from escalation.ladder import LADDERED_KINDS
from escalation.obligations import Kind
from escalation.promises import End, Promise, of_values

# Figures are of this time until now, where no other is named.
LAST = timedelta(days=30)
# What somebody is asked for when they are silent.
PROMISED = LADDERED_KINDS
# What happens to nothing that is counted.
_UNCOUNTED = {
    EventKind.ASKED,
    EventKind.NOTED,
    EventKind.SUGGESTED,
    EventKind.PATH_TOLD,
    EventKind.CHANNEL_OPENED,
    EventKind.CHANNEL_LOST,
}
COUNTED_EVENTS = tuple(kind for kind in EventKind if kind not in _UNCOUNTED)


class What(StrEnum):
    """What a fact is."""

    ON_TIME = "on time"
    LATE = "late"
    MISSED = "missed"
    STILL_WORKING = "still working"
    SNOOZED = "snoozed"
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Entry(NamedTuple):
    """An audit row, as far as it is counted."""

    at: datetime
    kind: EventKind
    by: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """One thing that counts, at a severity and for a person.

    `kind` is what was promised; `length` how late it was answered, or how long it took to acknowledge or resolve.
    """

    what: What
    severity: str
    who: str
    kind: Kind | None = None
    length: timedelta = timedelta()


@dataclass(frozen=True)
class Tally:
    """How many promises were kept; `late_by` is the median of those that were answered late."""

    on_time: int = 0
    late: int = 0
    missed: int = 0
    late_by: timedelta | None = None

    @property
    def total(self) -> int:
        """All that count."""
        return self.on_time + self.late + self.missed

    @property
    def percent(self) -> int:
        """How many of a hundred were on time, rounded down: only all of them are 100. 0 where there are none."""
        return 100 * self.on_time // self.total if self.total else 0


@dataclass(frozen=True)
class Figures:
    """All figures of some facts. The times are medians, None where there is nothing to take one of."""

    promises: Tally = Tally()
    updates: Tally = Tally()
    customer: Tally = Tally()
    opened: int = 0
    resolved: int = 0
    to_acknowledge: timedelta | None = None
    to_resolve: timedelta | None = None
    snoozes: int = 0
    still_workings: int = 0


@dataclass(frozen=True)
class Report:
    """The figures of everything that was asked for, and of each severity and person in it."""

    whole: Figures = Figures()
    by_severity: Mapping[str, Figures] = field(default_factory=dict)
    by_person: Mapping[str, Figures] = field(default_factory=dict)


def figures_of(facts: Sequence[Fact]) -> Figures:
    """Count them."""

    def those(what: What) -> list[Fact]:
        return [fact for fact in facts if fact.what is what]

    return Figures(
        promises=_tally(facts),
        updates=_tally(facts, Kind.UPDATE),
        customer=_tally(facts, Kind.CUSTOMER_CONTACT),
        opened=len(those(What.OPENED)),
        resolved=len(those(What.RESOLVED)),
        to_acknowledge=_median(those(What.ACKNOWLEDGED)),
        to_resolve=_median(those(What.RESOLVED)),
        snoozes=len(those(What.SNOOZED)),
        still_workings=len(those(What.STILL_WORKING)),
    )


def report_of(facts: Sequence[Fact], rank: Callable[[str], int]) -> Report:
    """The whole and its parts: severities the most serious first by `rank`, people by how much they promised."""
    severities = _apart(facts, lambda fact: fact.severity)
    people = _apart((fact for fact in facts if fact.who), lambda fact: fact.who)
    return Report(
        figures_of(facts),
        dict(sorted(severities.items(), key=lambda one: (rank(one[0]), one[0]))),
        dict(sorted(people.items(), key=lambda one: (-one[1].promises.total, one[0]))),
    )


def facts_of(history: Sequence[Entry], overdue: Iterable[Promise], since: datetime) -> Iterator[Fact]:
    """What of an escalation counts: its counted audit rows, oldest first, and what is overdue of it now.

    A promise counts when it was answered or ended, and while it is overdue. It is its debtor's, else of who owned the
    escalation when it fell due, or when it was answered before that. The escalation itself counts, opened and resolved
    (from its opening to the last time, if it was not reopened since), with its severity and owner of now.
    """
    case = _Case()
    for entry in history:
        if entry.at >= since:
            yield from case.facts_of(entry)
        case.follow(entry)
    for promise in overdue:
        yield from case.fact_of(promise)
    if case.opened_at is not None and case.opened_at >= since:
        yield Fact(What.OPENED, case.severity, case.owner)
    if case.opened_at is not None and case.resolved_at is not None and case.resolved_at >= since:
        yield Fact(What.RESOLVED, case.severity, case.owner, length=case.resolved_at - case.opened_at)


class _Case:
    """An escalation as its audit tells it, row by row."""

    def __init__(self) -> None:
        self.severity = ""
        self.opened_at: datetime | None = None
        self.resolved_at: datetime | None = None
        self._owners: list[tuple[datetime, str]] = []
        self._asked_at: datetime | None = None

    @property
    def owner(self) -> str:
        return self._owners[-1][1] if self._owners else ""

    def follow(self, entry: Entry) -> None:
        match entry.kind:
            case EventKind.OPENED:
                self.severity, self.opened_at = str(entry.values.get("severity", "")), entry.at
                self._asked_at = entry.at
                self._owners.append((entry.at, str(entry.values.get("owner", ""))))
            case EventKind.OWNER_CHANGED:
                self._owners.append((entry.at, str(entry.values.get("to", ""))))
            case EventKind.SEVERITY_CHANGED:
                self.severity = str(entry.values.get("to", ""))
            case EventKind.RESOLVED:
                self.resolved_at = entry.at
            case EventKind.REOPENED:
                self.resolved_at, self._asked_at = None, entry.at

    def facts_of(self, entry: Entry) -> Iterator[Fact]:
        """Asked before the entry is followed: what it answers was promised under what was so until then."""
        for promise in of_values(entry.values):
            yield from self.fact_of(promise)
            if promise.kind is Kind.ACKNOWLEDGE and promise.how is End.DONE and self._asked_at is not None:
                took = entry.at - self._asked_at
                yield Fact(What.ACKNOWLEDGED, self.severity, self._whose(promise), length=took)
        if entry.kind is EventKind.SNOOZED:
            yield Fact(What.SNOOZED, self.severity, entry.by)
        elif entry.kind is EventKind.STILL_WORKING:
            yield Fact(What.STILL_WORKING, self.severity, entry.by)

    def fact_of(self, promise: Promise) -> Iterator[Fact]:
        verdict = verdict_of(promise)
        if verdict is not None:
            yield Fact(verdict, promise.severity, self._whose(promise), promise.kind, promise.late)

    def _whose(self, promise: Promise) -> str:
        if promise.who:
            return promise.who
        before = [owner for at, owner in self._owners if at <= promise.due_at]
        return before[-1] if before else self.owner


def verdict_of(promise: Promise) -> What | None:
    """Whether it was kept; None where it counts as neither."""
    if promise.kind not in PROMISED or promise.how is End.CARRIED:
        return None
    if promise.how is End.DONE:
        return What.LATE if promise.late else What.ON_TIME
    if not promise.late:
        return None
    return What.LATE if promise.how is End.STILL_WORKING else What.MISSED


def _tally(facts: Iterable[Fact], *kinds: Kind) -> Tally:
    promised = [fact for fact in facts if fact.kind in (kinds or PROMISED)]
    late = [fact for fact in promised if fact.what is What.LATE]
    on_time, missed = (sum(fact.what is what for fact in promised) for what in (What.ON_TIME, What.MISSED))
    return Tally(on_time, len(late), missed, _median(late))


def _median(facts: Sequence[Fact]) -> timedelta | None:
    return timedelta(seconds=median(fact.length.total_seconds() for fact in facts)) if facts else None


def _apart(facts: Iterable[Fact], key: Callable[[Fact], str]) -> dict[str, Figures]:
    parts: dict[str, list[Fact]] = {}
    for fact in facts:
        parts.setdefault(key(fact), []).append(fact)
    return {name: figures_of(part) for name, part in parts.items()}
