"""What Slack tells without being asked: people, groups and channels that changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from handlers.actors import Directory
from handlers.home import Homes
from handlers.interaction import log
from services import channels, people
from services.clarion import Clarion
from services.delivery.directory import person_of

Event = Mapping[str, Any]

# The database may need a moment, and it is not known how soon Slack tells again over a socket.
TRY_AGAIN_AFTER_SECONDS = (1, 4, 15, 60)


class KnowsGroups(Directory, Protocol):
    """The directory, as events need it."""

    async def groups_changed(self) -> None:
        """Read the policy's user groups again."""


@dataclass(frozen=True)
class Events:
    """What happens in one workspace. Each can come twice, late or out of order, and is taken as it is."""

    clarion: Clarion
    directory: KnowsGroups
    homes: Homes
    bot_user_id: str

    async def happened(self, event: Event, failures: list[Exception]) -> None:
        """Whichever it is; what is of no use to us is passed over. `failures` holds why it is not taken yet."""
        take = HAPPENINGS.get(str(event.get("type")))
        if take is None:
            log.debug("An event that nobody waits for: %s", event.get("type"))
            return
        for pause in TRY_AGAIN_AFTER_SECONDS:
            try:
                await take(self, event)
            except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again and raised in the end
                failures.append(error)
                log.exception("An event of the kind %s could not be taken yet", event.get("type"))
                await asyncio.sleep(pause)
            else:
                return
        await take(self, event)


async def _joined(it: Events, event: Event) -> None:
    if event["user"] != it.bot_user_id:
        await channels.somebody_joined(it.clarion, event["channel"], event["user"])


async def _left(it: Events, event: Event) -> None:
    if event["user"] != it.bot_user_id:
        await channels.somebody_left(it.clarion, event["channel"], event["user"])


async def _archived(it: Events, event: Event) -> None:
    """By somebody else: when an escalation is closed it is the bot itself that archives."""
    if event.get("user") != it.bot_user_id:
        await channels.channel_archived(it.clarion, event["channel"])


async def _person(it: Events, event: Event) -> None:
    await people.remember(it.clarion, [person_of(event["user"], it.clarion.team_id)])


async def _group(it: Events, _: Event) -> None:
    await it.directory.groups_changed()


async def _home(it: Events, event: Event) -> None:
    if event.get("tab", "home") == "home":
        await it.homes.opened(event["user"])


HAPPENINGS: Mapping[str, Callable[[Events, Event], Awaitable[None]]] = {
    "app_home_opened": _home,
    "member_joined_channel": _joined,
    "member_left_channel": _left,
    "channel_archive": _archived,
    "channel_deleted": _archived,
    "group_archive": _archived,
    "group_deleted": _archived,
    "user_change": _person,
    "team_join": _person,
    "subteam_updated": _group,
    "subteam_members_changed": _group,
}
