"""What people see when something goes wrong."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from tests.support.acting import acknowledges, opens
from tests.support.house import House

UNEXPECTED = re.compile(r"Something went wrong on our side \(reference [0-9a-f]{6}\); nothing was changed")


async def broken(home: House) -> None:
    """Take away a table, as nobody should."""
    async with home.bot.clarion.database.engine.begin() as connection:
        await connection.execute(text("alter table customers rename to elsewhere"))


async def mended(home: House) -> None:
    """Give it back."""
    async with home.bot.clarion.database.engine.begin() as connection:
        await connection.execute(text("alter table elsewhere rename to customers"))


async def test_the_unexpected_keeps_the_form_open_with_a_reference_and_sending_again_works(home: House) -> None:
    olga = home.person("olga")
    await olga.types("/escalate sev1 Acme is down")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await broken(home)
    outcome = await form.submit()
    assert UNEXPECTED.search(outcome.errors["Customer"])
    assert form.value("Summary") == "Acme is down"
    await mended(home)
    assert (await form.submit()).closed


async def test_the_unexpected_after_a_form_was_kept_open_for_being_slow_does_not_claim_to_have_kept_it(
    home: House,
) -> None:
    olga = home.person("olga")
    await olga.types("/escalate sev1 Acme is down")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    async with home.bot.clarion.database.write() as session:
        outcome = await form.submit()
        assert "longer than usual" in outcome.errors["Customer"]
        await session.execute(text("alter table customers rename to elsewhere"))
    await olga.sees("nothing was changed")
    await mended(home)
    assert (await form.submit()).closed


async def test_the_unexpected_after_a_command_is_said_to_the_person_alone(home: House) -> None:
    await broken(home)
    olga = home.person("olga")
    await olga.types("/escalate Acme is down")
    answer = await olga.ephemeral("Something went wrong")
    assert UNEXPECTED.search(answer.text)
    await mended(home)


async def test_a_refusal_under_a_field_names_people_and_keeps_what_was_typed(home: House) -> None:
    channel = await opens(home)
    dina, olga = home.person("dina"), home.person("olga")
    await olga.types("/escalate severity sev3", in_=channel)
    form = await olga.form("Change severity")
    await form.fill("Reason", "Only one shopper")
    outcome = await form.submit()
    (sentence,) = outcome.errors.values()
    assert "the owner (Dina Sato)" in sentence
    assert form.value("Reason") == "Only one shopper"
    assert "SEV-1" in dina.shows(channel)


async def test_a_form_about_an_escalation_that_moved_on_says_so(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.types("/escalate update Nearly done", in_=channel)
    form = await dina.form("Post update")
    await form.fill("What happens next", "We watch it")
    omar = home.person("omar")
    await omar.types("/escalate resolve ESC-1 Fixed")
    assert (await (await omar.form("Resolve")).submit()).closed
    outcome = await form.submit()
    assert "reopen it first" in outcome.errors["What is the situation now"]
    assert form.value("What is the situation now") == "Nearly done"


@pytest.mark.parametrize("code", ["expired_trigger_id", "internal_error"])
async def test_a_form_that_slack_does_not_open_is_said(home: House, code: str) -> None:
    home.ws.faults.error("views.open", code)
    olga = home.person("olga")
    await olga.types("/escalate")
    await olga.ephemeral("Please try again")


async def test_an_answer_that_cannot_be_given_in_place_comes_by_direct_message(home: House) -> None:
    await opens(home)
    for link in home.ws.state.response_urls.values():
        link.left = 0
    olga = home.person("olga")
    await olga.shortcut("New escalation")
    await olga.form("New escalation")
    home.ws.faults.error("views.open", "expired_trigger_id")
    await olga.shortcut("New escalation")
    await olga.sees("too little time")


async def test_the_same_press_delivered_twice_is_done_once_and_said_nothing_about(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    dina = home.person("dina")
    payload = next(one.payload for one in reversed(home.ws.delivery.log) if one.kind == "interactive")
    answer = await home.ws.delivery.interaction(payload)
    await home.settled()
    assert answer.acked
    assert "already" not in dina.dms()
    assert home.person("olga").shows(channel).count("acknowledged") <= 1


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "of_old", "value": "1"}]},
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "acknowledge", "value": "no id"}]},
        {
            "type": "block_actions",
            "actions": [{"type": "overflow", "action_id": "more", "selected_option": {"value": "x:1"}}],
        },
        {"type": "shortcut", "callback_id": "of_old"},
        {"type": "view_closed", "view": {"id": "V1", "type": "modal", "callback_id": "of_old"}},
        {"type": "block_suggestion", "action_id": "of_old", "block_id": "b", "value": "a", "view": {"id": "V1"}},
        {
            "type": "view_submission",
            "view": {"id": "V1", "type": "modal", "callback_id": "of_old"},
        },
    ],
)
async def test_what_nobody_knows_any_more_is_acknowledged(home: House, payload: dict[str, object]) -> None:
    olga = home.person("olga")
    common = {
        "user": {"id": olga.id, "team_id": home.ws.team_id},
        "team": {"id": home.ws.team_id},
        "trigger_id": "1.2.3",
    }
    answer = await home.ws.delivery.interaction(common | payload)
    assert answer.acked


async def test_an_unknown_event_is_acknowledged(home: House) -> None:
    event = {"type": "reaction_of_tomorrow", "user": home.person("olga").id}
    await home.ws.delivery.event(
        {"type": "event_callback", "event_id": "Ev1", "team_id": home.ws.team_id, "event": event}
    )
    assert home.ws.delivery.log[-1].answer.acked


async def test_changes_are_acknowledged_in_time_however_slow_slack_is(home: House) -> None:
    channel = await opens(home)
    home.ws.faults.slow("*", 5.0)
    assert await home.person("dina").press("Acknowledge", in_=channel)
    assert home.ws.delivery.log[-1].seconds < 1.0
    home.ws.faults.clear()
    await home.settled()
