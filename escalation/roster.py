"""Who fills the policy's roles, and what follows from it: tiers, who may own, who suggests itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from escalation.policy import Audience, AudienceKind, Policy, SeverityPolicy

# As what admins are told who fill no role.
ADMIN = "admin"


class Presence(IntEnum):
    """How soon somebody is likely to answer, the soonest first."""

    THERE = 0
    OUT_OF_HOURS = 1
    AWAY = 2


@dataclass(frozen=True)
class Roster:
    """The people of each role and the admins, by user id, active ones only, in the policy's order."""

    roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    admins: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody fills any role: a fresh installation."""
        return not any(self.roles.values())

    def people(self, roles: Iterable[str]) -> list[str]:
        """Everybody of these roles, nobody twice."""
        return list(dict.fromkeys(user for role in roles for user in self.roles.get(role, ())))

    def roles_of(self, user_id: str) -> list[str]:
        """The roles a person fills."""
        return [role for role, people in self.roles.items() if user_id in people]

    def told_as(self, user_id: str, roles: Collection[str] | None = None) -> list[str]:
        """As what somebody is told, of these roles or of any: the admins stand in where nobody fills them."""
        theirs = [role for role in self.roles_of(user_id) if roles is None or role in roles]
        return theirs or ([ADMIN] if user_id in self.admins else [])

    def tier_of(self, user_id: str, policy: Policy) -> int:
        """The highest tier a person's roles stand in; 0 for somebody without one."""
        mine = set(self.roles_of(user_id))
        return max((tier for tier, roles in policy.tiers.items() if mine & set(roles)), default=0)

    def is_senior_to(self, user_id: str, owner_id: str, policy: Policy) -> bool:
        """Whether a person stands a tier above the owner (POLICY.md, "Who may do what")."""
        return user_id != owner_id and self.tier_of(user_id, policy) > self.tier_of(owner_id, policy)

    def allowed_owners(self, severity: SeverityPolicy) -> list[str] | None:
        """Who may own an escalation of this severity; None is anyone, where nobody fills a role that may."""
        return self.people(severity.owners) or None

    def may_own(self, user_id: str, severity: SeverityPolicy) -> bool:
        """Whether the person's rank allows it."""
        allowed = self.allowed_owners(severity)
        return allowed is None or user_id in allowed

    def suggested_owner(
        self,
        severity: SeverityPolicy,
        load: Mapping[str, int],
        presence: Mapping[str, Presence],
        fallback: str,
        without: Collection[str] = (),
    ) -> str:
        """The allowed person who leads it best now, if need be one who is away: the first of `ranked`.

        `fallback` is taken where anyone may own, or nobody is left.
        """
        return next(iter(self.ranked(severity, load, presence, without)), fallback)

    def ranked(
        self,
        severity: SeverityPolicy,
        load: Mapping[str, int],
        presence: Mapping[str, Presence],
        without: Collection[str] = (),
    ) -> list[str]:
        """Those whom the policy names for this severity, the best first.

        Not away before all, then in their business hours, then with the fewest open escalations (`load`), and among
        equals of the earlier role. Where the clocks run at any hour, too, whoever is at work answers sooner.
        """
        left = [user for user in self.allowed_owners(severity) or () if user not in without]
        return sorted(left, key=lambda user: (presence.get(user, Presence.THERE), load.get(user, 0)))

    def told(self, audience: Audience, policy: Policy, owner_id: str) -> list[str] | None:
        """The people a rung tells, without the owner; None means the channel.

        Where nobody fills a tier or role it goes to the admins, and to the channel where there are none
        (POLICY.md, top).
        """
        people: list[str] = []
        if audience.kind is AudienceKind.CHANNEL:
            return None
        if audience.kind is AudienceKind.OWNER:
            return [owner_id]
        if audience.kind is AudienceKind.TIER and audience.tier is not None:
            people = self.people(policy.tiers.get(audience.tier, ()))
        elif audience.kind is AudienceKind.ROLE and audience.role is not None:
            people = list(self.roles.get(audience.role, ()))
        others = [user for user in people if user != owner_id]
        if not others:
            others = [user for user in self.admins if user != owner_id]
        return others or None
