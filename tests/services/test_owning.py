"""Acknowledge, update, still working, snooze, plan: what each leaves, and what each refuses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from escalation.case import Delivery, Escalation, EventKind, Follows, NoticeKind, Status
from escalation.effects import EffectKind
from escalation.errors import AlreadyDone, InvalidInput, NotFound, Refused
from escalation.obligations import Kind, Outcome
from services import ending, owning, timeline
from services.owning import NewStep, NewUpdate
from services.subscribing import Target, subscribe
from tests.support.clock import at, wall
from tests.support.office import CARLA, CLEO, DINA, GRETA, OLGA, OMAR, TESS, ULF, VERA, Office, kinds

UPDATE = NewUpdate("The pump is out", "We swap it by noon")
Act = Callable[[Office, int, str, str | None], Awaitable[object]]


def acknowledge(here: Office, id_: int, by: str, key: str | None) -> Awaitable[object]:
    return owning.acknowledge(here.clarion, id_, by, key)


def post_update(here: Office, id_: int, by: str, key: str | None) -> Awaitable[object]:
    return owning.post_update(here.clarion, id_, by, key, UPDATE)


def still_working(here: Office, id_: int, by: str, key: str | None) -> Awaitable[object]:
    return owning.still_working(here.clarion, id_, by, key, "Reading the log", None)


def snooze(here: Office, id_: int, by: str, key: str | None) -> Awaitable[object]:
    return owning.snooze(here.clarion, id_, by, key, timedelta(minutes=10), "On a call")


def plan(here: Office, id_: int, by: str, key: str | None) -> Awaitable[object]:
    return owning.plan(here.clarion, id_, by, key, [NewStep("Roll back", ULF, date(2026, 6, 10))], None)


def told_customer(here: Office, id_: int, by: str, key: str | None) -> Awaitable[object]:
    return owning.told_customer(here.clarion, id_, by, key)


ACTS: list[tuple[Act, EventKind]] = [
    (acknowledge, EventKind.ACKNOWLEDGED),
    (post_update, EventKind.UPDATED),
    (still_working, EventKind.STILL_WORKING),
    (snooze, EventKind.SNOOZED),
    (plan, EventKind.PLANNED),
    (told_customer, EventKind.CUSTOMER_TOLD),
]


@pytest.mark.parametrize(("act", "kind"), ACTS)
async def test_every_act_leaves_one_audit_row_and_one_effect_of_each_kind_however_often_it_is_sent(
    here: Office, act: Act, kind: EventKind
) -> None:
    made = await here.open()
    await act(here, made.id, DINA, "click 1")
    before, events = await here.mark(), len(await here.events(made.id))
    with pytest.raises(AlreadyDone) as again:
        await act(here, made.id, DINA, "click 1")
    assert again.value.escalation_id == made.id
    assert (await here.mark(), len(await here.events(made.id))) == (before, events)
    event = await here.event(made.id, kind)
    assert (event.by, event.at) == (DINA, here.clock.now())
    await here.check()


@pytest.mark.parametrize(("act", "kind"), ACTS)
async def test_the_same_click_from_two_sockets_at_once_counts_once(pg: Office, act: Act, kind: EventKind) -> None:
    made = await pg.open()
    outcomes = await asyncio.gather(*(act(pg, made.id, DINA, "click 1") for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(one, AlreadyDone) for one in outcomes) == 2
    assert (await pg.event(made.id, kind)).by == DINA


@pytest.mark.parametrize(("act", "_kind"), ACTS)
async def test_guests_do_nothing_and_leave_no_trace(desk: Office, act: Act, _kind: EventKind) -> None:
    made = await desk.open()
    before, events = await desk.mark(), len(await desk.events(made.id))
    with pytest.raises(Refused, match="Guests, bots"):
        await act(desk, made.id, GRETA, "click 1")
    assert (await desk.mark(), len(await desk.events(made.id))) == (before, events)
    await desk.check()


ONLY_OWNER = [acknowledge, still_working, snooze]
LEADS = [post_update, plan, told_customer]


@pytest.mark.parametrize("act", ONLY_OWNER)
@pytest.mark.parametrize("by", [OMAR, TESS, OLGA, ULF])
async def test_what_only_the_owner_may(desk: Office, act: Act, by: str) -> None:
    made = await desk.open()
    with pytest.raises(Refused, match=f"Only the owner \\(<@{DINA}>\\) can "):
        await act(desk, made.id, by, None)


@pytest.mark.parametrize("act", LEADS)
async def test_what_those_above_the_owner_and_the_admins_may_too(desk: Office, act: Act) -> None:
    for by in (OMAR, TESS):
        made = await desk.open()
        await act(desk, made.id, by, None)
    for by in (OLGA, ULF, VERA):  # the reporter, nobody in particular, and somebody of the owner's own tier
        with pytest.raises(Refused, match="Only the owner"):
            await act(desk, (await desk.open()).id, by, None)


@pytest.mark.parametrize(("act", "_kind"), ACTS)
async def test_nothing_of_it_is_possible_once_resolved(desk: Office, act: Act, _kind: EventKind) -> None:
    made = await desk.open()
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    with pytest.raises(Refused, match="it is resolved; reopen it first"):
        await act(desk, made.id, DINA, None)


async def test_acknowledging_settles_it_and_edits_the_message_that_asked(here: Office) -> None:
    made = await here.open()
    effects = await here.new(owning.acknowledge(here.clarion, made.id, DINA, "k"))
    assert kinds(effects) == ["refresh card", "set topic", "refresh announcement", "post event", "refresh notice"]
    stored = await here.escalation(made.id)
    assert (stored.status, stored.acknowledged_at) == (Status.IN_PROGRESS, here.clock.now())
    done = await here.settled(made.id, Kind.ACKNOWLEDGE)
    assert (done.outcome, done.settled_by) == (Outcome.DONE, DINA)
    assert await here.notices(made.id, live=True) == []


async def test_of_two_acknowledgements_at_once_the_second_is_told_so(here: Office) -> None:
    made = await here.open()
    outcomes = await asyncio.gather(
        *(owning.acknowledge(here.beside(), made.id, DINA, key) for key in ("a", "b")), return_exceptions=True
    )
    refused = [str(one) for one in outcomes if isinstance(one, Refused)]
    assert refused == ["ESC-1 was acknowledged already."]
    assert len([one for one in await here.events(made.id) if one.kind is EventKind.ACKNOWLEDGED]) == 1


async def test_an_update_settles_the_acknowledgement_and_is_owed_again_from_now(here: Office) -> None:
    made = await here.open()
    await subscribe(here.clarion, CLEO, None, [Target(Follows.ESCALATION, str(made.id))], Delivery.DIRECT)
    here.clock.pass_by(timedelta(minutes=10))
    effects = await here.new(owning.post_update(here.clarion, made.id, DINA, "k", UPDATE))
    assert kinds(effects) == [
        "refresh card", "set topic", "refresh announcement", "post event", "tell event", "refresh notice",
    ]  # fmt: skip
    assert effects[4].data["user"] == CLEO
    owed = await here.owed(made.id)
    assert (Kind.ACKNOWLEDGE in owed, wall(owed[Kind.UPDATE].due_at)) == (False, "Mon 11:10")
    stored = await here.escalation(made.id)
    assert (stored.status, stored.last_update_at) == (Status.IN_PROGRESS, at("Mon 10:10"))
    event = await here.event(made.id, EventKind.UPDATED)
    assert (event.values["situation"], event.values["next_step"]) == (UPDATE.situation, UPDATE.next_step)


async def test_a_promise_beyond_the_cadence_is_cut_to_it_and_said(desk: Office) -> None:
    made = await desk.open()
    far = NewUpdate("Down", "Up", next_update_at=at("Mon 15:00"))
    promised = await owning.post_update(desk.clarion, made.id, DINA, None, far)
    assert (wall(promised.due_at), promised.sooner_than_asked) == ("Mon 11:00", True)
    near = NewUpdate("Down", "Up", next_update_at=at("Mon 10:20"))
    promised = await owning.post_update(desk.clarion, made.id, DINA, None, near)
    assert (wall(promised.due_at), promised.sooner_than_asked) == ("Mon 10:20", False)


async def test_the_two_clocks_run_apart(desk: Office) -> None:
    made = await desk.open()
    told = NewUpdate("Down", "Up", customer_told="We are on it", told_how="call", customer_next_at=at("Mon 13:00"))
    await owning.post_update(desk.clarion, made.id, DINA, None, told)
    assert (await desk.settled(made.id, Kind.CUSTOMER_CONTACT)).outcome is Outcome.DONE
    owed = await desk.owed(made.id)
    assert (wall(owed[Kind.CUSTOMER_CONTACT].due_at), wall(owed[Kind.UPDATE].due_at)) == ("Mon 13:00", "Mon 11:00")
    await owning.told_customer(desk.clarion, made.id, DINA, None)
    with pytest.raises(Refused, match="No word to the customer is owed on ESC-1 now; /escalate told takes"):
        await owning.told_customer(desk.clarion, made.id, DINA, None)


async def test_an_update_without_a_word_to_the_customer_leaves_it_owed(desk: Office) -> None:
    made = await desk.open()
    await owning.post_update(desk.clarion, made.id, DINA, None, UPDATE)
    assert wall((await desk.owed(made.id))[Kind.CUSTOMER_CONTACT].due_at) == "Mon 10:30"


async def test_still_working_twice_in_a_row_and_then_no_more_until_an_update(desk: Office) -> None:
    made = await desk.open()
    for minute in (50, 100):
        desk.clock.jump_to(at("Mon 10:00") + timedelta(minutes=minute))
        promised = await owning.still_working(desk.clarion, made.id, DINA, None, "Reading", None)
        assert promised.due_at == desk.clock.now() + timedelta(hours=1)
    with pytest.raises(Refused, match="used twice in a row for ESC-1; please post an update now"):
        await owning.still_working(desk.clarion, made.id, DINA, None, "Reading", None)
    await owning.post_update(desk.clarion, made.id, DINA, None, UPDATE)
    await owning.still_working(desk.clarion, made.id, DINA, None, "Reading", None)


async def test_still_working_is_no_update_and_goes_to_no_subscriber(desk: Office) -> None:
    made = await desk.open()
    await subscribe(desk.clarion, CLEO, None, [Target(Follows.SEVERITY, "SEV-1")], Delivery.DIRECT)
    effects = await desk.new(owning.still_working(desk.clarion, made.id, DINA, None, "Reading", at("Mon 10:40")))
    assert kinds(effects) == ["refresh card", "set topic", "refresh announcement", "post event"]
    stored = await desk.escalation(made.id)
    assert (stored.last_update_at, stored.still_working_step, stored.status) == (None, "Reading", Status.OPEN)
    owed = await desk.owed(made.id)
    assert (wall(owed[Kind.UPDATE].due_at), Kind.ACKNOWLEDGE in owed) == ("Mon 10:40", True)


async def test_a_snooze_moves_the_rungs_and_not_the_record(here: Office) -> None:
    made = await here.open()
    await here.until(at("Mon 10:20"))
    until = await owning.snooze(here.clarion, made.id, DINA, None, timedelta(minutes=30), "On a call")
    owed = await here.owed(made.id)
    late = owed[Kind.ACKNOWLEDGE]
    assert (wall(until), wall(late.due_at), wall(late.snoozed_until)) == ("Mon 10:50", "Mon 10:15", "Mon 10:50")
    event = await here.event(made.id, EventKind.SNOOZED)
    assert (event.why, event.values["until"]) == ("On a call", until.isoformat())
    before = len(await here.notices(made.id))
    await here.until(at("Mon 10:49"))
    asked = [one for one in (await here.notices(made.id))[before:] if late.id in one.obligation_ids]
    assert asked == []
    await here.until(at("Mon 10:51"))
    latest = (await here.notices(made.id))[-1]
    assert late.id in latest.obligation_ids
    assert latest.audience == DINA


async def test_what_keeps_business_hours_is_snoozed_in_them(desk: Office) -> None:
    made = await desk.open("SEV-3", owner=CARLA)
    await desk.until(at("Fri 15:30"))
    until = await owning.snooze(desk.clarion, made.id, CARLA, None, timedelta(days=1), "With the customer on Monday")
    assert wall(until) == "next Mon 15:30"


async def test_each_is_snoozed_once(desk: Office) -> None:
    made = await desk.open()
    await desk.until(at("Mon 10:16"))
    await owning.snooze(desk.clarion, made.id, DINA, None, timedelta(minutes=1), "Call")
    await desk.until(at("Mon 10:18"))
    snoozed = (await desk.owed(made.id))[Kind.ACKNOWLEDGE]
    assert wall(snoozed.snoozed_until) == "Mon 10:17"
    with pytest.raises(Refused, match="was snoozed once already"):
        await owning.snooze(desk.clarion, made.id, DINA, None, timedelta(minutes=1), "Again")


@pytest.mark.parametrize("length", [timedelta(minutes=30, seconds=1), timedelta(0), timedelta(minutes=-5)])
async def test_a_snooze_keeps_within_the_policy(desk: Office, length: timedelta) -> None:
    made = await desk.open()
    with pytest.raises(InvalidInput, match="A SEV-1 can be snoozed for at most 30 minutes") as wrong:
        await owning.snooze(desk.clarion, made.id, DINA, None, length, "Call")
    assert wrong.value.field == "length"


async def test_a_plan_settles_what_was_owed_and_owes_its_steps_and_brings_the_team_in(here: Office) -> None:
    made = await here.open()
    steps = [NewStep("Roll back", ULF, date(2026, 6, 8)), NewStep("Tell them", CARLA, date(2026, 6, 9))]
    effects = await here.new(owning.plan(here.clarion, made.id, DINA, None, steps, date(2026, 6, 10)))
    assert kinds(effects) == ["invite", "refresh card", "set topic", "refresh announcement", "post event"]
    assert effects[0].data["users"] == [ULF, CARLA]
    owed = await here.owed(made.id)
    assert Kind.PLAN not in owed
    assert (owed[Kind.PLAN_STEP].debtor_id, wall(owed[Kind.PLAN_STEP].due_at)) == (CARLA, "Tue 17:30")
    event = await here.event(made.id, EventKind.PLANNED)
    assert [one["what"] for one in event.values["steps"]] == ["Roll back", "Tell them"]
    assert (await here.escalation(made.id)).target_resolution_on == date(2026, 6, 10)


async def test_only_a_sev_1s_team_is_brought_in_by_the_plan(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    assert EffectKind.INVITE not in {one.kind for one in await desk.new(plan(desk, made.id, OMAR, None))}


async def test_a_step_is_ticked_off_by_its_person_or_by_who_leads_and_survives_a_new_plan(desk: Office) -> None:
    made = await desk.open()
    await plan(desk, made.id, DINA, None)
    step_id = (await desk.owed(made.id))[Kind.PLAN_STEP].subject_id
    with pytest.raises(Refused, match="Only the owner"):
        await owning.step_done(desk.clarion, made.id, step_id, OLGA, None)
    step = await owning.step_done(desk.clarion, made.id, step_id, ULF, None)
    assert (step.done_by, step.done_at) == (ULF, desk.clock.now())
    with pytest.raises(Refused, match="That step is done already"):
        await owning.step_done(desk.clarion, made.id, step_id, DINA, None)
    await plan(desk, made.id, DINA, None)
    with pytest.raises(Refused, match="done already"):
        await owning.step_done(desk.clarion, made.id, step_id, DINA, None)


async def test_a_step_of_a_plan_that_was_replaced_is_gone(desk: Office) -> None:
    made = await desk.open()
    await plan(desk, made.id, DINA, None)
    old = (await desk.owed(made.id))[Kind.PLAN_STEP].subject_id
    await plan(desk, made.id, DINA, None)
    with pytest.raises(NotFound, match="not in the plan any more"):
        await owning.step_done(desk.clarion, made.id, old, ULF, None)


async def test_a_plan_has_steps_and_people_who_can_take_them(desk: Office) -> None:
    made = await desk.open()
    with pytest.raises(InvalidInput, match="at least one step"):
        await owning.plan(desk.clarion, made.id, DINA, None, [], None)
    steps = [NewStep("One", ULF, date(2026, 6, 9)), NewStep("Two", GRETA, date(2026, 6, 9))]
    with pytest.raises(InvalidInput, match="Greta cannot take a step") as wrong:
        await owning.plan(desk.clarion, made.id, DINA, None, steps, None)
    assert wrong.value.field == "who:1"


async def test_a_suggestion_goes_to_the_owner_alone(desk: Office) -> None:
    made = await desk.open()
    effects = await desk.new(owning.suggest(desk.clarion, made.id, ULF, None, "Say that it is the pump"))
    assert [(one.kind, one.data["user"]) for one in effects] == [(EffectKind.TELL_EVENT, DINA)]


async def test_a_note_is_silent(desk: Office) -> None:
    made = await desk.open()
    effects = await desk.new(
        timeline.note(desk.clarion, made.id, ULF, None, "Seen before", author="Bob", link="https://x")
    )
    assert effects == []
    assert (await timeline.read_timeline(desk.clarion, made.id))[-1].values["text"] == "Seen before"


async def test_an_escalation_of_another_workspace_does_not_exist(desk: Office) -> None:
    made = await desk.open()
    stranger = desk.beside()
    object.__setattr__(stranger, "team_id", "T2")
    with pytest.raises(NotFound):
        await owning.acknowledge(stranger, made.id, DINA, None)
    with pytest.raises(NotFound):
        await owning.acknowledge(desk.clarion, 99, DINA, None)


async def test_when_some_of_what_a_message_asks_for_is_settled_it_is_edited_and_stays(desk: Office) -> None:
    made: Escalation = await desk.open()
    await desk.until(at("Mon 10:31"))  # the acknowledgement and the word to the customer are late
    live = await desk.live(made.id, DINA)
    assert live is not None
    assert len(live.obligation_ids) == 2
    effects = await desk.new(owning.told_customer(desk.clarion, made.id, DINA, None))
    assert EffectKind.REFRESH_NOTICE in {one.kind for one in effects}
    still = await desk.live(made.id, DINA)
    assert still is not None
    assert still.id == live.id
    await owning.acknowledge(desk.clarion, made.id, DINA, None)
    assert await desk.notices(made.id, live=True) == []


async def test_those_told_on_a_higher_rung_are_told_that_it_is_settled(desk: Office) -> None:
    made = await desk.open()
    await owning.told_customer(desk.clarion, made.id, DINA, None)
    await desk.until(at("Mon 10:36"))
    told = {one.audience for one in await desk.notices(made.id, live=True) if one.kind is NoticeKind.RAISED}
    assert told == {VERA, "U0VICTOR"}
    effects = await desk.new(owning.acknowledge(desk.clarion, made.id, DINA, None))
    settled = [one.subject_id for one in effects if one.kind is EffectKind.TELL_SETTLED]
    raised = [one.id for one in await desk.notices(made.id) if one.kind is NoticeKind.RAISED]
    assert settled == raised


async def test_an_operator_reads_who_did_what_and_nobodys_words(here: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    made = await here.open()
    await owning.acknowledge(here.clarion, made.id, DINA, None)
    await owning.post_update(here.clarion, made.id, DINA, None, UPDATE)
    said = [record.getMessage() for record in caplog.records if record.name == "services.change"]
    assert said[0] == f"ESC-1: opened by {OLGA}"
    assert said[-2:] == [f"ESC-1: acknowledged by {DINA}", f"ESC-1: updated by {DINA}"]
    assert UPDATE.situation not in caplog.text
    assert made.summary not in caplog.text
