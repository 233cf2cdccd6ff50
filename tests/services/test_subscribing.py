"""Following a severity, a customer or one escalation, and not following it any more."""

from __future__ import annotations

import pytest

from escalation.case import Delivery, Follows
from escalation.effects import EffectKind
from escalation.errors import AlreadyDone, InvalidInput, NotFound, Refused
from services import ending, owning, subscribing
from services.channels import somebody_joined, somebody_left
from services.owning import NewUpdate
from services.subscribing import Target, followed_by, subscribe, unsubscribe
from tests.support.office import CARLA, CLEO, DINA, GRETA, OMAR, TESS, ULF, VERA, Office

SEV1 = Target(Follows.SEVERITY, "SEV-1")
UPDATE = NewUpdate("Down", "Up by noon")


async def told(here: Office, id_: int) -> list[str]:
    effects = await here.new(owning.post_update(here.clarion, id_, DINA, None, UPDATE))
    return [one.data["user"] for one in effects if one.kind is EffectKind.TELL_EVENT]


@pytest.mark.parametrize("follows", Follows)
async def test_a_follower_hears_of_an_update_until_they_follow_no_more(here: Office, follows: Follows) -> None:
    made = await here.open()
    target = {
        Follows.SEVERITY: SEV1,
        Follows.CUSTOMER: Target(follows, str(made.customer_id)),
        Follows.ESCALATION: Target(follows, str(made.id)),
    }[follows]
    await subscribe(here.clarion, ULF, "k", [target], Delivery.DIRECT)
    assert await told(here, made.id) == [ULF]
    assert await unsubscribe(here.clarion, ULF, [target]) == 1
    assert await told(here, made.id) == []
    assert await unsubscribe(here.clarion, ULF, [target]) == 0


async def test_who_follows_three_ways_hears_once_and_the_owner_and_the_author_not_at_all(desk: Office) -> None:
    made = await desk.open()
    every = [SEV1, Target(Follows.CUSTOMER, str(made.customer_id)), Target(Follows.ESCALATION, str(made.id))]
    for user in (ULF, DINA, TESS):
        await subscribe(desk.clarion, user, None, every, Delivery.DIRECT)
    effects = await desk.new(owning.post_update(desk.clarion, made.id, TESS, None, UPDATE))
    assert [one.data["user"] for one in effects if one.kind is EffectKind.TELL_EVENT] == [ULF]


async def test_who_is_brought_into_the_channel_hears_nothing_besides(desk: Office) -> None:
    made = await desk.open()
    effects = await desk.new(subscribe(desk.clarion, ULF, None, [SEV1], Delivery.CHANNEL))
    assert [(one.kind, one.escalation_id, one.data) for one in effects] == [
        (EffectKind.INVITE, made.id, {"users": [ULF]})
    ]
    assert await told(desk, made.id) == []


async def test_following_again_changes_the_way(desk: Office) -> None:
    await subscribe(desk.clarion, ULF, None, [SEV1], Delivery.DIRECT)
    await subscribe(desk.clarion, ULF, None, [SEV1], Delivery.CHANNEL)
    ((row, words),) = await followed_by(desk.clarion, ULF)
    assert (row.delivery, words) == (Delivery.CHANNEL, "SEV-1")


async def test_what_somebody_follows_in_words(desk: Office) -> None:
    made = await desk.open(customer_name="Acme")
    targets = [SEV1, Target(Follows.CUSTOMER, str(made.customer_id)), Target(Follows.ESCALATION, str(made.id))]
    rows = await subscribe(desk.clarion, ULF, None, targets, Delivery.DIRECT)
    assert [words for _, words in await followed_by(desk.clarion, ULF)] == ["SEV-1", "Acme", "ESC-1"]
    with pytest.raises(NotFound, match="You do not follow that any more"):
        await subscribing.end(desk.clarion, CLEO, rows[0].id)
    await subscribing.end(desk.clarion, ULF, rows[0].id)
    assert [words for _, words in await followed_by(desk.clarion, ULF)] == ["Acme", "ESC-1"]


async def test_the_same_form_twice_and_forms_that_say_nothing(here: Office) -> None:
    await subscribe(here.clarion, ULF, "view 1", [SEV1], Delivery.DIRECT)
    with pytest.raises(AlreadyDone):
        await subscribe(here.clarion, ULF, "view 1", [SEV1], Delivery.CHANNEL)
    with pytest.raises(InvalidInput, match="Choose what to follow"):
        await subscribe(here.clarion, ULF, "view 2", [], Delivery.DIRECT)
    with pytest.raises(Refused, match="Guests, bots"):
        await subscribe(here.clarion, GRETA, "view 3", [SEV1], Delivery.DIRECT)


async def test_a_confidential_one_is_followed_by_who_may_see_it_and_by_its_own_name_only(desk: Office) -> None:
    made = await desk.open(confidential=True)
    mine = Target(Follows.ESCALATION, str(made.id))
    with pytest.raises(NotFound, match="There is no ESC-1 that you can see"):
        await subscribe(desk.clarion, ULF, None, [mine], Delivery.DIRECT)
    await subscribe(desk.clarion, CLEO, None, [SEV1, Target(Follows.CUSTOMER, str(made.customer_id))], Delivery.CHANNEL)
    await subscribe(desk.clarion, VERA, None, [SEV1], Delivery.DIRECT)
    await subscribe(desk.clarion, OMAR, None, [mine], Delivery.DIRECT)
    assert await told(desk, made.id) == [OMAR]
    assert not [one for one in await desk.effects(EffectKind.INVITE) if CLEO in one.data["users"]]


async def test_a_deactivated_follower_is_told_nothing(desk: Office) -> None:
    made = await desk.open()
    await subscribe(desk.clarion, CARLA, None, [SEV1], Delivery.DIRECT)
    async with desk.database.write() as session:
        session.add(await session.merge(await desk.change_person(CARLA, is_deactivated=True)))
    assert await told(desk, made.id) == []


async def test_who_left_the_channel_of_a_confidential_one_hears_no_more_of_it(here: Office) -> None:
    made = await here.open(confidential=True)
    await here.send()
    channel = (await here.escalation(made.id)).channel_id or ""
    this = Target(Follows.ESCALATION, str(made.id))
    for user, delivery in ((ULF, Delivery.DIRECT), (CARLA, Delivery.CHANNEL)):
        await somebody_joined(here.clarion, channel, user)
        await subscribe(here.clarion, user, None, [this], delivery)
    assert await told(here, made.id) == [ULF]
    for user in (ULF, CARLA):
        await somebody_left(here.clarion, channel, user)
    assert await told(here, made.id) == []
    await ending.resolve(here.clarion, made.id, DINA, None, "Swapped")
    await ending.close(here.clarion, made.id, DINA, None)
    effects = await here.new(ending.reopen(here.clarion, made.id, DINA, None, "It is back"))
    (invite,) = [one for one in effects if one.kind is EffectKind.INVITE]
    assert not {ULF, CARLA} & set(invite.data["users"])


async def test_who_follows_a_confidential_one_and_was_in_its_channel_hears_that_it_is_reopened(desk: Office) -> None:
    made = await desk.open(confidential=True)
    await desk.send()
    await somebody_joined(desk.clarion, (await desk.escalation(made.id)).channel_id or "", ULF)
    await subscribe(desk.clarion, ULF, None, [Target(Follows.ESCALATION, str(made.id))], Delivery.DIRECT)
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    await ending.close(desk.clarion, made.id, DINA, None)
    effects = await desk.new(ending.reopen(desk.clarion, made.id, DINA, None, "It is back"))
    assert [one.data["user"] for one in effects if one.kind is EffectKind.TELL_EVENT] == [ULF]
