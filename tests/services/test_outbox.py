"""The outbox: refreshes that wait become one, failures can be tried again, and operators see how far behind it is."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from escalation.effects import EffectKind, EffectState
from escalation.errors import NotFound, Refused
from services import owning
from services.backlog import read_backlog
from services.outbox import HEAD_START, enqueue, follow
from services.owning import NewUpdate
from services.retrying import try_again
from storage.tables import outbox
from tests.support.office import CARLA, DINA, GRETA, TEAM, ULF, Office, kinds

UPDATE = NewUpdate("Down", "Up")
BACKUP = 1


async def set_state(here: Office, effect_id: int, **values: object) -> None:
    async with here.database.write() as session:
        await session.execute(update(outbox).where(outbox.c.id == effect_id).values(**values))


async def test_ten_changes_while_slack_is_slow_are_one_edit_of_the_card(here: Office) -> None:
    made = await here.open()
    for _ in range(10):
        await owning.post_update(here.clarion, made.id, DINA, None, UPDATE)
    counts = [kinds(await here.effects()).count(kind) for kind in ("refresh card", "set topic", "post event")]
    assert counts == [1, 1, 10]


async def test_ten_changes_at_once_are_one_edit_too(pg: Office) -> None:
    made = await pg.open()
    await asyncio.gather(*(owning.post_update(pg.beside(), made.id, DINA, None, UPDATE) for _ in range(10)))
    assert kinds(await pg.effects()).count("refresh card") == 1


@pytest.mark.parametrize("values", [{"state": EffectState.SENDING}, {"state": EffectState.DONE}, {"attempts": 1}])
async def test_an_edit_that_was_begun_may_have_read_the_old_state_so_another_follows(
    desk: Office, values: dict[str, object]
) -> None:
    made = await desk.open()
    await owning.acknowledge(desk.clarion, made.id, DINA, None)
    (first,) = await desk.effects(EffectKind.REFRESH_CARD)
    await set_state(desk, first.id, **values)
    await owning.post_update(desk.clarion, made.id, DINA, None, UPDATE)
    assert len(await desk.effects(EffectKind.REFRESH_CARD)) == 2


async def test_refreshes_of_different_subjects_stay_apart(desk: Office) -> None:
    made, other = await desk.open(), await desk.open()
    for one in (made, other):
        await owning.acknowledge(desk.clarion, one.id, DINA, None)
    assert [one.escalation_id for one in await desk.effects(EffectKind.REFRESH_CARD)] == [made.id, other.id]
    assert len({one.subject_id for one in await desk.effects(EffectKind.REFRESH_NOTICE)}) == 2


async def test_what_is_for_later_is_not_taken_for_what_waits(desk: Office) -> None:
    made = await desk.open()
    async with desk.database.write() as session:
        later = desk.clock.now() + timedelta(minutes=1)
        given = {"team_id": TEAM, "now": desk.clock.now(), "rank": 0, "escalation_id": made.id}
        await enqueue(session, EffectKind.REFRESH_CARD, **given, not_before=later)  # type: ignore[arg-type]
        await enqueue(session, EffectKind.REFRESH_CARD, **given)  # type: ignore[arg-type]
    assert len(await desk.effects(EffectKind.REFRESH_CARD)) == 2


async def test_what_follows_from_an_effect_is_as_urgent_as_that_and_no_more(desk: Office) -> None:
    made = await desk.open("SEV-3", owner=CARLA)
    await owning.acknowledge(desk.clarion, made.id, CARLA, None)
    now, causes = desk.clock.pass_by(timedelta(minutes=5)), await desk.effects()
    async with desk.database.write() as session:
        followed = [await follow(session, one, EffectKind.TELL_PERSON, now, user=ULF) for one in causes]
    assert {one.kind for one in causes} > {EffectKind.POST_CARD, EffectKind.REFRESH_NOTICE}
    assert {one.rank_at for one in followed} == {now + 2 * HEAD_START}


async def test_what_failed_can_be_tried_again_by_a_colleague_once(desk: Office) -> None:
    await desk.open()
    (card,) = await desk.effects(EffectKind.POST_CARD)
    with pytest.raises(Refused, match="That is being done already"):
        await try_again(desk.clarion, card.id, ULF)
    await set_state(desk, card.id, state=EffectState.FAILED, attempts=25, reason="is_archived")
    with pytest.raises(Refused, match="Guests"):
        await try_again(desk.clarion, card.id, GRETA)
    effect = await try_again(desk.clarion, card.id, ULF)
    assert (effect.state, effect.attempts, effect.reason) == (EffectState.PENDING, 0, "")
    await set_state(desk, card.id, state=EffectState.DONE)
    with pytest.raises(Refused, match="That is done already"):
        await try_again(desk.clarion, card.id, ULF)
    with pytest.raises(NotFound):
        await try_again(desk.clarion, 999, ULF)


async def test_how_far_behind_we_are(desk: Office) -> None:
    empty = await read_backlog(desk.clarion)
    assert (empty.sweep_lag, empty.unsent_lag, empty.unsent, empty.in_doubt, empty.failed) == (0.0, 0.0, 0, 0, 0)
    await desk.open()
    first, second, *rest = await desk.effects()
    await set_state(desk, first.id, state=EffectState.UNKNOWN)
    await set_state(desk, second.id, state=EffectState.FAILED)
    desk.clock.pass_by(timedelta(minutes=16))
    behind = await read_backlog(desk.clarion)
    assert (behind.sweep_lag, behind.unsent_lag) == (60.0, 960.0)
    assert (behind.unsent, behind.in_doubt, behind.failed) == (len(rest) + BACKUP, 1, 1)


async def test_of_two_who_try_again_at_once_the_second_puts_nothing_back(pg: Office) -> None:
    await pg.open()
    (channel,) = await pg.effects(EffectKind.OPEN_CHANNEL)
    await set_state(pg, channel.id, state=EffectState.FAILED)
    async with pg.database.write() as session:
        begun = update(outbox).where(outbox.c.id == channel.id).values(state=EffectState.SENDING)
        await session.execute(begun)
        second = asyncio.create_task(try_again(pg.beside(), channel.id, ULF))
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not await session.scalar(waiting):
            pass
    with pytest.raises(Refused, match="being done already"):
        await second
    (channel,) = await pg.effects(EffectKind.OPEN_CHANNEL)
    assert channel.state is EffectState.SENDING
