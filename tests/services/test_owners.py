"""Whom a form offers as owner: the suggested first, with how many each holds."""

from __future__ import annotations

import pytest

from services.owners import owners_for
from tests.support.clock import at
from tests.support.office import CARLA, DINA, OLGA, OMAR, SANA, ULF, VERA, VICTOR, Office, office

OFFERED = [
    ("SEV-1", DINA, [VERA, VICTOR]),
    ("SEV-2", SANA, [DINA, OMAR]),
    ("SEV-3", CARLA, [OMAR, SANA]),
    ("SEV-4", CARLA, [OLGA, SANA]),
]


@pytest.mark.parametrize(("severity", "suggested", "others"), OFFERED)
async def test_whom_the_policy_allows(desk: Office, severity: str, suggested: str, others: list[str]) -> None:
    found = await owners_for(desk.clarion, severity, ULF)
    assert found.suggested is not None
    assert (found.suggested.user_id, [one.user_id for one in found.others]) == (suggested, others)


async def test_who_holds_fewer_is_suggested(here: Office) -> None:
    await here.open("SEV-1", owner=DINA)
    found = await owners_for(here.clarion, "SEV-1", ULF)
    assert found.suggested is not None
    assert (found.suggested.user_id, found.load) == (VERA, {DINA: 1})


async def test_the_present_owner_is_not_offered_and_typing_narrows(desk: Office) -> None:
    found = await owners_for(desk.clarion, "SEV-1", ULF, without=DINA)
    assert found.suggested is not None
    assert (found.suggested.user_id, [one.user_id for one in found.others]) == (VERA, [VICTOR])
    typed = await owners_for(desk.clarion, "SEV-1", ULF, typed="vic")
    assert [one.user_id for one in typed.others] == [VICTOR]


async def test_where_anyone_may_own_the_one_who_asks_is_suggested(migrated_sqlite_url: str) -> None:
    async with office(migrated_sqlite_url, at("Mon 10:00"), policy="") as fresh:
        found = await owners_for(fresh.clarion, "SEV-1", ULF)
        assert found.suggested is not None
        assert found.suggested.user_id == ULF
        assert {OLGA, VERA} <= {one.user_id for one in found.others}


async def test_somebody_is_found_by_a_name_in_any_script_and_case(here: Office) -> None:
    async with here.database.write() as session:
        await session.merge(await here.change_person(VICTOR, name="Örjan Ærø"))
    for typed in ("ö", "ÖRJAN", "ærø"):
        found = await owners_for(here.clarion, "SEV-1", ULF, typed=typed)
        assert [one.user_id for one in found.others] == [VICTOR], typed
