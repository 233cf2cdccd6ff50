"""Which clock an obligation of an escalation runs on."""

from __future__ import annotations

from escalation.case import Escalation
from escalation.duration import Cadence
from escalation.obligations import Kind
from escalation.policy import Policy, SeverityPolicy


def severity_of(escalation: Escalation, policy: Policy) -> SeverityPolicy:
    """The severity's policy; of one that a changed policy no longer knows, the least serious there is."""
    found = policy.severities.get(escalation.severity)
    return found if found is not None else list(policy.severities.values())[-1]


def cadence_of(kind: Kind, severity: SeverityPolicy) -> Cadence:
    """The clock that an obligation of this kind runs on."""
    return {
        Kind.ACKNOWLEDGE: severity.acknowledge_within,
        Kind.HANDOVER: severity.acknowledge_within,
        Kind.PLAN: severity.plan_within,
        Kind.UPDATE: severity.update_every,
        Kind.CUSTOMER_CONTACT: severity.contact_customer_within,
    }[kind]
