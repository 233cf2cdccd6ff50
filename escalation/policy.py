"""The rules in force: every value of POLICY.md, as `escalation.policy_file` reads them from YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from escalation.business_time import BusinessHours
from escalation.duration import Cadence, Duration

PersonKind = Literal["id", "email", "usergroup"]

_REFERENCES: tuple[tuple[PersonKind, re.Pattern[str]], ...] = (
    ("id", re.compile(r"([UW][A-Z0-9]+)")),
    ("email", re.compile(r"([^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+)")),
    ("usergroup", re.compile(r"@([\w.-]+)")),
)


class AudienceKind(StrEnum):
    """Whom a rung can tell."""

    OWNER = "owner"
    CHANNEL = "channel"
    TIER = "tier"
    ROLE = "role"
    ADMINS = "admins"


@dataclass(frozen=True)
class Audience:
    """Whom a rung tells; `tier` or `role` is set for the kind of that name, and for no other."""

    kind: AudienceKind
    tier: int | None = None
    role: str | None = None

    def __str__(self) -> str:
        """As the policy file writes it: "owner", "tier 3", or the name of a role."""
        if self.kind is AudienceKind.TIER:
            return f"tier {self.tier}"
        return self.role or self.kind.value


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: `after` the due time, or as the last one again `every` so often; one of them is set.

    Both count on the obligation's clock, whatever it is: see `business_time.on_clock`.
    """

    after: Duration | None
    every: Duration | None
    tell: Audience


@dataclass(frozen=True)
class Notify:
    """Roles that hear of an escalation within a time of its opening or of the change to this severity."""

    within: Duration
    roles: tuple[str, ...]


@dataclass(frozen=True)
class SeverityPolicy:
    """What holds for one severity. `warn_before` is None where nobody wants a quiet word before an update is due.

    With no `owners` anyone may own it.
    """

    key: str
    name: str
    definition: str
    example: str
    acknowledge_within: Duration
    plan_within: Duration
    update_every: Cadence
    warn_before: Duration | None
    contact_customer_within: Duration
    owners: tuple[str, ...]
    notify: tuple[Notify, ...]
    if_silent: tuple[Rung, ...]
    snooze_at_most: Duration


@dataclass(frozen=True)
class Policy:
    """The whole policy. `severities` go from the most serious to the least; `announcements` is a channel's name or id.

    The people in `roles` and `admins` are references as written: `person_reference` tells what each is.
    """

    timezone: ZoneInfo
    hours: BusinessHours
    channel_prefix: str
    channel_private: bool
    announcements: str | None
    max_open_per_owner: int
    roles: Mapping[str, tuple[str, ...]]
    admins: tuple[str, ...]
    tiers: Mapping[int, tuple[str, ...]]
    severities: Mapping[str, SeverityPolicy]


def person_reference(text: str) -> tuple[PersonKind, str]:
    """What an entry of a role is: a Slack id, an e-mail address, or a user group (whose `@` is left out).

    ValueError if it is neither; the sentence says what to write.
    """
    for kind, pattern in _REFERENCES:
        match = pattern.fullmatch(text.strip())
        if match is not None:
            return kind, match.group(1)
    raise ValueError(
        f'"{text}" is no person; write a Slack id (U024BE7LH), an e-mail address or a user group (@support)'
    )


def named_entries(policy: Policy) -> list[str]:
    """Whom roles and admins name, as the file has them."""
    return [entry for entries in (*policy.roles.values(), policy.admins) for entry in entries]


def used_roles(policy: Policy) -> tuple[str, ...]:
    """The roles on which anything depends: those of tiers, owners, `notify` rows and rungs, in that order."""
    named = [role for roles in policy.tiers.values() for role in roles]
    for severity in policy.severities.values():
        named += severity.owners
        named += [role for row in severity.notify for role in row.roles]
        named += [rung.tell.role for rung in severity.if_silent if rung.tell.role is not None]
    return tuple(dict.fromkeys(named))


def unfilled_roles(policy: Policy) -> tuple[str, ...]:
    """Roles that something depends on and nobody fills: worth a warning, no error (POLICY.md, "Warned about")."""
    return tuple(role for role in used_roles(policy) if not policy.roles.get(role))
