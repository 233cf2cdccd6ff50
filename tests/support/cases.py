"""Escalations and obligations as values, for tests of the rules."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from escalation.business_time import Calendar, runs_on_business_time
from escalation.case import Escalation, Status
from escalation.clocks import cadence_of, severity_of
from escalation.consequences import Transition
from escalation.ladder import first_look
from escalation.moves import Terms, apply
from escalation.obligations import Kind, Obligation
from escalation.policy import Policy
from escalation.policy_file import default_policy
from tests.support.clock import LONDON

TEAM, OWNER, REPORTER = "T1", "U0OWNER", "U0REPORTER"


def calendar(zone: str = LONDON) -> Calendar:
    return Calendar(default_policy().hours, ZoneInfo(zone))


def escalation(severity: str = "SEV-1", *, opened_at: datetime, status: Status = Status.OPEN) -> Escalation:
    return Escalation(
        TEAM, 1, 1, "Acme", severity, "Checkout is down", OWNER, REPORTER, opened_at, LONDON, status=status, id=1
    )


def terms(now: datetime, *, zone: str = LONDON, policy: Policy | None = None, **more: object) -> Terms:
    given: dict[str, object] = {"calendar_of": lambda _user: calendar(zone), "by": OWNER, **more}
    return Terms(policy=policy or default_policy(), calendar=calendar(zone), now=now, **given)  # type: ignore[arg-type]


def opened(severity: str, now: datetime, zone: str = LONDON) -> tuple[Escalation, list[Obligation]]:
    """An escalation as it is opened, and what it owes from then on."""
    case = escalation(severity, opened_at=now)
    return case, apply(Transition.OPENED, case, [], terms(now, zone=zone))


def of(owed: list[Obligation], kind: Kind) -> Obligation:
    """The one of a kind that is open."""
    (found,) = [one for one in owed if one.kind is kind and one.is_open]
    return found


def obligation(
    kind: Kind, severity: str, due_at: datetime, *, armed_at: datetime, policy: Policy | None = None
) -> Obligation:
    """One owed on the clock of its severity."""
    policy = policy or default_policy()
    case = escalation(severity, opened_at=armed_at)
    business = kind is Kind.PLAN_STEP or runs_on_business_time(cadence_of(kind, severity_of(case, policy)))
    made = Obligation(TEAM, 1, kind, severity, armed_at, due_at, business, nag_from=due_at, next_at=None)
    made.next_at = first_look(made, policy.severities[severity], calendar())
    return made
