"""Telling the admins, once, what in the policy points nowhere (POLICY.md, "Warned about")."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.case import Workspace
from escalation.policy import Policy, unfilled_roles
from escalation.series import series
from escalation.wording import role_words
from services.admins import tell_admins
from services.clarion import Clarion
from services.rosters import read_roster, unknown_references


def unfilled_sentence(policy: Policy) -> str:
    """The sentence about roles nobody fills, "" when all are; nothing of a policy that names nobody at all."""
    empty = unfilled_roles(policy)
    if not empty or not any(policy.roles.values()):
        return ""
    return f"Nobody fills {series(map(role_words, empty))}; what would go there goes to the admins."


async def warn_admins(clarion: Clarion, groups: Sequence[str] = ()) -> str:
    """Send the admins a message when there is something to warn about that they have not been told yet; returns it.

    `groups` are sentences about user groups that could not be read.
    """
    async with clarion.database.read() as session:
        unknown = await unknown_references(session, clarion.team_id, clarion.policy)
        roster = await read_roster(session, clarion.team_id, clarion.policy)
        told = (await session.get_one(Workspace, clarion.team_id)).policy_warnings
    found = [f"{entry} is nobody active in this workspace." for entry in unknown]
    found += [unfilled_sentence(clarion.policy), *groups]
    text = "\n".join(sentence for sentence in found if sentence)
    if text == told:
        return text
    async with clarion.database.write() as session:
        workspace = await session.get_one(Workspace, clarion.team_id, with_for_update=True)
        if workspace.policy_warnings == text:
            return text  # another process, started with this one, was quicker
        workspace.policy_warnings = text
        await tell_admins(session, clarion, roster.admins if text else (), f"The policy deserves a look:\n{text}")
    return text
