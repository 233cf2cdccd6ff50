"""Conditions that several queries share: what the classes of `escalation` tell of one, for many rows."""

from __future__ import annotations

from escalation.case import Status
from storage.tables import escalations, people

# `Status.is_live`, of an escalation
IS_LIVE = escalations.c.status.in_([status for status in Status if status.is_live])
# `Person.may_act`
MAY_ACT = ~(people.c.is_bot | people.c.is_guest | people.c.is_deactivated | people.c.is_stranger)
