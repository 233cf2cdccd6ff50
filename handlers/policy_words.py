"""The policy's severities, and people, as forms and answers show them."""

from __future__ import annotations

from blocks.views import Existing, Followed, Listed, OwnerChoice, OwnerConcern, SeverityChoice
from escalation.case import Delivery, Escalation, Person, Subscription
from escalation.obligations import Obligation
from escalation.roster import Presence
from services import subscribing
from services.clarion import Clarion
from services.owners import Concern, Owners
from services.views import severity_name

# Chosen at first in the form (CONTRACT.md), where the policy has it.
_USUAL = "SEV-3"


def severities(clarion: Clarion) -> list[SeverityChoice]:
    """All severities, the most serious first."""
    found = clarion.policy.severities.values()
    return [SeverityChoice(one.key, one.name, one.definition, one.example) for one in found]


def usual_severity(clarion: Clarion) -> str:
    """The one that is chosen at first: in a policy with other keys, the one before the least serious."""
    keys = list(clarion.policy.severities)
    return _USUAL if _USUAL in keys else keys[-2:][0]


def existing(clarion: Clarion, found: list[Escalation]) -> list[Existing]:
    """Open escalations as the form for another shows them."""
    return [Existing(one, severity_name(clarion, one.severity)) for one in found]


def listed(clarion: Clarion, escalation: Escalation, due: Obligation | None) -> Listed:
    """A row of a list."""
    name = severity_name(clarion, escalation.severity)
    return Listed(escalation, name, due.kind, due.due_at, due.promised) if due else Listed(escalation, name)


_NOTES = {Presence.OUT_OF_HOURS: "out of hours", Presence.AWAY: "away"}


def owner_choice(person: Person, found: Owners) -> OwnerChoice:
    """Somebody who may own, how many they hold, and whether they are there."""
    note = _NOTES.get(found.presence.get(person.user_id, Presence.THERE), "")
    return OwnerChoice(person.user_id, person.name, found.load.get(person.user_id, 0), note)


def concern(found: Concern | None) -> OwnerConcern | None:
    """What speaks against an owner, as forms show it."""
    if found is None:
        return None
    instead = tuple(OwnerChoice(one.user_id, one.name, holds) for one, holds in found.instead)
    owner = OwnerChoice(found.owner.user_id, found.owner.name, found.holds)
    return OwnerConcern(owner, found.limit, found.away, instead)


async def followed(clarion: Clarion, user_id: str) -> list[Followed]:
    """What somebody follows, as the form lists it."""

    def as_listed(row: Subscription, what: str) -> Followed:
        return Followed(row.id, what, into_channel=row.delivery is Delivery.CHANNEL)

    return [as_listed(row, what) for row, what in await subscribing.followed_by(clarion, user_id)]
