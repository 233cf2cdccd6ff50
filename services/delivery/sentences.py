"""What people are told when Slack refuses for good: what happened, why, and what to do."""

from __future__ import annotations

from escalation.case import Escalation

_REASONS = {
    "missing_scope": "Clarion lacks a permission in Slack; an admin has to install the app again",
    "not_allowed_token_type": "Clarion lacks a permission in Slack; an admin has to install the app again",
    "no_permission": "Slack does not let Clarion do this",
    "restricted_action": "this workspace does not let apps do this; an admin can allow it",
    "cannot_create_channel": "this workspace does not let apps create channels; an admin can allow it",
    "name_taken": "the names it could have had are all taken",
    "channel_not_found": "it does not exist, or Clarion is not in it",
    "not_in_channel": "Clarion is not in it",
    "is_archived": "it is archived",
    "user_not_found": "their account is not in this workspace or was deactivated",
    "users_not_found": "their account is not in this workspace",
    "user_disabled": "their account was deactivated",
    "user_is_restricted": "they are a guest",
    "user_is_ultra_restricted": "they are a guest of another channel",
    "ura_max_channels": "they are a guest of another channel",
    "cant_invite": "Slack does not let Clarion invite them",
    "org_user_not_in_team": "they are not in this workspace",
    "user_team_not_in_channel": "they belong to another organisation",
}


def reason(code: str) -> str:
    """Slack's code in words; the code itself when we know none."""
    if code.startswith("restricted_action"):
        code = "restricted_action"
    return _REASONS.get(code, f"Slack answered “{code}”")


def no_channel(escalation: Escalation, code: str) -> str:
    """To reporter and owner, with the button that tries again."""
    return (
        f"{escalation.reference} is open, but its channel could not be created: {reason(code)}. "
        "Everything else goes on; press Try again once that is mended."
    )


def not_invited(escalation: Escalation, bad: dict[str, str]) -> str:
    """To reporter and owner: who is missing from the channel."""
    people = ", ".join(f"<@{user}> ({reason(code)})" for user, code in bad.items())
    place = f"<#{escalation.channel_id}>" if escalation.channel_id else "its channel"
    return f"Not everybody could be brought into {place} for {escalation.reference}: {people}."


def no_announcements(name: str, code: str) -> str:
    """To the admins, once."""
    return (
        f"The announcements channel “{name}” of Clarion's policy cannot be used: {reason(code)}. Serious escalations are "
        "not announced until it exists and Clarion is in it, or the policy names another."
    )
