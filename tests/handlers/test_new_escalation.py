"""The form "New escalation" while it is being filled in."""

from __future__ import annotations

from escalation.case import EventKind
from services import people
from services.timeline import read_timeline
from simulator import acts
from tests.handlers.waiting import until
from tests.support.acting import newest_channel, opens
from tests.support.house import House


async def test_example_and_owner_follow_the_severity_while_the_owner_is_untouched(home: House) -> None:
    olga = home.person("olga")
    await olga.types("/escalate")
    form = await olga.form("New escalation")
    assert form.value("Owner").startswith("Carla Mendes")
    assert "Exports fail" in form.text()
    await form.choose("Severity", "SEV-1")
    await form.sees("Production is down")
    assert form.value("Owner").startswith("Dina Sato")
    await form.choose("Owner", "Vera Lind")
    await form.choose("Severity", "SEV-2")
    await form.sees("Key integration broken")
    assert form.value("Owner").startswith("Vera Lind")


async def test_an_owner_left_as_suggested_follows_also_when_the_form_is_sent_at_once(home: House) -> None:
    home.ws.faults.slow("views.update", 1.0)
    await opens(home, severity="SEV-1")
    assert "Dina Sato" in home.ws.channel(newest_channel(home)).topic["value"]


async def test_of_two_answers_out_of_order_the_last_press_counts(home: House) -> None:
    await opens(home)
    home.ws.faults.slow("views.update", 0.3, times=1)
    carla = home.person("carla")
    await carla.types("/escalate")
    form = await carla.form("New escalation")
    await form.choose("Severity", "SEV-1")
    await form.choose("Customer", "Acme", typed="Ac")
    await form.sees("Join ESC-1")
    await home.ws.until(lambda: len(home.ws.calls.to("views.update")) >= 3)
    assert "Join ESC-1" in form.buttons
    assert "Production is down" in form.text()


async def test_customers_are_offered_from_the_first_letter_and_a_new_one_last(home: House) -> None:
    await opens(home, customer="Acme", severity="SEV-3")
    await opens(home, customer="Apex", severity="SEV-3")
    olga = home.person("olga")
    await olga.types("/escalate")
    form = await olga.form("New escalation")
    assert await form.options("Customer", "a") == ["Acme", "Apex", "New: a"]
    assert await form.options("Customer", "ACME") == ["Acme"]
    assert len(await form.options("Customer", "x" * 10_000)) == 1


async def test_owners_are_offered_in_two_groups_with_what_they_hold(home: House) -> None:
    await opens(home, severity="SEV-1")
    olga = home.person("olga")
    await olga.types("/escalate sev1")
    form = await olga.form("New escalation")
    groups = await form.option_groups("Owner", "")
    assert groups == {
        "Suggested": ["Vera Lind · holds 0"],
        "Others allowed": ["Dina Sato · holds 1", "Victor Hugo · holds 0 · out of hours"],
    }
    assert await form.option_groups("Owner", "vic") == {"Others allowed": ["Victor Hugo · holds 0 · out of hours"]}


async def test_an_owner_who_is_gone_meanwhile_is_said_under_the_field(home: House) -> None:
    olga = home.person("olga")
    await olga.types("/escalate sev1 Acme is down")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.choose("Owner", "Victor Hugo")
    victor = home.ws.find_person("victor")
    acts.deactivate(home.ws, victor)

    async def is_known_to_be_gone() -> bool:
        known = await people.known(home.bot.clarion, victor.id)
        return known is not None and known.is_deactivated

    await until(is_known_to_be_gone)
    outcome = await form.submit()
    assert "Victor Hugo has been deactivated" in outcome.errors["Owner"]
    assert form.value("Summary") == "Acme is down"


async def test_a_customer_passed_over_is_shown_on_sending_and_then_goes_on(home: House) -> None:
    await opens(home)
    carla = home.person("carla")
    await carla.types("/escalate Another thing")
    form = await carla.form("New escalation")
    home.ws.faults.slow("views.update", 5.0)
    await form.choose("Customer", "Acme", typed="Ac")
    outcome = await form.submit()
    assert outcome.kind == "updated"
    assert "Join ESC-1" in form.buttons
    assert form.value("Summary") == "Another thing"
    assert (await form.submit()).closed
    await home.settled()
    assert newest_channel(home).startswith("#esc-2")
    home.ws.faults.clear()


async def test_joining_from_the_form_shows_the_way(home: House) -> None:
    channel = await opens(home)
    ulf = home.person("ulf")
    await ulf.types("/escalate acme is slow")
    form = await ulf.form("New escalation")
    await form.press("Join ESC-1")
    told = await ulf.form("ESC-1")
    assert channel in told.text()
    await home.settled()
    assert channel in ulf.sidebar()


async def test_a_long_message_goes_whole_to_the_timeline_where_the_bot_is_no_member(home: House) -> None:
    home.ws.add_channel("acme-support", ["olga", "ulf"], private=True)
    words = "It is down <!channel> & out\n" + "x" * 35_000 + "\nthe end"
    message = await home.person("ulf").says(words, in_="#acme-support")
    olga = home.person("olga")
    await olga.message_shortcut("Escalate this message", message)
    form = await olga.form("New escalation")
    assert form.value("Summary").startswith("It is down")
    await form.fill("Customer", "Acme")
    assert (await form.submit()).closed
    await home.settled()
    await olga.types("/escalate timeline", in_=newest_channel(home))
    shown = await olga.ephemeral("Timeline of ESC-1", in_=newest_channel(home))
    assert f"/archives/{message.channel}/p{message.ts.replace('.', '')}" in str(shown.message.blocks)
    (noted,) = [one for one in await read_timeline(home.bot.clarion, 1) if one.kind is EventKind.NOTED]
    assert noted.values["text"].endswith("the end")
    assert noted.values["author"] == home.ws.find_person("ulf").id
