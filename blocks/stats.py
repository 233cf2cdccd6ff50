"""What `/escalate stats` answers: how promises were kept, in lines that a phone shows whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from blocks.layout import bullets, divider, header, line, muted, muted_plain, rich
from blocks.message import Message, answer, message
from blocks.text import Json, clean_line, counted, person, say
from blocks.times import span
from blocks.views import Naming, severity_mark
from escalation.duration import Duration, in_words
from escalation.figures import Figures, Report, Tally

PEOPLE_SHOWN = 10
_CUSTOMER = 100
_WHAT_IT_MEANS = (
    "On time: answered by the due time. Late: after it, by the median. Missed: not answered, or not yet. "
    "Counted in business time where a promise keeps business hours."
)


@dataclass(frozen=True)
class Asked:
    """What figures are of: a time until now, and what narrows them."""

    last: timedelta
    mine: bool = False
    severity: str = ""
    customer: str = ""


def stats_message(report: Report, asked: Asked, naming: Naming) -> Message:
    """Everything first, then severity by severity and person by person, where there are several."""
    if report.whole == Figures():
        return message(rich(line(say(_nothing(asked)))))
    whose = "Your promises" if asked.mine else "Kept promises"
    return answer(
        header(f"{whose}, {last_words(asked.last)}"),
        *_narrowed(asked, naming),
        rich(*_whole(report.whole)),
        *([] if asked.severity else _by_severity(report.by_severity, naming)),
        *([] if asked.mine else _by_person(report.by_person)),
        muted(_WHAT_IT_MEANS),
    )


def kept_words(tally: Tally) -> str:
    """`42 of 44 on time (95%) · 1 late, by 12 minutes · 1 missed`."""
    parts = [on_time_words(tally)]
    if tally.late and tally.late_by is not None:
        parts.append(f"{tally.late} late, by {_about(tally.late_by)}")
    if tally.missed:
        parts.append(f"{tally.missed} missed")
    return " · ".join(parts)


def on_time_words(tally: Tally) -> str:
    """`42 of 44 on time (95%)`."""
    return f"{tally.on_time} of {tally.total} on time ({tally.percent}%)"


def last_words(last: timedelta) -> str:
    """`last 30 days`, as it stands after a comma."""
    return f"last {in_words(Duration(0, last, business=False))}"


def _nothing(asked: Asked) -> str:
    yours = " of yours" if asked.mine else ""
    severity = f" at {asked.severity}" if asked.severity else ""
    to = f" to “{clean_line(asked.customer, _CUSTOMER)}”" if asked.customer else ""
    promise = f"no promise{yours}{severity}{to} was answered or fell due"
    return f"There is nothing to count in the {last_words(asked.last)}: {promise}."


def _narrowed(asked: Asked, naming: Naming) -> list[Json]:
    severity = [naming.severity(asked.severity)] if asked.severity else []
    customer = [f"“{clean_line(asked.customer, _CUSTOMER)}”"] if asked.customer else []
    return [muted_plain(" · ".join([*severity, *customer]))] if severity or customer else []


def _whole(figures: Figures) -> list[Json]:
    tally = figures.promises
    rows = [
        *([("Updates", kept_words(figures.updates))] if figures.updates.total else []),
        *([("Word to the customer", kept_words(figures.customer))] if figures.customer.total else []),
        *_took(figures),
        *([("Escalations", f"{figures.opened} opened, {figures.resolved} resolved")] if _has_cases(figures) else []),
        *_apart(figures),
    ]
    lines = [line(say(name, bold=True), say(f": {words}")) for name, words in rows]
    return [
        line(say(kept_words(tally) if tally.total else "No promise was answered or fell due.", bold=True)),
        *([bullets(lines)] if lines else []),
    ]


def _has_cases(figures: Figures) -> bool:
    return bool(figures.opened or figures.resolved)


def _took(figures: Figures) -> list[tuple[str, str]]:
    rows = [("Time to acknowledge", figures.to_acknowledge), ("Time to resolve", figures.to_resolve)]
    return [(name, f"{_about(length)} (median)") for name, length in rows if length is not None]


def _apart(figures: Figures) -> list[tuple[str, str]]:
    """What puts off or stands in for an update, and is none."""
    said = [
        *([counted(figures.snoozes, "snooze")] if figures.snoozes else []),
        *([f"{figures.still_workings} × “Still working on it”"] if figures.still_workings else []),
    ]
    return [("Besides, not counted as updates", ", ".join(said))] if said else []


def _by_severity(parts: Mapping[str, Figures], naming: Naming) -> list[Json]:
    rows = [
        line(say(f"{severity_mark(key)} "), say(naming.severity(key), bold=True), *_part(figures, _times(figures)))
        for key, figures in parts.items()
    ]
    return _section("By severity", rows) if rows else []


def _by_person(parts: Mapping[str, Figures]) -> list[Json]:
    shown = [(user, figures) for user, figures in parts.items() if figures.promises.total]
    rows = [line(person(user), *_part(figures)) for user, figures in shown[:PEOPLE_SHOWN]]
    left = len(shown) - PEOPLE_SHOWN
    more = [muted(f"… and {counted(left, 'more person').replace('persons', 'people')}.")] if left > 0 else []
    return [*_section("By person", rows), *more] if rows else []


def _section(title: str, rows: Iterable[Json]) -> list[Json]:
    return [divider(), rich(line(say(title, bold=True)), bullets(rows))]


def _part(figures: Figures, times: Iterable[str] = ()) -> list[Json]:
    """Behind its name: all promises, and on a line of its own the two clocks, and how long things took."""
    updates, customer = figures.updates, figures.customer
    rest = " · ".join(
        [
            *([f"updates {_fraction(updates)}"] if updates.total else []),
            *([f"customer {_fraction(customer)}"] if customer.total else []),
            *times,
        ]
    )
    first = kept_words(figures.promises) if figures.promises.total else "no promise yet"
    return [say(f": {first}"), *([say(f"\n{rest[0].upper()}{rest[1:]}")] if rest else [])]


def _times(figures: Figures) -> list[str]:
    return [
        *([f"acknowledged in {_about(figures.to_acknowledge)}"] if figures.to_acknowledge is not None else []),
        *([f"resolved in {_about(figures.to_resolve)}"] if figures.to_resolve is not None else []),
    ]


def _about(length: timedelta) -> str:
    """Seconds count only within a minute."""
    minute = timedelta(minutes=1)
    return span(length - length % minute if length >= minute else length)


def _fraction(tally: Tally) -> str:
    return f"{tally.on_time} of {tally.total}"
