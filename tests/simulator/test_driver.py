from __future__ import annotations

import pytest

from simulator import NotSeen, Workspace
from tests.simulator.echo_app import Echo, Json, button, modal, text_input


async def test_a_command_is_answered_to_the_one_who_typed_it(ws: Workspace, echo: Echo) -> None:
    olga, omar = ws.person("olga"), ws.person("omar")
    answer = await olga.types("/echo  hello there ")
    assert answer is not None
    assert answer.text == "You said: hello there"
    assert (await olga.ephemeral("hello")).message.only_for == olga.id
    assert "(Only visible to you)" in await olga.reads("#general")
    assert "hello" not in await omar.reads("#general")


async def test_a_form_is_filled_by_its_labels_and_sent(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    await olga.types("/echo form")
    form = await olga.form("echo")
    await form.fill("Words", "Checkout is down")
    assert await form.options("Customer", typed="ac") == ["Acme", "Acorn", "New: ac"]
    await form.fill("Customer", "Acme")
    await form.choose("Severity", "SEV-1")
    await form.check("Confidential")
    outcome = await form.submit()
    assert outcome.closed
    assert olga.no_form()
    values = echo.of_type("view_submission")[0]["view"]["state"]["values"]
    assert values["words"]["typed"]["value"] == "Checkout is down"
    assert values["customer"]["customer"]["selected_option"]["value"] == "acme"
    assert values["severity"]["severity"]["selected_option"]["value"] == "sev-1"
    assert [o["value"] for o in values["secret"]["secret"]["selected_options"]] == ["confidential"]
    assert values["remark"]["typed"]["value"] is None
    assert echo.of_type("block_actions")[0]["actions"][0]["selected_option"]["value"] == "acme"


async def test_what_the_client_refuses_never_reaches_the_app(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    await olga.shortcut("Open a form")
    form = await olga.form("Echo form")
    await form.fill("Words", "x" * 21)
    outcome = await form.submit()
    assert outcome.errors == {"Words": "Must be at most 20 characters", "Customer": "This is a required field"}
    assert not echo.of_type("view_submission")


async def test_errors_from_the_app_stand_under_their_fields_and_keep_what_was_typed(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    echo.answer_to_form = {"response_action": "errors", "errors": {"words": "Too rude"}}
    await olga.shortcut("Open a form")
    form = await olga.form("Echo form")
    await form.fill("Words", "damn")
    await form.fill("Customer", "Beta")
    outcome = await form.submit()
    assert (outcome.kind, outcome.errors) == ("errors", {"Words": "Too rude"})
    assert (form.value("Words"), form.value("Customer")) == ("damn", "Beta")
    assert "! Too rude" in form.text()


async def test_errors_for_a_block_that_is_no_input_are_trouble(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    echo.answer_to_form = {"response_action": "errors", "errors": {"more": "not an input"}}
    await olga.shortcut("Open a form")
    form = await olga.form("Echo form")
    await form.fill("Words", "hello")
    await form.fill("Customer", "Beta")
    assert (await form.submit()).kind == "trouble"
    assert "We had some trouble connecting" in form.text()
    assert ws.failures[-1].what == "view_submission"


async def test_typed_words_survive_an_update_of_the_form(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    await olga.shortcut("Open a form")
    form = await olga.form("Echo form")
    await form.fill("Words", "keep me")
    await form.press("Add a line")
    await form.fill("Second line", "more")
    assert form.value("Words") == "keep me"


async def test_a_pushed_form_lies_on_top_and_cancel_leads_back(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    second = modal(text_input("Why", "why"), title="Second thoughts", notify_on_close=True)
    echo.answer_to_form = {"response_action": "push", "view": second}
    await olga.shortcut("Open a form")
    form = await olga.form("Echo form")
    await form.fill("Words", "hello")
    await form.fill("Customer", "Beta")
    outcome = await form.submit()
    assert outcome.kind == "pushed"
    assert outcome.form is not None
    assert outcome.form.title == "Second thoughts"
    await outcome.form.cancel()
    assert (await olga.form()).title == "Echo form"
    closed = echo.of_type("view_closed")[0]
    assert (closed["is_cleared"], closed["view"]["title"]["text"]) == (False, "Second thoughts")


async def test_the_newest_message_with_the_words_is_pressed(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    for words in ("first", "second"):
        blocks: list[Json] = [
            {"type": "section", "text": {"type": "mrkdwn", "text": words}},
            {"type": "actions", "block_id": "do", "elements": [button("Again ✅", "again", value=words)]},
        ]
        await echo.client.chat_postMessage(channel=olga.id, text=words, blocks=blocks)
    assert await olga.press("again", in_="@app")
    assert echo.of_type("block_actions")[0]["actions"][0]["value"] == "second"
    await olga.sees("pressed")
    await olga.press("again", within="first")
    assert echo.of_type("block_actions")[1]["actions"][0]["value"] == "first"
    await ws.until(lambda: "[Again" not in olga.dms())


async def test_a_menu_in_a_message_is_chosen_from(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    menu: Json = {"type": "external_select", "action_id": "customer", "min_query_length": 1}
    blocks: list[Json] = [{"type": "actions", "block_id": "do", "elements": [menu]}]
    await echo.client.chat_postMessage(channel=olga.id, text="Which?", blocks=blocks)
    assert await olga.picks("Acorn", typed="a")
    assert echo.of_type("block_actions")[0]["actions"][0]["selected_option"]["value"] == "acorn"
    with pytest.raises(NotSeen, match="Zebra"):
        await olga.picks("Zebra", typed="a")


async def test_a_message_shortcut_carries_the_message(ws: Workspace, echo: Echo) -> None:
    olga, omar = ws.person("olga"), ws.person("omar")
    said = await omar.says("it is <broken> & bad @olga", in_="#general")
    assert await olga.message_shortcut("Quote this", said)
    answer = await olga.ephemeral("Quoted", in_="#general")
    assert answer.text == "Quoted: it is <broken> & bad @olga"


async def test_waiting_in_vain_shows_what_is_there(ws: Workspace) -> None:
    olga = ws.person("olga")
    await olga.says("nothing of note")
    with pytest.raises(NotSeen, match="nothing of note"):
        await olga.sees("an escalation", in_="#general", timeout=0.05)


async def test_private_channels_are_read_by_their_members_only(ws: Workspace) -> None:
    ws.add_channel("quiet", ["olga"], private=True)
    assert "#quiet (private)" in await ws.person("olga").reads("#quiet")
    with pytest.raises(NotSeen, match="private"):
        await ws.person("omar").reads("#quiet")
    assert "#general" not in ws.person("greta").sidebar()


async def test_an_unknown_command_is_answered_by_slack_itself(ws: Workspace) -> None:
    answer = await ws.person("olga").types("/nonsense")
    assert answer is not None
    assert "not a valid command" in answer.text


async def test_home_opens_and_shows_what_was_published(ws: Workspace, echo: Echo) -> None:
    olga = ws.person("olga")
    await olga.opens_home()
    await ws.until(lambda: echo.of_type("app_home_opened"))
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Nothing is on fire"}}]
    await echo.client.views_publish(user_id=olga.id, view={"type": "home", "blocks": blocks})
    assert await olga.home() == "Nothing is on fire"
