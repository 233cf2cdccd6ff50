"""A channel that is lost is replaced once, and who is in it is remembered."""

from __future__ import annotations

import asyncio

from escalation.case import EventKind
from escalation.effects import EffectKind
from services import ending
from services.channels import channel_archived, find_by_channel, somebody_joined, somebody_left
from tests.support.office import CLEO, DINA, OLGA, TEAM, Office, kinds


async def channel_of(here: Office, id_: int) -> str:
    await here.send()
    channel = (await here.escalation(id_)).channel_id
    assert channel is not None
    return channel


async def test_an_archived_channel_of_an_open_one_gets_a_successor_and_the_owner_hears(here: Office) -> None:
    made = await here.open()
    channel = await channel_of(here, made.id)
    await somebody_joined(here.clarion, channel, CLEO)
    effects = await here.new(channel_archived(here.clarion, channel))
    assert kinds(effects) == ["open channel", "invite", "post card", "set topic", "pin card", "tell event"]
    assert effects[1].data["users"] == [DINA, OLGA, CLEO]
    assert effects[-1].data["user"] == DINA
    stored = await here.escalation(made.id)
    assert (stored.channel_id, stored.previous_channel_id, stored.channel_serial) == (None, channel, 2)
    assert (await here.event(made.id, EventKind.CHANNEL_LOST)).values == {"channel": channel}


async def test_told_of_the_loss_three_times_at_once_there_is_one_successor(here: Office) -> None:
    made = await here.open()
    channel = await channel_of(here, made.id)
    await asyncio.gather(*(channel_archived(here.beside(), channel) for _ in range(3)))
    assert len(await here.effects(EffectKind.OPEN_CHANNEL)) == 2
    assert (await here.escalation(made.id)).channel_serial == 2


async def test_the_channel_of_what_is_over_may_go(desk: Office) -> None:
    made = await desk.open()
    channel = await channel_of(desk, made.id)
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    assert await desk.new(channel_archived(desk.clarion, channel)) == []
    await ending.close(desk.clarion, made.id, DINA, None)
    assert await desk.new(channel_archived(desk.clarion, channel)) == []
    assert await desk.new(channel_archived(desk.clarion, "C0OTHER")) == []


async def test_who_comes_and_goes_is_remembered_once(here: Office) -> None:
    made = await here.open()
    channel = await channel_of(here, made.id)
    await asyncio.gather(*(somebody_joined(here.beside(), channel, CLEO) for _ in range(3)))
    assert [(one.user_id, one.joined) for one in await here.members(made.id) if one.user_id == CLEO] == [(CLEO, True)]
    await somebody_left(here.clarion, channel, CLEO)
    assert [one.joined for one in await here.members(made.id) if one.user_id == CLEO] == [False]
    before = len(await here.members(made.id))
    await somebody_joined(here.clarion, "C0OTHER", CLEO)
    await somebody_left(here.clarion, channel, OLGA)
    assert len(await here.members(made.id)) == before


async def test_a_channel_belongs_to_its_workspace(desk: Office) -> None:
    made = await desk.open()
    channel = await channel_of(desk, made.id)
    async with desk.database.read() as session:
        assert await find_by_channel(session, "T2", channel) is None
        found = await find_by_channel(session, TEAM, channel)
    assert found is not None
    assert found.id == made.id
