"""One message that asks about several escalations, while a person, a fault or another process comes in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from escalation.case import Escalation
from escalation.effects import EffectKind
from services import ending, notices
from services.change import change
from services.clarion import Clarion
from services.sweep import sweep
from simulator import Message, id_for
from simulator.driver.controls import controls
from tests.services.delivery.conftest import MovableClock, Scene, scene_on

POST = "chat.postMessage"


class Behind(MovableClock):
    """The clock of another machine, some seconds behind."""

    def __init__(self, clock: MovableClock, seconds: float) -> None:
        self._clock, self._behind = clock, timedelta(seconds=seconds)

    def now(self) -> datetime:
        return self._clock.now() - self._behind


async def two_due(scene: Scene, minutes: int) -> tuple[Escalation, Escalation]:
    """Two of Dina's, unanswered for so long; what is to be said of that waits to be sent."""
    first, second = await scene.open("SEV-1", owner="dina"), await scene.open("SEV-1", owner="dina")
    await scene.settled()
    scene.slack.calls.clear()
    scene.clock.move(minutes * 60)
    await sweep(scene.clarion)
    return first, second


def to(name: str) -> Callable[[str, Any], bool]:
    """Whether a call posts to somebody."""
    return lambda method, args: method == POST and args["channel"] == id_for(name)


def asks_about(message: Message) -> set[str]:
    """The escalations that a message has buttons for."""
    return {str(element["value"]).partition(":")[0] for _, element in controls(message.blocks) if "value" in element}


async def test_who_was_not_told_of_a_silence_does_not_hear_that_it_is_settled(scene: Scene) -> None:
    first, second = await two_due(scene, minutes=36)
    await ending.resolve(scene.clarion, first.id, id_for("dina"), "form", "Swapped")
    await scene.settled()
    overdue = [one.text for one in scene.told("vera") if "overdue" in one.text]
    assert [second.reference in one for one in overdue] == [True]
    assert not [one.text for one in scene.told("vera") if first.reference in one.text and one.text.startswith("✅")]
    assert first.reference not in overdue[0]


async def test_an_answer_by_a_slower_clock_shows_in_a_message_that_was_in_doubt(scene: Scene) -> None:
    first, second = await two_due(scene, minutes=16)
    there = Clarion(scene.clarion.team_id, scene.database, scene.clarion.policy, Behind(scene.clock, 2))
    scene.slack.faults.reply_late(POST, 5, when=to("dina"))
    sending = asyncio.ensure_future(scene.courier.run_once())
    await scene.slack.until(lambda: any(to("dina")(one.method, one.args) and one.done for one in scene.slack.calls))
    await ending.resolve(there, first.id, id_for("dina"), "form", "Swapped")
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await scene.courier.drain(within=0)
    await scene.replace_courier()
    await scene.settled()
    assert asks_about(scene.told("dina")[-1]) == {str(second.id)}


async def test_what_lands_waits_for_a_change_of_any_escalation_that_it_lists(migrated_postgresql_url: str) -> None:
    """Or each would hold a row that the other wants next, until PostgreSQL refuses one of them."""
    async with scene_on(migrated_postgresql_url) as scene:
        _, second = await two_due(scene, minutes=16)
        scene.slack.faults.slow(POST, 0.5, when=to("dina"))
        sending = asyncio.ensure_future(scene.courier.run_once())
        await scene.slack.until(lambda: any(to("dina")(one.method, one.args) for one in scene.slack.calls))
        async with change(scene.clarion, second.id, "", None) as it:
            await notices.refresh(it, it.owed)  # an edit that may go once the message is there
        async with change(scene.clarion, second.id, "", None) as it:
            await it.enqueue(EffectKind.REFRESH_CARD)
            await asyncio.sleep(1)  # it lands
            await notices.withdraw(it, id_for("dina"))
        await sending
