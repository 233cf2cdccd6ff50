"""What Slack's answers mean: every error code mapped once, and every way a call can break off.

    Trouble
    ├── NotSent    nothing reached Slack
    ├── InDoubt    it may or may not have been done
    ├── Limited    Slack says when to come back; nothing was done
    ├── Busy       our own limits say when; nothing was sent
    └── Refusal    Slack said no, with a code; `verdict` says what that leads to

Codes are those of SLACK.md, §4.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

# Our client's word for what is no answer of Slack's.
UNREADABLE = "unreadable_answer"
LONGEST_PAUSE = 60.0
_DEFAULT_PAUSE = 5.0


class Verdict(StrEnum):
    """What a code leads to."""

    DONE = "it is so already"
    LATER = "not done, worth another try"
    DOUBT = "perhaps done"
    TOKEN = "nothing works with this token"  # noqa: S105  no secret
    CONTENT = "the message itself is refused"
    CHANNEL = "the conversation is not there for us"
    PERSON = "the person cannot be reached"
    GONE = "the message is not there any more"
    NEVER = "refused for good"
    ODD = "a code we do not know"


_CODES: dict[Verdict, tuple[str, ...]] = {
    Verdict.DONE: ("already_in_channel", "already_pinned", "already_archived", "already_reacted"),
    Verdict.LATER: (
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "request_timeout",
        "accesslimited",
        "team_added_to_org",
        "hash_conflict",
    ),
    Verdict.DOUBT: ("internal_error", "fatal_error", "service_unavailable", UNREADABLE),
    Verdict.TOKEN: (
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "team_access_not_granted",
        "ekm_access_denied",
        "org_login_required",
        "two_factor_setup_required",
    ),
    Verdict.CONTENT: (
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "too_long",
        "no_text",
        "block_mismatch",
        "invalid_attachments",
        "too_many_attachments",
    ),
    Verdict.CHANNEL: ("channel_not_found", "not_in_channel", "is_archived", "channel_is_archived"),
    Verdict.PERSON: (
        "user_disabled",
        "user_not_found",
        "users_not_found",
        "user_not_visible",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "user_is_bot",
        "user_is_restricted",
        "user_is_ultra_restricted",
        "user_team_not_in_channel",
        "org_user_not_in_team",
        "cant_invite_self",
        "cant_invite",
        "ura_max_channels",
        "not_in_team",
    ),
    Verdict.GONE: (
        "message_not_found",
        "invalid_scheduled_message_id",
        "cant_update_message",
        "edit_window_closed",
        "is_inactive",
        "no_item_specified",
    ),
    Verdict.NEVER: (
        "missing_scope",
        "not_allowed_token_type",
        "no_permission",
        "not_authorized",
        "permission_denied",
        "cannot_create_channel",
        "invalid_arguments",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "metadata_must_be_sent_from_app",
        "time_in_past",
        "time_too_far",
        "restricted_too_many",
        "too_many_pins",
        "too_many_bookmarks",
        "invalid_link",
        "name_taken",
        "cant_archive_general",
        "cant_archive_required",
        "method_not_supported_for_channel_type",
        "plan_upgrade_required",
        "unknown_method",
        "deprecated_endpoint",
        "method_deprecated",
    ),
}
_VERDICT_OF = {code: verdict for verdict, codes in _CODES.items() for code in codes}


class Trouble(SlackClientError):
    """What kept one call from being done; `code` is Slack's word or ours, fit for a log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotSent(Trouble):
    """Nothing reached Slack: no connection could be made."""


class InDoubt(Trouble):
    """The call may have been carried out, or be carried out still (DESIGN.md, decision 5)."""


class Limited(Trouble):
    """429. `seconds` is Slack's Retry-After, never more than a minute."""

    def __init__(self, seconds: float) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


class Busy(Trouble):
    """Our own limits leave no room for a second call of the same effect for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("busy")
        self.seconds = seconds


class Refusal(Trouble):
    """A definite no. `body` is Slack's whole answer."""

    def __init__(self, code: str, body: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.body = body
        self.verdict = verdict_of(code)


def verdict_of(code: str) -> Verdict:
    """What a code leads to; those that Slack adds to `restricted_action` and its kin included."""
    if code.startswith(("restricted_action", "invalid_name", "invalid_metadata")):
        return Verdict.NEVER
    return _VERDICT_OF.get(code, Verdict.ODD)


def trouble_of(error: Exception) -> Trouble:
    """The trouble that an exception of slack_sdk or aiohttp stands for; what is not recognised is doubt."""
    if isinstance(error, SlackApiError):
        return _of_answer(error.response)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return NotSent(type(error).__name__)
    if isinstance(error, asyncio.TimeoutError):
        return InDoubt("timeout")
    return InDoubt(type(error).__name__)


def _of_answer(response: Any) -> Trouble:
    status = getattr(response, "status_code", None)
    if status == 429:
        return Limited(_pause(response.headers))
    body = getattr(response, "data", None)
    code = body.get("error") if isinstance(body, dict) else None
    if not isinstance(code, str) or code in ("", UNREADABLE) or (isinstance(status, int) and status >= 500):
        return InDoubt(f"unreadable answer (HTTP {status or getattr(response, 'status', '?')})")
    verdict = verdict_of(code)
    if verdict is Verdict.DOUBT:
        return InDoubt(code)
    if code in ("ratelimited", "rate_limited"):
        return Limited(_pause(response.headers))
    return Refusal(code, body if isinstance(body, dict) else {})


def _pause(headers: Mapping[str, str]) -> float:
    """Retry-After in seconds; a missing or absurd one is a moderate pause (FAULTS.md, F17)."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(text)
    except ValueError:
        return _DEFAULT_PAUSE
    return _DEFAULT_PAUSE if math.isnan(seconds) else min(max(seconds, 1.0), LONGEST_PAUSE)
