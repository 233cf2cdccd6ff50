"""How late the most overdue thing is that has not reached Slack, from when it was due until it is there."""

from __future__ import annotations

from services.backlog import read_backlog
from services.sweep import sweep
from tests.support.clock import at
from tests.support.office import DINA, Office


async def overdue(here: Office) -> float:
    return (await read_backlog(here.clarion)).overdue_unsent


async def test_an_obligation_counts_from_when_it_was_due_until_its_nag_is_sent(here: Office) -> None:
    await here.open("SEV-1", owner=DINA)  # to be acknowledged by 10:15
    await here.send()
    here.clock.jump_to(at("Mon 10:15"))
    assert await overdue(here) == 0
    here.clock.jump_to(at("2026-06-08 10:15:10"))
    assert await overdue(here) == 10  # not swept yet
    await here.sweep()
    assert await overdue(here) == 10  # not sent yet
    here.clock.jump_to(at("Mon 10:17"))
    assert await overdue(here) == 120
    await here.send()
    assert await overdue(here) == 0


async def test_the_most_overdue_of_several_is_what_counts(here: Office) -> None:
    await here.open("SEV-1", owner=DINA)
    here.clock.jump_to(at("Mon 10:05"))
    assert await overdue(here) == 300  # the message that gives it to Dina
    await here.send()
    await here.open("SEV-1", owner=DINA)
    await here.send()
    here.clock.jump_to(at("Mon 10:21"))
    assert await overdue(here) == 360  # the first acknowledgement; the second is a minute late
    await here.sweep()
    assert await overdue(here) == 360


async def test_a_sweep_says_after_each_escalation_that_it_gets_on(here: Office) -> None:
    for _ in range(3):
        await here.open("SEV-1", owner=DINA)
    here.clock.jump_to(at("Mon 10:16"))
    moved = []
    await sweep(here.clarion, lambda: moved.append(1))
    assert len(moved) == 3
