"""Every call lost on the way there, lost on the way back, refused with 5xx or garbled: it ends up there once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from escalation.case import Escalation, Status
from escalation.effects import EffectKind, EffectState
from simulator import Message, id_for
from simulator.faults import Fault, Faults, Kind
from tests.services.delivery.conftest import Scene

METHODS = (
    "conversations.create",
    "conversations.invite",
    "conversations.setTopic",
    "chat.postMessage",
    "bookmarks.add",
    "pins.add",
    "chat.scheduleMessage",
)
COPIES = EffectKind.LOOK_FOR_COPIES
Trouble = Callable[[Faults, str], Fault]
TROUBLES: dict[str, Trouble] = {
    "the request is lost": lambda faults, method: faults.request_lost(method),
    "the reply is lost": lambda faults, method: faults.reply_lost(method),
    "it lands late": lambda faults, method: faults.lands_late(method, 0.02),
    "503 before": lambda faults, method: faults.server_error(method),
    "500 after": lambda faults, method: faults.server_error(method, 500, done=True),
    "internal_error before": lambda faults, method: faults.internal_error(method),
    "internal_error after": lambda faults, method: faults.internal_error(method, done=True),
    "HTML before": lambda faults, method: faults.html(method),
    "HTML after": lambda faults, method: faults.html(method, done=True),
    "truncated after": lambda faults, method: faults.truncated(method, done=True),
    "429": lambda faults, method: faults.rate_limited(method, retry_after=3),
    "429 for three calls": lambda faults, method: faults.rate_limited(method, retry_after=30, times=3),
    "an unknown code": lambda faults, method: faults.error(method, "moon_in_the_way"),
}


def copies(messages: list[Message]) -> int:
    """How many messages carry a key that another has, too."""
    keys = Counter((message.metadata or {}).get("event_payload", {}).get("key") for message in messages)
    return sum(count - 1 for key, count in keys.items() if key is not None)


async def check(scene: Scene, opened: Escalation) -> None:
    """Everything of an escalation is there, once."""
    await scene.settled()
    case = await scene.escalation(opened.id)
    (channel,) = [
        one for one in scene.slack.channels() if one.name.startswith(f"esc-{case.number}-") and not one.archived
    ]
    assert case.channel_id == channel.id
    card = channel.message(case.card_ts or "")
    assert card is not None
    assert card.pinned
    assert len(channel.bookmarks) == (1 if case.ticket_link else 0)
    assert case.reference in channel.topic["value"]
    assert {id_for("carla"), id_for("olga")} <= set(channel.members)
    assert [one.id for one in scene.slack.state.scheduled.values() if one.channel == channel.id] == [case.backup_id]
    assert copies([*channel.messages, *scene.told("carla"), *scene.told("olga")]) == 0
    assert len(scene.told("carla")) == len(scene.told("olga")) == case.number
    assert {effect.state for effect in await scene.effects() if effect.kind is not COPIES} == {EffectState.DONE}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
async def test_an_opening_survives_at_every_call(scene: Scene, trouble: Trouble) -> None:
    for method in METHODS:
        case = await scene.open(ticket_link="https://tickets.example.com/1")
        fault = trouble(scene.slack.faults, method)
        await scene.courier.run_once()
        if fault.kind is Kind.LANDS_LATE:
            await scene.landed(method)
        await check(scene, case)
        scene.slack.faults.clear()


async def test_what_was_done_is_found_at_once_and_not_waited_for(scene: Scene) -> None:
    case = await scene.open()
    scene.slack.faults.reply_lost("conversations.create")
    scene.slack.faults.reply_lost("chat.postMessage", times=3)
    await scene.courier.run_once()
    assert scene.clock.moved == 0
    assert scene.slack.calls.counts()["conversations.create"] == 1
    assert scene.slack.calls.counts()["chat.postMessage"] == 3
    await check(scene, case)


async def test_what_was_not_done_waits_until_a_late_arrival_is_implausible(scene: Scene) -> None:
    await scene.open()
    scene.slack.faults.request_lost("conversations.create")
    again_at = await scene.courier.run_once()
    assert again_at is not None
    assert (await scene.effect(EffectKind.OPEN_CHANNEL)).state is EffectState.UNKNOWN
    creates = scene.slack.calls.counts()["conversations.create"]
    scene.clock.move(29)
    await scene.courier.run_once()
    assert scene.slack.calls.counts()["conversations.create"] == creates == 1
    scene.clock.move(1.1)
    await scene.courier.run_once()
    assert scene.slack.calls.counts()["conversations.create"] == 2


async def test_a_message_that_lands_after_it_was_sent_again_is_taken_away(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.request_lost("chat.postMessage")
    effect = await scene.add(EffectKind.TELL_PERSON, case, user=id_for("carla"), text="Hello", retry=None)
    await scene.courier.run_once()
    scene.clock.move(46)
    await scene.courier.run_once()
    key = {"event_type": "clarion", "event_payload": {"key": effect.key}}
    await scene.client.chat_postMessage(channel=id_for("carla"), text="Hello", metadata=key)
    assert [one.text for one in scene.told("carla")].count("Hello") == 2
    await scene.settled()
    (left,) = [one for one in scene.told("carla") if one.text == "Hello"]
    assert left.ts == (await scene.effect(EffectKind.TELL_PERSON)).ts


async def test_a_channel_that_lands_after_it_was_created_again_is_archived(scene: Scene) -> None:
    case = await scene.open()
    scene.slack.faults.request_lost("conversations.create")
    await scene.courier.run_once()
    scene.clock.move(46)
    await scene.courier.run_once()
    kept = scene.channel(case)
    late = scene.slack.add_channel("late", [], private=False)
    late.name, late.creator, late.members = kept.name, scene.slack.bot_user_id, {scene.slack.bot_user_id: None}
    await scene.settled()
    assert late.archived
    assert not kept.archived


async def test_a_bookmark_that_lands_after_it_was_added_again_is_removed(scene: Scene) -> None:
    link = "https://tickets.example.com/1"
    case = await scene.open(ticket_link=link)
    scene.slack.faults.request_lost("bookmarks.add")
    await scene.courier.run_once()
    scene.clock.move(46)
    await scene.courier.run_once()
    channel = scene.channel(case)
    for title in ("Ticket", "The customer's"):
        await scene.client.bookmarks_add(channel_id=channel.id, title=title, type="link", link=link)
    await scene.settled()
    assert [one["title"] for one in channel.bookmarks] == ["Ticket", "The customer's"]


async def test_an_older_edit_that_lands_late_does_not_stay(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    channel, ts = scene.channel(case), (await scene.escalation(case.id)).card_ts or ""
    card = channel.message(ts)
    assert card is not None
    older = card.text
    scene.slack.faults.request_lost("chat.update")
    await scene.add(EffectKind.REFRESH_CARD, case)
    await scene.courier.run_once()
    scene.clock.move(2)
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).summary = "Everything is down"
    await scene.add(EffectKind.REFRESH_CARD, case)
    await scene.courier.run_once()
    assert "Everything is down" in card.text
    await scene.client.chat_update(channel=channel.id, ts=ts, text=older)
    assert "Everything is down" not in card.text
    await scene.settled()
    assert "Everything is down" in card.text


async def test_an_older_announcement_that_lands_late_does_not_stay(scene: Scene) -> None:
    case = await scene.open(severity="SEV-1", owner="dina")
    await scene.settled()
    (announced,) = scene.slack.messages("#escalations")
    older = announced.text
    scene.slack.faults.request_lost("chat.update")
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).status = Status.IN_PROGRESS
    await scene.add(EffectKind.REFRESH_ANNOUNCEMENT, case)
    await scene.courier.run_once()
    scene.clock.move(2)
    await scene.courier.run_once()
    assert "In progress" in announced.text
    channel = scene.slack.channel("#escalations")
    await scene.client.chat_update(channel=channel.id, ts=announced.ts, text=older)
    assert "In progress" not in announced.text
    await scene.settled()
    assert "In progress" in announced.text


async def test_where_slack_will_not_let_us_look_it_is_sent_again_after_the_wait(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.request_lost("chat.postMessage")
    scene.slack.faults.error("conversations.history", "missing_scope", times=None)
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("carla"), text="Hello", retry=None)
    await scene.settled()
    assert [one.text for one in scene.told("carla")].count("Hello") == 1


async def test_where_slack_fails_to_let_us_look_for_minutes_it_is_sent_again_unseen(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.request_lost("chat.postMessage")
    broken = scene.slack.faults.server_error("conversations.history", times=None)
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("vera"), text="Hello", retry=None)
    while not scene.told("vera"):
        again_at = await scene.courier.run_once()
        assert again_at is not None
        scene.clock.move((again_at - scene.clock.now()).total_seconds() + 0.001)
    assert 300 < scene.clock.moved < 400
    broken.times = 0
    await scene.settled()
    assert [one.text for one in scene.told("vera")] == ["Hello"]


async def test_while_nothing_gets_through_nothing_is_sent_again_unseen(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.reply_lost("chat.postMessage")
    broken = scene.slack.faults.server_error("*", times=None, when=lambda method, _: method != "chat.postMessage")
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("vera"), text="Hello", retry=None)
    for _ in range(3):
        scene.courier._outage.doubtful("as from calls of others")
    for _ in range(100):
        again_at = await scene.courier.run_once()
        assert again_at is not None
        scene.clock.move((again_at - scene.clock.now()).total_seconds() + 0.001)
    assert scene.clock.moved > 300
    broken.times = 0
    await scene.settled()
    assert [one.text for one in scene.told("vera")] == ["Hello"]
    assert len(scene.slack.calls.to("chat.postMessage")) == 4


@pytest.mark.parametrize("how", ["server_error", "request_lost"])
async def test_an_outage_of_hours_costs_nothing_that_was_owed(scene: Scene, how: str) -> None:
    case = await scene.open()
    await scene.settled()
    getattr(scene.slack.faults, how)("*", times=None)
    await scene.add(EffectKind.INVITE, case, users=[id_for("vera")])
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("vera"), text="Hello", retry=None)
    until = scene.clock.moved + 6 * 3600
    while scene.clock.moved < until:
        again_at = await scene.courier.run_once()
        scene.clock.move(max(0.001, (again_at - scene.clock.now()).total_seconds()) if again_at else 60)
    scene.slack.faults.clear()
    back_at = scene.clock.moved
    await scene.settled()
    assert id_for("vera") in scene.channel(case).members
    assert [one.text for one in scene.told("vera")].count("Hello") == 1
    assert not [one for one in await scene.effects() if one.state is EffectState.FAILED]
    assert scene.clock.moved - back_at < 180


async def test_one_that_never_gets_an_answer_holds_nothing_else_up_and_is_given_up(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.server_error("conversations.invite", times=None)
    invite = await scene.add(EffectKind.INVITE, case, users=[id_for("vera")])
    for hour in range(15):
        scene.clock.move(1800)
        await scene.add(EffectKind.TELL_PERSON, case, user=id_for("vera"), text=f"Hello {hour}", retry=None)
        for _ in range(60):
            again_at = await scene.courier.run_once()
            scene.clock.move(min(60, max(0.001, (again_at - scene.clock.now()).total_seconds())) if again_at else 60)
        assert f"Hello {hour}" in [one.text for one in scene.told("vera")]
    async with scene.database.read() as session:
        assert (await session.get_one(type(invite), invite.id)).state is EffectState.FAILED
