"""`/escalate`, from any place."""

from __future__ import annotations

import pytest

from services.opening import NewEscalation, open_escalation
from simulator import id_for
from tests.support.acting import acknowledges, opens
from tests.support.house import House


@pytest.mark.parametrize("place", ["#general", "@app"])
@pytest.mark.parametrize(
    "word", ["ack", "update", "plan", "handoff", "severity sev1", "snooze", "resolve", "reopen", "close"]
)
async def test_without_an_escalation_one_sentence_says_what_to_type(home: House, word: str, place: str) -> None:
    olga = home.person("olga")
    await olga.says("hello", in_=place)
    await olga.types(f"/escalate {word}", in_=place)
    answer = await olga.ephemeral("Which escalation?", in_=place)
    assert f"/escalate {word.split(maxsplit=1)[0]} ESC-42" in answer.text
    assert olga.no_form()


async def test_in_its_channel_the_rest_fills_the_form(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.types("/escalate Update The fix is rolling out", in_=channel)
    form = await dina.form("Post update")
    assert form.value("What is the situation now") == "The fix is rolling out"


async def test_elsewhere_a_reference_says_which(home: House) -> None:
    await opens(home)
    dina = home.person("dina")
    await dina.types("/escalate resolve esc-1 Rolled back the release")
    form = await dina.form("Resolve")
    assert form.value("Resolution") == "Rolled back the release"


async def test_severity_opens_its_form_with_the_severity_chosen(home: House) -> None:
    channel = await opens(home)
    await home.person("dina").types("/escalate severity sev2", in_=channel)
    form = await home.person("dina").form("Change severity")
    assert form.value("New severity").startswith("SEV-2")


async def test_ack_acts_at_once(home: House) -> None:
    channel = await opens(home)
    await home.person("dina").types("/escalate ack", in_=channel)
    await home.person("dina").ephemeral("You acknowledged ESC-1", in_=channel)
    await home.settled()
    assert "In progress" in home.person("olga").shows(channel)


async def test_who_may_not_post_an_update_suggests_one(home: House) -> None:
    channel = await opens(home)
    ulf = home.person("ulf")
    await ulf.types("/escalate update ESC-1 The customer calls again")
    form = await ulf.form("Suggest an update")
    assert form.value("What should it say") == "The customer calls again"
    assert (await form.submit()).closed
    await home.settled()
    assert "The customer calls again" in home.person("dina").dms()
    await ulf.sees("Your suggestion for ESC-1")
    assert "The customer calls again" not in home.person("olga").shows(channel)


async def test_a_form_is_refused_before_anything_is_typed_into_it(home: House) -> None:
    channel = await opens(home)
    olga = home.person("olga")
    await olga.types("/escalate resolve", in_=channel)
    await olga.ephemeral("Only the owner", in_=channel)
    await home.person("dina").types("/escalate close", in_=channel)
    await home.person("dina").ephemeral("resolve it first", in_=channel)
    assert olga.no_form()
    assert home.person("dina").no_form()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("reslove", "/escalate resolve"), ("HLEP", "/escalate help"), ("esc-1", "/escalate show ESC-1")],
)
async def test_a_slip_gets_the_suggestion_and_help(home: House, typed: str, meant: str) -> None:
    olga = home.person("olga")
    await olga.types(f"/escalate {typed}")
    answer = await olga.ephemeral("Did you mean")
    assert meant in answer.text
    assert "/escalate help" in answer.text
    assert olga.no_form()


async def test_a_known_customer_is_chosen_and_its_open_escalation_shown(home: House) -> None:
    await opens(home)
    carla = home.person("carla")
    await carla.types("/escalate sev2 acme Sync is late")
    form = await carla.form("New escalation")
    assert form.value("Customer") == "Acme"
    assert form.value("Severity").startswith("SEV-2")
    assert "Sync is late" in form.value("Summary")
    assert "Join ESC-1" in form.buttons


async def test_words_too_long_for_the_summary_are_not_lost(home: House) -> None:
    olga = home.person("olga")
    words = "It is down and has been for hours. " * 20
    await olga.types(f"/escalate {words}")
    form = await olga.form("New escalation")
    assert form.value("Summary").endswith("…")
    assert form.value("Business impact") == words.strip()


async def test_lists_are_narrowed_by_scope_severity_and_customer(home: House) -> None:
    await opens(home, customer="Globex", severity="SEV-3", summary="Exports fail")
    await opens(home, customer="Acme")
    ulf, carla = home.person("ulf"), home.person("carla")
    await ulf.types("/escalate list sev3")
    narrowed = await ulf.ephemeral("with SEV-3")
    assert ("Globex" in narrowed.text, "Acme" in narrowed.text) == (True, False)
    await ulf.types("/escalate list acme")
    narrowed = await ulf.ephemeral("of “acme”")
    assert ("Globex" in narrowed.text, "Checkout is down" in narrowed.text) == (False, True)
    await ulf.types("/escalate list mine")
    await ulf.ephemeral("There are no open escalations of yours")
    await carla.types("/escalate list mine")
    assert "ESC-1" in (await carla.ephemeral("Open escalations of yours")).text


async def test_list_all_has_what_is_over_too(home: House) -> None:
    channel = await opens(home)
    dina = home.person("dina")
    await dina.types("/escalate resolve", in_=channel)
    form = await dina.form("Resolve")
    await form.fill("Resolution", "Rolled back")
    await form.submit()
    await home.settled()
    await dina.types("/escalate list")
    await dina.ephemeral("There are no open escalations")
    await dina.types("/escalate list all")
    assert "ESC-1" in (await dina.ephemeral("Resolved")).text


async def test_an_unknown_customer_after_list_is_free_text(home: House) -> None:
    olga = home.person("olga")
    await olga.types("/escalate list view shows nothing")
    form = await olga.form("New escalation")
    assert form.value("Summary") == "list view shows nothing"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("subscribe SEV-2", "You follow SEV-2"),
        ("subscribe esc-1", "You follow ESC-1"),
        ("subscribe acme", "You follow Acme"),
    ],
)
async def test_what_is_named_is_followed_and_ended_at_once(home: House, typed: str, answer: str) -> None:
    await opens(home)
    cleo = home.person("cleo")
    await cleo.types(f"/escalate {typed}")
    await cleo.ephemeral(answer)
    await cleo.types(f"/escalate un{typed}")
    await cleo.ephemeral(answer.replace("You follow", "You no longer follow"))
    await cleo.types(f"/escalate un{typed}")
    await cleo.ephemeral("You did not follow")


async def test_subscribe_alone_opens_the_form_about_the_channels_escalation_or_about_severities(home: House) -> None:
    channel = await opens(home)
    dina, ulf = home.person("dina"), home.person("ulf")
    await dina.types("/escalate subscribe", in_=channel)
    assert "This escalation (ESC-1)" in (await dina.form("Subscribe")).text()
    await ulf.types("/escalate subscribe")
    assert "Every SEV-1 Critical" in (await ulf.form("Subscribe")).text()


async def test_help_names_every_subcommand_and_where_it_works(home: House) -> None:
    channel = await opens(home)
    olga = home.person("olga")
    await olga.types("/escalate help", in_=channel)
    text = (await olga.ephemeral("What /escalate can do", in_=channel)).text
    assert "This is the channel of ESC-1" in text
    for word in ("list", "unsubscribe", "timeline", "handoff"):
        assert f"/escalate {word}" in text


async def test_a_long_list_is_turned_page_by_page(home: House) -> None:
    for number in range(21):
        request = NewEscalation(
            severity="SEV-4", owner_id=id_for("carla"), customer_name=f"Acme {number}", summary="Exports fail"
        )
        await open_escalation(home.bot.clarion, request, id_for("olga"), f"form {number}")
    olga = home.person("olga")
    await olga.types("/escalate list sev4")
    first = await olga.ephemeral("Page 1 of 2")
    assert "(21)" in first.text
    await olga.press("Next", in_="#general")
    second = await olga.ephemeral("Page 2 of 2")
    assert second.text.count("ESC-") == 1
    assert "with SEV-4 (21)" in second.text
    await olga.press("Previous", in_="#general")
    await olga.ephemeral("Page 1 of 2")


async def test_a_command_in_a_channel_of_the_past_goes_by_reference(home: House) -> None:
    await opens(home)
    await acknowledges(home, "dina")
    olga = home.person("olga")
    await olga.types("/escalate show ESC-9")
    await olga.ephemeral("There is no ESC-9 that you can see; /escalate list all shows what there is.")


async def test_commands_are_acknowledged_before_slack_is_asked_anything(home: House) -> None:
    home.ws.faults.slow("*", 2.0)
    olga = home.person("olga")
    await olga.types("/escalate list")
    assert home.ws.delivery.log[-1].seconds < 1.0
    home.ws.faults.clear()
