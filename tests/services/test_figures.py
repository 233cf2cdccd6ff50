"""Kept promises, counted from what people really did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from escalation.case import EventKind
from escalation.figures import Figures, Report, Tally
from escalation.obligations import Kind
from escalation.promises import End, of_values
from services import ending, handing_over, owning, people
from services.figures import read_figures
from services.owning import NewStep, NewUpdate
from services.severity import change_severity
from storage.tables import plan_steps
from tests.support.clock import NEW_YORK, at
from tests.support.office import CARLA, DINA, OLGA, OMAR, ULF, VERA, VICTOR, Office

UPDATE = NewUpdate("Down", "Up")
TOLD = NewUpdate("Down", "Up", customer_told="We are on it")


async def report(here: Office, user: str = ULF, **asked: Any) -> Report:
    return await read_figures(here.clarion, user, **asked)


async def whole(here: Office, user: str = ULF, **asked: Any) -> Figures:
    return (await report(here, user, **asked)).whole


async def promises(here: Office, user: str = ULF, **asked: Any) -> Tally:
    return (await whole(here, user, **asked)).promises


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


async def acknowledge(here: Office, id_: int, by: str = DINA) -> None:
    await owning.acknowledge(here.clarion, id_, by, None)


async def update(here: Office, id_: int, by: str = DINA, words: NewUpdate = TOLD) -> None:
    await owning.post_update(here.clarion, id_, by, None, words)


async def resolve(here: Office, id_: int, by: str = DINA) -> None:
    await ending.resolve(here.clarion, id_, by, None, "Swapped")


async def step_of(here: Office, id_: int, who: str) -> int:
    """The step that somebody has still to do."""
    async with here.database.read() as session:
        query = select(plan_steps.c.id).where(plan_steps.c.escalation_id == id_, plan_steps.c.who == who)
        return await session.scalar(query.where(plan_steps.c.done_at.is_(None))) or 0


async def test_where_nothing_happened_there_is_nothing(here: Office) -> None:
    assert await report(here) == Report()


async def test_an_answer_in_time_and_how_long_it_took(here: Office) -> None:
    case = await here.open()
    await here.pass_by(minutes=6)
    await acknowledge(here, case.id)
    assert await whole(here) == Figures(promises=Tally(on_time=1), opened=1, to_acknowledge=minutes(6))
    (kept,) = of_values((await here.event(case.id, EventKind.ACKNOWLEDGED)).values)
    assert (kept.kind, kept.severity, kept.due_at, kept.how) == (Kind.ACKNOWLEDGE, "SEV-1", at("Mon 10:15"), End.DONE)


async def test_an_answer_too_late_and_by_how_much(here: Office) -> None:
    case = await here.open()
    await here.pass_by(minutes=27)
    await update(here, case.id)
    figures = await whole(here)
    assert figures.promises == Tally(on_time=2, late=1, late_by=minutes(12))
    assert (figures.updates, figures.customer) == (Tally(on_time=1), Tally(on_time=1))


async def test_what_is_overdue_now_is_missed_until_it_is_answered(here: Office) -> None:
    case = await here.open()
    await here.pass_by(minutes=40)
    assert await promises(here) == Tally(missed=2)
    await acknowledge(here, case.id)
    assert await promises(here) == Tally(late=1, missed=1, late_by=minutes(25))


async def test_what_resolving_leaves_unanswered_is_missed_if_it_had_fallen_due(desk: Office) -> None:
    case = await desk.open()
    await desk.pass_by(minutes=40)
    await resolve(desk, case.id)
    figures = await whole(desk)
    assert figures.promises == Tally(missed=2)
    assert (figures.resolved, figures.to_resolve) == (1, minutes(40))


async def test_still_working_on_it_is_no_update_and_too_late_it_is_late(desk: Office) -> None:
    case = await desk.open()
    await desk.pass_by(minutes=10)
    await acknowledge(desk, case.id)
    await desk.pass_by(minutes=40)
    await owning.still_working(desk.clarion, case.id, DINA, None, "Reading", None)
    figures = await whole(desk)
    assert (figures.updates, figures.still_workings) == (Tally(), 1)
    await desk.pass_by(minutes=65)
    await owning.still_working(desk.clarion, case.id, DINA, None, "Reading", None)
    figures = await whole(desk)
    assert (figures.updates, figures.still_workings) == (Tally(late=1, late_by=minutes(5)), 2)


async def test_a_snooze_changes_no_due_time(desk: Office) -> None:
    case = await desk.open()
    await desk.pass_by(minutes=20)
    await owning.snooze(desk.clarion, case.id, DINA, None, minutes(30), "On a call")
    await desk.pass_by(minutes=5)
    assert await promises(desk) == Tally(missed=1)
    await acknowledge(desk, case.id)
    figures = await whole(desk)
    assert (figures.promises, figures.snoozes) == (Tally(late=1, late_by=minutes(10)), 1)


async def test_lateness_over_a_weekend_is_business_time(desk: Office) -> None:
    desk.clock.jump_to(at("Fri 13:00"))
    case = await desk.open("SEV-3", owner=CARLA)  # to be acknowledged by Friday at five
    await desk.until(at("Sun 12:00"))
    assert (await promises(desk)).missed == 2  # the word to the customer is due then, too
    await desk.until(at("next Mon 09:30"))
    await acknowledge(desk, case.id, CARLA)
    assert (await promises(desk)).late_by == minutes(60)


async def test_what_falls_due_as_business_ends_is_overdue_when_it_begins_again(desk: Office) -> None:
    desk.clock.jump_to(at("Fri 13:30"))
    await desk.open("SEV-3", owner=CARLA)
    await desk.until(at("Sun 12:00"))
    assert await promises(desk) == Tally()
    await desk.until(at("next Mon 09:01"))
    assert (await promises(desk)).missed == 2


async def test_what_was_overdue_when_somebody_took_over_was_the_old_owners(desk: Office) -> None:
    """From London to New York: what the new owner is given more time for is theirs from then on."""
    case = await desk.open("SEV-2", owner=OMAR)
    await desk.until(at("Mon 15:00"))
    await handing_over.take_over(desk.clarion, case.id, VICTOR, None)
    before = (await report(desk)).by_person
    assert before[OMAR].updates == Tally(missed=1)
    assert before[OMAR].promises == Tally(late=1, missed=3, late_by=minutes(240))  # all four, one of them answered
    assert VICTOR not in {user for user, figures in before.items() if figures.promises.total}
    await desk.until(at("Mon 15:14"))
    await update(desk, case.id, VICTOR)
    after = (await report(desk)).by_person
    assert after[VICTOR].promises == after[VICTOR].updates == Tally(on_time=1)
    assert after[OMAR].customer == Tally(late=1, late_by=minutes(254))


async def test_an_owner_who_left_leaves_what_was_overdue_behind(desk: Office) -> None:
    await desk.open()
    await desk.pass_by(minutes=20)
    await people.remember(desk.clarion, [await desk.change_person(DINA, is_deactivated=True)])
    by_person = (await report(desk)).by_person
    assert by_person[DINA].promises == Tally(missed=1)


async def test_a_changed_severity_counts_where_it_fell_due(desk: Office) -> None:
    case = await desk.open()
    await desk.pass_by(minutes=10)
    await update(desk, case.id)
    await desk.pass_by(minutes=75)
    await change_severity(desk.clarion, case.id, DINA, None, "SEV-2", "A way around")
    await update(desk, case.id)
    by_severity = (await report(desk)).by_severity
    assert by_severity["SEV-1"].updates == Tally(on_time=1, missed=1)
    assert by_severity["SEV-2"].updates == Tally(on_time=1)
    assert (by_severity["SEV-1"].opened, by_severity["SEV-2"].opened) == (0, 1)
    assert await promises(desk, severity="SEV-2") == by_severity["SEV-2"].promises


async def test_reopened_it_is_acknowledged_again_and_not_resolved(desk: Office) -> None:
    case = await desk.open()
    await desk.pass_by(minutes=4)
    await acknowledge(desk, case.id)
    await resolve(desk, case.id)
    await desk.pass_by(hours=2)
    await ending.reopen(desk.clarion, case.id, ULF, None, "It is back")
    await desk.pass_by(minutes=8)
    await acknowledge(desk, case.id)
    figures = await whole(desk)
    assert (figures.promises, figures.resolved, figures.to_acknowledge) == (Tally(on_time=2), 0, minutes(6))


async def test_a_step_of_the_plan_is_its_persons_promise(desk: Office) -> None:
    case = await desk.open()
    today, tomorrow = at("Mon 12:00").date(), at("Tue 12:00").date()
    await desk.pass_by(minutes=10)
    await update(desk, case.id)
    steps = [NewStep("Roll back", OLGA, today), NewStep("Find out", CARLA, tomorrow), NewStep("Write", CARLA, tomorrow)]
    await owning.plan(desk.clarion, case.id, DINA, None, steps, None)
    await desk.until(at("Tue 10:00"))
    await owning.step_done(desk.clarion, case.id, await step_of(desk, case.id, OLGA), OLGA, None)
    by_person = (await report(desk)).by_person
    assert by_person[OLGA].promises == Tally(late=1, late_by=minutes(60))
    # In the plan's form one is ticked off, one goes on: only the first is settled.
    again = [NewStep("Find out", CARLA, tomorrow, done=True), NewStep("Write", CARLA, tomorrow)]
    await owning.plan(desk.clarion, case.id, DINA, None, again, None)
    assert (await report(desk)).by_person[CARLA].promises == Tally(on_time=1)
    await desk.until(at("Wed 10:00"))
    assert (await report(desk)).by_person[CARLA].promises == Tally(on_time=1, missed=1)


async def test_a_step_is_late_by_the_hours_of_its_person(desk: Office) -> None:
    case = await desk.open()
    await update(desk, case.id)
    steps = [NewStep("Roll back", VICTOR, at("Mon 12:00").date())]
    await owning.plan(desk.clarion, case.id, DINA, None, steps, None)
    await desk.until(at("Tue 10:00", NEW_YORK))
    assert (await report(desk)).by_person[VICTOR].promises == Tally(missed=1)
    await owning.step_done(desk.clarion, case.id, await step_of(desk, case.id, VICTOR), VICTOR, None)
    assert (await report(desk)).by_person[VICTOR].promises == Tally(late=1, late_by=minutes(60))


async def test_an_answer_to_a_handover_is_nobodys_promise(desk: Office) -> None:
    case = await desk.open()
    await acknowledge(desk, case.id)
    await handing_over.hand_off(desk.clarion, case.id, DINA, None, VERA, "Shift ends")
    await desk.pass_by(minutes=16)
    assert EventKind.HANDOVER_LAPSED in {one.kind for one in await desk.events(case.id)}
    assert list((await report(desk)).by_person) == [DINA]


async def test_a_confidential_one_counts_only_for_those_who_may_see_it(here: Office) -> None:
    case = await here.open(confidential=True)
    await acknowledge(here, case.id)
    assert await report(here) == await report(here, CARLA) == Report()
    assert await promises(here, DINA) == await promises(here, OMAR) == Tally(on_time=1)


async def test_figures_are_narrowed_by_person_severity_and_customer(desk: Office) -> None:
    first = await desk.open(customer_name="Globex", severity="SEV-3", owner=CARLA)
    second = await desk.open(customer_name="Acme GmbH")
    await acknowledge(desk, first.id, CARLA)
    await acknowledge(desk, second.id)
    await owning.snooze(desk.clarion, second.id, DINA, None, minutes(5), "On a call")
    assert (await promises(desk)).total == 2
    assert (
        await whole(desk, DINA, mine=True) == await whole(desk, severity="SEV-1") == await whole(desk, customer="acme")
    )
    assert (await whole(desk, DINA, mine=True)).snoozes == 1
    assert await whole(desk, CARLA, mine=True, severity="SEV-1") == Figures()


async def test_only_the_time_asked_for_counts(here: Office) -> None:
    case = await here.open()
    await here.pass_by(minutes=10)
    await update(here, case.id)
    await resolve(here, case.id)
    here.clock.pass_by(timedelta(days=29))
    assert (await whole(here)).opened == 1
    here.clock.pass_by(timedelta(days=2))
    assert await report(here) == Report()
    assert (await whole(here, last=timedelta(days=90))).opened == 1


async def test_what_is_overdue_for_longer_than_that_counts_still(here: Office) -> None:
    await here.open()
    here.clock.pass_by(timedelta(days=40))
    assert await whole(here) == Figures(promises=Tally(missed=4), updates=Tally(missed=1), customer=Tally(missed=1))


async def test_other_workspaces_count_for_themselves(here: Office) -> None:
    case = await here.open()
    await acknowledge(here, case.id)
    other = here.beside()
    object.__setattr__(other, "team_id", "T2")
    assert await read_figures(other, DINA) == Report()
