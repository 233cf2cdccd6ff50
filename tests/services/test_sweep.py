"""The sweep: every rung asked for once, to the right people, on time or said to be late."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from escalation.case import CHANNEL, EventKind, NoticeKind
from escalation.effects import EffectKind
from escalation.obligations import Kind
from services import ending, handing_over, owning
from services.owning import NewStep, NewUpdate
from services.sweep import next_due, sweep
from storage.tables import notices
from tests.support.clock import at, wall
from tests.support.office import CARLA, CLEO, DINA, OMAR, SANA, TESS, ULF, VERA, VICTOR, Office

UPDATE = NewUpdate("Down", "Up by noon")
A, W, N, R = NoticeKind.ASSIGNMENT, NoticeKind.WARNING, NoticeKind.NAG, NoticeKind.RAISED

# A SEV-1 of Monday 10:00 about which nobody does anything: acknowledgement due 10:15, the customer 10:30, plan and update 11:00.
SILENCE = {
    DINA: [("10:00", A), ("10:15", N), ("10:20", W), ("10:30", N), ("10:50", W), ("11:00", N)],
    CHANNEL: [("10:25", N), ("10:40", N), ("11:10", N)],
    VERA: [("10:35", R), ("10:50", R), ("11:20", R)],
    VICTOR: [("10:35", R), ("10:50", R), ("11:20", R)],
    CLEO: [("10:55", R), ("11:10", R), ("11:40", R), ("11:55", R), ("12:10", R), ("12:40", R), ("12:55", R)],
    TESS: [("10:55", R), ("11:10", R), ("11:40", R), ("11:55", R), ("12:10", R), ("12:40", R), ("12:55", R)],
}


async def test_a_silent_sev_1_climbs_the_whole_ladder_each_rung_heard_once(here: Office) -> None:
    made = await here.open("SEV-1", owner=DINA)
    await here.until(at("Mon 13:00"))
    heard: dict[str, list[tuple[str, NoticeKind]]] = {}
    for one in await here.notices(made.id):
        assert one.late_since is None
        heard.setdefault(one.audience, []).append(((wall(one.created_at) or "")[4:], one.kind))
    assert heard == SILENCE
    sent = Counter(one.subject_id for one in await here.effects(EffectKind.SEND_NOTICE))
    assert sent == Counter({one.id: 1 for one in await here.notices(made.id)})
    asked = Counter(one.values["audience"] for one in await here.events(made.id) if one.kind is EventKind.ASKED)
    assert asked == Counter({who: len(times) - (who == DINA) for who, times in SILENCE.items()})
    await here.check()


async def test_each_message_lists_all_that_is_owed_there_and_the_one_before_is_edited_down(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await desk.until(at("Mon 11:01"))
    live = await desk.live(made.id, DINA)
    owed = await desk.owed(made.id)
    assert live is not None
    assert set(live.obligation_ids) == {one.id for one in owed.values()}
    mine = [one for one in await desk.notices(made.id) if one.audience == DINA]
    assert [one.retired_at is None for one in mine] == [False] * 5 + [True]
    edited = {one.subject_id for one in await desk.effects(EffectKind.REFRESH_NOTICE)}
    assert {one.id for one in mine[:-1]} <= edited
    for refresh in await desk.effects(EffectKind.REFRESH_NOTICE):
        (its,) = [one for one in await desk.notices(made.id) if one.id == refresh.subject_id]
        assert refresh.needs == [its.effect_id], "an edit waits for the message it edits"


async def test_a_warning_takes_no_button_away(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await desk.until(at("Mon 10:31"))  # the customer is to hear by 11:00; the acknowledgement is not late yet
    live = await desk.live(made.id, OMAR)
    owed = await desk.owed(made.id)
    assert live is not None
    assert live.kind is NoticeKind.WARNING
    assert live.obligation_ids == [owed[Kind.CUSTOMER_CONTACT].id, owed[Kind.ACKNOWLEDGE].id]


async def test_who_is_told_on_a_rung_belongs_to_those_who_know(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA, confidential=True)
    await desk.until(at("Mon 10:56"))
    told = {one.user_id for one in await desk.members(made.id) if one.told}
    assert told == {VERA, VICTOR, TESS, CLEO}


@pytest.mark.parametrize("minutes", [179, 180])
async def test_after_an_outage_everybody_whose_rung_passed_is_told_once_and_that_it_is_late(
    here: Office, minutes: int
) -> None:
    made = await here.open("SEV-1", owner=DINA)
    here.clock.pass_by(timedelta(minutes=minutes))
    await here.sweep()
    late = {one.audience: wall(one.late_since) for one in (await here.notices(made.id))[1:]}
    assert late == {
        DINA: "Mon 10:15",
        CHANNEL: "Mon 10:25",
        VERA: "Mon 10:35",
        VICTOR: "Mon 10:35",
        CLEO: "Mon 10:55",
        TESS: "Mon 10:55",
    }
    assert len(await here.notices(made.id)) == 1 + len(late)
    before = await here.mark()
    await here.sweep()
    assert await here.effects(after=before) == []


async def test_a_moment_late_is_not_late(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    desk.clock.jump_to(at("Mon 10:15") + timedelta(seconds=12))
    await desk.sweep()
    assert [one.late_since for one in await desk.notices(made.id)] == [None, None]


async def test_what_came_due_while_nobody_ran_is_late_by_seconds(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    desk.clock.jump_to(at("Mon 10:15") + timedelta(seconds=5))
    await sweep(replace(desk.clarion, running_since=desk.clock.now() - timedelta(seconds=1)))
    assert [wall(one.late_since) for one in (await desk.notices(made.id))[1:]] == ["Mon 10:15"]


async def test_an_outage_that_ends_at_night_waits_with_what_keeps_business_hours(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await owning.acknowledge(desk.clarion, made.id, OMAR, None)
    await owning.told_customer(desk.clarion, made.id, OMAR, None)
    await owning.plan(desk.clarion, made.id, OMAR, None, [NewStep("x", ULF, date(2026, 6, 12))], None)
    before = len(await desk.notices(made.id))
    desk.clock.jump_to(at("Mon 22:00"))  # the update was due at 14:00
    await desk.sweep()
    assert len(await desk.notices(made.id)) == before
    assert await next_due(desk.clarion) == at("Tue 09:00")
    await desk.until(at("Tue 09:00"))
    asked = (await desk.notices(made.id))[before:]
    assert {one.audience: wall(one.late_since) for one in asked} == {
        OMAR: "Mon 14:00",
        CHANNEL: "Mon 14:30",
        SANA: "Mon 15:00",
        DINA: "Mon 16:00",
        VERA: "Mon 16:00",
        VICTOR: "Mon 16:00",
    }


async def test_two_processes_that_sweep_at_once_ask_once(pg: Office) -> None:
    ids = [(await pg.open("SEV-1", owner=DINA)).id for _ in range(3)]
    for minute in (16, 20, 26, 36):
        pg.clock.jump_to(at("Mon 10:00") + timedelta(minutes=minute))
        await asyncio.gather(*(sweep(pg.beside()) for _ in range(4)))
    for id_ in ids:
        heard = Counter(one.audience for one in await pg.notices(id_))
        assert heard == Counter({DINA: 4, CHANNEL: 1, VERA: 1, VICTOR: 1})


async def test_an_answer_and_the_rung_of_the_same_moment_leave_nothing_live(pg: Office) -> None:
    for number in range(1, 4):
        made = await pg.open("SEV-4", owner=CARLA)
        assert made.number == number
    pg.clock.jump_to(at("Tue 10:00"))
    answers = [owning.post_update(pg.beside(), id_, CARLA, None, UPDATE) for id_ in range(1, 4)]
    await asyncio.gather(sweep(pg.beside()), *answers, sweep(pg.beside()))
    for id_ in range(1, 4):
        still = [one for one in await pg.notices(id_, live=True) if Kind.ACKNOWLEDGE in await pg.owed(id_)]
        assert still == []
    await pg.check()


async def test_nothing_due_is_nothing_written(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    before, events = await desk.mark(), len(await desk.events(made.id))
    desk.clock.pass_by(timedelta(minutes=14))
    assert await desk.sweep() == 0
    assert (await desk.mark(), len(await desk.events(made.id))) == (before, events)
    assert await next_due(desk.clarion) == at("Mon 10:15")


async def test_what_is_answered_climbs_no_further(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await desk.until(at("Mon 10:16"))
    await owning.post_update(desk.clarion, made.id, DINA, None, UPDATE)
    await owning.told_customer(desk.clarion, made.id, DINA, None)
    await owning.plan(desk.clarion, made.id, DINA, None, [NewStep("x", ULF, date(2026, 6, 12))], None)
    before = len(await desk.notices(made.id))
    await desk.until(at("Mon 11:05"))
    assert len(await desk.notices(made.id)) == before
    await desk.until(at("Mon 11:16"))
    asked = (await desk.notices(made.id))[before:]
    assert [(one.audience, one.kind, wall(one.created_at)) for one in asked] == [
        (DINA, W, "Mon 11:06"),
        (DINA, N, "Mon 11:16"),
    ]


async def test_a_plan_steps_person_is_asked_and_then_the_path(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await owning.plan(desk.clarion, made.id, DINA, None, [NewStep("Roll back", ULF, date(2026, 6, 8))], None)
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    before = len(await desk.notices(made.id))
    await desk.until(at("Tue 09:25"))
    asked = (await desk.notices(made.id))[before:]
    assert [(one.audience, wall(one.created_at)) for one in asked] == [
        (ULF, "Mon 17:30"),
        (CHANNEL, "Tue 09:10"),
        (VERA, "Tue 09:20"),
        (VICTOR, "Tue 09:20"),
    ]


async def test_a_new_owner_is_asked_and_not_the_old_one(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await desk.until(at("Mon 10:56"))
    assert await desk.live(made.id, DINA) is not None
    await owning.acknowledge(desk.clarion, made.id, DINA, None)
    await handing_over.take_over(desk.clarion, made.id, TESS, None)
    assert await desk.live(made.id, DINA) is None
    before = len(await desk.notices(made.id))
    await desk.until(at("Mon 11:12"))
    asked = (await desk.notices(made.id))[before:]
    assert [(one.audience, wall(one.created_at)) for one in asked] == [
        (TESS, "Mon 11:00"),  # the plan is due
        (TESS, "Mon 11:01"),  # the update soon will be, 15 minutes after the change
        (CHANNEL, "Mon 11:10"),
        (TESS, "Mon 11:11"),
    ]


async def test_one_that_cannot_be_swept_silences_no_other(desk: Office, caplog: pytest.LogCaptureFixture) -> None:
    first, second = await desk.open("SEV-1", owner=DINA), await desk.open("SEV-1", owner=VERA)
    async with desk.database.write() as session:
        await session.execute(update(notices).where(notices.c.escalation_id == first.id).values(obligation_ids=7))
    desk.clock.jump_to(at("Mon 10:15"))
    with caplog.at_level(logging.ERROR, "clarion.sweep"):
        await desk.sweep()
    assert [record.getMessage() for record in caplog.records] == ["Escalation 1 could not be swept"]
    assert len(await desk.notices(second.id)) == 2
    async with desk.database.write() as session:
        await session.execute(update(notices).where(notices.c.escalation_id == first.id).values(obligation_ids=[1]))
    await desk.sweep()
    assert len(await desk.notices(first.id)) == 2


async def test_an_owner_who_left_is_replaced_and_not_asked_though_nobody_acted_upon_it(here: Office) -> None:
    """As when the process that heard of it was killed between its two commits."""
    made = await here.open("SEV-1", owner=DINA)
    async with here.database.write() as session:
        await session.merge(await here.change_person(DINA, is_deactivated=True))
    await here.until(at("Mon 10:15"))
    assert (await here.escalation(made.id)).owner_id == VERA
    event = await here.event(made.id, EventKind.OWNER_CHANGED)
    assert (event.by, event.why) == ("", "Dina's account was deactivated")
    assert [one.kind for one in await here.notices(made.id) if one.audience == DINA] == [A]
    assert [one.kind for one in await here.notices(made.id) if one.audience == VERA] == [A]


async def test_the_card_says_no_more_that_nobody_is_asked_once_somebody_is(here: Office) -> None:
    case = await here.open("SEV-1")
    await here.pass_by(minutes=16)
    await owning.snooze(here.clarion, case.id, DINA, None, timedelta(minutes=20), "In a call")
    await here.send()
    mark = await here.mark()
    await here.pass_by(minutes=21)
    assert EffectKind.REFRESH_CARD in [one.kind for one in await here.effects(after=mark)]
    await here.send()
    mark = await here.mark()
    await here.pass_by(minutes=30)
    said = [one.kind for one in await here.effects(after=mark)]
    assert EffectKind.SEND_NOTICE in said
    assert EffectKind.REFRESH_CARD not in said
