"""Somebody asked about several escalations within a minute gets one message that lists them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from escalation.case import CHANNEL, Escalation, Notice, NoticeKind
from escalation.effects import Effect, EffectKind, EffectState
from services import ending
from services.bundling import MOST_IN_ONE
from services.sweep import next_due, sweep
from storage.tables import outbox
from tests.support.clock import at
from tests.support.office import CARLA, CLEO, DINA, OMAR, SANA, TESS, VERA, Office


async def bundles(here: Office, user: str, after: int = 0) -> list[list[tuple[int, NoticeKind]]]:
    """The messages that ask somebody, each as the escalations it lists and how."""
    found: dict[int, list[tuple[int, NoticeKind]]] = {}
    async with here.database.read() as session:
        for one in await session.scalars(select(Notice).order_by(Notice.id)):  # type: ignore[arg-type]
            if one.audience == user and one.kind is not NoticeKind.ASSIGNMENT and (one.effect_id or 0) > after:
                found.setdefault(one.effect_id or 0, []).append((one.escalation_id, one.kind))
    return list(found.values())


async def held(here: Office) -> list[Effect]:
    return [one for one in await here.effects(EffectKind.SEND_NOTICE) if one.not_before > here.clock.now()]


async def live_until(here: Office, end: datetime) -> None:
    """Let time pass, each message sent as soon as it may go."""
    while True:
        waiting = [one.not_before for one in await held(here)]
        due = min([*waiting, *filter(None, [await next_due(here.clarion)])])
        if due > end:
            break
        here.clock.jump_to(max(due, here.clock.now()))
        await here.sweep()
        await here.send()
    here.clock.jump_to(end)


async def two(here: Office, apart: float, severity: str = "SEV-2", owner: str = OMAR) -> tuple[Escalation, Escalation]:
    """Two of one owner, opened so many seconds after each other, and everything said about that."""
    first = await here.open(severity, owner=owner)
    here.clock.pass_by(timedelta(seconds=apart))
    second = await here.open(severity, owner=owner)
    await here.send()
    return first, second


async def test_what_is_due_at_one_instant_is_asked_for_in_one_message_the_most_serious_first(here: Office) -> None:
    lesser = await here.open("SEV-3", owner=SANA)
    graver = await here.open("SEV-2", owner=SANA)
    await here.send()
    here.clock.jump_to(at("Mon 14:00"))
    await here.sweep()
    asked = await bundles(here, SANA)
    assert asked == [[(graver.id, NoticeKind.NAG), (lesser.id, NoticeKind.NAG)]]
    assert await held(here) == [], "nothing is held once the round is over"


async def test_a_courier_that_is_faster_than_the_sweep_sends_nothing_before_the_last_has_joined(desk: Office) -> None:
    await two(desk, 20)
    await live_until(desk, at("Mon 11:00"))
    desk.clock.pass_by(timedelta(seconds=20))
    await desk.send()
    await desk.sweep()
    assert len((await bundles(desk, OMAR))[-1]) == 2
    assert await held(desk) == [], "it need not wait any longer"


@pytest.mark.parametrize(("apart", "messages"), [(1, 1), (59, 1), (60, 1), (61, 2)])
async def test_what_falls_due_within_a_minute_waits_for_the_last_of_it(desk: Office, apart: int, messages: int) -> None:
    await two(desk, apart)
    await live_until(desk, at("Mon 11:05"))
    nags = [one for one in await bundles(desk, OMAR) if NoticeKind.NAG in {kind for _, kind in one}]
    assert [len(one) for one in nags] == [2] if messages == 1 else [1, 1]
    sent = [one.done_at for one in await desk.effects(EffectKind.SEND_NOTICE)][-messages:]
    last = at("Mon 11:00") + timedelta(seconds=apart)
    assert sent == [last] if messages == 1 else [at("Mon 11:00"), last]


async def test_a_courier_that_wakes_before_the_sweep_does_not_take_it_too_early(desk: Office) -> None:
    await two(desk, 40)
    await live_until(desk, at("Mon 11:00"))
    desk.clock.pass_by(timedelta(seconds=40))
    await desk.send()
    await desk.sweep()
    assert len((await bundles(desk, OMAR))[-1]) == 2
    assert await held(desk) == [], "the last lets it go"


async def test_nobody_waits_for_somebody_elses_message(desk: Office) -> None:
    await desk.open("SEV-2", owner=OMAR)
    await desk.open("SEV-2", owner=SANA)
    await desk.send()
    await live_until(desk, at("Mon 11:00"))
    assert await held(desk) == []
    assert [len(one) for user in (OMAR, SANA) for one in await bundles(desk, user)] == [1] * 4, "a quiet word and a nag"


async def test_a_channel_hears_of_its_own_escalation_alone(desk: Office) -> None:
    first, second = await two(desk, 0)
    await live_until(desk, at("Mon 11:30"))
    for case in (first, second):
        (asked,) = [one for one in await desk.notices(case.id) if one.audience == CHANNEL]
        assert asked.created_at == at("Mon 11:30")
    assert [len(one) for one in await bundles(desk, CHANNEL)] == [1, 1]


async def test_those_higher_up_hear_of_several_silences_in_one_message(desk: Office) -> None:
    await two(desk, 20, "SEV-1", DINA)
    await live_until(desk, at("Mon 10:36"))
    raised = [one for one in await bundles(desk, VERA) if NoticeKind.RAISED in {kind for _, kind in one}]
    assert [len(one) for one in raised] == [2]


async def test_the_owner_of_one_who_hears_of_another_gets_one_message(desk: Office) -> None:
    """Omar owns a SEV-2, and is of the tier that hears of Sana's silence."""
    hers = await desk.open("SEV-2", owner=SANA)
    await live_until(desk, at("Mon 11:00"))
    his = await desk.open("SEV-2", owner=OMAR)
    await desk.send()
    await live_until(desk, at("Mon 12:01"))  # his acknowledgement is due as hers climbs to tier 2
    assert [(hers.id, NoticeKind.RAISED), (his.id, NoticeKind.NAG)] in await bundles(desk, OMAR)


async def test_after_an_outage_each_person_gets_one_message_said_to_be_late(here: Office) -> None:
    for severity in ("SEV-3", "SEV-1", "SEV-2"):
        await here.open(severity, owner={"SEV-1": DINA}.get(severity, OMAR))
    await here.send()
    here.clock.jump_to(at("Mon 15:30"))
    await here.sweep()
    for user, count in ((DINA, 2), (OMAR, 2), (VERA, 2), (CLEO, 1), (TESS, 1)):
        (message,) = await bundles(here, user)
        assert len(message) == count, user
    assert {one.late_since is None for one in await here.notices(1) if one.kind is not NoticeKind.ASSIGNMENT} == {False}
    ranks = [(await here.escalation(one)).severity for one, _ in (await bundles(here, OMAR))[0]]
    assert ranks == ["SEV-2", "SEV-3"]


async def test_what_is_asked_while_slack_is_away_joins_what_waits_already(desk: Office) -> None:
    first, second = await two(desk, 600)
    await desk.pass_by(minutes=70)  # nothing is sent
    live = [one for case in (first, second) for one in await desk.notices(case.id, live=True) if one.audience == OMAR]
    assert {one.escalation_id for one in live} == {first.id, second.id}
    assert len({one.effect_id for one in live}) == 1


async def test_what_was_tried_already_is_joined_no_more(desk: Office) -> None:
    first, second = await two(desk, 120)
    await live_until(desk, at("Mon 10:59"))
    await desk.pass_by(minutes=1)
    async with desk.database.write() as session:
        await session.execute(
            update(outbox).where(outbox.c.state == EffectState.PENDING).values(attempts=1, state=EffectState.PENDING)
        )
    await desk.pass_by(minutes=3)
    live = [one for case in (first, second) for one in await desk.notices(case.id, live=True) if one.audience == OMAR]
    assert len({one.effect_id for one in live}) == 2, "it may stand in Slack already, without what would join it"


async def test_a_message_lists_ten_and_the_next_takes_the_rest(desk: Office) -> None:
    for _ in range(MOST_IN_ONE + 3):
        await desk.open("SEV-4", owner=CARLA)
    await desk.send()
    await live_until(desk, at("Tue 10:00"))
    nags = [one for one in await bundles(desk, CARLA) if NoticeKind.NAG in {kind for _, kind in one}]
    assert [len(one) for one in nags] == [MOST_IN_ONE, 3]
    assert await held(desk) == []


async def test_a_process_killed_within_a_round_leaves_nothing_held_for_long(desk: Office) -> None:
    for _ in range(3):
        await desk.open("SEV-2", owner=OMAR)
    await desk.send()
    await live_until(desk, at("Mon 10:59"))
    desk.clock.jump_to(at("Mon 11:00"))

    sweeping = asyncio.ensure_future(desk.sweep())

    def kill() -> None:
        sweeping.cancel()

    desk.database.on_commit(kill)
    with pytest.raises(asyncio.CancelledError):
        await sweeping
    (waiting,) = await held(desk)
    assert waiting.not_before == at("Mon 11:00") + timedelta(seconds=30)
    await desk.sweep()
    assert len((await bundles(desk, OMAR))[-1]) == 3, "the next process adds the rest to it"


async def test_what_is_settled_while_it_is_held_is_not_asked_for(desk: Office) -> None:
    first, second = await two(desk, 40)
    await live_until(desk, at("Mon 11:00"))
    (waiting,) = await held(desk)
    assert waiting.not_before == at("Mon 11:00") + timedelta(seconds=45), "a little longer than the last is waited for"
    await ending.resolve(desk.clarion, first.id, OMAR, None, "Swapped")
    await live_until(desk, at("Mon 11:01"))
    assert await desk.live(first.id, OMAR) is None
    live = await desk.live(second.id, OMAR)
    assert live is not None
    assert live.effect_id != waiting.id, "there was nothing left to join"


async def test_two_processes_that_sweep_at_once_bundle_as_one_does(here: Office) -> None:
    await two(here, 0)
    await live_until(here, at("Mon 10:59"))
    here.clock.jump_to(at("Mon 11:00"))
    await asyncio.gather(*(sweep(one) for one in (here.clarion, here.beside(), here.beside())))
    assert [len(one) for one in await bundles(here, OMAR)] == [2, 2], "the quiet word, and the nag"
    assert await held(here) == []
