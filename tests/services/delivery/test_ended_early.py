"""Closed and reopened faster than Slack follows: there is one channel, and nothing waits for ever."""

from __future__ import annotations

import pytest

from escalation.case import Escalation
from services.ending import close, reopen, resolve
from simulator import id_for
from tests.services.delivery.conftest import Scene

CARLA = id_for("carla")


async def close_it(scene: Scene, case: Escalation) -> None:
    await resolve(scene.clarion, case.id, CARLA, "resolve", "It works again")
    await close(scene.clarion, case.id, CARLA, "close")


async def reopen_it(scene: Scene, case: Escalation) -> None:
    await reopen(scene.clarion, case.id, CARLA, "reopen", "It does not")


def standing(scene: Scene) -> list[str]:
    return [one.id for one in scene.slack.channels() if one.name.startswith("esc-") and not one.archived]


@pytest.mark.parametrize("lost", [False, True], ids=["before it is sent", "when it was lost"])
async def test_the_old_channel_is_archived_though_it_was_reopened_meanwhile(scene: Scene, *, lost: bool) -> None:
    case = await scene.open()
    await scene.settled()
    await close_it(scene, case)
    if lost:
        scene.slack.faults.request_lost("conversations.archive")
        await scene.courier.run_once()
    await reopen_it(scene, case)
    await scene.settled()
    assert standing(scene) == [(await scene.escalation(case.id)).channel_id]


@pytest.mark.parametrize("lost", [False, True], ids=["before it is sent", "while it is in doubt"])
async def test_reopened_while_its_first_channel_is_made_it_gets_no_second(scene: Scene, *, lost: bool) -> None:
    case = await scene.open()
    if lost:
        scene.slack.faults.reply_lost("conversations.create")
        scene.slack.faults.internal_error("users.conversations")
        await scene.courier.run_once()
    await close_it(scene, case)
    await reopen_it(scene, case)
    await scene.settled()
    assert standing(scene) == [(await scene.escalation(case.id)).channel_id]


async def test_closed_before_it_had_a_channel_leaves_nothing_waiting(scene: Scene) -> None:
    case = await scene.open()
    await close_it(scene, case)
    await scene.settled()
    assert not standing(scene)
    assert not [one for one in await scene.effects() if not one.state.is_over]


async def test_reopened_just_as_its_channel_is_given_up_it_gets_one(scene: Scene) -> None:
    case = await scene.open()
    await close_it(scene, case)
    await scene.courier._round()
    await reopen_it(scene, case)
    await scene.settled()
    assert standing(scene) == [(await scene.escalation(case.id)).channel_id]
