"""Who is in the workspace, and how the Web API describes them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from .json_types import Json

SLACKBOT = "USLACKBOT"


def id_for(name: str) -> str:
    """The id that a person of this name gets unless told otherwise, so that policies can name it beforehand."""
    return "U" + re.sub(r"[^A-Z0-9]", "", name.upper()).rjust(10, "0")


@dataclass
class Person:
    """One member. `team_id` is only set for a stranger of another organisation (Slack Connect).

    The status ends at `status_expiration` in epoch seconds, 0: when it is taken back.
    """

    name: str
    real_name: str = ""
    email: str = ""
    tz: str = "Europe/London"
    title: str = ""
    id: str = ""
    bot: bool = False
    guest: bool = False
    single_channel_guest: bool = False
    deleted: bool = False
    admin: bool = False
    team_id: str = ""
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    updated: int = 0
    extra: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id = self.id or id_for(self.name)
        self.real_name = self.real_name or self.name.replace(".", " ").title()
        if not self.email and not self.bot and self.id != SLACKBOT:
            self.email = f"{self.name}@example.com"

    @property
    def stranger(self) -> bool:
        """From another organisation."""
        return bool(self.team_id)

    @property
    def restricted(self) -> bool:
        """A guest of either kind."""
        return self.guest or self.single_channel_guest


@dataclass
class Usergroup:
    """`@handle` and who is in it."""

    id: str
    handle: str
    name: str
    members: list[str]
    deleted: bool = False


def user_json(person: Person, home_team: str, with_email: bool, now: float) -> Json:
    """`user` as users.info returns it; the e-mail only with `users:read.email`."""
    profile: Json = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "title": person.title,
        "status_text": person.status_text,
        "status_emoji": person.status_emoji,
        "status_expiration": person.status_expiration,
        "team": person.team_id or home_team,
        "image_48": f"https://avatars.example.com/{person.id}/48",
    }
    if with_email and person.email:
        profile["email"] = person.email
    body: Json = {
        "id": person.id,
        "team_id": person.team_id or home_team,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": utc_offset(person.tz, now),
        "profile": profile,
        "is_admin": person.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.restricted,
        "is_ultra_restricted": person.single_channel_guest,
        "is_bot": person.bot,
        "is_app_user": False,
        "is_stranger": person.stranger,
        "updated": person.updated,
        **person.extra,
    }
    if person.deleted:
        for key in ("tz", "tz_label", "tz_offset", "is_admin", "is_owner", "is_restricted", "is_ultra_restricted"):
            body.pop(key, None)
    return body


def utc_offset(zone: str, now: float) -> int:
    """Seconds east of UTC at that moment."""
    delta = dt.datetime.fromtimestamp(now, ZoneInfo(zone)).utcoffset()
    return int(delta.total_seconds()) if delta else 0


def usergroup_json(group: Usergroup, team_id: str, with_users: bool) -> Json:
    """`usergroup` as usergroups.list returns it."""
    body: Json = {
        "id": group.id,
        "team_id": team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "date_delete": 1 if group.deleted else 0,
        "user_count": len(group.members),
    }
    if with_users:
        body["users"] = list(group.members)
    return body
