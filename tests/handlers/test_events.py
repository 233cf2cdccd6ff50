"""What Slack tells: people, groups and channels that changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from services import people
from services.rosters import read_roster
from simulator import Person, acts, id_for
from simulator.delivery import Delivered
from tests.handlers.waiting import until
from tests.support.acting import newest_channel, opens
from tests.support.company import ROLES
from tests.support.house import House, house


async def test_somebody_who_joins_the_workspace_is_known_before_they_act(home: House) -> None:
    nora = Person("nora", real_name="Nora New")
    acts.add_person(home.ws, nora)

    async def is_known() -> bool:
        return await people.known(home.bot.clarion, nora.id) is not None

    await until(is_known)


async def test_an_owner_who_is_deactivated_is_replaced_at_once(home: House) -> None:
    channel = await opens(home)
    acts.deactivate(home.ws, home.ws.find_person("dina"))
    await home.ws.until(lambda: "Vera Lind" in home.ws.channel(channel).topic["value"])


async def test_what_slack_tells_is_not_forgotten_when_the_database_is_away_for_a_moment(
    home: House, caplog: pytest.LogCaptureFixture
) -> None:
    channel = await opens(home)
    database = home.bot.clarion.database
    async with database.write() as session:
        await session.execute(text("ALTER TABLE people RENAME TO away"))
    acts.deactivate(home.ws, home.ws.find_person("dina"))

    async def was_tried() -> bool:
        return "could not be taken yet" in caplog.text

    await until(was_tried)
    async with database.write() as session:
        await session.execute(text("ALTER TABLE away RENAME TO people"))
    await home.ws.until(lambda: "Vera Lind" in home.ws.channel(channel).topic["value"])


def told(home: House, kind: str) -> list[Delivered]:
    """The events of this kind that Slack told, each as often as it told it."""
    return [one for one in home.ws.delivery.log if one.payload.get("event", {}).get("type") == kind]


async def test_slack_is_not_told_that_an_event_is_taken_while_it_cannot_be(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(sqlite_url, tmp_path, ack_seconds=4.0) as home:
        await opens(home)
        database = home.bot.clarion.database
        async with database.write() as session:
            await session.execute(text("ALTER TABLE people RENAME TO away"))
        acts.deactivate(home.ws, home.ws.find_person("dina"))
        await home.ws.until(lambda: told(home, "user_change"))
        assert not told(home, "user_change")[0].answer.acked
        assert "could not be taken yet" in caplog.text
        async with database.write() as session:
            await session.execute(text("ALTER TABLE away RENAME TO people"))


async def test_the_channel_of_an_open_escalation_that_somebody_archives_is_replaced(home: House) -> None:
    old = home.ws.channel(await opens(home))
    event = {"type": "channel_archive", "channel": old.id, "user": home.person("ulf").id, "is_moved": 0}
    home.ws.events.emit(event)
    await home.ws.until(lambda: newest_channel(home) != f"#{old.name}")
    await home.settled()
    assert "ESC-1" in home.person("olga").shows(newest_channel(home))


async def test_who_joins_a_confidential_channel_sees_it_and_who_leaves_does_not(home: House) -> None:
    channel = home.ws.channel(await opens(home, confidential=True))
    ulf = home.person("ulf")
    await ulf.types("/escalate show ESC-1")
    await ulf.ephemeral("There is no ESC-1")
    home.ws.events.emit({"type": "member_joined_channel", "user": ulf.id, "channel": channel.id, "channel_type": "G"})

    async def is_listed() -> bool:
        before = len(home.ws.messages("#general"))
        await ulf.types("/escalate list")
        seen = await ulf.ephemeral("scalations")
        return "ESC-1" in seen.text and before == len(home.ws.messages("#general"))

    await until(is_listed)


async def test_a_user_group_that_changed_is_read_again(sqlite_url: str, tmp_path: Path) -> None:
    policy = ROLES.replace(f"support_agent: [{id_for('olga')}]", 'support_agent: ["@support"]')
    async with house(sqlite_url, tmp_path, policy=policy) as home:
        group = acts.add_usergroup(home.ws, "support", ["olga"])
        acts.set_usergroup(home.ws, group, [id_for("ulf")])
        clarion = home.bot.clarion

        async def is_read() -> bool:
            async with clarion.database.read() as session:
                roster = await read_roster(session, clarion.team_id, clarion.policy)
            return list(roster.roles["support_agent"]) == [id_for("ulf")]

        await until(is_read)
