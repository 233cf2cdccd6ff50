from __future__ import annotations

import contextlib
import sqlite3

from escalation.effects import EffectKind, EffectState
from simulator import id_for, rounds_deep
from tests.services.delivery.conftest import Scene


async def test_an_opening_is_two_round_trips_deep_to_a_usable_channel(scene: Scene) -> None:
    scene.slack.faults.latency = 1.0
    case = await scene.open(severity="SEV-1", owner="dina", ticket_link="https://tickets.example.com/1")
    await scene.courier.run_once()
    calls = scene.slack.calls
    usable = [*calls.to("conversations.create"), *calls.to("conversations.invite"), *calls.to("chat.postMessage")]
    assert rounds_deep(usable) == 2
    assert rounds_deep(calls) == 3  # the pin needs the card
    assert calls.counts() == {
        "conversations.create": 1,
        "conversations.invite": 1,
        "conversations.setTopic": 1,
        "bookmarks.add": 1,
        "pins.add": 1,
        "chat.scheduleMessage": 1,
        # card, owner, reporter, announcement, and the three of the path
        "chat.postMessage": 7,
    }
    channel = scene.channel(case)
    assert {id_for(name) for name in ("dina", "olga", "vera", "victor", "tess")} <= set(channel.members)
    assert {effect.state for effect in await scene.effects()} == {EffectState.DONE}


async def test_nothing_to_do_is_no_call_and_no_write(scene: Scene) -> None:
    await scene.open()
    await scene.settled()
    calls = len(scene.slack.calls)
    with contextlib.closing(sqlite3.connect(scene.database.url.database or "")) as watching:
        before = watching.execute("PRAGMA data_version").fetchone()
        assert await scene.courier.run_once() is None
        assert watching.execute("PRAGMA data_version").fetchone() == before
    assert len(scene.slack.calls) == calls


async def test_the_card_is_pinned_and_the_topic_says_how_it_stands(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    channel = scene.channel(case)
    stored = await scene.escalation(case.id)
    assert (stored.channel_id, stored.channel_name) == (channel.id, channel.name)
    assert channel.name == "esc-1-acme-1-checkout-down"
    card = channel.message(stored.card_ts or "")
    assert card is not None
    assert "ESC-1" in card.text
    assert "ESC-1" in channel.topic["value"]
    (effect,) = await scene.effects(EffectKind.POST_CARD)
    assert card.metadata == {"event_type": "clarion", "event_payload": {"key": effect.key}}


async def test_owner_and_reporter_are_told(scene: Scene) -> None:
    await scene.open()
    await scene.settled()
    (assignment,) = scene.told("carla")
    assert "You own ESC-1" in assignment.text
    (receipt,) = scene.told("olga")
    assert "ESC-1 is open" in receipt.text


async def test_an_owner_who_is_told_before_the_channel_stands_is_shown_it_then(scene: Scene) -> None:
    scene.slack.faults.rate_limited("conversations.create", retry_after=10)
    case = await scene.open()
    await scene.settled()
    (assignment,) = scene.told("carla")
    assert f"<#{scene.channel(case).id}>" in assignment.text


async def test_ten_openings_at_once_all_end_well(scene: Scene) -> None:
    cases = [await scene.open() for _ in range(10)]
    await scene.settled()
    assert len({scene.channel(case).id for case in cases}) == 10
    assert {effect.state for effect in await scene.effects()} == {EffectState.DONE}
