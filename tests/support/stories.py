"""Stories: what happens to one escalation and what is said of one obligation of it, minute by minute, as people write it.

    === update, late
    Mon  8 Jun 10:00 > opened
    Mon  8 Jun 10:50   warning Dina
    Mon  8 Jun 11:00   nag Dina
    Mon  8 Jun 11:10   nag channel
    Mon  8 Jun 11:15 > update posted
    Mon  8 Jun 12:00 .

A line with `>` is an act, one without is a message and its audience, and the one with `.` ends the story. Times are
London's; "01:30 again" is the second of the night when the clock goes back. Lines with `#` say why.

`tests.support.rules_walk` lives through a story by the rules of the product, `tests.support.oracle` by POLICY.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON, NEW_YORK = "Europe/London", "America/New_York"

# Who fills which role; Ulf fills none. Sana and Victor live in New York.
ROLES: Mapping[str, tuple[str, ...]] = {
    "support_agent": ("Olga",),
    "csm": ("Carla",),
    "senior_csm": ("Sana",),
    "cs_manager": ("Omar",),
    "cs_director": ("Dina",),
    "vp_customer_success": ("Vera",),
    "vp_engineering": ("Victor",),
    "cto": ("Tess",),
    "ceo": ("Cleo",),
}
ADMINS = ("Omar",)
REPORTER = "Olga"
OWNERS = {"SEV-1": "Dina", "SEV-2": "Omar", "SEV-3": "Carla", "SEV-4": "Carla"}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) +(\d{1,2}) (\w{3})"
_LINE = re.compile(rf"(?P<at>{_DAY} \d\d:\d\d(?: again)?) (?P<sign>[> .]) ?(?P<words>.*)")


@dataclass(frozen=True)
class Line:
    """An act or a message, and when."""

    at: datetime
    words: str


@dataclass(frozen=True)
class Story:
    """`name` is the obligation and the outcome; `said` are the messages about that obligation, in their order."""

    severity: str
    name: str
    acts: tuple[Line, ...]
    said: tuple[Line, ...]
    until: datetime
    note: str

    @property
    def kind(self) -> str:
        """The obligation it is about."""
        return self.name.partition(",")[0]

    @property
    def is_impossible(self) -> bool:
        """Whether it cannot happen; the note says why."""
        return self.note.startswith("impossible")

    @property
    def outcome(self) -> str:
        """What becomes of the obligation."""
        return self.name.partition(", ")[2]


def zone_of(person: str) -> str:
    """Where somebody lives."""
    return NEW_YORK if person in ("Sana", "Victor") else LONDON


def day_of(words: str) -> date:
    """A day as stories write it: "Mon  8 Jun". All of them lie in 2026, but for the January after it."""
    match = re.fullmatch(_DAY, words)
    assert match is not None, words
    month = _MONTHS.index(match.group(3)) + 1
    day = date(2027 if month == 1 else 2026, month, int(match.group(2)))
    assert f"{day:%a}" == match.group(1), f"{words} is a {day:%A}"
    return day


def moment(words: str) -> datetime:
    """An instant as stories write it: "Mon  8 Jun 10:00"."""
    day, clock, *again = re.split(r" (?=\d\d:)| (?=again)", words)
    local = datetime.combine(day_of(day), datetime.strptime(clock, "%H:%M").time(), ZoneInfo(LONDON))  # noqa: DTZ007
    return local.replace(fold=int(bool(again))).astimezone(UTC)


def written(at: datetime) -> str:
    """An instant as `moment` reads it."""
    local = at.astimezone(ZoneInfo(LONDON))
    return f"{local:%a} {local.day:2} {local:%b} {local:%H:%M}" + (" again" if local.fold else "")


def minutes(words: str) -> timedelta:
    """A length of time as stories write it: "30m", "2h", "1d"."""
    return timedelta(minutes=int(words[:-1]) * {"m": 1, "h": 60, "d": 1440}[words[-1]])


def read(severity: str, text: str) -> Iterator[Story]:
    """The stories of a file."""
    for block in text.split("=== ")[1:]:
        name, *lines = block.strip().splitlines()
        acts: list[Line] = []
        said: list[Line] = []
        until, notes = None, []
        for line in lines:
            if line.startswith("#"):
                notes.append(line.removeprefix("#").strip())
                continue
            match = _LINE.fullmatch(line)
            assert match is not None, line
            what = Line(moment(match["at"]), match["words"])
            if match["sign"] == ".":
                until = what.at
            else:
                (acts if match["sign"] == ">" else said).append(what)
        note = " ".join(notes)
        assert until is not None or note.startswith("impossible"), f"{name} has no end"
        yield Story(severity, name, tuple(acts), tuple(said), until or datetime.min.replace(tzinfo=UTC), note)


def block(name: str, note: str, acts: Iterable[Line], said: Iterable[Line], until: datetime) -> str:
    """A story as `read` reads it."""
    lines = [(one.at, 0, f"{written(one.at)} > {one.words}") for one in acts]
    lines += [(one.at, 1, f"{written(one.at)}   {one.words}") for one in said]
    body = [text for _, _, text in sorted(lines, key=lambda line: line[:2])]
    return "\n".join([f"=== {name}", *([f"# {note}"] if note else []), *body, f"{written(until)} ."]) + "\n"
