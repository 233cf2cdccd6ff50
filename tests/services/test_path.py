"""Who was told when: each by name and role on the timeline, whether by the path, by a rung or by a lapse."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from blocks.timeline import timeline
from escalation.case import EventKind
from escalation.effects import EffectKind
from services import handing_over, views
from services.timeline import read_timeline
from tests.support.clock import at, wall
from tests.support.office import CARLA, CLEO, DINA, OMAR, SANA, TESS, VERA, VICTOR, Office, office

# Nobody is CTO, nor an engineering manager: the admins stand in for them.
GAPS = f"""
roles: {{cs_manager: [{OMAR}], cs_director: [{DINA}], vp_customer_success: [{VERA}]}}
admins: [{OMAR}]
severities: {{SEV-2: {{notify: [{{within: 0m, roles: [cto]}}]}}}}
"""


@pytest.fixture
async def gaps(migrated_sqlite_url: str) -> AsyncIterator[Office]:
    async with office(migrated_sqlite_url, at("Mon 10:00"), GAPS) as made:
        yield made


async def on_record(here: Office, id_: int, kind: EventKind) -> list[tuple[str | None, list[tuple[str, list[str]]]]]:
    """When, and each with their roles."""
    rows = [one for one in await here.events(id_) if one.kind is kind]
    return [(wall(one.at), [(told["user"], told["roles"]) for told in one.values["told"]]) for one in rows]


async def test_the_path_of_a_sev_1_is_on_record_each_with_their_own_role(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    roles = [(VERA, ["vp_customer_success"]), (VICTOR, ["vp_engineering"]), (TESS, ["cto"])]
    assert await on_record(desk, made.id, EventKind.PATH_TOLD) == [("Mon 10:00", roles)]
    text = timeline(made, await read_timeline(desk.clarion, made.id)).text
    expected = f"told <@{VERA}> (VP customer success), <@{VICTOR}> (VP engineering) and <@{TESS}> (CTO)"
    assert expected in text


async def test_the_path_is_on_record_when_it_was_told_and_not_before(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await desk.until(at("Mon 11:59"))
    assert await on_record(desk, made.id, EventKind.PATH_TOLD) == []
    await desk.until(at("Mon 12:00"))
    assert await on_record(desk, made.id, EventKind.PATH_TOLD) == [("Mon 12:00", [(DINA, ["cs_director"])])]


async def test_whoever_stands_in_for_a_role_that_nobody_fills_is_told_as_an_admin(gaps: Office) -> None:
    made = await gaps.open("SEV-2", owner=DINA)
    assert await on_record(gaps, made.id, EventKind.PATH_TOLD) == [("Mon 10:00", [(OMAR, ["admin"])])]
    (told,) = await gaps.effects(EffectKind.TELL_PATH)
    assert (told.data["user"], told.data["roles"]) == (OMAR, ["admin"])
    async with gaps.database.read() as session:
        view = await views.path_view(session, gaps.clarion, made, OMAR, told.data["roles"])
    assert view.why == "You are told as an admin."


async def test_those_told_by_a_rung_are_on_record_with_their_role_and_the_owner_without(desk: Office) -> None:
    made = await desk.open("SEV-1", owner=DINA)
    await desk.until(at("Mon 10:56"))
    asked = [one for one in await desk.events(made.id) if one.kind is EventKind.ASKED]
    roles = {one.values["audience"]: one.values["roles"] for one in asked}
    assert roles == {
        DINA: [],
        "channel": [],
        VERA: ["vp_customer_success"],
        VICTOR: ["vp_engineering"],
        TESS: ["cto"],
        CLEO: ["ceo"],
    }
    text = timeline(made, await read_timeline(desk.clarion, made.id), 1).text
    text += timeline(made, await read_timeline(desk.clarion, made.id)).text
    assert f"told <@{CLEO}> (CEO) what is overdue: the acknowledgement" in text
    assert f"asked <@{DINA}> for the acknowledgement" in text


async def test_those_above_who_hear_of_an_unanswered_handover_are_on_record_and_may_see_it(desk: Office) -> None:
    made = await desk.open("SEV-3", owner=CARLA, by=CARLA, confidential=True)
    await handing_over.hand_off(desk.clarion, made.id, CARLA, None, SANA, "Shift ends")
    await desk.until(at("Mon 14:00"))
    channel_first = [rung.tell.kind.value for rung in desk.clarion.policy.severities["SEV-3"].if_silent][1]
    assert channel_first == "channel", "so nobody but the channel is one rung up"
    assert await on_record(desk, made.id, EventKind.HANDOVER_LAPSED) == [("Mon 14:00", [])]


DIRECT = "\nseverities: {SEV-3: {if_silent: [{after: 0m, tell: owner}, {after: 2h, tell: cs_director}]}}\n"


async def test_a_role_one_rung_up_is_on_record_when_a_handover_lapses(migrated_sqlite_url: str) -> None:
    policy = f"roles: {{csm: [{CARLA}], senior_csm: [{SANA}], cs_director: [{DINA}]}}\nadmins: [{OMAR}]{DIRECT}"
    async with office(migrated_sqlite_url, at("Mon 10:00"), policy) as here:
        made = await here.open("SEV-3", owner=CARLA, by=CARLA, confidential=True)
        await handing_over.hand_off(here.clarion, made.id, CARLA, None, SANA, "Shift ends")
        await here.until(at("Mon 14:00"))
        assert await on_record(here, made.id, EventKind.HANDOVER_LAPSED) == [("Mon 14:00", [(DINA, ["cs_director"])])]
        assert DINA in {one.user_id for one in await here.members(made.id) if one.told}


async def test_those_who_hear_that_nobody_is_left_to_ask_are_on_record(migrated_sqlite_url: str) -> None:
    policy = f"roles: {{csm: [{CARLA}], cs_director: [{DINA}]}}\nadmins: [{OMAR}]{DIRECT}"
    async with office(migrated_sqlite_url, at("Mon 10:00"), policy) as here:
        for user in (OMAR, DINA):
            await here.goes_away(user)
        made = await here.open("SEV-3", owner=CARLA, by=CARLA)
        await here.goes_away(CARLA)
        told = [(OMAR, ["admin"]), (DINA, ["cs_director"])]
        assert await on_record(here, made.id, EventKind.NOBODY_LEFT) == [("Mon 10:00", told)]
        text = timeline(made, await read_timeline(here.clarion, made.id)).text
        assert f"found nobody left to take over and told <@{OMAR}> (admin) and <@{DINA}> (CS director)" in text
