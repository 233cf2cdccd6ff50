"""Slack says no: who is told, what is tried again, and that nothing else is held up."""

from __future__ import annotations

import pytest

from escalation.case import Event, EventKind, Workspace
from escalation.effects import EffectKind, EffectState
from services.channels import channel_archived
from services.retrying import try_again
from simulator import acts, id_for
from tests.services.delivery.conftest import Scene


async def test_a_channel_that_cannot_be_created_is_told_with_a_way_to_try_again(scene: Scene) -> None:
    fault = scene.slack.faults.error("conversations.create", "restricted_action", times=None)
    case = await scene.open()
    await scene.settled()
    effect = await scene.effect(EffectKind.OPEN_CHANNEL)
    assert effect.state is EffectState.FAILED
    told = next(one for one in scene.told("olga") if "could not be created" in one.text)
    assert "does not let apps do this" in told.text
    assert f'"{effect.id}"' in str(told.blocks).replace("'", '"')
    assert any("could not be created" in one.text for one in scene.told("carla"))
    assert any("You own ESC-1" in one.text for one in scene.told("carla"))
    scene.slack.faults.active.remove(fault)
    await try_again(scene.clarion, effect.id, id_for("olga"))
    await scene.settled()
    assert (await scene.escalation(case.id)).card_ts is not None
    assert {one.state for one in await scene.effects()} == {EffectState.DONE}


async def test_waiting_for_a_channel_that_failed_costs_nothing(scene: Scene) -> None:
    scene.slack.faults.error("conversations.create", "restricted_action", times=None)
    await scene.open()
    await scene.settled()
    calls = len(scene.slack.calls)
    assert await scene.courier.run_once() is None
    assert len(scene.slack.calls) == calls


@pytest.mark.parametrize("private", [False, True])
async def test_a_name_taken_by_somebody_else_is_not_adopted(scene: Scene, private: bool) -> None:
    theirs = scene.slack.add_channel("esc-1-acme-1-checkout-down", ["dina"], private=private)
    case = await scene.open()
    await scene.settled()
    stored = await scene.escalation(case.id)
    assert stored.channel_id != theirs.id
    assert stored.channel_name == "esc-1-acme-1-checkout-down-2"


async def test_a_channel_of_an_earlier_installation_is_not_adopted(scene: Scene) -> None:
    theirs = scene.slack.add_channel("esc-1-acme-1-checkout-down", ["dina"])
    theirs.creator, theirs.members = scene.slack.bot_user_id, {scene.slack.bot_user_id: None}
    theirs.created = int(scene.clock.now().timestamp()) - 3600
    case = await scene.open()
    await scene.settled()
    assert (await scene.escalation(case.id)).channel_id != theirs.id


async def test_a_server_that_refuses_force_is_asked_without_it(scene: Scene) -> None:
    scene.slack.faults.error(
        "conversations.invite", "invalid_arguments", times=None, when=lambda _, args: "force" in args
    )
    case = await scene.open()
    await scene.settled()
    assert {id_for("olga"), id_for("carla")} <= set(scene.channel(case).members)
    assert not [one for one in scene.told("olga") if "could be brought" in one.text]


async def test_one_who_cannot_come_keeps_nobody_out(scene: Scene) -> None:
    acts.deactivate(scene.slack, scene.slack.find_person("vera"))
    case = await scene.open(severity="SEV-1", owner="dina")
    await scene.settled()
    members = set(scene.channel(case).members)
    assert {id_for("dina"), id_for("olga"), id_for("victor"), id_for("tess")} <= members
    for name in ("olga", "dina"):
        (told,) = [one for one in scene.told(name) if "Not everybody" in one.text]
        assert id_for("vera") in told.text
    assert scene.slack.calls.counts()["conversations.invite"] == 1


async def test_a_server_without_force_brings_them_in_one_by_one(scene: Scene) -> None:
    def several(_method: str, args: dict[str, object]) -> bool:
        return "," in str(args["users"])

    scene.slack.faults.error("conversations.invite", "user_not_found", times=None, when=several)
    case = await scene.open()
    await scene.settled()
    assert {id_for("carla"), id_for("olga")} <= set(scene.channel(case).members)
    assert not [one for one in scene.told("olga") if "Not everybody" in one.text]


async def test_a_missing_announcements_channel_is_told_to_the_admins_once(scene: Scene) -> None:
    channel = scene.slack.channel("#escalations")
    channel.archived = True
    for _ in range(3):
        await scene.open(severity="SEV-1", owner="dina")
        await scene.settled()
    assert len([one for one in scene.told("omar") if "announcements channel" in one.text]) == 1
    assert not scene.slack.messages(channel)


async def test_an_announcements_channel_made_later_is_found(scene: Scene) -> None:
    scene.slack.channel("#escalations").archived = True
    await scene.open(severity="SEV-1", owner="dina")
    await scene.settled()
    again = scene.slack.add_channel("news")
    again.name = "escalations"
    scene.slack.channel("#escalations").archived = True
    again.archived = False
    await scene.open(severity="SEV-1", owner="dina")
    await scene.settled()
    assert any("ESC-2" in one.text for one in scene.slack.messages(again))


async def test_an_announcement_in_doubt_is_looked_for_in_the_channel_it_found_itself(scene: Scene) -> None:
    async with scene.database.write() as session:
        (await session.get_one(Workspace, scene.clarion.team_id)).announcements_channel_id = None
    here = scene.slack.channel("#escalations")
    scene.slack.faults.reply_lost("chat.postMessage", when=lambda _, args: args["channel"] == here.id)
    await scene.open(severity="SEV-1", owner="dina")
    await scene.settled()
    assert len([one for one in scene.slack.calls.to("chat.postMessage") if one.args["channel"] == here.id]) == 1
    assert len(scene.slack.messages(here)) == 1
    await scene.open(severity="SEV-1", owner="dina")
    await scene.settled()
    assert len(scene.slack.messages(here)) == 2


async def test_refused_blocks_are_sent_as_text(scene: Scene) -> None:
    def with_blocks(_method: str, args: dict[str, object]) -> bool:
        return bool(args.get("blocks"))

    case = await scene.open()
    await scene.settled()
    scene.slack.faults.error("chat.postMessage", "invalid_blocks", times=None, when=with_blocks)
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("carla"), text="Hello", retry=None)
    await scene.settled()
    (message,) = [one for one in scene.told("carla") if one.text == "Hello"]
    assert not message.blocks


async def test_a_poison_effect_holds_up_nothing_and_is_given_up(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    poison = await scene.add(EffectKind.TELL_EVENT, case, user=id_for("carla"), subject_id=4711)
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("carla"), text="Hello", retry=None)
    await scene.courier.run_once()
    assert [one for one in scene.told("carla") if one.text == "Hello"]
    await scene.settled()
    (left,) = [one for one in await scene.effects() if one.id == poison.id]
    assert (left.state, left.attempts) == (EffectState.FAILED, 5)


async def test_a_code_that_nobody_knows_loses_no_message_that_it_delays_for_minutes(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    unknown = scene.slack.faults.error("chat.postMessage", "moon_in_the_way", times=None)
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("vera"), text="Hello", retry=None)
    await pass_by(scene, 240)
    unknown.times = 0
    await scene.settled()
    assert [one.text for one in scene.told("vera")] == ["Hello"]


async def test_an_unreachable_person_is_no_failure_and_nobody_is_told(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    count = len(await scene.effects())
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("dora"), text="Hello", retry=None)
    await scene.settled()
    effects = await scene.effects()
    assert effects[-1].state is EffectState.DROPPED
    assert len(effects) == count + 1


@pytest.mark.parametrize("what", ["archived", "deleted", "thrown out"])
async def test_a_lost_channel_is_replaced_and_nothing_is_lost(scene: Scene, what: str) -> None:
    case = await scene.open()
    await scene.settled()
    old = scene.channel(case)
    if what == "archived":
        old.archived = True
    elif what == "deleted":
        del scene.slack.state.channels[old.id]
    else:
        del old.members[scene.slack.bot_user_id]
    event = await scene.happened(
        Event(case.id, scene.clock.now(), EventKind.UPDATED, id_for("carla"), values={"situation": "Read me"})
    )
    await scene.add(EffectKind.POST_EVENT, case, subject_id=event.id)
    await scene.settled()
    stored = await scene.escalation(case.id)
    assert stored.channel_id not in (None, old.id)
    assert stored.previous_channel_id == old.id
    new = scene.slack.channel(stored.channel_id or "")
    assert new.name == "esc-1-acme-1-checkout-down-2"
    assert any("Read me" in one.text for one in scene.slack.messages(new))
    assert {id_for("carla"), id_for("olga")} <= set(new.members)


async def test_what_a_lost_channel_still_owed_is_not_done_twice_in_the_next(scene: Scene) -> None:
    case = await scene.open(ticket_link="https://tickets.example.com/1")
    for method in ("bookmarks.add", "pins.add"):
        scene.slack.faults.rate_limited(method, retry_after=30)
    await scene.courier.run_once()
    old = scene.channel(case)
    old.archived = True
    await channel_archived(scene.clarion, old.id)
    await scene.settled()
    new = scene.slack.channel((await scene.escalation(case.id)).channel_id or "")
    assert not new.archived
    assert len(new.bookmarks) == len([one for one in new.messages if one.pinned]) == 1


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_refused_token_parks_everything_until_it_is_accepted(scene: Scene, code: str) -> None:
    scene.slack.token_trouble = code
    case = await scene.open()
    for _ in range(5):
        await scene.courier.run_once()
    assert scene.courier.is_parked
    assert len(scene.slack.calls) <= 4
    scene.clock.move(59)
    calls = len(scene.slack.calls)
    await scene.courier.run_once()
    assert len(scene.slack.calls) == calls
    scene.slack.token_trouble = None
    await scene.settled()
    assert (await scene.escalation(case.id)).card_ts
    assert {one.state for one in await scene.effects()} == {EffectState.DONE}


async def test_an_outage_is_waited_out_without_a_storm(scene: Scene) -> None:
    base = scene.client.base_url
    scene.client.base_url = "http://127.0.0.1:9/api/"
    for _ in range(5):
        await scene.open()
    for _ in range(60):
        again_at = await scene.courier.run_once()
        assert scene.courier.is_parked
        assert again_at is not None
        scene.clock.move(max(0.0, (again_at - scene.clock.now()).total_seconds()) + 0.001)
    scene.client.base_url = base
    at = scene.clock.moved
    while not scene.slack.calls:
        await scene.courier.run_once()
        scene.clock.move(1)
    assert scene.clock.moved - at <= 7
    await scene.settled()
    assert {one.state for one in await scene.effects()} == {EffectState.DONE}


@pytest.mark.parametrize("in_doubt", [1, 5])
async def test_what_slack_does_not_let_us_search_for_holds_up_nothing_else(scene: Scene, in_doubt: int) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.server_error("conversations.history", times=None)
    scene.slack.faults.server_error("chat.postMessage", times=in_doubt)
    for number in range(in_doubt):
        await scene.add(EffectKind.TELL_PERSON, case, user=id_for("vera"), text=f"In doubt {number}", retry=None)
    await pass_by(scene, 120)
    searches = len(scene.slack.calls.to("conversations.history"))
    assert searches <= in_doubt * 8, "a storm"
    assert not [one for one in await scene.effects() if one.state is EffectState.PENDING]
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("carla"), text="Hello", retry=None)
    await pass_by(scene, 10)
    assert [one.text for one in scene.told("carla")].count("Hello") == 1


async def test_whether_slack_answers_again_is_seen_by_sending_rather_than_by_a_search(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    scene.slack.faults.server_error("conversations.history", times=None)
    scene.slack.faults.request_lost("chat.postMessage", times=3)
    for name in ("vera", "victor", "tess"):
        await scene.add(EffectKind.TELL_PERSON, case, user=id_for(name), text="In doubt", retry=None)
    await scene.courier.run_once()
    assert scene.courier.is_parked
    await scene.add(EffectKind.TELL_PERSON, case, user=id_for("carla"), text="Hello", retry=None)
    scene.clock.move(5)
    await scene.courier._round()
    await scene.courier._flights.all(within=5)
    assert [one.text for one in scene.told("carla")].count("Hello") == 1
    assert not scene.courier.is_parked


async def pass_by(scene: Scene, seconds: float) -> None:
    """Let the courier do what it can for so long."""
    end = scene.clock.moved + seconds
    while scene.clock.moved < end:
        again_at = await scene.courier.run_once()
        wait = (again_at - scene.clock.now()).total_seconds() if again_at else seconds
        scene.clock.move(min(max(wait, 0.001), end - scene.clock.moved))


async def test_a_429_on_one_method_lets_the_others_go(scene: Scene) -> None:
    case = await scene.open()
    scene.slack.faults.rate_limited("conversations.setTopic", retry_after=40, times=1)
    await scene.courier.run_once()
    assert (await scene.escalation(case.id)).card_ts
    assert (await scene.effect(EffectKind.SET_TOPIC)).state is EffectState.PENDING
    assert (await scene.effect(EffectKind.PIN_CARD)).state is EffectState.DONE
    scene.clock.move(39)
    await scene.courier.run_once()
    assert scene.slack.calls.counts()["conversations.setTopic"] == 1
    scene.clock.move(1.1)
    await scene.courier.run_once()
    assert (await scene.effect(EffectKind.SET_TOPIC)).state is EffectState.DONE


async def test_a_deleted_card_is_posted_and_pinned_again(scene: Scene) -> None:
    case = await scene.open()
    await scene.settled()
    channel = scene.channel(case)
    before = (await scene.escalation(case.id)).card_ts
    channel.messages = [one for one in channel.messages if one.ts != before]
    await scene.add(EffectKind.REFRESH_CARD, case)
    await scene.settled()
    after = (await scene.escalation(case.id)).card_ts
    assert after not in (None, before)
    card = channel.message(after or "")
    assert card is not None
    assert card.pinned


async def test_with_slacks_limits_in_force_thirty_openings_never_meet_a_429(scene: Scene) -> None:
    scene.slack.limits.mode = "slack"
    clock = scene.clock
    scene.slack.clock.steady = clock.monotonic  # type: ignore[method-assign]
    for _ in range(30):
        await scene.open()
    await scene.settled()
    assert {effect.state for effect in await scene.effects()} == {EffectState.DONE}
    assert not [call for call in scene.slack.calls if call.outcome == "http 429"]
