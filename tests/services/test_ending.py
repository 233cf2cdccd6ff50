"""Resolving, reopening and closing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from escalation.case import Delivery, EventKind, Follows, NoticeKind, Status
from escalation.effects import EffectKind
from escalation.errors import AlreadyDone, Refused
from escalation.obligations import Kind, Outcome
from services import ending, owning
from services.channels import somebody_joined
from services.owning import NewStep
from services.subscribing import Target, subscribe
from tests.support.clock import at, wall
from tests.support.office import CLEO, DINA, OLGA, OMAR, TESS, ULF, VERA, Office, kinds


async def test_resolving_settles_everything_and_says_so_to_all(here: Office) -> None:
    made = await here.open()
    await subscribe(here.clarion, CLEO, None, [Target(Follows.SEVERITY, "SEV-1")], Delivery.DIRECT)
    await owning.plan(here.clarion, made.id, DINA, None, [NewStep("Roll back", ULF, date(2026, 6, 9))], None)
    await here.until(at("Mon 10:36"))
    raised = len([one for one in await here.notices(made.id, live=True) if one.kind is NoticeKind.RAISED])
    assert raised == 2
    effects = await here.new(
        ending.resolve(
            here.clarion,
            made.id,
            DINA,
            "k",
            "Swapped the pump",
            root_cause="Wear",
            customer_confirmed=True,
            thanks_to=[ULF],
        )
    )
    assert kinds(effects)[:5] == ["refresh card", "set topic", "refresh announcement", "post event", "tell event"]
    assert kinds(effects).count("tell settled") == raised
    stored = await here.escalation(made.id)
    assert (stored.status, stored.resolved_at, stored.resolution) == (
        Status.RESOLVED,
        here.clock.now(),
        "Swapped the pump",
    )
    assert set(await here.owed(made.id)) == {Kind.PLAN_STEP}
    assert (await here.settled(made.id, Kind.UPDATE)).outcome is Outcome.RESOLVED
    assert await here.notices(made.id, live=True) == []
    event = await here.event(made.id, EventKind.RESOLVED)
    assert (event.values["thanks"], event.values["customer_confirmed"]) == ([ULF], True)


async def test_nobody_is_asked_for_anything_but_plan_steps_after_it(desk: Office) -> None:
    made = await desk.open()
    await owning.plan(desk.clarion, made.id, DINA, None, [NewStep("Roll back", ULF, date(2026, 6, 9))], None)
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    before = len(await desk.notices(made.id))
    await desk.until(at("Tue 17:31"))
    asked = (await desk.notices(made.id))[before:]
    assert [(one.audience, one.kind) for one in asked] == [(ULF, NoticeKind.NAG)]


async def test_the_second_resolution_is_refused(here: Office) -> None:
    made = await here.open()
    await ending.resolve(here.clarion, made.id, DINA, "k", "Swapped")
    with pytest.raises(AlreadyDone):
        await ending.resolve(here.clarion, made.id, DINA, "k", "Swapped")
    with pytest.raises(Refused, match="it is resolved already"):
        await ending.resolve(here.clarion, made.id, OMAR, "l", "Swapped")


@pytest.mark.parametrize("by", [OLGA, ULF, VERA])
async def test_who_may_not_end_it(desk: Office, by: str) -> None:
    made = await desk.open()
    with pytest.raises(Refused, match="can resolve ESC-1"):
        await ending.resolve(desk.clarion, made.id, by, None, "Swapped")
    await ending.resolve(desk.clarion, made.id, TESS, None, "Swapped")
    with pytest.raises(Refused, match="can close ESC-1"):
        await ending.close(desk.clarion, made.id, by, None)


async def test_anyone_reopens_what_was_resolved_and_it_is_owed_anew(here: Office) -> None:
    made = await here.open()
    await owning.still_working(here.clarion, made.id, DINA, None, "Reading", None)
    await ending.resolve(here.clarion, made.id, DINA, None, "Swapped")
    here.clock.pass_by(timedelta(hours=2))
    effects = await here.new(ending.reopen(here.clarion, made.id, ULF, "k", "It is back"))
    assert EffectKind.OPEN_CHANNEL not in {one.kind for one in effects}
    assert [one.data["users"] for one in effects if one.kind is EffectKind.INVITE] == [[DINA]], "back, if she left it"
    stored = await here.escalation(made.id)
    assert (stored.status, stored.acknowledged_at, stored.resolved_at) == (Status.OPEN, None, None)
    assert (stored.still_working_count, stored.still_working_step) == (0, "")
    owed = await here.owed(made.id)
    assert {kind: wall(one.due_at) for kind, one in owed.items()} == {
        Kind.ACKNOWLEDGE: "Mon 12:15",
        Kind.UPDATE: "Mon 13:00",
    }
    notice = await here.live(made.id, DINA)
    assert notice is not None
    assert notice.obligation_ids == [owed[Kind.ACKNOWLEDGE].id]
    assert (await here.event(made.id, EventKind.REOPENED)).why == "It is back"


async def test_closing_says_what_was_learned_and_archives_the_channel_last(here: Office) -> None:
    made = await here.open()
    await owning.plan(here.clarion, made.id, DINA, None, [NewStep("Roll back", ULF, date(2026, 6, 9))], None)
    await ending.resolve(here.clarion, made.id, DINA, None, "Swapped")
    effects = await here.new(ending.close(here.clarion, made.id, DINA, "k", "Look at the pump", "Spare pump"))
    assert kinds(effects) == ["refresh card", "refresh announcement", "post event", "archive channel"]
    *_, backup = await here.effects(EffectKind.REFRESH_BACKUP)
    assert effects[3].needs == [effects[0].id, effects[2].id, backup.id]
    stored = await here.escalation(made.id)
    assert (stored.status, stored.learned, stored.preventive_actions) == (
        Status.CLOSED,
        "Look at the pump",
        "Spare pump",
    )
    assert await here.owed(made.id) == {}


async def test_a_closed_one_is_reopened_in_a_fresh_channel_with_those_who_were_there_and_who_reopened_it(
    here: Office,
) -> None:
    made = await here.open()
    await here.send()
    old = (await here.escalation(made.id)).channel_id
    assert old is not None
    await somebody_joined(here.clarion, old, CLEO)
    await ending.resolve(here.clarion, made.id, DINA, None, "Swapped")
    await ending.close(here.clarion, made.id, DINA, None)
    effects = await here.new(ending.reopen(here.clarion, made.id, ULF, None, "It is back"))
    assert kinds(effects)[:5] == ["open channel", "invite", "post card", "set topic", "pin card"]
    channel = effects[0]
    assert effects[1].data["users"] == [DINA, OLGA, CLEO, ULF]
    stored = await here.escalation(made.id)
    assert (stored.channel_id, stored.previous_channel_id, stored.channel_serial, stored.card_ts) == (
        None,
        old,
        2,
        None,
    )
    assert (await here.event(made.id, EventKind.REOPENED)).values["previous_channel"] == old
    (ask,) = [one for one in effects if one.kind is EffectKind.SEND_NOTICE]
    assert ask.needs == [channel.id]
    assert ask.needs_until == here.clock.now() + timedelta(seconds=3), "the owner's message never waits for the channel"
    await here.check()


async def test_what_is_open_is_not_closed_and_what_is_open_is_not_reopened(desk: Office) -> None:
    made = await desk.open()
    with pytest.raises(Refused, match="resolve it first"):
        await ending.close(desk.clarion, made.id, DINA, None)
    with pytest.raises(Refused, match="it is not resolved"):
        await ending.reopen(desk.clarion, made.id, DINA, None, "Hm")
