"""Who and what is there in the workspace, as Slack tells it: people, user groups, the announcements channel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from escalation.absence import away_status
from escalation.case import GroupMember, Person, Workspace
from escalation.policy import Policy, named_entries, person_reference
from services import people
from services.clarion import Clarion
from services.delivery.answers import Refusal, Trouble, Verdict
from services.delivery.limits import Limits
from services.delivery.wire import Body, Wire
from services.policy_warnings import warn_admins
from storage.tables import group_members

log = logging.getLogger(__name__)

_PEOPLE_A_PAGE = 500
_CHANNELS_A_PAGE = 900
_SLACKBOT = "USLACKBOT"
_UNKNOWN_TO_SLACK = frozenset({"user_not_found", "users_not_found", "user_not_visible"})


class Directory:
    """Reads beside the courier, with limits of its own."""

    def __init__(self, clarion: Clarion, client: AsyncWebClient) -> None:
        self._clarion = clarion
        self._wire = Wire(client, Limits(clarion.clock.monotonic), clarion.clock.now)
        self._knows_people = False
        self._about_groups: list[str] = []

    async def load(self) -> None:
        """Read people, the policy's user groups and the announcements channel, trying until Slack has answered.

        Admins are warned of what in the policy points nowhere, if Slack let us look.
        """
        for read in (self._people, self._groups, self._named, self._announcements):
            await self._until_answered(read)
        if self._knows_people:
            await warn_admins(self._clarion, self._about_groups)

    async def fetch_person(self, user_id: str, patience: float = 2.0) -> Person | None:
        """Somebody we did not know, kept for the next time; None when Slack knows nobody of that id.

        Raises Trouble or TimeoutError when Slack does not tell, or not in time.
        """
        return await _fetch_person(self._wire, self._clarion, user_id, patience)

    async def groups_changed(self) -> None:
        """Read the policy's user groups again."""
        await self._until_answered(self._groups)

    async def announcements_channel(self) -> str | None:
        """Look for the announcements channel again."""
        return await _load_announcements_channel(self._wire, self._clarion)

    async def _people(self) -> None:
        count = await _load_people(self._wire, self._clarion)
        self._knows_people = True
        log.info("%d people are known", count)

    async def _groups(self) -> None:
        self._about_groups = await _load_groups(self._wire, self._clarion)

    async def _named(self) -> None:
        """Those whom the policy names, one by one, where Slack does not list everybody."""
        if not self._knows_people:
            self._knows_people = await _load_named(self._wire, self._clarion)

    async def _announcements(self) -> None:
        found = await _load_announcements_channel(self._wire, self._clarion)
        if found is None and self._clarion.policy.announcements:
            log.warning("the announcements channel %s is not there", self._clarion.policy.announcements)

    async def _until_answered(self, read: Callable[[], Awaitable[None]]) -> None:
        pause = 1.0
        while True:
            try:
                await read()
            except Refusal as refusal:
                log.warning("Slack refuses: %s", refusal.code)  # it would again
            except (Trouble, SQLAlchemyError) as trouble:
                what = trouble.code if isinstance(trouble, Trouble) else type(trouble).__name__
                log.warning("Slack cannot be read yet, or what it says not kept: %s", what)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60.0)
                continue
            return


async def load_people(client: AsyncWebClient, clarion: Clarion) -> int:
    """Read everybody of the workspace and keep what changed; returns how many there are. Raises Trouble."""
    return await _load_people(Wire(client, Limits(clarion.clock.monotonic), clarion.clock.now), clarion)


async def load_groups(client: AsyncWebClient, clarion: Clarion) -> list[str]:
    """Read the user groups that the policy names; returns sentences about those that could not be read."""
    return await _load_groups(Wire(client, Limits(clarion.clock.monotonic), clarion.clock.now), clarion)


async def _load_people(wire: Wire, clarion: Clarion) -> int:
    count = 0
    async for page in wire.pages("users.list", "members", patient=True, limit=_PEOPLE_A_PAGE):
        found = [person_of(user, clarion.team_id) for user in page]
        count += len(found)
        await people.remember(clarion, found)
    # Nothing may have changed since a process was killed that knew of it and had not acted upon it.
    await people.see_to_owners(clarion)
    return count


async def _load_named(wire: Wire, clarion: Clarion) -> bool:
    """Ask for each person of the policy and of its user groups; whether Slack answered for all of them."""
    references = [person_reference(entry) for entry in named_entries(clarion.policy)]
    async with clarion.database.read() as session:
        in_groups = await session.scalars(
            select(group_members.c.user_id).where(group_members.c.team_id == clarion.team_id)
        )
        asked = [("users.info", {"user": user}) for user in in_groups]
    asked += [("users.info", {"user": value}) for kind, value in references if kind == "id"]
    asked += [("users.lookupByEmail", {"email": value}) for kind, value in references if kind == "email"]
    found, answered = [], True
    for method, argument in asked:
        try:
            body = await wire.patiently(method, **argument)
        except Refusal as refusal:
            answered = answered and refusal.code in _UNKNOWN_TO_SLACK
            continue
        found.append(person_of(body["user"], clarion.team_id))
    await people.remember(clarion, list({person.user_id: person for person in found}.values()))
    return answered


async def _fetch_person(wire: Wire, clarion: Clarion, user_id: str, patience: float = 2.0) -> Person | None:
    try:
        async with asyncio.timeout(patience):
            body = await wire.call("users.info", user=user_id)
    except Refusal as refusal:
        if refusal.code in _UNKNOWN_TO_SLACK:
            return None
        raise
    person = person_of(body["user"], clarion.team_id)
    await people.remember(clarion, [person])
    return await people.known(clarion, user_id)


def person_of(user: Body, team_id: str) -> Person:
    """Slack's user object as rules need it."""
    profile = user.get("profile") or {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return Person(
        team_id=team_id,
        user_id=str(user["id"]),
        name=next((str(name) for name in names if name), str(user["id"])),
        email=str(profile["email"]).lower() if profile.get("email") else None,
        zone=str(user["tz"]) if user.get("tz") else None,
        is_bot=bool(user.get("is_bot")) or user.get("id") == _SLACKBOT,
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_deactivated=bool(user.get("deleted")),
        is_stranger=bool(user.get("is_stranger")) or _home(user, team_id) != team_id,
        **_absence(profile),
    )


def _absence(profile: Body) -> dict[str, Any]:
    """Whether and until when the Slack status says that they are out of office; an expiration of 0 is none."""
    status = away_status(str(profile.get("status_text") or ""), str(profile.get("status_emoji") or ""))
    ends = profile.get("status_expiration") or 0
    if not status:
        return {}
    return {"away_status": status, "away_until": datetime.fromtimestamp(int(ends), UTC) if ends else None}


def _home(user: Body, team_id: str) -> str:
    """The workspace somebody belongs to. In an organisation one belongs to several, ours perhaps among them."""
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    return team_id if team_id in teams else str(user.get("team_id") or team_id)


async def _load_groups(wire: Wire, clarion: Clarion) -> list[str]:
    handles = _handles(clarion.policy)
    if not handles:
        return []
    try:
        body = await wire.patiently("usergroups.list", include_users=False)
    except Refusal as refusal:
        log.warning("user groups cannot be read: %s", refusal.code)
        return [f"The policy names user groups, but Slack does not let Clarion read them ({refusal.code})."]
    ids = {str(group["handle"]): str(group["id"]) for group in body.get("usergroups") or ()}
    warnings: list[str] = []
    for handle in handles:
        if handle not in ids:
            warnings.append(f"The policy names the user group @{handle}, which does not exist.")
            continue
        try:
            users = await wire.patiently("usergroups.users.list", usergroup=ids[handle])
        except Refusal as refusal:
            warnings.append(f"The members of @{handle} cannot be read ({refusal.code}).")
            continue
        await _keep_group(clarion, handle, [str(user) for user in users.get("users") or ()])
    return warnings


def _handles(policy: Policy) -> list[str]:
    references = [person_reference(entry) for entry in named_entries(policy)]
    return list(dict.fromkeys(value for kind, value in references if kind == "usergroup"))


async def _keep_group(clarion: Clarion, handle: str, users: list[str]) -> None:
    columns = group_members.c
    mine = (columns.team_id == clarion.team_id) & (columns.handle == handle)
    async with clarion.database.read() as session:
        before = set(await session.scalars(select(columns.user_id).where(mine)))
    if before == set(users):
        return
    async with clarion.database.write() as session:
        # One process after the other (see `people.remember`).
        await session.get_one(Workspace, clarion.team_id, with_for_update=True)
        await session.execute(delete(group_members).where(mine))
        session.add_all(GroupMember(clarion.team_id, handle, user) for user in dict.fromkeys(users))
    clarion.rosters.forget()


async def _load_announcements_channel(wire: Wire, clarion: Clarion) -> str | None:
    """Find the policy's announcements channel and keep its id; None when there is none or it cannot be entered."""
    name = clarion.policy.announcements
    found = await find_channel(wire, name) if name else None
    async with clarion.database.read() as session:
        workspace = await session.get_one(Workspace, clarion.team_id)
    if workspace.announcements_channel_id != found:
        async with clarion.database.write() as session:
            (await session.get_one(Workspace, clarion.team_id)).announcements_channel_id = found
    return found


async def find_channel(wire: Wire, name: str) -> str | None:
    """The id of a live channel by name or id, entering it when it is public; None when that cannot be done."""
    wanted = name.removeprefix("#")
    pages = wire.pages(
        "conversations.list",
        "channels",
        types="public_channel,private_channel",
        exclude_archived=True,
        limit=_CHANNELS_A_PAGE,
    )
    async for page in pages:
        for channel in page:
            if wanted not in (channel.get("id"), channel.get("name")):
                continue
            return str(channel["id"]) if channel.get("is_member") or await _enter(wire, channel) else None
    return None


async def _enter(wire: Wire, channel: Body) -> bool:
    if channel.get("is_private"):
        return False
    try:
        await wire.call("conversations.join", channel=channel["id"])
    except Refusal as refusal:
        log.warning("the announcements channel cannot be entered: %s", refusal.code)
        return refusal.verdict is Verdict.DONE
    return True
