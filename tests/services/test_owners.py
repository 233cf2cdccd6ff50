"""Whom a form offers as owner: the suggested first, with how many each holds."""

from __future__ import annotations

import pytest

from escalation.roster import Presence
from services.owners import concern_about, owners_for
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


@pytest.mark.parametrize(
    ("moment", "suggested"),
    [
        ("Mon 10:00", DINA),  # five in the morning where Victor lives
        ("Mon 21:00", VICTOR),  # four in the afternoon
        ("2026-12-25 15:00", DINA),  # Christmas, at any place
    ],
)
async def test_who_is_in_their_business_hours_is_suggested(
    migrated_sqlite_url: str, moment: str, suggested: str
) -> None:
    async with office(migrated_sqlite_url, at(moment)) as desk:
        found = await owners_for(desk.clarion, "SEV-1", ULF)
        assert found.suggested is not None
        assert found.suggested.user_id == suggested
        assert found.presence[VICTOR] is (Presence.THERE if suggested == VICTOR else Presence.OUT_OF_HOURS)


async def test_who_is_away_is_suggested_only_when_nobody_else_is_left(desk: Office) -> None:
    for away, suggested in ((DINA, VERA), (VERA, VICTOR), (VICTOR, DINA)):
        await desk.goes_away(away)
        found = await owners_for(desk.clarion, "SEV-1", ULF)
        assert found.suggested is not None
        assert found.suggested.user_id == suggested


async def test_presence_moves_with_the_clock_though_people_are_read_twice_a_minute(desk: Office) -> None:
    desk.clock.jump_to(at("Mon 17:29"))
    await desk.goes_away(VERA, until=at("Mon 17:30"))
    before = (await owners_for(desk.clarion, "SEV-1", ULF)).presence
    desk.clock.jump_to(at("Mon 17:30:10"))
    after = (await owners_for(desk.clarion, "SEV-1", ULF)).presence
    assert (before[VERA], after[VERA]) == (Presence.AWAY, Presence.OUT_OF_HOURS)


# What speaks against an owner


async def concern(
    desk: Office, owner: str, severity: str = "SEV-1", **more: object
) -> tuple[int, str, list[str]] | None:
    found = await concern_about(desk.clarion, severity, owner, **more)  # type: ignore[arg-type]
    return (found.holds, found.away, [one.user_id for one, _ in found.instead]) if found else None


async def test_who_holds_as_many_as_the_policy_wants_at_most_would_hold_too_many(desk: Office) -> None:
    for _ in range(4):
        await desk.open("SEV-1", owner=DINA)
    assert await concern(desk, DINA) is None
    for owner in (DINA, VERA):
        await desk.open("SEV-1", owner=owner)
    assert await concern(desk, DINA) == (5, "", [VICTOR, VERA]), "the least loaded first"
    assert await concern(desk, DINA, counted=True) is None
    assert await concern(desk, DINA, without=VICTOR) == (5, "", [VERA])


async def test_those_away_or_loaded_as_well_are_no_alternative(desk: Office) -> None:
    for _ in range(5):
        for owner in (DINA, VERA):
            await desk.open("SEV-1", owner=owner)
    await desk.goes_away(VICTOR, until=at("Fri 12:00"))
    assert await concern(desk, DINA) == (5, "", [])
    assert await concern(desk, VICTOR) == (0, "is out of office until 12 Jun", [])


async def test_where_anyone_may_own_at_most_three_are_named(migrated_sqlite_url: str) -> None:
    async with office(migrated_sqlite_url, at("Mon 10:00"), policy="max_open_per_owner: 1") as fresh:
        await fresh.open(owner=OLGA)
        await fresh.open(owner=CARLA)
        found = await concern(fresh, OLGA)
        assert found is not None
        assert len(found[2]) == 3
        assert {OLGA, CARLA}.isdisjoint(found[2])
