"""The customer's clock: what they were told and promised, kept apart from the update that is owed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from blocks import told_form
from blocks.views import Told
from escalation.case import CHANNEL, Event, EventKind, NoticeKind
from escalation.errors import AlreadyDone, InvalidInput, NotFound, Refused
from escalation.obligations import Kind, Outcome
from services import customer_log, ending, owning, reading
from services.customer_log import add_told, read_log
from services.owning import NewStep, NewUpdate
from tests.support.clock import at, wall
from tests.support.office import DINA, OLGA, OMAR, TESS, ULF, VERA, VICTOR, Office, kinds

UPDATE = NewUpdate("The pump is out", "We swap it by noon")


def said(event: Event) -> dict[str, object]:
    """What an event says, but for how promises were kept by it."""
    return {key: value for key, value in event.values.items() if key != "promises"}


async def due(here: Office, id_: int, kind: Kind) -> str | None:
    owed = await here.owed(id_)
    return wall(owed[kind].due_at) if kind in owed else None


# One press, and what may follow


async def test_a_press_settles_it_and_the_words_may_follow_to_the_time_of_the_press(here: Office) -> None:
    made = await here.open()
    press = await owning.told_customer(here.clarion, made.id, DINA, "press")
    assert await due(here, made.id, Kind.CUSTOMER_CONTACT) is None
    here.clock.pass_by(timedelta(minutes=5))
    adding = add_told(here.clarion, made.id, DINA, "form", "We found it", "call", at("Mon 16:00"), press.event_id)
    effects = await here.new(adding)
    assert kinds(effects) == ["refresh card", "set topic", "refresh announcement", "post event"]
    assert await read_log(here.clarion, made.id) == [
        Told(at("Mon 10:00"), DINA, "We found it", "call", at("Mon 16:00"))
    ]
    assert await due(here, made.id, Kind.CUSTOMER_CONTACT) == "Mon 16:00"
    rows = [one for one in await here.events(made.id) if one.kind is EventKind.CUSTOMER_TOLD]
    assert [(said(one), wall(one.at)) for one in rows] == [
        ({}, "Mon 10:00"),
        (
            {
                "customer_told": "We found it",
                "told_how": "call",
                "customer_next_at": at("Mon 16:00").isoformat(),
                "about": press.event_id,
                "told_at": at("Mon 10:00").isoformat(),
            },
            "Mon 10:05",
        ),
    ]


async def test_words_for_an_earlier_press_settle_nothing_that_was_promised_since(desk: Office) -> None:
    made = await desk.open()
    press = await owning.told_customer(desk.clarion, made.id, DINA, None)
    promised = NewUpdate("Down", "Up", customer_next_at=at("Mon 16:00"))
    await owning.post_update(desk.clarion, made.id, DINA, None, promised)
    await add_told(desk.clarion, made.id, DINA, None, "We found it", "", None, press.event_id)
    assert await due(desk, made.id, Kind.CUSTOMER_CONTACT) == "Mon 16:00"


async def test_a_second_entry_is_another_row_and_the_first_stays_as_it_was(desk: Office) -> None:
    made = await desk.open()
    press = await owning.told_customer(desk.clarion, made.id, DINA, None)
    await add_told(desk.clarion, made.id, DINA, None, "We found it", "call", None, press.event_id)
    before = [(one.id, one.values) for one in await desk.events(made.id)]
    await add_told(desk.clarion, made.id, OMAR, None, "We found it, and roll back", "call", None, press.event_id)
    after = [(one.id, one.values) for one in await desk.events(made.id)]
    assert after[: len(before)] == before
    assert await read_log(desk.clarion, made.id) == [
        Told(at("Mon 10:00"), DINA, "We found it", "call"),
        Told(at("Mon 10:00"), DINA, "We found it, and roll back", "call", added_by=OMAR),
    ]


async def test_words_without_a_press_tell_the_customer_now(desk: Office) -> None:
    made = await desk.open()
    desk.clock.pass_by(timedelta(minutes=20))
    await add_told(desk.clarion, made.id, DINA, None, "We found it")
    settled = await desk.settled(made.id, Kind.CUSTOMER_CONTACT)
    assert (settled.outcome, wall(settled.settled_at), settled.settled_by) == (Outcome.DONE, "Mon 10:20", DINA)
    assert await due(desk, made.id, Kind.CUSTOMER_CONTACT) is None
    await add_told(desk.clarion, made.id, DINA, None, "And roll back")  # nothing was owed, and it is kept all the same
    assert [one.what for one in await read_log(desk.clarion, made.id)] == ["We found it", "And roll back"]


async def test_whoever_promises_without_telling_arms_the_promise_and_has_told_nothing(desk: Office) -> None:
    made = await desk.open()
    await add_told(desk.clarion, made.id, DINA, None, "", "", at("Mon 16:00"))
    assert await due(desk, made.id, Kind.CUSTOMER_CONTACT) == "Mon 16:00"
    assert (await desk.settled(made.id, Kind.CUSTOMER_CONTACT)).outcome is Outcome.REARMED
    assert await read_log(desk.clarion, made.id) == []
    event = await desk.event(made.id, EventKind.CUSTOMER_PROMISED)
    assert said(event) == {"customer_next_at": at("Mon 16:00").isoformat()}


async def test_the_form_sent_twice_counts_once(desk: Office) -> None:
    made = await desk.open()
    await add_told(desk.clarion, made.id, DINA, "form", "We found it")
    with pytest.raises(AlreadyDone):
        await add_told(desk.clarion, made.id, DINA, "form", "We found it")
    assert len(await read_log(desk.clarion, made.id)) == 1


async def test_nothing_said_is_nothing_kept(desk: Office) -> None:
    made = await desk.open()
    with pytest.raises(InvalidInput):
        await add_told(desk.clarion, made.id, DINA, None, "", "call")


async def test_only_those_who_speak_for_it_add_to_the_log_and_only_while_it_is_open(desk: Office) -> None:
    made = await desk.open()
    for by in (OLGA, ULF):
        with pytest.raises(Refused, match="Only the owner"):
            await add_told(desk.clarion, made.id, by, None, "We found it")
    for by in (DINA, OMAR, TESS):
        await add_told(desk.clarion, made.id, by, None, "We found it")
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    with pytest.raises(Refused, match="it is resolved; reopen it first"):
        await add_told(desk.clarion, made.id, DINA, None, "We found it")


async def test_a_press_of_another_escalation_is_out_of_date(desk: Office) -> None:
    made, other = await desk.open(), await desk.open()
    press = await owning.told_customer(desk.clarion, other.id, DINA, None)
    noted = next(one for one in await desk.events(made.id) if one.kind is EventKind.OPENED)
    for event_id in (press.event_id, noted.id, 10_000):
        with pytest.raises(NotFound, match="out of date"):
            await add_told(desk.clarion, made.id, DINA, None, "We found it", "", None, event_id)


# The log


async def test_the_log_has_updates_and_presses_in_the_order_in_which_the_customer_heard(desk: Office) -> None:
    made = await desk.open()
    told = NewUpdate("Down", "Up", customer_told="We are on it", told_how="email", customer_next_at=at("Mon 12:00"))
    await owning.post_update(desk.clarion, made.id, DINA, None, told)
    desk.clock.pass_by(timedelta(minutes=10))
    press = await owning.told_customer(desk.clarion, made.id, TESS, None)
    desk.clock.pass_by(timedelta(minutes=10))
    await add_told(desk.clarion, made.id, DINA, None, "Half is back", "call", at("Mon 13:00"))
    await owning.post_update(desk.clarion, made.id, DINA, None, UPDATE)  # nobody told them of it
    await add_told(desk.clarion, made.id, TESS, None, "We found it", "meeting", None, press.event_id)
    assert await read_log(desk.clarion, made.id) == [
        Told(at("Mon 10:00"), DINA, "We are on it", "email", at("Mon 12:00")),
        Told(at("Mon 10:10"), TESS, "We found it", "meeting"),
        Told(at("Mon 10:20"), DINA, "Half is back", "call", at("Mon 13:00")),
    ]


async def test_the_card_says_when_the_customer_was_told_last_and_what_they_were_promised(desk: Office) -> None:
    made = await desk.open()

    async def card() -> tuple[str | None, str | None, bool, str | None]:
        view = await reading.card(desk.clarion, await desk.escalation(made.id))
        told = view.customer_told
        return (wall(told.at) if told else None, told.by if told else None, view.customer_promised, wall(view.customer_next_at))  # fmt: skip

    assert await card() == (None, None, False, "Mon 10:30")
    desk.clock.pass_by(timedelta(minutes=5))
    told = NewUpdate("Down", "Up", customer_told="We are on it", customer_next_at=at("Mon 12:00"))
    await owning.post_update(desk.clarion, made.id, DINA, None, told)
    assert await card() == ("Mon 10:05", DINA, True, "Mon 12:00")
    desk.clock.pass_by(timedelta(minutes=5))
    await owning.told_customer(desk.clarion, made.id, TESS, None)
    assert await card() == ("Mon 10:10", TESS, False, None)
    desk.clock.pass_by(timedelta(minutes=5))
    await owning.post_update(desk.clarion, made.id, DINA, None, told)
    assert await card() == ("Mon 10:15", DINA, True, "Mon 12:00")


# Kept apart


async def test_an_internal_update_neither_settles_nor_moves_what_the_customer_was_promised(desk: Office) -> None:
    made = await desk.open()
    await add_told(desk.clarion, made.id, DINA, None, "We are on it", "call", at("Mon 12:00"))
    before = (await desk.owed(made.id))[Kind.CUSTOMER_CONTACT]
    for _ in range(3):
        desk.clock.pass_by(timedelta(minutes=10))
        await owning.post_update(desk.clarion, made.id, DINA, None, UPDATE)
        await owning.still_working(desk.clarion, made.id, DINA, None, "Reading the log", None)
    after = (await desk.owed(made.id))[Kind.CUSTOMER_CONTACT]
    as_it_was = ("id", "due_at", "nag_from", "next_at", "warned", "rungs", "promised", "armed_at")
    assert [getattr(after, name) for name in as_it_was] == [getattr(before, name) for name in as_it_was]


async def test_a_word_to_the_customer_neither_settles_nor_moves_the_update(desk: Office) -> None:
    made = await desk.open()
    await owning.post_update(desk.clarion, made.id, DINA, None, UPDATE)
    before = (await desk.owed(made.id))[Kind.UPDATE]
    desk.clock.pass_by(timedelta(minutes=10))
    await owning.told_customer(desk.clarion, made.id, DINA, None)
    await add_told(desk.clarion, made.id, DINA, None, "We are on it", "call", at("Mon 10:30"))
    await add_told(desk.clarion, made.id, DINA, None, "We found it", "call", at("Mon 13:00"))
    after = (await desk.owed(made.id))[Kind.UPDATE]
    assert (after.id, after.due_at, after.next_at) == (before.id, before.due_at, before.next_at)
    assert (await desk.escalation(made.id)).last_update_at == at("Mon 10:00")


async def settled_but_for_the_two_clocks(here: Office) -> int:
    """A SEV-1 that owes an update by 11:00, and the customer word by 11:00 as well."""
    made = await here.open()
    await owning.post_update(here.clarion, made.id, DINA, None, UPDATE)
    await owning.plan(here.clarion, made.id, DINA, None, [NewStep("Swap", ULF, at("Fri 10:00").date())], None)
    return made.id


async def test_both_clocks_nag_each_in_its_time_and_within_one_live_message_per_person(desk: Office) -> None:
    id_ = await settled_but_for_the_two_clocks(desk)
    await add_told(desk.clarion, id_, DINA, None, "We are on it", "call", at("Mon 11:20"))
    before = len(await desk.notices(id_))
    await desk.until(at("Mon 11:21"))
    owed = await desk.owed(id_)
    update, customer = owed[Kind.UPDATE].id, owed[Kind.CUSTOMER_CONTACT].id
    asked = (await desk.notices(id_))[before:]
    mine = [(wall(one.created_at), one.kind, set(one.obligation_ids)) for one in asked if one.audience == DINA]
    assert mine == [
        ("Mon 10:50", NoticeKind.WARNING, {update}),
        ("Mon 11:00", NoticeKind.NAG, {update}),
        ("Mon 11:10", NoticeKind.WARNING, {update, customer}),
        ("Mon 11:20", NoticeKind.NAG, {update, customer}),
    ]
    assert len([one for one in await desk.notices(id_, live=True) if one.audience == DINA]) == 1
    await owning.told_customer(desk.clarion, id_, DINA, None)
    assert (await desk.live(id_, DINA)) is not None, "the update is asked for still"
    await owning.post_update(desk.clarion, id_, DINA, None, UPDATE)
    assert await desk.live(id_, DINA) is None


async def test_silence_to_the_customer_climbs_by_itself_and_those_told_hear_that_it_is_settled(desk: Office) -> None:
    id_ = await settled_but_for_the_two_clocks(desk)
    await add_told(desk.clarion, id_, DINA, None, "We are on it", "call", at("Mon 10:20"))
    before = len(await desk.notices(id_))
    await desk.until(at("Mon 10:41"))
    customer = (await desk.owed(id_))[Kind.CUSTOMER_CONTACT].id
    asked = (await desk.notices(id_))[before:]
    assert [(wall(one.created_at), one.audience) for one in asked] == [
        ("Mon 10:10", DINA),
        ("Mon 10:20", DINA),
        ("Mon 10:30", CHANNEL),
        ("Mon 10:40", VERA),
        ("Mon 10:40", VICTOR),
    ]
    assert {tuple(one.obligation_ids) for one in asked} == {(customer,)}
    effects = await desk.new(owning.told_customer(desk.clarion, id_, DINA, None))
    assert kinds(effects).count("tell settled") == 2


def test_the_form_and_the_service_name_the_same_field() -> None:
    assert customer_log.WHAT == told_form.TOLD
