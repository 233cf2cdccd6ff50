"""An owner who is out of office: the next of the path is asked, everyone is told, and nobody is asked twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.case import EventKind, HandoverOutcome, NoticeKind
from escalation.effects import EffectKind
from escalation.errors import Refused
from escalation.obligations import Kind
from services import ending, handing_over, owning, people
from services.owning import NewUpdate
from tests.support.clock import at, wall
from tests.support.office import CARLA, DINA, OLGA, OMAR, SANA, TESS, VERA, VICTOR, Office


async def asked(here: Office, id_: int) -> list[tuple[str, HandoverOutcome | None]]:
    """Whom Clarion asked, and how that ended."""
    return [(one.to_id, one.outcome) for one in await here.handovers(id_) if one.asked_by == ""]


async def told_of(here: Office, id_: int, kind: EventKind) -> list[str | None]:
    """Who hears of the last event of a kind: None is the channel."""
    event = [one for one in await here.events(id_) if one.kind is kind][-1]
    effects = await here.effects(EffectKind.POST_EVENT, EffectKind.TELL_EVENT)
    return [one.data.get("user") for one in effects if one.subject_id == event.id]


async def test_the_next_of_the_path_is_asked_and_everyone_is_told_why(here: Office) -> None:
    made = await here.open()
    await here.goes_away(DINA, "Sicily!", at("Fri 18:00"))
    assert (await here.escalation(made.id)).owner_id == DINA, "one owner, always"
    (handover,) = await here.handovers(made.id)
    assert (handover.asked_by, handover.from_id, handover.to_id) == ("", DINA, VERA)
    assert handover.reason == "Dina is out of office until 12 Jun"
    event = await here.event(made.id, EventKind.HANDOVER_ASKED)
    assert (event.by, event.why) == ("", handover.reason)
    assert await told_of(here, made.id, EventKind.HANDOVER_ASKED) == [None, DINA, OLGA]
    notice = await here.live(made.id, VERA)
    assert notice is not None
    assert notice.kind is NoticeKind.HANDOVER
    assert wall((await here.owed(made.id))[Kind.HANDOVER].due_at) == "Mon 10:15"


async def test_it_changes_hands_when_the_one_asked_accepts_and_the_reporter_hears_of_it(desk: Office) -> None:
    made = await desk.open()
    await desk.goes_away(DINA)
    (handover,) = await desk.handovers(made.id)
    await handing_over.accept(desk.clarion, made.id, handover.id, VERA, None)
    assert (await desk.escalation(made.id)).owner_id == VERA
    assert await told_of(desk, made.id, EventKind.OWNER_CHANGED) == [None, DINA, OLGA]


async def test_who_declines_or_keeps_silent_is_followed_by_the_next_until_nobody_is_left(desk: Office) -> None:
    made = await desk.open()
    await desk.goes_away(DINA)
    (first,) = await desk.handovers(made.id)
    await handing_over.decline(desk.clarion, made.id, first.id, VERA, None)
    assert await asked(desk, made.id) == [(VERA, HandoverOutcome.DECLINED), (VICTOR, None)]
    assert await told_of(desk, made.id, EventKind.HANDOVER_DECLINED) == [None], "the owner hears who is asked next"
    await desk.until(at("Mon 10:16"))
    assert (await asked(desk, made.id))[1:] == [(VICTOR, HandoverOutcome.LAPSED), (OMAR, None)]
    await desk.until(at("Mon 10:31"))
    assert (await asked(desk, made.id))[2:] == [(OMAR, HandoverOutcome.LAPSED), (OLGA, None)]
    await desk.until(at("Mon 10:46"))
    assert len(await asked(desk, made.id)) == 4
    assert await told_of(desk, made.id, EventKind.NOBODY_LEFT) == [None, DINA, OLGA, OMAR]
    await desk.until(at("Mon 15:00"))
    assert len(await asked(desk, made.id)) == 4, "nobody is asked again for the same absence"
    assert len([one for one in await desk.events(made.id) if one.kind is EventKind.NOBODY_LEFT]) == 1
    assert (await desk.escalation(made.id)).owner_id == DINA


async def test_those_who_are_away_too_are_not_asked(desk: Office) -> None:
    made = await desk.open()
    await desk.goes_away(VERA)
    await desk.goes_away(DINA)
    assert await asked(desk, made.id) == [(VICTOR, None)]


async def test_an_absence_is_followed_once_however_often_it_is_told(here: Office) -> None:
    made = await here.open()
    await here.goes_away(DINA)
    await here.goes_away(DINA, "Out of office, back on Friday", at("Fri 09:00"))
    await people.see_to_owners(here.beside())
    assert await asked(here, made.id) == [(VERA, None)]


async def test_one_that_nobody_acted_upon_before_the_process_was_killed_is_seen_at_the_start(desk: Office) -> None:
    made = await desk.open()
    async with desk.database.write() as session:
        await session.merge(await desk.change_person(DINA, away_status="Out of office"))
    await people.see_to_owners(desk.beside())
    assert await asked(desk, made.id) == [(VERA, None)]


async def test_and_at_a_sweep_where_another_process_heard_of_it(desk: Office) -> None:
    made = await desk.open()
    async with desk.database.write() as session:
        await session.merge(await desk.change_person(DINA, away_status="Out of office"))
    await desk.until(at("Mon 10:16"))
    assert await asked(desk, made.id) == [(VERA, None)]


async def test_an_owner_who_comes_back_keeps_it_and_the_request_is_withdrawn(here: Office) -> None:
    made = await here.open()
    await here.goes_away(DINA)
    (handover,) = await here.handovers(made.id)
    effects = await here.new(here.comes_back(DINA))
    assert await asked(here, made.id) == [(VERA, HandoverOutcome.WITHDRAWN)]
    assert await here.live(made.id, VERA) is None
    assert EffectKind.REFRESH_NOTICE in [one.kind for one in effects], "what Vera was sent is edited"
    assert await told_of(here, made.id, EventKind.OWNER_BACK) == [None, OLGA]
    with pytest.raises(Refused, match="was withdrawn, as the owner is back"):
        await handing_over.accept(here.clarion, made.id, handover.id, VERA, None)
    await here.goes_away(DINA)
    assert (await asked(here, made.id))[1:] == [(VERA, None)], "another absence, another request"


async def test_an_absence_that_ends_by_itself_withdraws_the_request_at_that_minute(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await desk.goes_away(OMAR, "Sick", at("Mon 10:30"))
    assert await asked(desk, made.id) == [(SANA, None)]
    await desk.until(at("Mon 10:29"))
    assert await asked(desk, made.id) == [(SANA, None)]
    await desk.until(at("Mon 10:30"))
    assert await asked(desk, made.id) == [(SANA, HandoverOutcome.WITHDRAWN)]
    assert (await desk.escalation(made.id)).owner_id == OMAR


async def test_one_that_was_prolonged_meanwhile_goes_on_and_the_request_lapses_in_its_time(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await desk.goes_away(OMAR, "Sick", at("Mon 10:30"))
    await desk.goes_away(OMAR, "Sick", at("Fri 17:00"))
    await desk.until(at("Mon 10:59"))
    assert await asked(desk, made.id) == [(SANA, None)]
    await desk.until(at("Mon 11:01"))
    assert await asked(desk, made.id) == [(SANA, HandoverOutcome.LAPSED), (DINA, None)]


async def test_the_next_absence_is_another_though_nobody_saw_the_first_end(desk: Office) -> None:
    made = await desk.open("SEV-4", owner=CARLA)
    await desk.goes_away(CARLA, until=at("Tue 09:00"))
    (first,) = await desk.handovers(made.id)
    await handing_over.decline(desk.clarion, made.id, first.id, first.to_id, None)
    desk.clock.jump_to(at("Wed 10:00"))
    await desk.goes_away(CARLA, until=at("Fri 09:00"))
    assert (await asked(desk, made.id))[-1] == (first.to_id, None)


async def test_an_owner_who_does_something_while_away_is_there(desk: Office) -> None:
    made = await desk.open()
    await desk.goes_away(DINA)
    await owning.post_update(desk.clarion, made.id, DINA, None, NewUpdate("Fixing", "Watch"))
    assert await asked(desk, made.id) == [(VERA, None)], "what was asked stands"
    (handover,) = await desk.handovers(made.id)
    await handing_over.decline(desk.clarion, made.id, handover.id, VERA, None)
    await desk.until(at("Mon 16:00"))
    assert await asked(desk, made.id) == [(VERA, HandoverOutcome.DECLINED)]


async def test_who_took_it_while_away_is_left_to_it_until_the_next_absence(desk: Office) -> None:
    made = await desk.open()
    await desk.goes_away(TESS)
    await handing_over.take_over(desk.clarion, made.id, TESS, None)
    await people.see_to_owners(desk.clarion)
    await desk.until(at("Mon 12:00"))
    assert await asked(desk, made.id) == []
    await desk.comes_back(TESS)
    await desk.goes_away(TESS)
    assert await asked(desk, made.id) == [(DINA, None)]


async def test_who_opened_it_for_themselves_while_away_is_left_to_it(desk: Office) -> None:
    await desk.goes_away(DINA)
    made = await desk.open(owner=DINA, by=DINA)
    await desk.until(at("Mon 12:00"))
    assert await asked(desk, made.id) == []


async def test_one_opened_for_somebody_away_asks_the_next_at_once(here: Office) -> None:
    await here.goes_away(DINA)
    made = await here.open(owner=DINA)
    assert (await here.escalation(made.id)).owner_id == DINA
    assert await asked(here, made.id) == [(VERA, None)]
    assert await told_of(here, made.id, EventKind.HANDOVER_ASKED) == [None, DINA, OLGA]


async def test_one_reopened_to_somebody_away_asks_the_next_at_once(desk: Office) -> None:
    made = await desk.open()
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    await desk.goes_away(DINA)
    assert await asked(desk, made.id) == [], "nothing is owed while it is resolved"
    await ending.reopen(desk.clarion, made.id, OLGA, None, "It is back")
    assert await asked(desk, made.id) == [(VERA, None)]


async def test_a_request_that_somebody_made_is_left_alone_and_followed_once_it_ends(desk: Office) -> None:
    made = await desk.open()
    await handing_over.hand_off(desk.clarion, made.id, DINA, None, VERA, "Leave begins")
    await desk.goes_away(DINA)
    assert await asked(desk, made.id) == []
    (handover,) = await desk.handovers(made.id)
    await handing_over.decline(desk.clarion, made.id, handover.id, VERA, None)
    assert await told_of(desk, made.id, EventKind.HANDOVER_DECLINED) == [None, DINA]
    assert await asked(desk, made.id) == [(VICTOR, None)], "not who has just declined"


async def test_a_lost_owner_is_replaced_by_somebody_who_is_there(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await desk.goes_away(SANA)
    await people.remember(desk.clarion, [await desk.change_person(OMAR, is_deactivated=True)])
    assert (await desk.escalation(made.id)).owner_id == DINA


async def test_if_need_be_by_somebody_away_rather_than_by_nobody(desk: Office) -> None:
    made = await desk.open(by=VERA)
    for user in (VERA, VICTOR, OMAR):
        await desk.goes_away(user)
    await people.remember(desk.clarion, [await desk.change_person(DINA, is_deactivated=True)])
    stored = await desk.escalation(made.id)
    assert stored.owner_id == VERA
    assert await asked(desk, made.id) == []
    assert await told_of(desk, made.id, EventKind.NOBODY_LEFT) == [None, VERA, OMAR]


async def test_the_business_clock_of_the_one_asked_is_kept(desk: Office) -> None:
    desk.clock.jump_to(at("Mon 20:00"))
    made = await desk.open("SEV-3", owner=CARLA)
    await desk.goes_away(CARLA, until=at("Tue 08:00"))
    await desk.until(at("Tue 07:00"))
    assert await asked(desk, made.id) == [(SANA, None)]
    await desk.until(at("Tue 08:00"))
    assert await asked(desk, made.id) == [(SANA, HandoverOutcome.WITHDRAWN)]


async def test_a_quiet_day_costs_nothing_where_nobody_is_away(desk: Office) -> None:
    await desk.open()
    effects = await desk.new(people.see_to_owners(desk.clarion))
    assert effects == []
    desk.clock.pass_by(timedelta(minutes=1))
    assert await desk.new(desk.goes_away(CARLA)) == [], "Carla owns nothing"
