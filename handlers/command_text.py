"""What was typed after /escalate, read without knowing anything but words (CONTRACT.md, "Slash command").

A first word counts as a subcommand when it stands alone, when its arguments are valid, or in an escalation's
channel, where the rest fills its form. A single word that nearly is one is asked back. All else is what is wrong
somewhere: it goes into the form for a new escalation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Flag, auto

from escalation.duration import DurationError, parse_duration
from services.finding import reference_number


class Takes(Flag):
    """The arguments that a subcommand understands."""

    NOTHING = 0
    REFERENCE = auto()  # ESC-42, before everything else
    SEVERITY = auto()
    CUSTOMER = auto()
    SCOPE = auto()  # mine, all
    SPAN = auto()  # 7d, as the policy writes it
    WORDS = auto()  # the rest fills its form


SCOPES = ("mine", "all")
_PUNCTUATION = ",:;.!?()[]{}\"'-–—"
_CLOSE_ENOUGH = {0: 0, 1: 0, 2: 0, 3: 1, 4: 1, 5: 1}
_FAR = 2


@dataclass(frozen=True)
class NewForm:
    """Open the form for a new escalation; `severity` is a key of the policy that was found in the words."""

    words: str = ""
    severity: str | None = None


@dataclass(frozen=True)
class Subcommand:
    """A subcommand under its proper name, with its arguments; `words` are as they were typed."""

    name: str
    number: int | None = None
    severity: str | None = None
    scope: str | None = None
    words: str = ""
    span: timedelta | None = None


@dataclass(frozen=True)
class Misspelt:
    """A word that nearly is a subcommand, and what to suggest instead."""

    word: str
    meant: str


Read = NewForm | Subcommand | Misspelt


@dataclass(frozen=True)
class Language:
    """The words that are known: subcommands with their arguments, other names for them, the policy's severities."""

    subcommands: Mapping[str, Takes]
    also: Mapping[str, str]
    severities: tuple[str, ...]

    def subcommand(self, word: str) -> str | None:
        """The proper name of the subcommand that the word is, in any case."""
        lowered = word.lower()
        proper = self.also.get(lowered, lowered)
        return proper if proper in self.subcommands else None

    def severity(self, word: str) -> str | None:
        """The severity that the word is: `SEV-1`, `sev1` and `Sev 1` are the same."""
        return {_bare(key): key for key in self.severities}.get(_bare(word))


def read(text: str, language: Language, *, here: bool = False, names_customer: bool = False) -> Read:
    """What to do. `here`: typed in an escalation's channel. `names_customer`: `customer_in` is a known customer."""
    first, rest = _first_word(text)
    name = language.subcommand(first)
    if name is None:
        return _not_a_subcommand(text.strip(), language)
    understood = _arguments(name, rest, language)
    if here or _valid(understood, language, names_customer):
        return understood
    return pick_severity(text.strip(), language)


def first_subcommand(text: str, language: Language) -> str | None:
    """The subcommand that the first word may be, whether or not it turns out to count as one."""
    return language.subcommand(_first_word(text)[0])


def customer_in(text: str, language: Language) -> str:
    """The words that may name a customer, for whoever can look that up; "" when none may."""
    first, rest = _first_word(text)
    name = language.subcommand(first)
    if name is None or Takes.CUSTOMER not in language.subcommands[name]:
        return ""
    return _arguments(name, rest, language).words


def pick_severity(words: str, language: Language) -> NewForm:
    """Find the first severity among the words; at their beginning or end it is taken out, within them it stays."""
    found = [(match.start(), match.end(), match.group()) for match in re.finditer(r"\S+", words)]
    after = [*found[1:], (0, 0, "")]
    for (start, stop, word), (_, second_stop, second) in zip(found, after, strict=False):
        key, end = language.severity(word), stop
        if key is None and _is_number(second):
            key, end = language.severity(f"{word} {second}"), second_stop
        if key is None:
            continue
        if not words[:start].strip():
            return NewForm(words[end:].lstrip(" \t\n,:;.-–—"), key)
        if not words[end:].strip():
            return NewForm(words[:start].rstrip(" \t\n,:;-–—("), key)
        return NewForm(words, key)
    return NewForm(words)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one is a slip of the finger away from; None when there is none."""
    lowered = word.lower()
    steps, best = min(((_edits(lowered, one), one) for one in known), default=(99, ""))
    allowed = _CLOSE_ENOUGH.get(min(len(lowered), len(best)), _FAR)
    return best if 0 < steps <= allowed else None


def _not_a_subcommand(text: str, language: Language) -> Read:
    if len(text.split()) == 1 and language.severity(text) is None:
        if reference_number(text) is not None:
            return Misspelt(text, f"show {text.upper()}")
        bare = text.strip(_PUNCTUATION)
        meant = language.subcommand(nearest(bare, [*language.subcommands, *language.also]) or bare)
        if meant is not None:
            return Misspelt(text, meant)
    return pick_severity(text, language)


def _arguments(name: str, rest: str, language: Language) -> Subcommand:
    """Take off what is understood, in either order; what is left are the words."""
    takes = language.subcommands[name]
    number = severity = scope = span = None
    if Takes.SPAN in takes:
        span, rest = _trailing_span(rest)
    while rest:
        first, after = _first_word(rest)
        if Takes.REFERENCE in takes and number is None and reference_number(first) is not None:
            number, rest = reference_number(first), after
        elif Takes.SEVERITY in takes and severity is None and (found := _leading_severity(rest, language)):
            severity, rest = found
        elif Takes.SCOPE in takes and scope is None and first.lower() in SCOPES:
            scope, rest = first.lower(), after
        elif Takes.SPAN in takes and span is None and (length := _span(first)):
            span, rest = length, after
        else:
            break
    if Takes.SCOPE in takes and severity is None:
        # A list is narrowed in any order: `list acme sev1` is `list sev1 acme`
        severity, rest = _trailing_severity(rest, language)
    return Subcommand(name, number, severity, scope, rest, span)


def _trailing_span(text: str) -> tuple[timedelta | None, str]:
    before, _, last = text.rpartition(" ")
    span = _span(last)
    return (span, before.rstrip()) if span else (None, text)


def _span(word: str) -> timedelta | None:
    """`7d`: a length of time around the clock; None for any other word, and for no time at all."""
    try:
        return parse_duration(word).time or None
    except DurationError:
        return None


def _trailing_severity(text: str, language: Language) -> tuple[str | None, str]:
    found = pick_severity(text, language)
    at_end = found.severity is not None and text.startswith(found.words)
    return (found.severity, found.words) if at_end and found.words != text else (None, text)


def _leading_severity(text: str, language: Language) -> tuple[str, str] | None:
    first, rest = _first_word(text)
    second, after = _first_word(rest)
    if _is_number(second) and (key := language.severity(first + second)) is not None:
        return key, after
    key = language.severity(first)
    return (key, rest) if key is not None else None


def _valid(one: Subcommand, language: Language, names_customer: bool) -> bool:
    """Whether the arguments are what the subcommand asks for, typed where it has no escalation of its own."""
    if not one.words:
        return True
    takes = language.subcommands[one.name]
    if Takes.CUSTOMER in takes and names_customer:
        return one.number is None and (one.severity is None or Takes.SCOPE in takes)
    return Takes.WORDS in takes and one.number is not None


def _first_word(text: str) -> tuple[str, str]:
    """The first word, and the rest as it was typed."""
    parts = text.strip().split(maxsplit=1)
    return (parts[0] if parts else "", parts[1] if len(parts) > 1 else "")


def _is_number(word: str) -> bool:
    bare = word.strip(_PUNCTUATION)
    return bare.isascii() and bare.isdigit()


def _bare(word: str) -> str:
    return re.sub(r"[-–_\s]", "", word.strip(_PUNCTUATION)).casefold()


def _edits(one: str, other: str) -> int:
    """Letters to change, add, leave out or swap with their neighbour to make one word of the other."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, wanted in enumerate(other, start=1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
