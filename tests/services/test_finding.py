"""Finding escalations: by reference, in lists, and never what somebody may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.errors import NotFound, Refused
from services import ending, finding, owning
from services.channels import somebody_joined
from tests.support.clock import at
from tests.support.office import CARLA, CLEO, DINA, GRETA, OLGA, OMAR, TESS, ULF, VERA, Office


@pytest.mark.parametrize(
    ("word", "number"), [("ESC-42", 42), ("esc-7", 7), (" Esc-1 ", 1), ("ESC42", None), ("42", None)]
)
def test_a_reference_in_any_case(word: str, number: int | None) -> None:
    assert finding.reference_number(word) == number


async def numbers(here: Office, user: str, **how: object) -> list[int]:
    return [one.number for one, _ in await finding.list_open(here.clarion, user, **how)]  # type: ignore[arg-type]


async def test_a_confidential_one_is_found_by_whom_it_concerns_alone(here: Office) -> None:
    made = await here.open("SEV-2", owner=OMAR, by=OLGA, confidential=True)
    await here.send()
    channel = (await here.escalation(made.id)).channel_id
    assert channel is not None
    await somebody_joined(here.clarion, channel, ULF)
    for user, sees in ((OMAR, True), (OLGA, True), (ULF, True), (CARLA, False), (DINA, False), (CLEO, False)):
        assert await numbers(here, user) == ([1] if sees else []), user
        for find in (finding.by_reference(here.clarion, 1, user), finding.by_id(here.clarion, made.id, user)):
            if sees:
                assert (await find).id == made.id
            else:
                with pytest.raises(NotFound):
                    await find


async def test_a_senior_sees_a_confidential_one_once_told(here: Office) -> None:
    made = await here.open("SEV-1", owner=DINA, by=OLGA, confidential=True)
    assert await numbers(here, TESS) == [1], "the path of a SEV-1 is told at once"
    assert await numbers(here, CLEO) == []
    await here.until(at("Mon 10:56"))  # the acknowledgement is 40 minutes late: tier 4 is told
    assert await numbers(here, CLEO) == [1]
    assert (await finding.by_id(here.clarion, made.id, CLEO)).number == 1
    assert await numbers(here, VERA) == [], "told, but no tier above the owner"


async def test_both_refusals_sound_the_same(desk: Office) -> None:
    await desk.open(confidential=True)
    sentences = []
    for number in (1, 2):
        with pytest.raises(NotFound) as wrong:
            await finding.by_reference(desk.clarion, number, ULF)
        sentences.append(str(wrong.value).replace(f"ESC-{number}", "ESC-n"))
    assert len(set(sentences)) == 1


async def test_guests_find_nothing(desk: Office) -> None:
    await desk.open()
    with pytest.raises(Refused):
        await finding.by_reference(desk.clarion, 1, GRETA)


async def test_lists_put_the_overdue_first_then_the_serious_then_the_old(desk: Office) -> None:
    for severity, owner in (("SEV-4", CARLA), ("SEV-3", CARLA), ("SEV-1", DINA), ("SEV-1", DINA), ("SEV-2", OMAR)):
        await desk.open(severity, owner=owner)
    for id_ in (3, 4):
        await owning.acknowledge(desk.clarion, id_, DINA, None)
        await owning.told_customer(desk.clarion, id_, DINA, None)
    desk.clock.pass_by(timedelta(minutes=55))
    assert await numbers(desk, ULF) == [3, 4, 5, 2, 1]
    desk.clock.pass_by(timedelta(minutes=6))
    await owning.post_update(desk.clarion, 3, DINA, None, owning.NewUpdate("Down", "Up"))
    await owning.plan(desk.clarion, 3, DINA, None, [owning.NewStep("x", ULF, at("Fri 10:00").date())], None)
    assert await numbers(desk, ULF) == [4, 5, 3, 2, 1]


async def test_what_a_list_is_narrowed_to(desk: Office) -> None:
    await desk.open("SEV-1", owner=DINA, by=OLGA, customer_name="Öko Käse 100%")
    await desk.open("SEV-4", owner=CARLA, by=DINA, customer_name="Acme")
    await desk.open("SEV-4", owner=CARLA, by=OLGA, customer_name="Beta")
    await ending.resolve(desk.clarion, 3, CARLA, None, "Done")
    assert await numbers(desk, ULF) == [1, 2]
    assert await numbers(desk, ULF, ended_too=True) == [1, 2, 3]
    assert await numbers(desk, DINA, mine=True) == [1, 2]
    assert await numbers(desk, ULF, severity="SEV-4") == [2]
    assert await numbers(desk, ULF, customer="acm") == [2]
    assert await numbers(desk, ULF, customer="0%") == [1]
    assert await numbers(desk, ULF, customer="_") == []


async def test_what_is_open_stands_before_what_has_ended(desk: Office) -> None:
    await desk.open("SEV-1", owner=DINA)
    await desk.open("SEV-4", owner=CARLA)
    await ending.resolve(desk.clarion, 1, DINA, None, "Done")
    assert await numbers(desk, ULF, ended_too=True) == [2, 1]


async def test_names_are_found_in_any_case_and_script(desk: Office) -> None:
    await desk.open("SEV-4", owner=CARLA, customer_name="École Ñandú")
    for typed in ("école", "ÉCOLE ñ", "ndÚ"):
        assert [one.name for one in await finding.known_customers(desk.clarion, typed, ULF)] == ["École Ñandú"], typed
        assert await numbers(desk, ULF, customer=typed) == [1], typed


async def test_a_row_names_what_falls_due_first(desk: Office) -> None:
    await desk.open("SEV-1")
    ((_, due),) = await finding.list_open(desk.clarion, ULF)
    assert due is not None
    assert due.kind.value == "acknowledge"


async def test_known_customers_by_what_was_typed(desk: Office) -> None:
    for name in ("Zeta", "Acme", "Acme Cloud"):
        await desk.open("SEV-4", owner=CARLA, customer_name=name)
    assert [one.name for one in await finding.known_customers(desk.clarion, "acm", ULF)] == ["Acme", "Acme Cloud"]
    assert [one.name for one in await finding.known_customers(desk.clarion, "", ULF)] == ["Acme", "Acme Cloud", "Zeta"]
    named = await finding.customer_named(desk.clarion, "ACME  cloud is slow", ULF)
    assert named is not None
    assert named.name == "Acme Cloud"
    assert await finding.customer_named(desk.clarion, "Acmeology fails", ULF) is None
    assert await finding.customer_named(desk.clarion, "", ULF) is None


@pytest.mark.parametrize("typed", ["ö", "ÖLWERK", "straße", "STRASSE", "ölwerk  str", "\uff33traße"])
async def test_a_customer_is_found_in_any_script_and_case(here: Office, typed: str) -> None:
    await here.open("SEV-4", owner=CARLA, customer_name="Ölwerk Straße")
    assert [one.name for one in await finding.known_customers(here.clarion, typed, ULF)] == ["Ölwerk Straße"]
    assert len(await finding.list_open(here.clarion, ULF, customer=typed)) == 1
    named = await finding.customer_named(here.clarion, "öLWERK STRASSE is down", ULF)
    assert named is not None


async def test_a_customer_of_a_confidential_one_alone_is_known_to_whom_it_concerns_alone(desk: Office) -> None:
    await desk.open("SEV-2", owner=OMAR, by=OLGA, customer_name="Zq7 Bank", confidential=True)
    assert await finding.known_customers(desk.clarion, "zq7", ULF) == []
    assert await finding.customer_named(desk.clarion, "Zq7 Bank is down", ULF) is None
    assert [one.name for one in await finding.known_customers(desk.clarion, "zq7", OLGA)] == ["Zq7 Bank"]
    await desk.open("SEV-3", owner=CARLA, by=CARLA, customer_name="Zq7 Bank")
    assert [one.name for one in await finding.known_customers(desk.clarion, "zq7", ULF)] == ["Zq7 Bank"]
