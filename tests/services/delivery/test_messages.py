"""What is rendered when it is sent, what is dropped, and what waits for what."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import event, select, update

from escalation.case import CHANNEL, Escalation, Notice, NoticeKind, Status
from escalation.effects import Effect, EffectKind, EffectState
from escalation.obligations import Obligation
from services.channels import channel_archived
from simulator import id_for
from storage.tables import notices, obligations
from tests.services.delivery.conftest import Scene


async def owed(scene: Scene, case: Escalation) -> list[Obligation]:
    async with scene.database.read() as session:
        rows = await session.scalars(
            select(Obligation).where(obligations.c.escalation_id == case.id).order_by(obligations.c.id)
        )
        return list(rows)


async def settle(scene: Scene, case: Escalation) -> None:
    async with scene.database.write() as session:
        await session.execute(
            update(obligations)
            .where(obligations.c.escalation_id == case.id)
            .values(settled_at=scene.clock.now(), settled_by=id_for("carla"), outcome="done", next_at=None)
        )


async def ask(scene: Scene, case: Escalation, audience: str, kind: NoticeKind = NoticeKind.NAG) -> Notice:
    """A notice about all that is owed, and the effect that sends it."""
    async with scene.database.write() as session:
        await session.execute(update(notices).values(retired_at=scene.clock.now()))
    about = [one.id for one in await owed(scene, case)]
    notice = Notice(case.id, audience, kind, about, scene.clock.now())
    await scene.write(notice)
    await scene.add(EffectKind.SEND_NOTICE, case, subject_id=notice.id)
    return notice


async def stored(scene: Scene, notice: Notice) -> Notice:
    async with scene.database.read() as session:
        return await session.get_one(Notice, notice.id)


async def test_nobody_is_asked_for_what_was_settled_meanwhile(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    notice = await ask(scene, case, id_for("carla"))
    await settle(scene, case)
    before = len(scene.told("carla"))
    await scene.settled()
    assert len(scene.told("carla")) == before
    effect = (await scene.effects(EffectKind.SEND_NOTICE))[-1]
    assert (effect.state, effect.reason) == (EffectState.DROPPED, "nothing is asked for any more")
    assert (await stored(scene, notice)).retired_at is not None


async def test_a_notice_goes_to_the_person_or_into_the_channel(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    to_her = await ask(scene, case, id_for("carla"))
    await scene.settled()
    assert "is waiting for you" in scene.told("carla")[-1].text
    assert (await stored(scene, to_her)).ts == scene.told("carla")[-1].ts
    to_all = await ask(scene, case, CHANNEL)
    await scene.settled()
    message = scene.slack.messages(scene.channel(case))[-1]
    assert (await stored(scene, to_all)).ts == message.ts
    assert f"<@{id_for('carla')}>" in message.text


async def test_an_answered_notice_is_edited_in_place_and_retired(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    notice = await ask(scene, case, id_for("carla"))
    await scene.settled()
    asked = scene.told("carla")[-1]
    assert any(block["type"] == "actions" for block in asked.blocks)
    await settle(scene, case)
    await scene.add(EffectKind.REFRESH_NOTICE, case, subject_id=notice.id)
    await scene.settled()
    assert scene.told("carla")[-1] is asked
    assert not any(block["type"] == "actions" for block in asked.blocks)
    assert (await stored(scene, notice)).retired_at is not None


async def test_a_deleted_notice_that_still_asks_is_sent_again(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    notice = await ask(scene, case, id_for("carla"))
    await scene.settled()
    place = scene.slack.app_dm(scene.slack.find_person("carla"))
    place.messages.pop()
    await scene.add(EffectKind.REFRESH_NOTICE, case, subject_id=notice.id)
    await scene.settled()
    assert (await stored(scene, notice)).ts == place.messages[-1].ts


async def test_what_was_asked_in_a_channel_that_is_gone_is_asked_in_the_next(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    notice = await ask(scene, case, CHANNEL)
    await scene.settled()
    old = scene.channel(case)
    old.archived = True
    await channel_archived(scene.clarion, old.id)
    await scene.settled()
    new = scene.slack.channel((await scene.escalation(case.id)).channel_id or "")
    (asked,) = [one for one in scene.slack.messages(new) if "is waiting for you" in one.text]
    assert any(block["type"] == "actions" for block in asked.blocks)
    assert (await stored(scene, notice)).retired_at is not None


async def test_those_told_on_a_higher_rung_hear_that_it_is_settled(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    notice = await ask(scene, case, id_for("omar"), NoticeKind.RAISED)
    await scene.settled()
    await settle(scene, case)
    await scene.add(EffectKind.TELL_SETTLED, case, subject_id=notice.id)
    await scene.settled()
    assert "Settled: ESC-1" in scene.told("omar")[-1].text


async def test_nobody_hears_that_something_is_settled_that_was_never_asked(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    notice = Notice(case.id, id_for("omar"), NoticeKind.RAISED, [], scene.clock.now())
    await scene.write(notice)
    await scene.add(EffectKind.TELL_SETTLED, case, subject_id=notice.id)
    await scene.settled()
    assert not scene.told("omar")


async def test_the_path_is_told_once_and_only_while_it_is_open(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    for _ in range(2):
        await scene.add(EffectKind.TELL_PATH, case, user=id_for("vera"), roles=["vp_customer_success"])
    await scene.settled()
    (told,) = scene.told("vera")
    assert "You are told as VP customer success." in told.text
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).status = Status.RESOLVED
    await scene.add(EffectKind.TELL_PATH, case, user=id_for("tess"), roles=["cto"])
    await scene.settled()
    assert not scene.told("tess")


async def test_several_refreshes_are_one_edit_with_the_newest_words(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    for number in range(5):
        async with scene.database.write() as session:
            (await session.get_one(Escalation, case.id)).summary = f"Version {number}"
        await scene.add(EffectKind.REFRESH_CARD, case)
    await scene.settled()
    assert scene.slack.calls.counts()["chat.update"] == 1
    card = scene.channel(case).message((await scene.escalation(case.id)).card_ts or "")
    assert card is not None
    assert "Version 4" in card.text


async def test_edits_of_one_message_never_overtake_each_other(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.slow("chat.update", 0.2, times=1)
    await scene.add(EffectKind.REFRESH_CARD, case)
    await scene.courier._round()
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).summary = "The newest"
    await scene.add(EffectKind.REFRESH_CARD, case)
    await scene.settled()
    first, second = scene.slack.calls.to("chat.update")
    assert first.finished is not None
    assert first.finished <= second.started
    card = scene.channel(case).message((await scene.escalation(case.id)).card_ts or "")
    assert card is not None
    assert "The newest" in card.text


async def test_messages_to_one_place_keep_their_order(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.slow("chat.postMessage", 0.1, times=1)
    for word in ("one", "two", "three"):
        await scene.add(EffectKind.TELL_PERSON, case, user=id_for("vera"), text=word, retry=None)
    await scene.settled()
    assert [message.text for message in scene.told("vera")] == ["one", "two", "three"]


async def test_the_same_topic_is_not_set_twice(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    await scene.add(EffectKind.SET_TOPIC, case)
    await scene.settled()
    assert scene.slack.calls.counts()["conversations.setTopic"] == 1
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).severity = "SEV-1"
    await scene.add(EffectKind.SET_TOPIC, case)
    await scene.settled()
    assert scene.slack.calls.counts()["conversations.setTopic"] == 2
    assert "SEV-1" in scene.channel(case).topic["value"]


async def test_a_refresh_of_what_is_not_posted_yet_is_dropped(scene: Scene) -> None:
    case = await scene.open()
    await scene.add(EffectKind.REFRESH_CARD, case)
    await scene.add(EffectKind.REFRESH_ANNOUNCEMENT, case)
    await scene.settled()
    assert not scene.slack.calls.to("chat.update")


async def test_a_refresh_waits_for_a_card_that_is_on_its_way(scene: Scene) -> None:
    case = await scene.open()
    scene.slack.faults.slow("chat.postMessage", 0.2, when=lambda _method, args: args["channel"].startswith("C"))
    working = asyncio.create_task(scene.courier.run_once())
    await scene.slack.until(
        lambda: any(one.args["channel"][0] == "C" for one in scene.slack.calls.to("chat.postMessage"))
    )
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).summary = "The newest"
    await scene.add(EffectKind.REFRESH_CARD, case)
    await working
    await scene.settled()
    card = scene.channel(case).message((await scene.escalation(case.id)).card_ts or "")
    assert card is not None
    assert "The newest" in card.text


async def test_the_owner_is_told_without_a_channel_that_takes_too_long(scene: Scene) -> None:
    scene.slack.faults.rate_limited("conversations.create", retry_after=30)
    await scene.open()
    again_at = await scene.courier.run_once()
    assert again_at == scene.clock.now() + timedelta(seconds=3)
    assert not scene.told("carla")
    scene.clock.move(3)
    await scene.courier.run_once()
    assert "You own ESC-1" in scene.told("carla")[0].text
    await scene.settled()


async def test_the_announcement_is_edited_as_the_escalation_goes_on(scene: Scene) -> None:
    case = await scene.open(severity="SEV-1", owner="dina")
    await scene.settled()
    (announced,) = scene.slack.messages("#escalations")
    assert f"<#{(await scene.escalation(case.id)).channel_id}>" in announced.text
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).status = Status.IN_PROGRESS
    await scene.add(EffectKind.REFRESH_ANNOUNCEMENT, case)
    await scene.settled()
    assert "In progress" in announced.text
    assert len(scene.slack.messages("#escalations")) == 1


async def test_an_announcement_that_would_say_the_same_is_not_edited(scene: Scene) -> None:
    case = await scene.open(severity="SEV-1", owner="dina")
    await scene.settled()
    for _ in range(3):
        await scene.add(EffectKind.REFRESH_ANNOUNCEMENT, case)
        await scene.settled()
    assert len(scene.slack.calls.to("chat.update")) == 1
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).status = Status.RESOLVED
    await scene.add(EffectKind.REFRESH_ANNOUNCEMENT, case)
    await scene.settled()
    assert "Resolved" in scene.slack.messages("#escalations")[0].text


async def test_the_card_is_edited_before_messages_that_wait_for_the_same_limit(scene: Scene) -> None:
    case = await scene.open(severity="SEV-1", owner="dina")
    await scene.settled()
    scene.courier._limits.take("chat.update")
    scene.clock.move(10)  # so that one place comes free some time before all the others
    while not scene.courier._limits.take("chat.update"):
        pass
    await scene.add(EffectKind.REFRESH_ANNOUNCEMENT, case)
    await scene.add(EffectKind.REFRESH_CARD, case)
    await scene.settled()
    edited = [one.args["channel"] for one in scene.slack.calls.to("chat.update")]
    assert edited == [scene.channel(case).id, scene.slack.channel("#escalations").id]


async def test_a_server_that_knows_no_people_as_channels_is_written_to_by_conversation(scene: Scene) -> None:
    scene.slack.faults.error(
        "chat.postMessage", "channel_not_found", times=None, when=lambda _, args: str(args["channel"]).startswith("U")
    )
    await scene.open()
    await scene.settled()
    assert any("You own ESC-1" in one.text for one in scene.told("carla"))
    assert any("ESC-1 is open" in one.text for one in scene.told("olga"))


async def test_a_confidential_escalation_is_private_and_says_nothing_in_public(scene: Scene) -> None:
    case = await scene.open(severity="SEV-1", owner="dina", confidential=True, summary="Canary words")
    await scene.settled()
    channel = scene.slack.channel((await scene.escalation(case.id)).channel_id or "")
    assert channel.private
    assert not scene.slack.messages("#escalations")
    assert all("Canary" not in one.name for one in scene.slack.channels())


async def test_a_closed_escalations_channel_is_archived(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    await scene.add(EffectKind.ARCHIVE_CHANNEL, case)
    await scene.settled()
    assert not scene.channel(case).archived
    async with scene.database.write() as session:
        (await session.get_one(Escalation, case.id)).status = Status.CLOSED
    for _ in range(2):
        await scene.add(EffectKind.ARCHIVE_CHANNEL, case)
        await scene.settled()
    assert scene.slack.channel((await scene.escalation(case.id)).channel_id or "").archived
    assert (await scene.effects(EffectKind.ARCHIVE_CHANNEL))[-1].state is EffectState.DONE


async def test_what_waits_for_a_limit_of_slacks_is_not_looked_at_again_and_again(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    for number in range(250):
        await scene.add(EffectKind.TELL_PERSON, case, user=f"U{number:03}", text="Hello", retry=None)
    while scene.courier._limits.when_free("chat.postMessage") <= 0:
        await scene.courier._round()
        await scene.courier._flights.all(within=5)
    await scene.courier._round()  # writes down what has come of them
    with effects_read() as read:
        scene.courier.wake()  # as after every commit
        again_at = await scene.courier._round()
        assert read == []
        assert again_at is not None
        assert 0 < (again_at - scene.clock.now()).total_seconds() < 1  # when the next one may go
        await scene.add(EffectKind.PIN_CARD, case)
        await scene.courier._round()
        assert set(read) == {EffectKind.PIN_CARD}


@contextlib.contextmanager
def effects_read() -> Iterator[list[EffectKind]]:
    """The kinds of what is read from the outbox until the block ends."""
    read: list[EffectKind] = []

    def note(effect: Effect, _context: object) -> None:
        read.append(effect.kind)

    event.listen(Effect, "load", note)
    yield read
    event.remove(Effect, "load", note)


async def test_the_serious_go_first_when_there_is_not_room_for_all(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.clock.move(120)
    for number in range(40):
        await scene.add(EffectKind.TELL_PERSON, case, user=f"U{number:03}", text="low", retry=None, rank=3)
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("vera"), text="first", retry=None, rank=0)
    await scene.courier._round()
    await scene.courier._flights.all(within=5)
    sent = [one.args["channel"] for one in scene.slack.calls.to("chat.postMessage")]
    assert id_for("vera") in sent[-32:]
    assert len([user for user in sent if len(user) == 4]) < 40
