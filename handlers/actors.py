"""Who acts: known people of this workspace, and nobody else (POLICY.md, "Who may do what")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from escalation.case import Person
from escalation.errors import Refused
from handlers.interaction import SLACK_TROUBLE, Interaction, user_of
from services import people
from services.clarion import Clarion
from services.standings import NOT_FOR_OUTSIDERS

# Together with a commit this leaves room within Slack's three seconds.
PATIENCE_SECONDS = 1.5
ASK_AGAIN = "Slack did not tell us in time who you are. Please try again in a moment."


class Directory(Protocol):
    """Who is who, as Slack knows it."""

    async def fetch_person(self, user_id: str, patience: float) -> Person | None:
        """Somebody asked for now and kept; None when Slack knows nobody of that id. Raises when it does not tell."""


async def admit(it: Interaction, directory: Directory) -> None:
    """Make sure that whoever acts is known and may; Refused otherwise. Known people cost one look at the database."""
    if is_foreign(it.body, it.clarion.team_id):
        raise Refused(NOT_FOR_OUTSIDERS)
    person = await people.known(it.clarion, it.user_id) or await _meet(it, directory)
    if not person.may_act:
        raise Refused(NOT_FOR_OUTSIDERS)


def is_foreign(body: Mapping[str, Any], team_id: str) -> bool:
    """Whether it was done from another workspace, or through an installation for a whole organisation."""
    if str(body.get("is_enterprise_install")).lower() == "true":
        return True
    user, team = body.get("user") or {}, body.get("team") or {}
    teams = {body.get("team_id"), user.get("team_id"), team.get("id")}
    return bool({one for one in teams if one} - {team_id})


async def _meet(it: Interaction, directory: Directory) -> Person:
    """Ask Slack about somebody new. Whom it does not know, though they act here, is taken for a plain member."""
    try:
        person = await directory.fetch_person(it.user_id, PATIENCE_SECONDS)
    except SLACK_TROUBLE:
        raise Refused(ASK_AGAIN) from None
    if person is None:
        person = _as_the_payload_says(it.clarion, it.body)
        await people.remember(it.clarion, [person])
    return person


def _as_the_payload_says(clarion: Clarion, body: Mapping[str, Any]) -> Person:
    user = body.get("user") or {}
    name = user.get("name") or user.get("username") or body.get("user_name")
    return Person(clarion.team_id, user_of(body), str(name or user_of(body)))
