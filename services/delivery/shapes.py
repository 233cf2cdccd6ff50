"""What is known of an effect before anything is said to Slack: where it goes, and what it must not overtake."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.case import CHANNEL, Escalation, Notice
from escalation.effects import Effect, EffectKind
from services.delivery.limits import POST, SCHEDULE

_UPDATE = "chat.update"

METHOD: dict[EffectKind, str] = {
    EffectKind.OPEN_CHANNEL: "conversations.create",
    EffectKind.INVITE: "conversations.invite",
    EffectKind.POST_CARD: POST,
    EffectKind.PIN_CARD: "pins.add",
    EffectKind.REFRESH_CARD: _UPDATE,
    EffectKind.SET_TOPIC: "conversations.setTopic",
    EffectKind.ADD_BOOKMARK: "bookmarks.add",
    EffectKind.ANNOUNCE: POST,
    EffectKind.REFRESH_ANNOUNCEMENT: _UPDATE,
    EffectKind.TELL_REPORTER: POST,
    EffectKind.SEND_NOTICE: POST,
    EffectKind.REFRESH_NOTICE: _UPDATE,
    EffectKind.TELL_SETTLED: POST,
    EffectKind.POST_EVENT: POST,
    EffectKind.TELL_EVENT: POST,
    EffectKind.TELL_PATH: POST,
    EffectKind.TELL_PERSON: POST,
    EffectKind.ARCHIVE_CHANNEL: "conversations.archive",
    EffectKind.REFRESH_BACKUP: SCHEDULE,
    EffectKind.LOOK_FOR_COPIES: "conversations.history",
}

# These cannot be begun before the escalation's channel stands.
IN_CHANNEL = frozenset(
    {
        EffectKind.INVITE,
        EffectKind.POST_CARD,
        EffectKind.SET_TOPIC,
        EffectKind.ADD_BOOKMARK,
        EffectKind.POST_EVENT,
        EffectKind.REFRESH_BACKUP,
    }
)

# These make no sense when what they need was dropped or given up; the others go without it.
CANNOT_DO_WITHOUT = frozenset(
    {
        *IN_CHANNEL,
        EffectKind.PIN_CARD,
        EffectKind.REFRESH_CARD,
        EffectKind.REFRESH_NOTICE,
        EffectKind.REFRESH_ANNOUNCEMENT,
        EffectKind.TELL_SETTLED,
    }
)

# Doing these twice changes nothing, so after a doubt they are simply done again. An edit is then done once more when
# the doubtful one can no longer arrive: the older version must not be the last.
HARMLESS_TWICE = frozenset(
    {
        EffectKind.INVITE,
        EffectKind.PIN_CARD,
        EffectKind.REFRESH_CARD,
        EffectKind.REFRESH_ANNOUNCEMENT,
        EffectKind.REFRESH_NOTICE,
        EffectKind.ARCHIVE_CHANNEL,
        EffectKind.LOOK_FOR_COPIES,
        EffectKind.REFRESH_BACKUP,  # it reads back by itself
    }
)
EDITS = frozenset(
    {
        EffectKind.REFRESH_CARD,
        EffectKind.REFRESH_ANNOUNCEMENT,
        EffectKind.REFRESH_NOTICE,
        EffectKind.REFRESH_BACKUP,
    }
)

_LANES: dict[EffectKind, str] = {
    EffectKind.OPEN_CHANNEL: "channel",
    EffectKind.ARCHIVE_CHANNEL: "channel",
    EffectKind.POST_CARD: "card",
    EffectKind.REFRESH_CARD: "card",
    EffectKind.SET_TOPIC: "topic",
    EffectKind.ADD_BOOKMARK: "bookmark",
    EffectKind.ANNOUNCE: "announcement",
    EffectKind.REFRESH_ANNOUNCEMENT: "announcement",
    EffectKind.REFRESH_BACKUP: "backup",
}


@dataclass(frozen=True)
class Shape:
    """`target` is the channel or person a message goes to. `lanes` are what no other effect may be busy with:
    a message being posted or edited, a channel being made; messages to one place keep their order.
    """

    method: str
    target: str | None
    lanes: frozenset[str]


def shape_of(effect: Effect, escalation: Escalation | None, notice: Notice | None, announcements: str | None) -> Shape:
    """The shape of an effect as its escalation and notice stand."""
    method = METHOD[effect.kind]
    target = target_of(effect, escalation, notice, announcements)
    lanes = {lane} if (lane := _lane(effect, notice)) is not None else set()
    if method == POST and target is not None:
        lanes.add(f"to {target}")
    return Shape(method, target, frozenset(lanes))


def target_of(
    effect: Effect, escalation: Escalation | None, notice: Notice | None, announcements: str | None
) -> str | None:
    """Where a message goes; None for what is no message, or while the channel does not stand."""
    channel = escalation.channel_id if escalation is not None else None
    match effect.kind:
        case EffectKind.POST_CARD | EffectKind.POST_EVENT:
            return channel
        case (
            EffectKind.REFRESH_BACKUP
        ):  # of what is over one is only taken back, which no limit of the channel holds up
            return channel if escalation is not None and escalation.status.is_live else None
        case EffectKind.ANNOUNCE:
            return announcements
        case EffectKind.TELL_REPORTER:
            return escalation.reporter_id if escalation is not None else None
        case EffectKind.SEND_NOTICE | EffectKind.TELL_SETTLED if notice is not None:
            return channel if notice.audience == CHANNEL else notice.audience
        case EffectKind.TELL_EVENT | EffectKind.TELL_PATH | EffectKind.TELL_PERSON:
            return str(effect.data["user"])
    return None


def waits_for_channel(effect: Effect, escalation: Escalation | None, notice: Notice | None) -> bool:
    """Whether nothing can be done before the escalation has a channel."""
    if escalation is None or escalation.channel_id is not None:
        return False
    if effect.kind is EffectKind.SEND_NOTICE:
        return notice is not None and notice.audience == CHANNEL
    return effect.kind in IN_CHANNEL


def outlasts_doubt(lane: str) -> bool:
    """Whether a lane stays taken while its effect is in doubt; a message in doubt holds up no other message."""
    return not lane.startswith("to ")


def _lane(effect: Effect, notice: Notice | None) -> str | None:
    if effect.kind is EffectKind.SEND_NOTICE:
        return f"message {effect.id}"
    if effect.kind is EffectKind.REFRESH_NOTICE:
        # One message may hold several notices.
        return f"message {notice.effect_id if notice is not None else 0}"
    name = _LANES.get(effect.kind)
    return None if name is None else f"{name} {effect.escalation_id}"
