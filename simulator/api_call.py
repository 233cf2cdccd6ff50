"""What a method is handed: its arguments, who calls, and the checks that many methods share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .arguments import Arguments
from .errors import SlackError
from .json_types import Json
from .people import Person
from .scopes import lacking
from .state import Channel, ChannelKind

if TYPE_CHECKING:
    from .workspace import Workspace


@dataclass(frozen=True)
class ApiCall:
    """One call by the app's bot."""

    ws: Workspace
    method: str
    args: Arguments
    host: str = ""

    @property
    def bot(self) -> str:
        """The user id of the caller."""
        return self.ws.bot_user_id

    def require_scope(self, kind: ChannelKind) -> None:
        """Raise `missing_scope` if the token may not do this to conversations of that kind."""
        scope = lacking(self.method, self.ws.granted_scopes, kind)
        if scope:
            raise missing_scope(scope, self.ws.granted_scopes)

    def channel(self, argument: str = "channel", member: bool = False, live: bool = False) -> Channel:
        """The conversation named by id.

        Private ones the bot is not in do not exist for it. `member`: the bot must be in it; `live`: it must not be archived.
        """
        channel = self.ws.state.channels.get(self.args.need(argument))
        if channel is None or (channel.private and self.bot not in channel.members):
            raise SlackError("channel_not_found")
        self.require_scope(channel.kind)
        if live and channel.archived:
            raise SlackError("is_archived")
        if member and self.bot not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def person(self, user: str) -> Person:
        """Somebody by id, deactivated ones included. Raises `user_not_found`."""
        person = self.ws.state.people.get(user)
        if person is None:
            raise SlackError("user_not_found")
        return person

    def page(self, items: list[Json], default: int, most: int) -> tuple[list[Json], Json]:
        """One page of `items` by `limit` and `cursor`, and the response_metadata that leads to the next."""
        limit = self.args.number("limit", default)
        if limit < 0 or limit > most:
            raise SlackError("invalid_limit")
        limit = limit or default
        cursor = self.args.text("cursor")
        if cursor and not cursor.isdigit():
            raise SlackError("invalid_cursor")
        start = int(cursor or 0)
        following = str(start + limit) if start + limit < len(items) else ""
        return items[start : start + limit], {"next_cursor": following}


Method: TypeAlias = Callable[[ApiCall], Json]


def missing_scope(needed: str, granted: tuple[str, ...]) -> SlackError:
    """With the two lists that Slack puts beside it."""
    return SlackError("missing_scope", needed=needed, provided=",".join(granted))
