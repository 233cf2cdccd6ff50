"""A restart under a changed policy, by the rows: what moves, who hears of it, once, whatever happens in between."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from escalation.case import CHANNEL, EventKind, Notice, Workspace
from escalation.effects import EffectKind
from escalation.obligations import Kind
from escalation.policy_file import read_policy
from services import ending, owning, people
from services.clarion import Clarion
from services.owning import NewStep
from services.policy_changes import take_up
from tests.support.clock import at, wall
from tests.support.office import DINA, OMAR, POLICY, TEAM, TESS, Office, kinds

STRICTER = f"{POLICY}severities: {{SEV-2: {{update_every: 2h, acknowledge_within: 30m}}}}\n"
LOOSER = f"{POLICY}severities: {{SEV-2: {{update_every: 6h business}}}}\n"
RENAMED = f"{POLICY}severities: {{SEV-2: {{name: Grave}}}}\n"
TELLING = f"{POLICY}severities: {{SEV-2: {{notify: [{{within: 30m, roles: [cto, cs_manager]}}]}}}}\n"


def under(here: Office, text: str) -> Clarion:
    """The bot as it starts with this policy."""
    return replace(here.clarion, policy=read_policy(text), running_since=here.clock.now())


async def restarts(here: Office, text: str) -> int:
    return await take_up(under(here, text), text)


async def test_the_first_start_keeps_the_policy_and_moves_nothing(here: Office) -> None:
    made = await here.open("SEV-2", owner=OMAR)
    assert await restarts(here, STRICTER) == 0
    assert wall((await here.owed(made.id))[Kind.UPDATE].due_at) == "Mon 14:00"


async def test_the_same_policy_again_writes_nothing(desk: Office) -> None:
    await desk.open("SEV-2", owner=OMAR)
    await restarts(desk, POLICY)
    commits: list[int] = []
    desk.database.on_commit(lambda: commits.append(1))
    assert await restarts(desk, POLICY) == 0
    assert commits == []


async def test_a_stricter_policy_brings_due_times_nearer_and_says_so_in_the_channel(here: Office) -> None:
    made = await here.open("SEV-2", owner=OMAR)
    await restarts(here, POLICY)
    here.clock.jump_to(at("Mon 10:10"))
    added = await here.new(restarts(here, STRICTER))
    owed = await here.owed(made.id)
    assert [wall(owed[kind].due_at) for kind in (Kind.ACKNOWLEDGE, Kind.UPDATE)] == ["Mon 10:30", "Mon 12:00"]
    event = await here.event(made.id, EventKind.POLICY_CHANGED)
    assert event.by == ""
    assert {row["what"] for row in event.values["moved"]} == {"acknowledge", "update"}
    assert EffectKind.REFRESH_CARD.value in kinds(added)
    assert EffectKind.POST_EVENT.value in kinds(added)
    await here.check()


async def test_a_looser_one_is_shown_on_the_card_and_said_to_nobody(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await restarts(desk, POLICY)
    added = await desk.new(restarts(desk, LOOSER))
    assert wall((await desk.owed(made.id))[Kind.UPDATE].due_at) == "Mon 16:00"
    assert EffectKind.POST_EVENT.value not in kinds(added)
    assert EffectKind.REFRESH_CARD.value in kinds(added)
    assert (await desk.event(made.id, EventKind.POLICY_CHANGED)).values["next_update_at"]


async def test_a_zone_that_nobody_can_read_is_the_policys(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await owning.plan(desk.clarion, made.id, OMAR, None, [NewStep("Roll back", TESS, date(2026, 7, 29))], None)
    await restarts(desk, POLICY)
    await people.remember(desk.clarion, [await desk.change_person(TESS, zone="Mars/Olympus_Mons")])
    assert await restarts(desk, STRICTER) == 1


async def test_words_alone_move_nothing_and_are_kept(desk: Office) -> None:
    await desk.open("SEV-2", owner=OMAR)
    await restarts(desk, POLICY)
    assert await desk.new(restarts(desk, RENAMED)) == []
    async with desk.database.read() as session:
        assert "Grave" in (await session.get_one(Workspace, TEAM)).policy_in_force


async def test_nobody_is_asked_again_for_what_they_were_asked(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await restarts(desk, POLICY)
    await desk.until(at("Mon 11:31"))  # the owner and the channel were asked for the acknowledgement

    def asked(notices: list[Notice]) -> list[str]:
        return [one.audience for one in notices if one.audience == CHANNEL]

    before = asked(await desk.notices(made.id))
    changed = f"{POLICY}severities: {{SEV-2: {{if_silent: [{{after: 0m, tell: owner}}, {{after: 20m, tell: channel}}, {{after: 3h, tell: tier 3}}]}}}}\n"
    await restarts(desk, changed)
    desk.clarion = under(desk, changed)
    await desk.sweep()
    assert asked(await desk.notices(made.id)) == before
    await desk.until(at("Mon 14:01"))
    assert await desk.live(made.id, DINA) is not None, "tier 3, three hours after it was due"


async def test_those_whom_the_new_policy_names_are_told_in_its_time_and_nobody_twice(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await restarts(desk, POLICY)
    await desk.until(at("Mon 12:01"))  # the director was told
    await restarts(desk, TELLING)
    desk.clarion = under(desk, TELLING)
    await desk.until(at("Mon 13:00"))
    told = {one.data["user"] for one in await desk.effects(EffectKind.TELL_PATH)}
    assert told == {DINA, TESS}
    assert Kind.TELL_PATH not in await desk.owed(made.id)


async def test_a_step_of_a_resolved_ones_plan_follows_the_hours_too(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    await restarts(desk, POLICY)
    await owning.plan(desk.clarion, made.id, OMAR, None, [NewStep("Roll back", OMAR, date(2026, 6, 10))], None)
    await ending.resolve(desk.clarion, made.id, OMAR, None, "Swapped")
    await restarts(desk, f"{POLICY}business_hours: {{end: '16:00'}}\n")
    assert wall((await desk.owed(made.id))[Kind.PLAN_STEP].due_at) == "Wed 16:00"
    await desk.check()


async def test_killed_half_way_the_next_start_goes_on_where_it_was(here: Office) -> None:
    for _ in range(4):
        await here.open("SEV-2", owner=OMAR)
    await restarts(here, POLICY)
    here.clock.pass_by(timedelta(minutes=5))
    starting = asyncio.ensure_future(restarts(here, STRICTER))
    commits: list[int] = []

    def kill_after_two() -> None:
        commits.append(1)
        if len(commits) == 2:
            starting.cancel()

    here.database.on_commit(kill_after_two)
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert 0 < await restarts(here, STRICTER) < 4, "the others were done before"
    for id_ in range(1, 5):
        assert wall((await here.owed(id_))[Kind.UPDATE].due_at) == "Mon 12:00"
        assert len([one for one in await here.events(id_) if one.kind is EventKind.POLICY_CHANGED]) == 1


@pytest.mark.parametrize("then", [POLICY, LOOSER], ids=["the old one", "a third"])
async def test_killed_half_way_the_next_start_is_under_another_policy(desk: Office, then: str) -> None:
    for _ in range(4):
        await desk.open("SEV-2", owner=OMAR)
    await restarts(desk, POLICY)
    starting = asyncio.ensure_future(restarts(desk, STRICTER))

    def kill() -> None:
        starting.cancel()

    desk.database.on_commit(kill)
    with pytest.raises(asyncio.CancelledError):
        await starting
    desk.database.forget(kill)
    await restarts(desk, then)
    due = {(await desk.owed(id_))[Kind.UPDATE].due_at for id_ in range(1, 5)}
    assert {wall(one) for one in due} == {"Mon 14:00" if then == POLICY else "Mon 16:00"}


async def test_two_processes_that_start_at_once_judge_once(here: Office) -> None:
    made = await here.open("SEV-2", owner=OMAR)
    await restarts(here, POLICY)
    both = [replace(one, policy=read_policy(STRICTER)) for one in (here.clarion, here.beside())]
    assert sum(await asyncio.gather(*(take_up(one, STRICTER) for one in both))) == 1
    await here.event(made.id, EventKind.POLICY_CHANGED)


async def test_back_and_forth_each_change_counts(desk: Office) -> None:
    made = await desk.open("SEV-2", owner=OMAR)
    for text, due in ((POLICY, "14:00"), (LOOSER, "16:00"), (POLICY, "14:00"), (LOOSER, "16:00")):
        await restarts(desk, text)
        assert wall((await desk.owed(made.id))[Kind.UPDATE].due_at) == f"Mon {due}"
