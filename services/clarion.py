"""What every service works with: one workspace's database, policy and clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from escalation.absence import away_words
from escalation.business_time import Calendar
from escalation.case import Person
from escalation.policy import Policy
from escalation.roster import Presence
from services.clock import Clock
from services.rosters import Rosters
from services.rush import Rush
from storage.database import Database


@dataclass(frozen=True)
class Clarion:
    """One workspace as it runs; handed to every service, holding no state of an escalation.

    `running_since` is when this process began to look after it; None where nothing runs, as in a look from outside.
    """

    team_id: str
    database: Database
    policy: Policy
    clock: Clock
    running_since: datetime | None = None
    rosters: Rosters = field(default_factory=Rosters)
    rush: Rush = field(default_factory=Rush)

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {key: rank for rank, key in enumerate(self.policy.severities)}

    def rank(self, severity: str) -> int:
        """A severity's place in the policy, 0 the most serious; unknown ones come last."""
        return self._ranks.get(severity, len(self._ranks))

    def zone_of(self, person: Person | None) -> str:
        """The zone of somebody's Slack profile, or the policy's where it is unknown or unreadable."""
        if person is not None and person.zone and _is_zone(person.zone):
            return person.zone
        return self.policy.timezone.key

    def calendar(self, zone: str) -> Calendar:
        """Business time as it is lived in this zone."""
        return Calendar(self.policy.hours, ZoneInfo(zone if _is_zone(zone) else self.policy.timezone.key))

    def presence(self, person: Person, now: datetime) -> Presence:
        """How soon somebody is likely to answer."""
        if person.is_away(now):
            return Presence.AWAY
        return Presence.THERE if self.calendar(self.zone_of(person)).is_open(now) else Presence.OUT_OF_HOURS

    def away_words(self, person: Person, now: datetime) -> str:
        """Until when somebody who is away is out of office, as they live it."""
        return away_words(person.away_until, ZoneInfo(self.zone_of(person)), now)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True
