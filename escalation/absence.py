"""Out of office: what a Slack status says of it, and what was done about an owner's absence so far."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from escalation.case import Event, EventKind

EMOJI = frozenset(
    {
        "palm_tree",
        "desert_island",
        "island",
        "beach_with_umbrella",
        "umbrella_on_ground",
        "face_with_thermometer",
        "face_with_head_bandage",
        "baby",
        "baby_bottle",
    }
)
# Whole words of a status, without case and accents; each line is a language or two.
_AWAY = (
    r"out[ -]of[ -](the[ -])?office|ooo|vacation(ing)?|holidays?|(on|annual|parental|maternity|paternity|sick|medical|family) leave",
    r"(out|off) sick|sick day|(away|off|leave) (until|till)|pto|day off|off today|sabbatical",
    r"\w*urlaub|abwesend|krank(geschrieben)?|elternzeit|mutterschutz|(nicht|ausser) im (buro|haus)|ausser haus",
    r"(en|jours? de) conges?|conges?( \w+)?|vacances|absente?|arret maladie|hors du bureau",
    r"vacaciones|de baja( \w+)?|ausente|fuera de la oficina",
    r"ferie|malattia|assente|fuori ufficio|in congedo",
    r"ferias|de baixa|licenca (medica|maternidade|paternidade)|fora do escritorio",
    r"vakantie|afwezig|ziek|met \w*verlof|\w+verlof",
    r"pa semester|semesterledig|foraldraledig|sjuk|tjanstledig|pa ferie|barsel(sorlov)?|syg|syk|permisjon",
    r"\w*lomalla|na urlopie|urlop|nieobecn[ya]|na dovolene|dovolena",
    r"(в )?отпуске?|на больничном|больничны[йи]",
)
# Scripts that put no spaces between words.
_AWAY_ANYWHERE = (
    "休暇",
    "休み",
    "不在",
    "育休",
    "有給",
    "休假",
    "度假",
    "请假",
    "病假",
    "产假",
    "휴가",
    "부재중",
    "병가",
    "육아휴직",
)
# At work, or back in a moment, whatever else the status says.
_THERE = (
    r"in an? (meeting|call)|im meeting|lunch|mittag(spause)?|remote(ly)?|wfh|working from|commuting|focus(ing)?",
    r"back from (?!.*\d).*|zuruck aus|de retour|happy holidays?|holiday (party|season)|(vacation|holiday|urlaubs?) ?(planning|planung)",
)


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")


_SAYS_AWAY, _SAYS_THERE = _any(_AWAY), _any(_THERE)


def away_status(text: str, emoji: str) -> str:
    """The status in so far as it says that somebody is out of office, "" where it does not.

    `emoji` as Slack has it, with colons and perhaps a tone of skin. What says that somebody is at work goes first: whoever
    is asked for a little too long is asked again, but nobody is to lose what they lead over a lunch.
    """
    words = _folded(text)
    name = emoji.strip(":").partition(":")[0]
    if _SAYS_THERE.search(words):
        return ""
    if not (name in EMOJI or _SAYS_AWAY.search(words) or any(one in words for one in _AWAY_ANYWHERE)):
        return ""
    return text.strip() or emoji


def _folded(text: str) -> str:
    """Width, case and accents taken away; scripts that are composed of parts are put together again."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not "\u0300" <= one <= "\u036f")
    return " ".join(
        unicodedata.normalize("NFC", bare).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()
    )


def away_words(until: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """`is out of office until 3 Dec`: all that is said of a status, as the rest of it is somebody's own affair."""
    if until is None:
        return "is out of office"
    end = until.astimezone(zone)
    if end.date() == now.astimezone(zone).date():
        return f"is out of office until {end:%H:%M} ({zone.key})"
    return f"is out of office until {end.day} {end:%b}"


@dataclass(frozen=True)
class Followed:
    """What was done about the absence of an owner, as the audit has it.

    `is_known`: something was done, or they made themselves the owner while away. `asked` are those whom Clarion asked to
    take over; `is_there`: the owner has done something since, so they are there whatever their status says;
    `nobody_left`: that nobody was left to ask was said.
    """

    is_known: bool = False
    asked: frozenset[str] = frozenset()
    is_there: bool = False
    nobody_left: bool = False


# With these the counting begins anew.
_BEGINS = {EventKind.OPENED, EventKind.REOPENED, EventKind.OWNER_CHANGED, EventKind.OWNER_BACK}


def followed(events: Iterable[Event], owner_id: str) -> Followed:
    """Read it from the events in their order. To hand it off oneself is a way to leave, and no sign of being there."""
    known, there, nobody, asked = False, False, False, set[str]()
    for event in events:
        if event.kind in _BEGINS:
            known = there = bool(event.values.get("away")) and event.by == owner_id
            nobody, asked = False, set()
        elif event.kind is EventKind.HANDOVER_ASKED and not event.by:
            known = True
            asked.add(str(event.values.get("to")))
        elif event.kind is EventKind.NOBODY_LEFT:
            known = nobody = True
        elif known and event.by == owner_id and event.kind is not EventKind.HANDOVER_ASKED:
            there = True
    return Followed(known, frozenset(asked), there, nobody)
