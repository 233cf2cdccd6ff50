"""Everything the workspace holds, as plain records with look-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .json_types import Json
from .people import Person, Usergroup

ChannelKind = Literal["channel", "group", "im", "mpim"]


@dataclass
class Message:
    """One message, ephemeral ones included (`only_for` is who sees it)."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    by_app: bool = False
    subtype: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    only_for: str | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    client_msg_id: str | None = None
    pinned: bool = False
    extra: Json = field(default_factory=dict)

    @property
    def system(self) -> bool:
        """One of Slack's own notices ("has joined the channel")."""
        return self.subtype is not None and self.subtype not in ("bot_message", "thread_broadcast", "me_message")


@dataclass
class Channel:
    """A conversation of any kind. `members` keeps the order of joining."""

    id: str
    name: str
    kind: ChannelKind
    creator: str
    created: int
    members: dict[str, None] = field(default_factory=dict)
    archived: bool = False
    general: bool = False
    shared: bool = False
    topic: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    purpose: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    previous_names: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    canvas_id: str | None = None
    updated: int = 0
    last_tick: int = 0

    @property
    def private(self) -> bool:
        """Hidden from those who are not in it."""
        return self.kind != "channel"

    def message(self, ts: str) -> Message | None:
        """The message with that timestamp, whoever sees it."""
        return next((message for message in self.messages if message.ts == ts), None)


@dataclass
class View:
    """A modal on somebody's stack, or somebody's Home. `values` is what the person's client holds in its inputs."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None
    closed: bool = False

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.body["type"])

    @property
    def title(self) -> str:
        """The words at the top of a modal; empty for a Home."""
        return str(self.body.get("title", {}).get("text", ""))


@dataclass
class Trigger:
    """A trigger id's life: `expires` on the steady clock, one use."""

    user: str
    expires: float
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """Where `response_url` leads, and how often it may still be used."""

    token: str
    channel: str
    user: str
    expires: float
    left: int = 5
    message: Message | None = None


@dataclass
class Canvas:
    """A canvas as markdown, cut into sections for edits."""

    id: str
    channel: str
    title: str
    sections: list[tuple[str, str]] = field(default_factory=list)

    @property
    def markdown(self) -> str:
        """The whole text."""
        return "\n".join(text for _, text in self.sections)


@dataclass
class Scheduled:
    """A message that waits for its time."""

    id: str
    channel: str
    post_at: int
    args: Json
    created: int
    never: bool = False


@dataclass(frozen=True)
class Failure:
    """Something a person tried and the app did not answer in time or in form. `shown` is what Slack told the person."""

    what: str
    user: str | None
    problem: str
    shown: str
    payload: Json


@dataclass
class State:
    """The records themselves."""

    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, Usergroup] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    canvases: dict[str, Canvas] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def channel_named(self, name: str) -> Channel | None:
        """By present name, archived ones included: their names stay taken."""
        named = (c for c in self.channels.values() if c.name == name and c.kind in ("channel", "group"))
        return next(named, None)

    def direct(self, *people: str) -> Channel | None:
        """The direct conversation of exactly these people."""
        wanted = set(people)
        kinds = ("im", "mpim")
        return next((c for c in self.channels.values() if c.kind in kinds and set(c.members) == wanted), None)

    def person_named(self, name: str) -> Person | None:
        """By handle (without `@`)."""
        return next((person for person in self.people.values() if person.name == name), None)

    def top_modal(self, user: str) -> View | None:
        """What lies on top of the person's stack of modals."""
        stack = self.modals.get(user)
        return stack[-1] if stack else None
