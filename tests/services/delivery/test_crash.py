"""The courier's process dies at any point; another takes over and everything ends up there once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.case import Workspace
from escalation.effects import EffectKind, EffectState
from services.delivery.courier import Courier
from simulator import id_for
from storage import migrating
from storage.lock import CourierLock
from tests.services.delivery.conftest import Scene, scene_on
from tests.services.delivery.test_doubt import METHODS, check


async def begin_and_die(scene: Scene, *, until: str) -> None:
    """Run the courier until a call of that method has reached Slack, then drop the process with all it knows."""
    running = asyncio.create_task(scene.courier.run())
    await scene.slack.until(lambda: bool(scene.slack.calls.to(until)))
    running.cancel()
    await asyncio.wait([running])
    for task in list(scene.courier._flights._tasks.values()):
        task.cancel()
    await scene.replace_courier()


@pytest.mark.parametrize("method", METHODS)
async def test_dying_during_a_call_neither_loses_nor_doubles(scene: Scene, method: str) -> None:
    case = await scene.open(ticket_link="https://tickets.example.com/1")
    scene.slack.faults.slow(method, 0.1)
    await begin_and_die(scene, until=method)
    scene.slack.faults.clear()
    await scene.courier.run_once()
    await scene.landed(method)
    await check(scene, case)


async def test_dying_after_each_commit_neither_loses_nor_doubles(scene: Scene) -> None:
    """One round, then a new process, again and again: what is in flight is never waited for."""
    case = await scene.open(ticket_link="https://tickets.example.com/1")
    for _ in range(12):
        await scene.courier._round()
        for task in list(scene.courier._flights._tasks.values()):
            task.cancel()
        await scene.replace_courier()
        scene.clock.move(20)
    await check(scene, case)


async def test_a_claim_that_was_never_sent_is_sent_after_the_wait(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    effect = await scene.add(EffectKind.TELL_PERSON, case, user=id_for("carla"), text="Hello", retry=None)
    async with scene.database.write() as session:
        row = await session.get_one(type(effect), effect.id)
        row.state, row.token, row.attempts, row.tried_at = EffectState.SENDING, 1, 1, scene.clock.now()
    await scene.replace_courier()
    await scene.settled()
    assert [one.text for one in scene.told("carla")].count("Hello") == 1
    assert scene.clock.moved >= 30


async def test_a_stale_token_claims_nothing(scene: Scene) -> None:
    await scene.open()
    await scene.courier._round()
    await scene.courier.run_once()
    stale = scene.courier
    async with scene.database.write() as session:
        workspace = await session.get_one(Workspace, scene.clarion.team_id)
        workspace.courier_token += 1
    calls = len(scene.slack.calls)
    await scene.open()
    await stale._round()
    assert len(scene.slack.calls) == calls
    assert not [effect for effect in await scene.effects() if effect.state is EffectState.SENDING]


async def test_only_one_of_two_couriers_sends(scene: Scene) -> None:
    other = Courier(scene.clarion, scene.client, CourierLock(scene.database, scene.clarion.team_id))
    scene.retired.append(other)
    await scene.open()
    await scene.courier._round()
    assert await other.run_once() == scene.clock.now() + timedelta(seconds=1)
    assert not other.holds_lock
    await scene.courier.run_once()
    assert scene.slack.calls.counts()["conversations.create"] == 1


async def test_draining_waits_for_what_is_in_flight(scene: Scene) -> None:
    await scene.open()
    scene.slack.faults.slow("conversations.create", 0.2)
    running = asyncio.create_task(scene.courier.run())
    await scene.slack.until(lambda: bool(scene.slack.calls.to("conversations.create")))
    await scene.courier.drain()
    await asyncio.wait_for(running, 60)
    opened = await scene.effect(EffectKind.OPEN_CHANNEL)
    assert opened.state is EffectState.DONE
    assert not scene.slack.calls.to("conversations.invite")
    assert not scene.courier.holds_lock


async def test_what_takes_longer_than_the_drain_is_in_doubt(scene: Scene) -> None:
    await scene.open()
    scene.slack.faults.slow("conversations.create", 5)
    running = asyncio.create_task(scene.courier.run())
    await scene.slack.until(lambda: bool(scene.slack.calls.to("conversations.create")))
    await scene.courier.drain(within=0.05)
    await asyncio.wait_for(running, 60)
    assert (await scene.effect(EffectKind.OPEN_CHANNEL)).state is EffectState.UNKNOWN


async def test_draining_at_any_moment_leaves_nothing_in_doubt_while_slack_answers(scene: Scene) -> None:
    """What was claimed is sent or put back, wherever in its round the courier is told to stop."""
    case = await scene.open()
    await scene.settled()
    for turns in range(40):
        for name in ("vera", "victor", "dina"):
            await scene.add(EffectKind.TELL_PERSON, case, user=id_for(name), text=f"Hello {turns}", retry=None)
        running = asyncio.create_task(scene.courier.run())
        for _ in range(turns):
            await asyncio.sleep(0)
        await scene.courier.drain()
        await asyncio.wait_for(running, 60)
        states = {one.state for one in await scene.effects(EffectKind.TELL_PERSON)}
        assert states <= {EffectState.PENDING, EffectState.DONE}, turns
        await scene.replace_courier()
        await scene.settled()


async def test_the_running_courier_is_woken_by_a_commit(scene: Scene) -> None:
    running = asyncio.create_task(scene.courier.run())
    await asyncio.sleep(0)
    case = await scene.open()
    await scene.slack.until(lambda: bool(scene.slack.calls.to("pins.add")))
    await scene.courier.drain()
    await asyncio.wait_for(running, 60)
    assert (await scene.escalation(case.id)).card_ts


async def test_the_running_courier_notices_that_the_clock_was_moved(scene: Scene) -> None:
    await scene.open()
    scene.slack.faults.request_lost("conversations.create")
    running = asyncio.create_task(scene.courier.run())
    await scene.slack.until(lambda: bool(scene.slack.calls.to("users.conversations")))
    scene.clock.move(46)
    await scene.slack.until(lambda: len(scene.slack.calls.to("conversations.create")) == 2)
    await scene.courier.drain()
    await asyncio.wait_for(running, 60)


async def test_a_clock_that_is_moved_back_holds_nothing_up(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.request_lost("chat.postMessage")
    for name in ("vera", "victor"):
        await scene.add(EffectKind.TELL_PERSON, case, user=id_for(name), text="Hello", retry=None)
        await scene.courier.run_once()
        scene.slack.faults.rate_limited("chat.postMessage", retry_after=5)
    scene.clock.set_back(3600)
    for _ in range(10):
        scene.clock.move(5)
        await scene.courier.run_once()
    assert [[one.text for one in scene.told(name)] for name in ("vera", "victor")] == [["Hello"], ["Hello"]]
    assert len(scene.slack.calls.to("conversations.history")) <= 4, "a storm"


async def test_a_channel_made_before_the_clock_was_moved_back_is_known_again(scene: Scene) -> None:
    scene.clock.set_back(-8 * 3600)
    case = await scene.open()
    scene.slack.faults.reply_lost("conversations.create")
    scene.slack.faults.internal_error("users.conversations")
    await scene.courier.run_once()
    scene.clock.set_back(8 * 3600)
    await scene.replace_courier()
    await check(scene, case)
    assert scene.slack.calls.counts()["conversations.create"] == 1


@pytest.fixture
async def on_postgresql(postgresql_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    migrating.migrate(postgresql_url)
    async with scene_on(postgresql_url) as it:
        yield it


async def test_an_opening_on_postgresql(on_postgresql: Scene) -> None:
    scene = on_postgresql
    case = await scene.open(ticket_link="https://tickets.example.com/1")
    await check(scene, case)


async def test_another_process_commits_and_the_courier_hears_of_it(on_postgresql: Scene) -> None:
    scene = on_postgresql
    running = asyncio.create_task(scene.courier.run())
    while not scene.courier.holds_lock:  # noqa: ASYNC110  nothing tells of it
        await asyncio.sleep(0)
    scene.database._listeners.clear()  # as in another process: nothing but the database's notification is heard
    await scene.open()
    await scene.slack.until(lambda: bool(scene.slack.calls.to("pins.add")))
    await scene.courier.drain()
    await asyncio.wait_for(running, 60)


async def test_dying_during_a_call_on_postgresql(on_postgresql: Scene) -> None:
    scene = on_postgresql
    case = await scene.open(ticket_link="https://tickets.example.com/1")
    scene.slack.faults.slow("chat.postMessage", 0.1)
    await begin_and_die(scene, until="chat.postMessage")
    scene.slack.faults.clear()
    await scene.courier.run_once()
    await scene.landed("chat.postMessage")
    await check(scene, case)
