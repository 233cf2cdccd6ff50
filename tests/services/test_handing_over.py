"""Changing the owner: asked and accepted, declined, left unanswered, taken over, replaced."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from escalation.case import Delivery, EventKind, Follows, HandoverOutcome, NoticeKind, Status
from escalation.effects import EffectKind
from escalation.errors import InvalidInput, NotFound, Refused
from escalation.obligations import Kind
from services import ending, handing_over, owning, people
from services.subscribing import Target, subscribe
from tests.support.clock import at, wall
from tests.support.office import (
    CARLA,
    DINA,
    GRETA,
    OLGA,
    OMAR,
    SANA,
    TESS,
    ULF,
    VERA,
    VICTOR,
    Office,
    kinds,
)  # fmt: skip


async def test_asking_changes_nothing_but_asks(here: Office) -> None:
    made = await here.open()
    effects = await here.new(
        handing_over.hand_off(here.clarion, made.id, DINA, "k", VICTOR, "Shift ends", "Mind the pump")
    )
    assert kinds(effects) == [
        "invite", "send notice", "refresh card", "set topic", "refresh announcement", "post event",
    ]  # fmt: skip
    assert (await here.escalation(made.id)).owner_id == DINA
    (handover,) = await here.handovers(made.id)
    assert (handover.to_id, handover.from_id, handover.reason, handover.notes) == (
        VICTOR,
        DINA,
        "Shift ends",
        "Mind the pump",
    )
    notice = await here.live(made.id, VICTOR)
    assert notice is not None
    assert notice.kind is NoticeKind.HANDOVER
    assert wall((await here.owed(made.id))[Kind.HANDOVER].due_at) == "Mon 10:15"
    event = await here.event(made.id, EventKind.HANDOVER_ASKED)
    assert (event.by, event.why, event.values["to"]) == (DINA, "Shift ends", VICTOR)


async def test_accepting_makes_the_owner_and_takes_the_old_ones_message_away(here: Office) -> None:
    made = await here.open()
    await handing_over.hand_off(here.clarion, made.id, DINA, None, VICTOR, "Shift ends")
    (handover,) = await here.handovers(made.id)
    here.clock.pass_by(timedelta(minutes=5))
    effects = await here.new(handing_over.accept(here.clarion, made.id, handover.id, VICTOR, "k"))
    stored = await here.escalation(made.id)
    assert (stored.owner_id, stored.owner_zone, stored.status) == (VICTOR, "America/New_York", Status.IN_PROGRESS)
    owed = await here.owed(made.id)
    assert {Kind.ACKNOWLEDGE, Kind.HANDOVER}.isdisjoint(owed)
    assert wall(owed[Kind.UPDATE].due_at) == "Mon 11:00"
    told = [one.data["user"] for one in effects if one.kind is EffectKind.TELL_EVENT]
    assert told == [DINA]
    assert await here.live(made.id, DINA) is None
    assert await here.live(made.id, VICTOR) is None
    event = await here.event(made.id, EventKind.OWNER_CHANGED)
    assert (event.by, event.why, event.values["from"], event.values["to"]) == (VICTOR, "Shift ends", DINA, VICTOR)
    assert (await here.handovers(made.id))[0].outcome is HandoverOutcome.ACCEPTED


async def test_only_who_was_asked_answers_and_only_once(desk: Office) -> None:
    made = await desk.open()
    await handing_over.hand_off(desk.clarion, made.id, DINA, None, VICTOR, "Shift ends")
    (handover,) = await desk.handovers(made.id)
    for by in (DINA, VERA, OMAR):
        with pytest.raises(Refused, match=f"Only <@{VICTOR}>, who was asked, can answer"):
            await handing_over.accept(desk.clarion, made.id, handover.id, by, None)
    await handing_over.decline(desk.clarion, made.id, handover.id, VICTOR, None)
    with pytest.raises(Refused, match="was declined already"):
        await handing_over.accept(desk.clarion, made.id, handover.id, VICTOR, None)
    with pytest.raises(NotFound):
        await handing_over.accept(desk.clarion, made.id, 99, VICTOR, None)


async def test_accepting_twice_at_once_makes_one_change(here: Office) -> None:
    made = await here.open()
    await handing_over.hand_off(here.clarion, made.id, DINA, None, VICTOR, "Shift ends")
    (handover,) = await here.handovers(made.id)
    outcomes = await asyncio.gather(
        *(handing_over.accept(here.beside(), made.id, handover.id, VICTOR, key) for key in ("a", "b")),
        return_exceptions=True,
    )
    assert [str(one) for one in outcomes if isinstance(one, Refused)] == [
        f"This request was accepted already; <@{VICTOR}> owns ESC-1."
    ]
    assert (await here.event(made.id, EventKind.OWNER_CHANGED)).by == VICTOR


async def test_declining_leaves_it_where_it_was_and_tells_who_asked(desk: Office) -> None:
    made = await desk.open()
    await handing_over.hand_off(desk.clarion, made.id, OMAR, None, VICTOR, "Better placed")
    (handover,) = await desk.handovers(made.id)
    effects = await desk.new(handing_over.decline(desk.clarion, made.id, handover.id, VICTOR, None))
    assert [one.data["user"] for one in effects if one.kind is EffectKind.TELL_EVENT] == [DINA, OMAR]
    assert (await desk.escalation(made.id)).owner_id == DINA
    assert Kind.HANDOVER not in await desk.owed(made.id)


async def test_the_last_request_replaces_the_one_before(desk: Office) -> None:
    made = await desk.open()
    await handing_over.hand_off(desk.clarion, made.id, DINA, None, VICTOR, "Shift ends")
    await handing_over.hand_off(desk.clarion, made.id, DINA, None, VERA, "Victor is out")
    first, second = await desk.handovers(made.id)
    assert (first.outcome, second.outcome) == (HandoverOutcome.REPLACED, None)
    assert await desk.live(made.id, VICTOR) is None
    assert await desk.live(made.id, VERA) is not None
    with pytest.raises(Refused, match="went to somebody else since"):
        await handing_over.accept(desk.clarion, made.id, first.id, VICTOR, None)
    await desk.check()


async def test_left_unanswered_it_lapses_to_the_old_owner_and_one_rung_up(desk: Office) -> None:
    made = await desk.open("SEV-3", owner=CARLA)
    await handing_over.hand_off(desk.clarion, made.id, CARLA, None, SANA, "Too much on")
    await desk.send()
    before = await desk.mark()
    await desk.until(at("Mon 14:01"))
    (handover,) = await desk.handovers(made.id)
    assert (handover.outcome, wall(handover.answered_at)) == (HandoverOutcome.LAPSED, "Mon 14:00")
    event = await desk.event(made.id, EventKind.HANDOVER_LAPSED)
    assert (event.by, event.values["owner"]) == ("", CARLA)
    effects = await desk.effects(EffectKind.POST_EVENT, EffectKind.TELL_EVENT, after=before)
    about = [one for one in effects if one.subject_id == event.id]
    assert [(one.kind, one.data.get("user")) for one in about] == [
        (EffectKind.POST_EVENT, None),
        (EffectKind.TELL_EVENT, CARLA),
    ]
    assert await desk.live(made.id, SANA) is None
    with pytest.raises(Refused, match="ended without an answer"):
        await handing_over.accept(desk.clarion, made.id, handover.id, SANA, None)


async def test_a_handover_on_the_business_clock_does_not_lapse_at_night(desk: Office) -> None:
    made = await desk.open("SEV-3", owner=CARLA)
    desk.clock.jump_to(at("Mon 13:00"))
    await handing_over.hand_off(desk.clarion, made.id, CARLA, None, SANA, "Too much on")
    desk.clock.jump_to(at("Mon 23:00"))  # nothing ran at 17:00, when it was due
    await desk.sweep()
    assert (await desk.handovers(made.id))[0].outcome is None
    await desk.until(at("Tue 09:00"))
    assert (await desk.handovers(made.id))[0].outcome is HandoverOutcome.LAPSED


async def test_an_answer_stays_possible_in_the_message_of_a_higher_rung(desk: Office) -> None:
    made = await desk.open()
    await owning.acknowledge(desk.clarion, made.id, DINA, None)
    await desk.until(at("Mon 11:18"))
    await handing_over.hand_off(desk.clarion, made.id, DINA, None, VICTOR, "Shift ends")
    asked = (await desk.owed(made.id))[Kind.HANDOVER]
    await desk.until(at("Mon 11:21"))  # tier 3 is told that update and plan are late
    live = await desk.live(made.id, VICTOR)
    assert live is not None
    assert live.kind is NoticeKind.RAISED
    assert asked.id in live.obligation_ids


async def test_who_may_ask_and_whom(desk: Office) -> None:
    made = await desk.open()
    for by in (DINA, TESS, OMAR):
        await handing_over.hand_off(desk.clarion, made.id, by, None, VICTOR, "Better placed")
    for by in (OLGA, ULF, VERA):
        with pytest.raises(Refused, match="Only the owner"):
            await handing_over.hand_off(desk.clarion, made.id, by, None, VICTOR, "Better placed")
    for to, sentence in (
        (CARLA, "rank does not allow"),
        (GRETA, "is a guest"),
        (DINA, "owns it already"),
        ("U0X", "not in"),
    ):
        with pytest.raises(InvalidInput, match=sentence) as wrong:
            await handing_over.hand_off(desk.clarion, made.id, OMAR, None, to, "Why not")
        assert wrong.value.field == "new_owner"


@pytest.mark.parametrize("by", [TESS, OMAR])
async def test_those_above_take_over_at_once(desk: Office, by: str) -> None:
    made = await desk.open()
    await handing_over.hand_off(desk.clarion, made.id, DINA, None, VICTOR, "Shift ends")
    await handing_over.hand_off(desk.clarion, made.id, by, None, by, "I have the customer on the line")
    stored = await desk.escalation(made.id)
    assert (stored.owner_id, stored.status) == (by, Status.IN_PROGRESS)
    asked, taken = await desk.handovers(made.id)
    assert (asked.outcome, taken.outcome) == (HandoverOutcome.OVERTAKEN, HandoverOutcome.ACCEPTED)
    assert await desk.live(made.id, VICTOR) is None
    with pytest.raises(Refused, match="You own ESC-1 already"):
        await handing_over.take_over(desk.clarion, made.id, by, None)


@pytest.mark.parametrize("by", [OLGA, ULF, VERA])
async def test_others_do_not_take_over(desk: Office, by: str) -> None:
    made = await desk.open()
    for act in (
        handing_over.take_over(desk.clarion, made.id, by, None),
        handing_over.hand_off(desk.clarion, made.id, by, None, by, "Mine"),
    ):
        with pytest.raises(Refused, match="Only somebody a tier above the owner or an admin can take over"):
            await act


async def test_a_handover_ends_with_the_escalation(desk: Office) -> None:
    made = await desk.open()
    await handing_over.hand_off(desk.clarion, made.id, DINA, None, VICTOR, "Shift ends")
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    assert (await desk.handovers(made.id))[0].outcome is HandoverOutcome.OVERTAKEN
    assert await desk.notices(made.id, live=True) == []


# An owner who cannot go on


async def test_a_deactivated_owner_is_replaced_by_the_next_who_may_at_once(here: Office) -> None:
    made = await here.open("SEV-2", owner=OMAR, by=OLGA)
    await owning.acknowledge(here.clarion, made.id, OMAR, None)
    effects = await here.new(people.remember(here.clarion, [await here.change_person(OMAR, is_deactivated=True)]))
    stored = await here.escalation(made.id)
    assert (stored.owner_id, stored.acknowledged_at) == (SANA, None)
    owed = await here.owed(made.id)
    assert wall(owed[Kind.ACKNOWLEDGE].due_at) == "Mon 11:00"
    notice = await here.live(made.id, SANA)
    assert notice is not None
    assert (notice.kind, notice.obligation_ids) == (NoticeKind.ASSIGNMENT, [owed[Kind.ACKNOWLEDGE].id])
    told = [one.data["user"] for one in effects if one.kind is EffectKind.TELL_EVENT]
    assert told == [OLGA], "the reporter is told, and nobody writes to a dead account"
    event = await here.event(made.id, EventKind.OWNER_CHANGED)
    assert (event.by, event.why) == ("", "Omar's account was deactivated")


async def test_of_a_replacement_channel_reporter_and_followers_hear_each_once(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR, by=OLGA)
    target = [Target(Follows.ESCALATION, str(made.id))]
    for follower in (ULF, OLGA):
        await subscribe(desk.clarion, follower, None, target, Delivery.DIRECT)
    effects = await desk.new(people.remember(desk.clarion, [await desk.change_person(OMAR, is_deactivated=True)]))
    event = await desk.event(made.id, EventKind.OWNER_CHANGED)
    said = [one for one in effects if one.kind in (EffectKind.POST_EVENT, EffectKind.TELL_EVENT)]
    assert {one.subject_id for one in said} == {event.id}
    assert [one.data.get("user") for one in said] == [None, ULF, OLGA]


async def test_a_previous_owner_who_follows_it_hears_once_that_it_was_taken_over(desk: Office) -> None:
    made = await desk.open()
    await subscribe(desk.clarion, DINA, None, [Target(Follows.ESCALATION, str(made.id))], Delivery.DIRECT)
    effects = await desk.new(handing_over.take_over(desk.clarion, made.id, TESS, None))
    assert [one.data["user"] for one in effects if one.kind is EffectKind.TELL_EVENT] == [DINA]


async def test_a_replacement_holds_the_fewest(desk: Office) -> None:
    for _ in range(2):
        await desk.open("SEV-2", owner=SANA)
    made = await desk.open("SEV-2", owner=DINA)
    await people.remember(desk.clarion, [await desk.change_person(DINA, is_deactivated=True)])
    assert (await desk.escalation(made.id)).owner_id == OMAR


async def test_the_successor_is_nobody_who_left_too_as_another_process_has_heard(here: Office) -> None:
    made = await here.open("SEV-1", owner=DINA)
    beside = here.beside()
    async with here.database.read() as session:
        await beside.rosters.read(session, beside.team_id, beside.policy, here.clock.now())
    await people.remember(here.clarion, [await here.change_person(VERA, is_deactivated=True)])
    async with here.database.write() as session:
        await session.merge(await here.change_person(DINA, is_deactivated=True))
    await people.see_to_owners(beside)
    assert (await here.escalation(made.id)).owner_id == VICTOR


async def test_where_the_path_has_nobody_left_an_admin_owns_it(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    gone = [await desk.change_person(user, is_deactivated=True) for user in (DINA, VERA, VICTOR)]
    await people.remember(desk.clarion, gone)
    assert (await desk.escalation(made.id)).owner_id == OMAR


async def test_an_owner_who_became_a_guest_is_replaced_too(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await people.remember(desk.clarion, [await desk.change_person(DINA, is_guest=True)])
    assert (await desk.escalation(made.id)).owner_id == VERA


async def test_a_replaced_owners_waiting_handover_is_over(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await handing_over.hand_off(desk.clarion, made.id, DINA, None, VICTOR, "Shift ends")
    await people.remember(desk.clarion, [await desk.change_person(DINA, is_deactivated=True)])
    assert (await desk.handovers(made.id))[0].outcome is HandoverOutcome.OVERTAKEN
    await desk.check()


async def test_people_who_did_not_change_cost_no_write(desk: Office) -> None:
    made = await desk.open()
    effects = await desk.new(people.remember(desk.clarion, [await desk.person(DINA), await desk.person(OMAR)]))
    assert effects == []
    assert (await desk.escalation(made.id)).owner_id == DINA


async def test_a_resolved_one_keeps_its_owner_until_it_is_reopened(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    await people.remember(desk.clarion, [await desk.change_person(DINA, is_deactivated=True)])
    assert (await desk.escalation(made.id)).owner_id == DINA
    await ending.reopen(desk.clarion, made.id, OLGA, None, "It is back")
    assert (await desk.escalation(made.id)).owner_id == VERA
    notice = await desk.live(made.id, VERA)
    assert notice is not None
    assert notice.kind is NoticeKind.ASSIGNMENT
    await desk.check()
