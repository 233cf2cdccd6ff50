"""The message that Slack posts should Clarion fall silent: one for each escalation, whatever happens to the calls."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from escalation.case import Escalation
from escalation.effects import EffectKind, EffectState
from services import backups, channels, ending, owning
from services.owning import NewUpdate
from simulator import id_for
from simulator.faults import Kind
from simulator.state import Scheduled
from tests.services.delivery.conftest import Scene
from tests.services.delivery.test_crash import begin_and_die
from tests.services.delivery.test_doubt import TROUBLES, Trouble

BACKUP = EffectKind.REFRESH_BACKUP
SCHEDULE, TAKE_BACK, LIST = "chat.scheduleMessage", "chat.deleteScheduledMessage", "chat.scheduledMessages.list"
CARLA = id_for("carla")


def standing(scene: Scene) -> list[Scheduled]:
    return list(scene.slack.state.scheduled.values())


async def check(scene: Scene, opened: Escalation) -> Scheduled:
    """Exactly one stands: the one that the rule wants, and the one we know of."""
    case = await scene.escalation(opened.id)
    async with scene.database.read() as session:
        view = await backups.backup_view(session, scene.clarion, case, scene.clock.now())
    assert view is not None
    (one,) = standing(scene)
    assert (one.id, one.channel, one.post_at) == (case.backup_id, case.channel_id, int(view.at.timestamp()))
    assert (case.backup_at, case.backup_channel_id) == (view.at, case.channel_id)
    assert not one.never, "with metadata Slack would never post it"
    return one


async def updates(scene: Scene, case: Escalation) -> None:
    """Post an update two minutes later, so that another instant is wanted."""
    scene.clock.move(120)
    await owning.post_update(scene.clarion, case.id, CARLA, None, NewUpdate("Down", "Up"))


async def open_with_near_clocks(scene: Scene) -> Escalation:
    """A SEV-1, whose clocks run at any hour."""
    case = await scene.open("SEV-1", owner="dina")
    await scene.settled()
    return case


async def dina_updates(scene: Scene, case: Escalation) -> None:
    scene.clock.move(120)
    await owning.told_customer(scene.clarion, case.id, id_for("dina"), None)
    await owning.post_update(scene.clarion, case.id, id_for("dina"), None, NewUpdate("Down", "Up"))


async def test_an_opening_sets_one_by_one_call_that_holds_no_metadata(scene: Scene) -> None:
    case = await open_with_near_clocks(scene)
    (call,) = scene.slack.calls.to(SCHEDULE)
    assert "metadata" not in call.args
    assert not scene.slack.calls.to(TAKE_BACK)
    one = await check(scene, case)
    due = (await scene.escalation(case.id)).opened_at.timestamp() + 15 * 60
    assert due + 10 * 60 <= one.post_at <= due + 10 * 60 + 1
    assert one.channel == scene.channel(case).id
    assert f"<@{id_for('dina')}>" in one.args["text"]
    assert "Acknowledgement" in one.args["text"]
    assert "/escalate update" in one.args["text"]


async def test_it_is_moved_by_two_calls(scene: Scene) -> None:
    case = await open_with_near_clocks(scene)
    before = await check(scene, case)
    scene.slack.calls.clear()
    await dina_updates(scene, case)
    await scene.settled()
    after = await check(scene, case)
    assert after.post_at > before.post_at
    methods = [one.method for one in scene.slack.calls if one.method in (SCHEDULE, TAKE_BACK, LIST)]
    assert methods == [SCHEDULE, TAKE_BACK], "the new one first"


async def test_the_same_once_more_is_no_call(scene: Scene) -> None:
    case = await open_with_near_clocks(scene)
    scene.slack.calls.clear()
    await scene.add(BACKUP, case)
    await scene.settled()
    assert not scene.slack.calls
    *_, last = await scene.effects(BACKUP)
    assert (last.state, last.reason) == (EffectState.DROPPED, "it stands already")


async def test_who_is_named_in_it_changes_though_its_time_does_not(scene: Scene) -> None:
    case = await open_with_near_clocks(scene)
    before = await check(scene, case)
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).owner_id = id_for("vera")
    await scene.add(BACKUP, case)
    await scene.settled()
    after = await check(scene, case)
    assert after.post_at == before.post_at
    assert f"<@{id_for('vera')}>" in after.args["text"]


async def test_resolving_takes_it_back_though_no_more_may_be_set_in_the_channel(scene: Scene) -> None:
    case = await open_with_near_clocks(scene)
    limits, channel = scene.courier._limits, scene.channel(case).id
    while not limits.take(SCHEDULE, channel):
        pass
    await ending.resolve(scene.clarion, case.id, id_for("dina"), None, "Swapped")
    await scene.courier.run_once()
    assert not standing(scene)


async def test_resolving_takes_it_back_and_reopening_sets_another(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    await ending.resolve(scene.clarion, case.id, CARLA, None, "It works again")
    await scene.settled()
    assert not standing(scene)
    assert (await scene.escalation(case.id)).backup_id is None
    await ending.reopen(scene.clarion, case.id, CARLA, None, "It does not")
    await scene.settled()
    await check(scene, case)
    await ending.resolve(scene.clarion, case.id, CARLA, None, "It works again")
    await ending.close(scene.clarion, case.id, CARLA, None)
    await scene.settled()
    assert not standing(scene)
    assert scene.channel(case).archived
    await ending.reopen(scene.clarion, case.id, CARLA, None, "It does not")
    await scene.settled()
    await check(scene, case)


async def test_resolved_while_it_is_being_set_it_is_taken_back(scene: Scene) -> None:
    case = await scene.open()
    scene.slack.faults.slow(SCHEDULE, 0.2)
    sending = asyncio.create_task(scene.courier.run_once())
    await scene.slack.until(lambda: bool(scene.slack.calls.to(SCHEDULE)))
    await ending.resolve(scene.clarion, case.id, CARLA, None, "It works again")
    await sending
    await scene.settled()
    assert not standing(scene)


async def test_a_lost_channel_takes_it_along(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    old = scene.channel(case)
    await scene.client.conversations_archive(channel=old.id)
    await channels.channel_archived(scene.clarion, old.id)
    await scene.settled()
    assert (await check(scene, case)).channel != old.id


@pytest.mark.parametrize("in_doubt", [False, True])
async def test_out_of_a_channel_that_was_unarchived_since_it_is_taken_back(scene: Scene, *, in_doubt: bool) -> None:
    case = await scene.open()
    await scene.settled()
    if in_doubt:
        scene.slack.faults.reply_lost(SCHEDULE)
    await channels.channel_archived(scene.clarion, scene.channel(case).id)
    await scene.settled()
    await check(scene, case)


@pytest.mark.parametrize("method", [SCHEDULE, TAKE_BACK])
@pytest.mark.parametrize("trouble", [*TROUBLES.values()], ids=[*TROUBLES])
async def test_one_is_left_whatever_happens_to_a_call(scene: Scene, trouble: Trouble, method: str) -> None:
    case = await open_with_near_clocks(scene)
    fault = trouble(scene.slack.faults, method)
    await dina_updates(scene, case)
    await scene.courier.run_once()
    if fault.kind is Kind.LANDS_LATE:
        await scene.landed(method)
    await scene.settled()
    await check(scene, case)
    assert fault.hits
    assert {one.state for one in await scene.effects(BACKUP)} <= {EffectState.DONE, EffectState.DROPPED}


@pytest.mark.parametrize("trouble", [*TROUBLES.values()], ids=[*TROUBLES])
async def test_none_is_left_after_a_resolution_whatever_happens_to_the_call(scene: Scene, trouble: Trouble) -> None:
    case = await scene.open()
    await scene.settled()
    refused = trouble(scene.slack.faults, TAKE_BACK)
    await ending.resolve(scene.clarion, case.id, CARLA, None, "It works again")
    await scene.courier.run_once()
    if refused.kind is Kind.LANDS_LATE:
        await scene.landed(TAKE_BACK)
    await scene.settled()
    assert refused.hits
    assert not standing(scene)
    assert (await scene.escalation(case.id)).backup_id is None


async def test_one_that_lands_after_it_was_set_again_is_taken_back(scene: Scene) -> None:
    case = await scene.open()
    scene.slack.faults.request_lost(SCHEDULE)
    await scene.courier.run_once()
    scene.clock.move(2)
    await scene.courier.run_once()
    kept = await check(scene, case)
    channel = scene.channel(case).id
    await scene.client.chat_scheduleMessage(channel=channel, text="late", post_at=kept.post_at)
    await scene.client.chat_scheduleMessage(channel=channel, text="later still", post_at=kept.post_at + 60)
    await scene.settled()
    await check(scene, case)


@pytest.mark.parametrize("method", [SCHEDULE, TAKE_BACK])
async def test_killed_during_a_call_leaves_one(scene: Scene, method: str) -> None:
    case = await open_with_near_clocks(scene)
    await dina_updates(scene, case)
    scene.slack.calls.clear()
    scene.slack.faults.slow(method, 0.1)
    await begin_and_die(scene, until=method)
    scene.slack.faults.clear()
    await scene.courier.run_once()
    await scene.landed(method)
    await scene.settled()
    await check(scene, case)


async def test_killed_between_setting_and_taking_back_leaves_one(scene: Scene) -> None:
    case = await open_with_near_clocks(scene)
    await dina_updates(scene, case)
    scene.slack.faults.request_lost(TAKE_BACK, times=None)
    await scene.courier._round()
    await scene.slack.until(lambda: len(standing(scene)) == 2)
    for task in list(scene.courier._flights._tasks.values()):
        task.cancel()
    await scene.replace_courier()
    scene.slack.faults.clear()
    await scene.settled()
    await check(scene, case)


HARMLESS = [
    "unknown_method",
    "missing_scope",
    "restricted_too_many",
    "time_in_past",
    "time_too_far",
    "restricted_action",
]


@pytest.mark.parametrize("code", HARMLESS)
async def test_a_server_that_does_not_do_it_is_disturbed_by_nothing(scene: Scene, code: str) -> None:
    scene.slack.faults.error("chat.*chedule*", code, times=None)
    case = await scene.open()
    await scene.settled()
    (backup,) = await scene.effects(BACKUP)
    assert (backup.state, backup.reason) == (EffectState.DROPPED, code)
    assert len(scene.slack.calls.to(SCHEDULE)) == 1, "a storm"
    assert len(scene.told("olga")) == len(scene.told("carla")) == 1, "somebody was told of it"
    rest = [one.state for one in await scene.effects() if one.kind is not BACKUP]
    assert set(rest) == {EffectState.DONE}
    scene.slack.faults.clear()
    await updates(scene, case)
    await scene.settled()
    await check(scene, case)


async def test_one_that_is_refused_takes_the_old_one_along(scene: Scene) -> None:
    """What that asked for was answered."""
    case = await open_with_near_clocks(scene)
    scene.slack.faults.error(SCHEDULE, "restricted_too_many")
    await dina_updates(scene, case)
    await scene.settled()
    assert not standing(scene)
    assert (await scene.escalation(case.id)).backup_id is None


async def test_while_nothing_may_be_taken_back_nothing_is_set_either(scene: Scene) -> None:
    """Or a second would stand beside the first for as long."""
    case = await open_with_near_clocks(scene)
    await dina_updates(scene, case)
    scene.courier._limits.pause(TAKE_BACK, None, 40)
    scene.slack.calls.clear()
    await scene.courier.run_once()
    assert not scene.slack.calls.to(SCHEDULE)
    await scene.settled()
    await check(scene, case)
    assert len(scene.slack.calls.to(SCHEDULE)) == 1


async def test_blocks_that_slack_refuses_are_left_out(scene: Scene) -> None:
    scene.slack.faults.error(SCHEDULE, "invalid_blocks")
    case = await scene.open()
    await scene.settled()
    assert not (await check(scene, case)).args["blocks"]


async def test_one_in_its_last_minute_is_left_to_speak(scene: Scene) -> None:
    case = await open_with_near_clocks(scene)
    one = await check(scene, case)
    scene.clock.move(one.post_at - 30 - scene.clock.now().timestamp())
    await owning.acknowledge(scene.clarion, case.id, id_for("dina"), None)
    await scene.courier.run_once()
    assert len(standing(scene)) == 2
    scene.clock.move(31)
    await scene.slack.until(lambda: len(standing(scene)) == 1)
    assert standing(scene)[0].id == (await scene.escalation(case.id)).backup_id
    assert any("comes from Slack itself" in message.text for message in scene.channel(case).messages)


async def test_many_escalations_are_moved_within_slacks_limits(scene: Scene) -> None:
    scene.slack.limits.mode = "slack"
    scene.slack.clock.steady = scene.clock.monotonic  # type: ignore[method-assign]
    cases = [await scene.open() for _ in range(40)]
    await scene.settled()
    for case in cases:
        await owning.post_update(scene.clarion, case.id, CARLA, None, NewUpdate("Down", "Up"))
    await scene.settled()
    assert len(standing(scene)) == 40
    assert not [call for call in scene.slack.calls if call.outcome == "http 429"]
    for case in cases:
        assert (await scene.escalation(case.id)).backup_at == datetime.fromtimestamp(
            next(one.post_at for one in standing(scene) if one.channel == scene.channel(case).id), UTC
        )
