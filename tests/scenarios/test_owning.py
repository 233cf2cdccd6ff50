"""What the owner does between opening and resolution."""

from __future__ import annotations

from datetime import timedelta

from tests.support.acting import acknowledges, asked, fills, opens, posts_update
from tests.support.house import House


async def test_acknowledging_sets_in_progress_and_edits_the_message_that_asked(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    card = home.person("olga").shows(channel)
    assert "In progress" in card
    assert "[Acknowledge]" not in card
    assert "[Acknowledge]" not in home.person("dina").dms()
    assert "Acknowledged by" in home.person("dina").dms()


async def test_only_the_owner_can_acknowledge_and_the_refusal_says_who(home: House) -> None:
    channel = await opens(home)
    await home.person("olga").press("Acknowledge", in_=channel)
    refusal = await home.person("olga").ephemeral("Only", in_=channel)
    assert "the owner" in refusal.text
    assert "@dina" in refusal.text
    assert "Open" in home.person("olga").shows(channel)


async def test_an_update_is_on_the_card_in_the_channel_and_with_every_subscriber_once(home: House) -> None:
    await home.person("cleo").types("/escalate subscribe sev1")
    await home.person("cleo").types("/escalate subscribe sev1")
    channel = await opens(home)
    outcome = await posts_update(home, "dina", channel, "Root cause found")
    assert outcome.closed
    shown = home.person("olga").shows(channel)
    assert shown.count("Root cause found") == 2  # the card and the post
    assert len(asked(home, "cleo", "Root cause found")) == 1
    assert asked(home, "dina", "Root cause found") == []


async def test_the_update_form_is_prefilled_with_the_last_one(home: House) -> None:
    channel = await opens(home)
    await posts_update(home, "dina", channel, "Root cause found")
    await home.person("dina").press("Post update", in_=channel)
    form = await home.person("dina").form("Post update")
    assert form.value("What is the situation now") == "Root cause found"


async def test_still_working_is_allowed_twice_in_a_row_and_told_to_no_subscriber(home: House) -> None:
    await home.person("cleo").types("/escalate subscribe sev1")
    channel = await opens(home)
    await acknowledges(home, "dina")
    dina = home.person("dina")
    for number in range(2):
        await dina.press("Still working on it", in_=channel)
        outcome = await fills(home, dina, "Still working on it", Next_step=f"Looking at disk {number}")
        assert outcome.closed
    assert "Looking at disk 1" in home.person("olga").shows(channel)
    assert asked(home, "cleo", "Looking at disk") == []
    assert "Still working on it" not in " ".join(dina.buttons(in_=channel))
    await posts_update(home, "dina", channel)
    assert "Still working on it" in " ".join(dina.buttons(in_=channel))


async def test_a_plan_is_shown_and_its_people_are_invited_for_the_most_serious(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.press("Plan", in_=channel)
    form = await dina.form("Plan")
    await form.fill("Step", "Fail over to the second region")
    await form.choose("Who", "ulf")
    await form.fill("By when", (home.now.date() + timedelta(days=1)).isoformat())
    assert (await form.submit()).closed
    await home.settled()
    assert "Fail over to the second region" in home.person("olga").shows(channel)
    assert home.ws.find_person("ulf").id in home.ws.channel(channel).members


async def test_a_plan_takes_more_steps(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.types("/escalate plan", in_=channel)
    form = await dina.form("Plan")
    await form.fill("Step", "First")
    await form.press("Add a step")
    await home.ws.until(lambda: form.labels.count("Step") == 2)
    assert form.value("Step") == "First"


async def test_snoozing_needs_a_reason_is_on_the_card_and_works_once(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await home.after(minutes=15)
    await dina.press("Snooze", in_=channel)
    form = await dina.form("Snooze")
    await form.choose("For how long", "30 minutes")
    await form.fill("Reason", "In a meeting with the customer")
    assert (await form.submit()).closed
    await home.settled()
    assert "In a meeting with the customer" in home.person("olga").shows(channel)


async def test_an_old_button_on_a_resolved_escalation_says_so(home: House) -> None:
    channel = await opens(home)
    message = home.ws.messages(home.ws.app_dm(home.ws.find_person("dina")))[-1]
    await home.person("dina").press("Resolve", in_=channel)
    await fills(home, home.person("dina"), "Resolve", Resolution="A disk was replaced")
    assert "[Acknowledge]" not in home.person("dina").text_of(message)
    await home.person("dina").types("/escalate ack", in_=channel)
    refusal = await home.person("dina").ephemeral("resolved", in_=channel)
    assert "reopen" in refusal.text


async def test_anybody_may_suggest_an_update_which_goes_to_the_owner(home: House) -> None:
    channel = await opens(home)
    await home.person("olga").press("Post update", in_=channel)
    form = await home.person("olga").form("Suggest an update")
    await form.fill(form.labels[0], "The customer says it works again")
    assert (await form.submit()).closed
    await home.settled()
    assert asked(home, "dina", "The customer says it works again")
