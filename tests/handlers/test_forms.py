"""The forms about an escalation, opened by buttons, drawn again and sent."""

from __future__ import annotations

from datetime import timedelta

from blocks.ids import Action, Form
from handlers.buttons import ABOUT_NO_CASE, IN_FORMS, OPENING, PRESSES
from handlers.forms import FORMS, OTHERS
from tests.support.acting import acknowledges, asked, fills, opens
from tests.support.house import House


async def test_a_plan_grows_by_a_row_and_keeps_what_was_typed(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.press("Plan", in_=channel)
    form = await dina.form("Plan")
    await form.fill("Step", "Roll back")
    await form.press("Add a step")
    await home.ws.until(lambda: form.labels.count("Step") == 2)
    assert form.value("Step") == "Roll back"
    await form.fill("Who", "victor")
    await form.fill("By when", "2026-11-25")
    assert (await form.submit()).closed
    await home.settled()
    assert "Roll back" in home.person("olga").shows(channel)


async def test_a_step_that_is_ticked_in_the_plan_is_done_and_asked_for_no_more(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    for _ in range(2):
        await dina.press("Plan", in_=channel)
        form = await dina.form("Plan")
        if "Done" in form.labels:
            assert form.value("Step") == "Roll back"
            await form.check("This step is done")
        else:
            await form.fill("Step", "Roll back")
            await form.fill("Who", "victor")
            await form.fill("By when", "2026-11-25")
        assert (await form.submit()).closed
        await home.settled()
    assert home.person("olga").shows(channel).count("Roll back · @victor, by 25 Nov 2026 · done") == 1
    await home.after(days=4)
    assert asked(home, "victor", "Plan step") == []


async def test_a_step_for_somebody_who_cannot_is_said_in_its_row(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.press("Plan", in_=channel)
    form = await dina.form("Plan")
    await form.fill("Step", "Roll back")
    await form.fill("Who", "greta")
    await form.fill("By when", "2026-11-25")
    outcome = await form.submit()
    assert "Greta Guest cannot take a step" in outcome.errors["Who"]


async def test_another_rank_asks_for_a_new_owner_who_is_suggested(home: House) -> None:
    channel = await opens(home, severity="SEV-3")
    ulf = home.person("ulf")
    await ulf.types("/escalate severity ESC-1")
    form = await ulf.form("Change severity")
    assert "New owner" not in form.labels
    await form.choose("New severity", "SEV-1")
    await form.sees("New owner")
    assert form.value("New owner").startswith("Dina Sato")
    assert all("Carla" not in one for one in await form.options("New owner"))
    await form.fill("Reason", "All shops are down")
    assert (await form.submit()).closed
    await home.settled()
    assert "Accept" in home.person("dina").buttons()
    assert "SEV-1" in home.person("olga").shows(channel)


async def test_the_new_owner_is_asked_also_when_the_form_is_sent_at_once(home: House) -> None:
    await opens(home, severity="SEV-3")
    home.ws.faults.slow("views.update", 1.0)
    ulf = home.person("ulf")
    await ulf.types("/escalate severity ESC-1")
    form = await ulf.form("Change severity")
    await form.choose("New severity", "SEV-1")
    await form.fill("Reason", "All shops are down")
    assert (await form.submit()).closed
    await home.settled()
    assert "Accept" in home.person("dina").buttons()


async def test_somebody_senior_may_hand_off_to_themselves(home: House) -> None:
    await opens(home)
    cleo = home.person("cleo")
    await cleo.types("/escalate handoff ESC-1 I know their CEO")
    form = await cleo.form("Hand off")
    assert form.value("Reason") == "I know their CEO"
    await form.choose("New owner", "Cleo Adeyemi")
    assert (await form.submit()).closed
    await home.settled()
    assert "Owner: Cleo Adeyemi" in home.ws.channel("#esc-1…").topic["value"]


async def test_a_later_promise_than_the_cadence_is_said_to_be_due_sooner(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.press("Post update", in_=channel)
    form = await dina.form("Post update")
    await form.fill("What is the situation now", "We look")
    await form.fill("What happens next", "We look on")
    await form.fill("Next update", int((home.now + timedelta(hours=3)).timestamp()))
    assert (await form.submit()).closed
    await dina.sees("does not allow a later time")


async def test_subscriptions_are_shown_and_ended_in_the_form(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.types("/escalate subscribe sev2")
    await dina.ephemeral("You follow SEV-2")
    await dina.press("Subscribe", in_=channel)
    form = await dina.form("Subscribe")
    assert "SEV-2, by direct message" in form.text()
    await form.press("End")
    await home.ws.until(lambda: "SEV-2, by" not in form.text())
    await form.choose("What to follow", "Its customer")
    assert (await form.submit()).closed
    await dina.sees("You follow Acme now")


async def test_a_message_of_another_place_asks_for_which_timeline_it_is(home: House) -> None:
    await opens(home)
    message = await home.person("ulf").says("They called again")
    ulf = home.person("ulf")
    await ulf.message_shortcut("Add to timeline", message)
    form = await ulf.form("Add to timeline")
    await form.choose("Which escalation", "ESC-1", typed="acm")
    await form.fill("Note", "From the hotline")
    assert (await form.submit()).closed
    await ulf.sees("ESC-1 has it on its timeline")
    await ulf.types("/escalate timeline ESC-1")
    shown = (await ulf.ephemeral("Timeline of ESC-1")).text
    assert "From the hotline" in shown
    assert "They called again" in shown


async def test_the_timeline_is_turned_page_by_page_in_place(home: House) -> None:
    channel = await opens(home)
    olga = home.person("olga")
    for number in range(25):
        message = await olga.says(f"Note number {number}", in_=channel)
        await olga.message_shortcut("Add to timeline", message)
    await olga.types("/escalate timeline", in_=channel)
    first = await olga.ephemeral("Page 1 of 2", in_=channel)
    assert "Note number 24" not in first.text
    await olga.press("Later", in_=channel, within="Page 1 of 2")
    second = await olga.ephemeral("Page 2 of 2", in_=channel)
    assert "Note number 24" in second.text
    assert second.message is first.message


async def test_a_button_for_something_settled_says_so_to_who_pressed_it(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    dina = home.person("dina")
    await dina.types("/escalate ack", in_=channel)
    await dina.ephemeral("was acknowledged already", in_=channel)


async def test_a_press_on_somebody_elses_handover_is_refused_by_name(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.press("Hand off", in_=channel)
    await fills(home, dina, "Hand off", New_owner="Vera Lind", Reason="Off shift")
    vera = home.person("vera")
    await vera.press("Decline")
    await home.settled()
    assert "declined" in dina.dms()


def test_somebody_takes_every_form_and_every_button() -> None:
    assert set(FORMS) | set(OTHERS) == set(Form)
    looked_up = {Action.OWNER, Action.NEW_OWNER, Action.WHICH_ESCALATION}
    assert {*PRESSES, *OPENING, *ABOUT_NO_CASE, *IN_FORMS, *looked_up, Action.MORE} == set(Action)
