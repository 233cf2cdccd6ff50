"""Judging the severity anew: who may, what it makes due, who hears of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from escalation.case import CHANNEL, Delivery, EventKind, Follows
from escalation.effects import EffectKind
from escalation.errors import InvalidInput, Refused
from escalation.obligations import Kind
from services import ending, handing_over, owning
from services.owning import NewStep, NewUpdate
from services.severity import change_severity
from services.subscribing import Target, subscribe
from tests.support.clock import at, wall
from tests.support.office import CARLA, CLEO, DINA, OLGA, OMAR, SANA, TESS, ULF, VERA, VICTOR, Office


async def test_raising_moves_the_clocks_tells_the_new_path_and_announces(here: Office) -> None:
    made = await here.open("SEV-3", owner=CARLA)
    here.clock.pass_by(timedelta(minutes=30))
    effects = await here.new(change_severity(here.clarion, made.id, ULF, "k", "SEV-1", "Production is down"))
    told = [one.data["user"] for one in effects if one.kind is EffectKind.TELL_PATH]
    assert told == [VERA, VICTOR, TESS]
    (invite,) = [one for one in effects if one.kind is EffectKind.INVITE]
    assert invite.data["users"] == told
    assert [one.kind for one in effects].count(EffectKind.ANNOUNCE) == 1
    owed = await here.owed(made.id)
    assert {kind: wall(one.due_at) for kind, one in owed.items()} == {
        Kind.ACKNOWLEDGE: "Mon 10:45",
        Kind.PLAN: "Mon 11:30",
        Kind.UPDATE: "Mon 11:30",
        Kind.CUSTOMER_CONTACT: "Mon 11:00",
    }
    event = await here.event(made.id, EventKind.SEVERITY_CHANGED)
    assert (event.by, event.why, event.values["from"], event.values["to"]) == (
        ULF,
        "Production is down",
        "SEV-3",
        "SEV-1",
    )


async def test_anyone_raises_and_only_those_who_lead_lower(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    for by in (OLGA, ULF, SANA):
        with pytest.raises(Refused, match="can lower the severity of ESC-1"):
            await change_severity(desk.clarion, made.id, by, None, "SEV-3", "Not so bad")
    await change_severity(desk.clarion, made.id, ULF, None, "SEV-1", "Worse")
    await change_severity(desk.clarion, made.id, TESS, None, "SEV-4", "Better")
    assert (await desk.escalation(made.id)).severity == "SEV-4"


async def test_nobody_is_told_of_the_path_twice(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await change_severity(desk.clarion, made.id, DINA, None, "SEV-2", "Better")
    effects = await desk.new(change_severity(desk.clarion, made.id, DINA, None, "SEV-1", "Worse after all"))
    assert [one.kind for one in effects if one.kind is EffectKind.TELL_PATH] == []
    assert [one.kind for one in effects if one.kind is EffectKind.ANNOUNCE] == []


async def test_an_old_severitys_path_is_not_told_any_more(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await change_severity(desk.clarion, made.id, OMAR, None, "SEV-4", "Cosmetic")
    await desk.until(at("Mon 12:30"))
    assert await desk.effects(EffectKind.TELL_PATH) == []


async def test_the_path_of_a_lesser_severity_is_told_within_its_time_and_in_business_hours(desk: Office) -> None:
    made = await desk.open("SEV-3", owner=CARLA, by=CARLA)
    desk.clock.jump_to(at("Tue 22:00"))  # nothing ran at Tue 10:00
    await desk.sweep()
    assert await desk.effects(EffectKind.TELL_PATH) == []
    await desk.until(at("Wed 09:00"))
    assert [one.data["user"] for one in await desk.effects(EffectKind.TELL_PATH)] == [OMAR]
    assert (await desk.event(made.id, EventKind.PATH_TOLD)).at == at("Wed 09:00")


async def test_followers_of_the_old_and_of_the_new_severity_hear_of_it_once(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    for user, severities in ((CLEO, ["SEV-1"]), (SANA, ["SEV-2"]), (ULF, ["SEV-1", "SEV-2"]), (VERA, ["SEV-1"])):
        await subscribe(
            desk.clarion, user, None, [Target(Follows.SEVERITY, one) for one in severities], Delivery.DIRECT
        )
    effects = await desk.new(change_severity(desk.clarion, made.id, OLGA, None, "SEV-1", "Worse"))
    heard = [one.data["user"] for one in effects if one.kind is EffectKind.TELL_EVENT]
    assert sorted(heard) == sorted([CLEO, SANA, ULF]), "and Vera, who is of the path, is told as such"


async def test_a_new_owner_is_asked_and_the_old_one_owns_until_then(desk: Office) -> None:
    made = await desk.open("SEV-3", owner=CARLA)
    await change_severity(desk.clarion, made.id, ULF, None, "SEV-1", "Worse", new_owner_id=DINA)
    assert (await desk.escalation(made.id)).owner_id == CARLA
    (handover,) = await desk.handovers(made.id)
    assert (handover.to_id, handover.from_id, handover.asked_by, handover.reason) == (DINA, CARLA, ULF, "Worse")
    await handing_over.accept(desk.clarion, made.id, handover.id, DINA, None)
    assert (await desk.escalation(made.id)).owner_id == DINA


async def test_a_proposed_owner_who_may_not_own_undoes_the_whole_change(desk: Office) -> None:
    made = await desk.open("SEV-3", owner=CARLA)
    with pytest.raises(InvalidInput, match="rank does not allow") as wrong:
        await change_severity(desk.clarion, made.id, ULF, None, "SEV-1", "Worse", new_owner_id=SANA)
    assert wrong.value.field == "new_owner"
    assert (await desk.escalation(made.id)).severity == "SEV-3"
    await desk.check()


@pytest.mark.parametrize(("severity", "sentence"), [("SEV-2", "is SEV-2 already"), ("SEV-9", "not in the policy")])
async def test_what_is_no_change_is_refused(desk: Office, severity: str, sentence: str) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    with pytest.raises(InvalidInput, match=sentence) as wrong:
        await change_severity(desk.clarion, made.id, OMAR, None, severity, "Why not")
    assert wrong.value.field == "severity"


async def test_what_is_over_keeps_its_severity(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await ending.resolve(desk.clarion, made.id, OMAR, None, "Swapped")
    with pytest.raises(Refused, match="it is resolved; reopen it first"):
        await change_severity(desk.clarion, made.id, OMAR, None, "SEV-1", "Worse")


async def test_a_confidential_one_is_raised_in_silence(desk: Office) -> None:
    made = await desk.open("SEV-3", owner=CARLA, confidential=True)
    effects = await desk.new(change_severity(desk.clarion, made.id, CARLA, None, "SEV-1", "Worse"))
    assert EffectKind.ANNOUNCE not in {one.kind for one in effects}


async def test_what_a_lower_severity_put_off_is_not_asked_for_along_with_the_rest(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await desk.pass_by(minutes=61)
    owed = await desk.owed(made.id)
    before = await desk.live(made.id, DINA)
    assert before is not None
    assert {owed[Kind.UPDATE].id, owed[Kind.PLAN].id} <= set(before.obligation_ids)
    await change_severity(desk.clarion, made.id, DINA, None, "SEV-3", "Only exports")
    await desk.pass_by(hours=4)
    after = await desk.live(made.id, DINA)
    assert after is not None
    assert after.id != before.id
    assert owed[Kind.CUSTOMER_CONTACT].id in after.obligation_ids
    assert owed[Kind.PLAN].id not in after.obligation_ids


async def test_an_overdue_plan_step_climbs_the_new_ladder_from_the_change_and_nobody_is_told_that_it_is_late(
    desk: Office,
) -> None:
    made = await desk.open("SEV-3", owner=CARLA)
    await owning.plan(desk.clarion, made.id, CARLA, None, [NewStep("Roll back", ULF, date(2026, 6, 8))], None)
    await owning.post_update(
        desk.clarion, made.id, CARLA, None, NewUpdate("Exports hang", "We roll back", None, "That")
    )
    await desk.until(at("Tue 09:30"))  # due Mon 17:30; the channel would be asked at 11:00
    before = len(await desk.notices(made.id))
    await change_severity(desk.clarion, made.id, CARLA, None, "SEV-2", "Two more customers")
    await desk.until(at("Tue 10:31"))
    asked = (await desk.notices(made.id))[before:]
    assert [(one.audience, wall(one.created_at), one.late_since) for one in asked] == [
        (ULF, "Tue 09:30", None),
        (CHANNEL, "Tue 10:00", None),
        (OMAR, "Tue 10:30", None),
        (SANA, "Tue 10:30", None),
    ]
