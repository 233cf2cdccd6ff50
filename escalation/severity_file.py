"""Reading one severity of the policy file, and refusing what does not go together in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import timedelta
from itertools import pairwise

from yaml.nodes import Node

from escalation.business_time import (
    BusinessHours,
    business_length,
    on_clock,
    runs_on_business_time,
    shortest_gap,
)
from escalation.duration import Cadence, Duration, Schedule, in_words, parse_cadence, parse_duration
from escalation.policy import Audience, AudienceKind, Notify, Rung, SeverityPolicy
from escalation.policy_yaml import Section, is_blank, is_default, listed, meant, refuse, refuse_either, understood

TIERS = (1, 2, 3, 4)
# Slack cuts the text under a choice at this length.
LONGEST_DEFINITION = 75
# Together with the severity's key it must fit into a choice of 75 characters.
LONGEST_NAME = 60
LONGEST_EXAMPLE = 300

_KEYS = (
    "name",
    "definition",
    "example",
    "acknowledge_within",
    "plan_within",
    "update_every",
    "warn_before",
    "contact_customer_within",
    "owners",
    "notify",
    "if_silent",
    "snooze_at_most",
)


def read_severity(key: str, node: Node, roles: Collection[str], hours: BusinessHours) -> SeverityPolicy:
    """One severity, complete; PolicyError with the line of what is wrong."""
    section = Section(node, key, _KEYS)
    cadence = section.read("update_every", _cadence)
    return SeverityPolicy(
        key=key,
        name=section.read("name", text_up_to(LONGEST_NAME)),
        definition=section.read("definition", text_up_to(LONGEST_DEFINITION)),
        example=section.read("example", text_up_to(LONGEST_EXAMPLE)),
        acknowledge_within=section.read("acknowledge_within", parse_duration),
        plan_within=section.read("plan_within", parse_duration),
        update_every=cadence,
        warn_before=_warning(section, cadence, hours),
        contact_customer_within=section.read("contact_customer_within", parse_duration),
        owners=role_names(section["owners"], "owners", roles),
        notify=_notify(section, roles),
        if_silent=_ladder(section, roles),
        snooze_at_most=section.read("snooze_at_most", parse_duration),
    )


def role_names(node: Node, what: str, roles: Collection[str]) -> tuple[str, ...]:
    """A list of roles, each of which the policy knows."""

    def known(text: str) -> str:
        if text not in roles:
            raise ValueError(f'"{text}" is not in roles{meant(text, roles)}')
        return text

    return tuple(dict.fromkeys(understood(item, what, known) for item in listed(node, what)))


def text_up_to(longest: int) -> Callable[[str], str]:
    """A reader of words that people see, which must be there and fit."""

    def read(text: str) -> str:
        if not text:
            raise ValueError("there must be words")
        if len(text) > longest:
            raise ValueError(f"{len(text)} characters are too many; Slack shows {longest}")
        return text

    return read


def _cadence(text: str) -> Cadence:
    return _some_time(parse_cadence(text))


def _period(text: str) -> Duration:
    duration = parse_duration(text)
    _some_time(duration)
    return duration


def _some_time(cadence: Cadence) -> Cadence:
    if isinstance(cadence, Duration) and cadence.is_zero:
        raise ValueError("it must be longer than no time at all")
    return cadence


def _notify(section: Section, roles: Collection[str]) -> tuple[Notify, ...]:
    if "notify" not in section:
        return ()
    rows = []
    for item in listed(section["notify"], "notify"):
        row = Section(item, "notify", ("within", "roles"))
        rows.append(Notify(row.read("within", parse_duration), role_names(row["roles"], "roles", roles)))
    return tuple(rows)


def _ladder(section: Section, roles: Collection[str]) -> tuple[Rung, ...]:
    nodes = listed(section["if_silent"], "if_silent")
    rungs = tuple(_rung(node, roles) for node in nodes)
    for (node, rung), (next_node, following) in pairwise(zip(nodes, rungs, strict=True)):
        if rung.every is not None:
            refuse(node, "a rung with every must be the last; those after it would never come")
        if following.after is not None and rung.after is not None and _length(following.after) < _length(rung.after):
            earlier, later = in_words(following.after), in_words(rung.after)
            refuse(next_node, f"the rung after {earlier} must stand before the one after {later}")
    return rungs


def _rung(node: Node, roles: Collection[str]) -> Rung:
    section = Section(node, "a rung of if_silent", ("after", "every", "tell"))
    if ("after" in section) == ("every" in section):
        refuse(node, "a rung of if_silent has either after or every, as in {after: 10m, tell: channel}")
    return Rung(
        after=section.read("after", parse_duration) if "after" in section else None,
        every=section.read("every", _period) if "every" in section else None,
        tell=section.read("tell", lambda text: _audience(text, roles)),
    )


def _audience(text: str, roles: Collection[str]) -> Audience:
    tier = re.fullmatch(r"tier +([0-9]+)", text)
    if tier is not None and int(tier.group(1)) in TIERS:
        return Audience(AudienceKind.TIER, tier=int(tier.group(1)))
    if text in (AudienceKind.OWNER, AudienceKind.CHANNEL, AudienceKind.ADMINS):
        return Audience(AudienceKind(text))
    if text in roles:
        return Audience(AudienceKind.ROLE, role=text)
    others = ("owner", "channel", *(f"tier {number}" for number in TIERS), "admins")
    raise ValueError(f'nobody is called "{text}"{meant(text, (*others, *roles))}')


def _warning(section: Section, cadence: Cadence, hours: BusinessHours) -> Duration | None:
    """The quiet word before an update; the default one is left away from a cadence that is too short for it."""
    node = section["warn_before"]
    if is_blank(node):
        return None
    warning = section.read("warn_before", parse_duration)
    if not _fits(warning, cadence, hours):
        if is_default(node) and not is_default(section["update_every"]):
            return None
        reason = f"warn_before ({in_words(warning)}) must be less than half of update_every ({in_words(cadence)})"
        refuse_either(node, section["update_every"], reason)
    return warning


def _fits(warning: Duration, cadence: Cadence, hours: BusinessHours) -> bool:
    if isinstance(cadence, Schedule):
        return on_clock(warning, business=False).time * 2 < shortest_gap(cadence, hours)
    if runs_on_business_time(cadence):
        return business_length(on_clock(warning, business=True), hours) * 2 < business_length(cadence, hours)
    return on_clock(warning, business=False).time * 2 < cadence.time


def _length(duration: Duration) -> timedelta:
    return on_clock(duration, business=False).time
