"""Reading the policy file: what it leaves out keeps its default, what it says wrongly is refused with its line."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from yaml.nodes import Node

from escalation.business_time import BusinessHours
from escalation.duration import parse_time_of_day, parse_weekday
from escalation.policy import AudienceKind, Policy, person_reference
from escalation.policy_yaml import (
    DEFAULT_NAME,
    PolicyError,
    Section,
    compose,
    is_blank,
    is_commented_out,
    is_switch,
    listed,
    meant,
    overlay,
    refuse,
    refuse_either,
    understood,
    words,
)
from escalation.public_holidays import check_code
from escalation.severity_file import TIERS, read_severity, role_names

_DEFAULT = Path(__file__).with_name("default_policy.yaml")
_SECTIONS = (
    "timezone",
    "business_hours",
    "channel",
    "announcements",
    "max_open_per_owner",
    "roles",
    "admins",
    "tiers",
    "severities",
)
_SEVERITIES = ("SEV-1", "SEV-2", "SEV-3", "SEV-4")

_ROLE = re.compile(r"[^\W\d][\w-]*")
# `tell: owner` is nobody's role.
_RESERVED = frozenset(kind.value for kind in AudienceKind)
# Slack's rule for the names of channels. Twenty characters leave room for the number and what it is about.
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,18}[a-z0-9])?")
_CHANNEL_NAME = re.compile(r"[\w-]{1,80}")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")
_COUNT = re.compile(r"[1-9][0-9]{0,3}")


def read_policy(text: str, name: str = "policy.yaml") -> Policy:
    """The policy that a file's text makes together with the defaults; `name` is what errors call the file.

    Raises PolicyError for everything POLICY.md lists under "Refused", and for values that mean nothing.
    """
    default, own = compose(default_policy_text(), DEFAULT_NAME), compose(text, name)
    if default is None:
        raise PolicyError(DEFAULT_NAME, None, "it is empty")
    return _policy(default if own is None else overlay(default, own))


@lru_cache(maxsize=1)
def default_policy() -> Policy:
    """The policy of an installation for which nobody has written one."""
    return read_policy("")


@lru_cache(maxsize=1)
def default_policy_text() -> str:
    """The default policy as YAML with its comments, as `policy show` prints it."""
    return _DEFAULT.read_text(encoding="utf-8")


def _policy(root: Node) -> Policy:
    top = Section(root, "the policy", _SECTIONS)
    channel = Section(top["channel"], "channel", ("prefix", "visibility"))
    hours = _business_hours(top["business_hours"])
    roles = _roles(top["roles"])
    severities = Section(top["severities"], "severities", _SEVERITIES)
    return Policy(
        timezone=top.read("timezone", _zone),
        hours=hours,
        channel_prefix=channel.read("prefix", _prefix),
        channel_private=channel.read("visibility", _is_private),
        announcements=_announcements(top),
        max_open_per_owner=top.read("max_open_per_owner", _count),
        roles=MappingProxyType(roles),
        admins=_people(top["admins"], "admins"),
        tiers=MappingProxyType(_tiers(top["tiers"], roles)),
        severities=MappingProxyType({key: read_severity(key, severities[key], roles, hours) for key in _SEVERITIES}),
    )


def _business_hours(node: Node) -> BusinessHours:
    section = Section(node, "business_hours", ("days", "start", "end", "holidays"))
    days = frozenset(understood(item, "days", parse_weekday) for item in listed(section["days"], "days"))
    if not days:
        refuse(section["days"], "days: business needs at least one day a week")
    start, end = section.read("start", parse_time_of_day), section.read("end", parse_time_of_day)
    if start >= end:
        refuse_either(
            section["end"], section["start"], f"business ends at {end:%H:%M}, not after it starts at {start:%H:%M}"
        )
    code = None if is_blank(section["holidays"]) else section.read("holidays", check_code)
    return BusinessHours(days, start, end, code)


def _roles(node: Node) -> dict[str, tuple[str, ...]]:
    section = Section(node, "roles", known=None)
    for name, key in section.keys.items():
        if not _ROLE.fullmatch(name) or name in _RESERVED:
            refuse(key, f'"{name}" cannot be the name of a role; write one word of letters, digits and underscores')
    return {name: _people(people, name) for name, people in section.items()}


def _people(node: Node, what: str) -> tuple[str, ...]:
    def reference(text: str) -> str:
        person_reference(text)
        return text

    return tuple(dict.fromkeys(understood(item, what, reference) for item in listed(node, what)))


def _tiers(node: Node, roles: dict[str, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
    section = Section(node, "tiers", (str(tier) for tier in TIERS))
    return {tier: role_names(section[str(tier)], f"tier {tier}", roles) for tier in TIERS}


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, OSError, ValueError):  # unknown, a folder of zones, a path
        guess = meant(text, available_timezones(), otherwise="write one such as Europe/London")
        raise ValueError(f'"{text}" is no time zone{guess}') from None


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise ValueError(
            f'"{text}" cannot begin the name of a channel; write at most 20 lower-case letters, digits, - and _, '
            "beginning and ending with a letter or digit"
        )
    return text


def _is_private(text: str) -> bool:
    if text not in ("public", "private"):
        raise ValueError(f'"{text}" is neither public nor private')
    return text == "private"


def _announcements(top: Section) -> str | None:
    node = top["announcements"]
    if is_commented_out(node):
        refuse(node, 'announcements: put what begins with # between quotation marks: "#escalations"')
    if is_blank(node):
        return None
    if is_switch(node):
        refuse(node, f"announcements: {words(node, 'announcements')} is no channel; leave the value out for none")
    return top.read("announcements", _channel)


def _channel(text: str) -> str:
    name = text.removeprefix("#")
    if not _CHANNEL_ID.fullmatch(name) and not (_CHANNEL_NAME.fullmatch(name) and name == name.lower()):
        raise ValueError(f'"{text}" is no channel; write its name in lower case, such as escalations, or its id')
    return name


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise ValueError(f'"{text}" is no number from 1 to 9999')
    return int(text)
