"""Opening an escalation, as agents do it."""

from __future__ import annotations

from simulator import mentions, rounds_deep
from tests.support.acting import asked, newest_channel, opens
from tests.support.house import House


async def test_a_form_becomes_one_channel_with_the_right_people_in_it(home: House) -> None:
    channel = await opens(home)
    found = home.ws.channel(channel)
    assert found.name == "esc-1-acme-checkout-down"
    members = {home.ws.state.people[user].name for user in found.members}
    assert members == {"clarion", "olga", "dina", "vera", "victor", "tess"}
    card = home.person("olga").shows(channel)
    for words in ("ESC-1", "Acme", "SEV-1", "Open", "Dina Sato", "Checkout is down", "[Acknowledge]"):
        assert words in card


async def test_the_owner_reporter_and_path_hear_of_it_once_each(home: House) -> None:
    channel = await opens(home)
    assert len(asked(home, "dina")) == 1
    assert "[Acknowledge]" in asked(home, "dina")[0]
    assert channel in asked(home, "dina")[0]
    assert len(asked(home, "olga")) == 1
    assert channel in asked(home, "olga")[0]
    for executive in ("vera", "victor", "tess"):
        assert len(asked(home, executive)) == 1, executive
    assert asked(home, "cleo") == asked(home, "ulf") == []


async def test_the_card_is_pinned_the_ticket_is_a_bookmark_and_the_topic_names_the_owner(home: House) -> None:
    channel = home.ws.channel(await opens(home, Ticket_link="https://tickets.example.com/7"))
    assert len([message for message in channel.messages if message.pinned]) == 1
    assert [one["link"] for one in channel.bookmarks] == ["https://tickets.example.com/7"]
    assert "Dina Sato" in channel.topic["value"]
    assert "ESC-1" in channel.topic["value"]


async def test_an_opening_takes_two_round_trips_and_at_most_ten_calls(home: House) -> None:
    await home.person("olga").types("/escalate")
    form = await home.person("olga").form("New escalation")
    await form.fill("Customer", "Acme")
    await form.choose("Severity", "SEV-1")
    await form.fill("Summary", "Checkout is down")
    await form.fill("Ticket link", "https://tickets.example.com/7")
    before = len(home.ws.calls)
    await form.submit()
    await home.settled()
    calls = [call for call in list(home.ws.calls)[before:] if not call.method.startswith("views.")]
    told = {home.ws.find_person(name).id for name in ("vera", "victor", "tess")}
    counted = [call for call in calls if call.args.get("channel") not in told]
    assert len(counted) <= 10, [call.method for call in counted]
    # Direct messages wait for the channel, but not for long.
    of_channel = [call.method for call in calls if not str(call.args.get("channel", "")).startswith("U")]
    assert of_channel[0] == "conversations.create"


async def test_free_text_fills_the_form(home: House) -> None:
    olga = home.person("olga")
    await olga.types("/escalate sev1 Acme checkout is down")
    form = await olga.form("New escalation")
    assert form.value("Severity").startswith("SEV-1")
    assert form.value("Summary") == "Acme checkout is down"


async def test_free_text_that_slack_hands_over_escaped_fills_the_form_as_it_was_typed(home: House) -> None:
    await opens(home, customer="R&D <Corp>")
    olga = home.person("olga")
    await olga.types("/escalate sev1 R&amp;D &lt;Corp&gt; checkout &amp; cart are down")
    form = await olga.form("New escalation")
    assert form.value("Summary") == "R&D <Corp> checkout & cart are down"
    assert form.value("Customer") == "R&D <Corp>"


async def test_what_is_looked_for_in_a_menu_may_come_escaped(home: House) -> None:
    await opens(home, customer="R&D <Corp>")
    await home.person("olga").types("/escalate")
    form = await home.person("olga").form("New escalation")
    assert await form.options("Customer", "R&amp;D") == ["R&D <Corp>", "New: R&D"]


async def test_a_customers_message_is_escalated_with_its_whole_text_and_link(home: House) -> None:
    home.ws.add_channel("acme-support", ["olga", "ulf"])
    words = "Our shop is down!\n" + "It has been down for hours. " * 200
    message = await home.person("ulf").says(words, in_="#acme-support")
    olga = home.person("olga")
    await olga.message_shortcut("Escalate this message", message)
    form = await olga.form("New escalation")
    assert form.value("Summary") == "Our shop is down!"
    await form.fill("Customer", "Acme")
    assert (await form.submit()).closed
    await home.settled()
    card = olga.shows(newest_channel(home))
    assert "It began with a message by @ulf (link)" in card
    assert "> Our shop is down!" in card
    await olga.types("/escalate timeline", in_=newest_channel(home))
    seen = await olga.ephemeral("Timeline", in_=newest_channel(home))
    assert "Our shop is down!" in seen.text


async def test_the_global_shortcut_opens_the_empty_form(home: House) -> None:
    olga = home.person("olga")
    await olga.shortcut("New escalation")
    form = await olga.form("New escalation")
    assert form.value("Severity").startswith("SEV-3")
    assert form.value("Summary") == ""


async def test_typed_words_mention_nobody_and_are_shown_as_typed(home: House) -> None:
    hostile = "<!channel> & <@U0000000ULF> *bold* <https://evil.example|click>"
    channel = await opens(home, summary=hostile, customer="A & B <!here>")
    for message in home.ws.messages(channel):
        live = mentions(message)
        assert not [one for one in live if one.kind != "user" or one.target == "U0000000ULF"], message.text
    assert hostile in home.person("olga").shows(channel)


async def test_the_same_customers_open_escalation_is_shown_before_a_second_is_made(home: House) -> None:
    await opens(home)
    carla = home.person("carla")
    await carla.types("/escalate")
    form = await carla.form("New escalation")
    await form.choose("Customer", "Acme", typed="Ac")
    await form.sees("Join ESC-1")
    await form.press("Join ESC-1")
    await home.settled()
    assert home.ws.find_person("carla").id in home.ws.channel("#esc-1…").members
    assert len([one for one in home.ws.channels() if one.name.startswith("esc-")]) == 1


async def test_one_that_was_opened_meanwhile_is_shown_before_another(home: House) -> None:
    await opens(home)
    ulf = home.person("ulf")
    await ulf.types("/escalate")
    form = await ulf.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.sees("Join ESC-1")
    await form.fill("Summary", "Exports fail")
    await home.person("olga").types("/escalate")
    other = await home.person("olga").form("New escalation")
    await other.fill("Customer", "Acme")
    await other.sees("Join ESC-1")
    await other.fill("Summary", "Invoices are wrong")
    assert (await other.submit()).closed
    await home.settled()
    assert (await form.submit()).kind == "updated"
    await form.sees("Join ESC-2")
    assert (await form.submit()).closed
    await home.settled()
    assert home.ws.find_channel("#esc-3-…") is not None


async def test_another_can_be_opened_anyway(home: House) -> None:
    await opens(home)
    carla = home.person("carla")
    await carla.types("/escalate")
    form = await carla.form("New escalation")
    await form.fill("Summary", "Another thing")
    await form.choose("Customer", "Acme", typed="Ac")
    await form.sees("Join ESC-1")
    form = await carla.form("New escalation")
    assert "Open another anyway" in form.text()
    assert (await form.submit()).closed
    await home.settled()
    assert newest_channel(home).startswith("#esc-2-acme")


async def test_a_channel_name_that_is_taken_gets_a_suffix(home: House) -> None:
    home.ws.add_channel("esc-1-acme-checkout-down", ["ulf"])
    await opens(home)
    assert newest_channel(home) == "#esc-1-acme-checkout-down-2"


async def test_a_refused_channel_is_said_to_reporter_and_owner_who_can_try_again(home: House) -> None:
    home.ws.faults.error("conversations.create", "restricted_action")
    olga = home.person("olga")
    await olga.types("/escalate")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.fill("Summary", "Checkout is down")
    await form.submit()
    await olga.sees("Try again")
    assert "ESC-1" in olga.dms()
    await olga.press("Try again")
    await home.ws.until(lambda: home.ws.find_channel("#esc-1…"))
    await home.settled()
    assert "[Acknowledge]" in olga.shows("#esc-1…")


async def test_required_fields_and_wrong_ones_are_said_under_the_field_and_nothing_is_lost(home: House) -> None:
    olga = home.person("olga")
    await olga.types("/escalate")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.fill("Summary", "Checkout is down")
    await form.fill("Revenue at risk (ARR)", "a lot")
    outcome = await form.submit()
    assert not outcome.closed
    assert "Revenue at risk (ARR)" in outcome.errors
    assert form.value("Summary") == "Checkout is down"
    await form.fill("Revenue at risk (ARR)", "120k")
    assert (await form.submit()).closed


async def test_one_form_delivered_twice_makes_one_escalation(home: House) -> None:
    olga = home.person("olga")
    await olga.types("/escalate")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.fill("Summary", "Checkout is down")
    view = form.view
    await form.submit()
    await home.settled()
    await home.ws.interactions.submit(olga.person, view)
    await home.settled()
    assert len([one for one in home.ws.channels() if one.name.startswith("esc-")]) == 1


async def test_the_channel_stands_after_two_rounds_and_the_pin_after_three(home: House) -> None:
    olga = home.person("olga")
    await olga.types("/escalate")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.fill("Summary", "Checkout is down")
    home.ws.faults.slow("*", 0.1)
    before = len(home.ws.calls)
    await form.submit()
    await home.settled()
    calls = [call for call in list(home.ws.calls)[before:] if not call.method.startswith("views.")]
    assert rounds_deep(calls) == 3
    assert rounds_deep([call for call in calls if call.method != "pins.add"]) == 2
