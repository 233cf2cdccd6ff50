"""Who hears what of the ladder (POLICY.md, "The ladder"): each rung's audience as people, or the channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from escalation.case import CHANNEL, NoticeKind
from escalation.ladder import Passed
from escalation.obligations import Obligation
from escalation.policy import AudienceKind, Policy
from escalation.roster import Roster


@dataclass(frozen=True)
class Heard:
    """One audience hears of an obligation: user ids or CHANNEL, and the moment that it was due for them.

    `at` is None for a quiet word, which is never said to be late.
    """

    audience: tuple[str, ...]
    kind: NoticeKind
    at: datetime | None


def heard(what: Passed, obligation: Obligation, owner_id: str, roster: Roster, policy: Policy) -> Iterator[Heard]:
    """What is said of one obligation, in the ladder's order."""
    debtor_id = obligation.owed_by(owner_id)
    if what.warn:
        yield Heard((debtor_id,), NoticeKind.WARNING, None)
    for step in what.steps:
        if step.rung.tell.kind is AudienceKind.OWNER:
            yield Heard((debtor_id,), NoticeKind.NAG, step.at)
            continue
        people = roster.told(step.rung.tell, policy, owner_id)
        if people is None:
            yield Heard((CHANNEL,), NoticeKind.NAG, step.at)
        else:
            yield Heard(tuple(people), NoticeKind.RAISED, step.at)
