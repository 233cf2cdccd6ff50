"""What Clarion can be owing to do in Slack: the kinds of effects, as meanings rather than calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EffectKind(StrEnum):
    """Each names its subject: what `Effect.subject_id` and `Effect.data` hold."""

    OPEN_CHANNEL = "open channel"  # of the escalation
    INVITE = "invite"  # data: users
    POST_CARD = "post card"
    PIN_CARD = "pin card"
    REFRESH_CARD = "refresh card"
    SET_TOPIC = "set topic"
    ADD_BOOKMARK = "add bookmark"
    ANNOUNCE = "announce"
    REFRESH_ANNOUNCEMENT = "refresh announcement"
    TELL_REPORTER = "tell reporter"
    SEND_NOTICE = "send notice"  # subject: Notice
    REFRESH_NOTICE = "refresh notice"  # subject: Notice
    TELL_SETTLED = "tell settled"  # subject: Notice; a new message to those told on a higher rung
    POST_EVENT = "post event"  # subject: Event, into the escalation's channel
    TELL_EVENT = "tell event"  # subject: Event; data: user
    TELL_PATH = "tell path"  # data: user, role
    TELL_PERSON = "tell person"  # data: user, text, retry (an effect id) or none
    ARCHIVE_CHANNEL = "archive channel"
    REFRESH_BACKUP = "refresh backup"  # what Slack itself says should Clarion fall silent
    LOOK_FOR_COPIES = "look for copies"  # subject: Effect; the courier's own, after it had to send a second time


# These show what is true now, so several that wait become one.
REFRESHES = frozenset(
    {
        EffectKind.REFRESH_CARD,
        EffectKind.SET_TOPIC,
        EffectKind.REFRESH_ANNOUNCEMENT,
        EffectKind.REFRESH_NOTICE,
        EffectKind.REFRESH_BACKUP,
    }
)


class EffectState(StrEnum):
    """`unknown` is doubt: the call may or may not have happened (DESIGN.md, decision 5)."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    DROPPED = "dropped"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be tried."""
        return self in (EffectState.DONE, EffectState.DROPPED, EffectState.FAILED)


@dataclass(eq=False)
class Effect:
    """One thing to be done in Slack, kept in the outbox until it is done or dropped with a reason.

    `key` is opaque and goes into the message's metadata, so that a message in doubt can be found again.
    `needs` are ids of effects that must be done first; after `needs_until` it is sent without them.
    `rank_at` orders the outbox: the moment it was owed plus a little for lesser severities, so that the
    serious go first and nobody starves.
    """

    team_id: str
    kind: EffectKind
    key: str
    created_at: datetime
    rank_at: datetime
    not_before: datetime
    escalation_id: int | None = None
    subject_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    needs: list[int] = field(default_factory=list)
    needs_until: datetime | None = None
    state: EffectState = EffectState.PENDING
    attempts: int = 0
    token: int = 0
    tried_at: datetime | None = None
    channel_id: str | None = None
    ts: str | None = None
    reason: str = ""
    done_at: datetime | None = None
    id: int = 0
