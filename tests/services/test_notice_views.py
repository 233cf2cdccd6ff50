"""What a message that asks offers to those who read it."""

from __future__ import annotations

from escalation.case import NoticeKind
from escalation.effects import EffectKind
from services import ending, owning, views
from services.owning import NewStep, NewUpdate
from tests.support.clock import at
from tests.support.office import CARLA, OLGA, OMAR, Act, Office


async def test_a_step_that_outlives_its_escalation_offers_nobody_to_take_over(desk: Office) -> None:
    case = await desk.open("SEV-3", owner=CARLA)
    await owning.acknowledge(desk.clarion, case.id, CARLA, None)
    await owning.plan(desk.clarion, case.id, CARLA, None, [NewStep("Roll back", OLGA, desk.clock.now().date())], None)
    await desk.pass_by(days=3)
    assert await _may(desk, case.id)
    await ending.resolve(desk.clarion, case.id, CARLA, None, "Swapped")
    assert not await _may(desk, case.id)
    await ending.reopen(desk.clarion, case.id, CARLA, None, "It is back")
    assert await _may(desk, case.id)


async def test_the_messages_about_steps_are_edited_as_it_is_resolved_and_reopened(desk: Office) -> None:
    case = await desk.open("SEV-3", owner=CARLA)
    await owning.plan(desk.clarion, case.id, CARLA, None, [NewStep("Roll back", OLGA, desk.clock.now().date())], None)
    await owning.post_update(desk.clarion, case.id, CARLA, None, NewUpdate("Down", "Up"))
    await desk.until(at("Mon 17:31"))
    asked = await desk.live(case.id, OLGA)
    assert asked is not None
    acts: list[Act] = [
        lambda: ending.resolve(desk.clarion, case.id, CARLA, None, "Swapped"),
        lambda: ending.reopen(desk.clarion, case.id, CARLA, None, "It is back"),
    ]
    for act in acts:
        edited = [one.subject_id for one in await desk.new(act()) if one.kind is EffectKind.REFRESH_NOTICE]
        assert asked.id in edited


async def _may(desk: Office, id_: int) -> bool:
    told = await desk.live(id_, OMAR)
    assert told is not None
    assert told.kind is NoticeKind.RAISED
    async with desk.database.read() as session:
        view = await views.notice_view(session, desk.clarion, told, desk.clock.now())
    return view.may_take_over
