"""Whatever moves what is owed lets the backup follow; what does not, leaves it alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from escalation.effects import EffectKind, EffectState
from services import ending, handing_over, owning
from services.channels import channel_archived
from services.delivery.shapes import METHOD
from services.owning import NewStep, NewUpdate
from services.severity import change_severity
from services.timeline import note
from tests.support.clock import at
from tests.support.office import CARLA, CLEO, DINA, OLGA, ULF, VERA, Act, Office

BACKUP = EffectKind.REFRESH_BACKUP


async def renewals(here: Office, act: Act) -> int:
    """How many times an act lets the backup follow, after everything before was sent."""
    await here.send()
    before = await here.mark()
    await act()
    return len(await here.effects(BACKUP, after=before))


ACTS: dict[str, Callable[[Office, int], Awaitable[object]]] = {
    "acknowledge": lambda here, id_: owning.acknowledge(here.clarion, id_, DINA, None),
    "update": lambda here, id_: owning.post_update(here.clarion, id_, DINA, None, NewUpdate("Down", "Up")),
    "still working": lambda here, id_: owning.still_working(here.clarion, id_, DINA, None, "Reading", None),
    "snooze": lambda here, id_: owning.snooze(here.clarion, id_, DINA, None, timedelta(minutes=20), "Call"),
    "customer told": lambda here, id_: owning.told_customer(here.clarion, id_, DINA, None),
    "plan": lambda here, id_: owning.plan(
        here.clarion, id_, DINA, None, [NewStep("Roll back", ULF, date(2026, 6, 9))], None
    ),
    "hand off": lambda here, id_: handing_over.hand_off(here.clarion, id_, DINA, None, VERA, "Shift ends"),
    "take over": lambda here, id_: handing_over.take_over(here.clarion, id_, CLEO, None),
    "severity": lambda here, id_: change_severity(here.clarion, id_, DINA, None, "SEV-2", "So", None),
    "resolve": lambda here, id_: ending.resolve(here.clarion, id_, DINA, None, "Swapped"),
    "channel lost": lambda here, id_: channel_archived(here.clarion, "C1N1"),
}


@pytest.mark.parametrize("name", ACTS)
async def test_it_follows_once_whatever_moves_what_is_owed(desk: Office, name: str) -> None:
    made = await desk.open()
    act = ACTS[name]
    assert await renewals(desk, lambda: act(desk, made.id)) == 1


async def test_an_opening_sets_it(desk: Office) -> None:
    assert await renewals(desk, desk.open) == 1


async def test_it_follows_reopening_and_closing(desk: Office) -> None:
    made = await desk.open()
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    assert await renewals(desk, lambda: ending.reopen(desk.clarion, made.id, OLGA, None, "It is back")) == 1
    await ending.resolve(desk.clarion, made.id, DINA, None, "Swapped")
    assert await renewals(desk, lambda: ending.close(desk.clarion, made.id, DINA, None)) == 1
    assert await renewals(desk, lambda: ending.reopen(desk.clarion, made.id, OLGA, None, "It is back")) >= 1


async def test_it_follows_a_rung_and_no_quiet_word(desk: Office) -> None:
    await desk.open("SEV-3", owner=CARLA)
    assert await renewals(desk, lambda: desk.until(at("Mon 13:45"))) == 0
    assert await renewals(desk, lambda: desk.until(at("Mon 14:00"))) == 1


async def test_a_note_on_the_timeline_moves_nothing(desk: Office) -> None:
    made = await desk.open()
    assert await renewals(desk, lambda: note(desk.clarion, made.id, OLGA, None, "Hello")) == 0


async def test_ten_changes_while_slack_is_slow_are_one(desk: Office) -> None:
    made = await desk.open()
    await desk.send()
    before = await desk.mark()
    for _ in range(10):
        await owning.post_update(desk.clarion, made.id, DINA, None, NewUpdate("Down", "Up"))
    (one,) = await desk.effects(BACKUP, after=before)
    assert one.state is EffectState.PENDING


async def test_it_stands_behind_all_that_people_wait_for(desk: Office) -> None:
    made = await desk.open()
    await owning.acknowledge(desk.clarion, made.id, DINA, None)
    (backup,) = await desk.effects(BACKUP)
    others = [one for one in await desk.effects() if one.created_at == backup.created_at]
    assert all(one.rank_at < backup.rank_at for one in others)
    assert METHOD[BACKUP] == "chat.scheduleMessage"
