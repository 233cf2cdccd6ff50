from __future__ import annotations

import asyncio
import re

from playwright.async_api import expect

from services.sweep import next_due
from simulator.page import Controls, Hint
from tests.page.browser import Tab
from tests.page.conftest import NewTab
from tests.support.house import House

ANGRY = "Our checkout has been down since nine"


def with_clock(staffed: House) -> None:
    """The page's clock knows what the bot does next."""

    async def ask() -> float | None:
        due = await next_due(staffed.bot.clarion)
        return due.timestamp() if due else None

    staffed.ws.page.controls = Controls(next_due=ask, opens_as="olga", opens_in="#acme")


async def escalated(it: Tab, customer: str = "Acme") -> None:
    form = await it.form("New escalation")
    await it.picks("Customer", customer, f"New: {customer}")
    await it.picks("Severity", "SEV-1")
    await expect(it.page.get_by_role("combobox", name="Owner")).to_have_value(re.compile("Dina"))
    await form.get_by_role("button", name="Open escalation").click()
    await expect(it.page.locator("dialog[open]")).to_have_count(0)
    await it.goes_to("esc-1")


async def test_a_command_opens_the_form_and_the_form_an_escalation(staffed: House, tab: NewTab) -> None:
    it = await tab(staffed.ws)
    await it.types("/escalate Checkout is down")
    form = await it.form("New escalation")
    await expect(form.get_by_label("Summary")).to_have_value("Checkout is down")
    await escalated(it)
    card = it.message("Next update due")
    await expect(card).to_contain_text("Pinned")
    await expect(card.get_by_role("button", name="Acknowledge")).to_be_visible()
    await expect(card.locator(".mention-me")).to_have_text("@Olga Novak")


async def test_a_message_is_escalated_from_its_menu(staffed: House, tab: NewTab) -> None:
    await staffed.person("carla").says(ANGRY, in_="#acme")
    it = await tab(staffed.ws)
    await it.menu_of(ANGRY)
    await it.page.get_by_role("menuitem", name="Escalate this message").click()
    form = await it.form("New escalation")
    await expect(form.get_by_label("Summary")).to_have_value(ANGRY)
    await expect(form).to_contain_text("The message, for the timeline")


async def test_the_lightning_menu_opens_the_form(staffed: House, tab: NewTab) -> None:
    it = await tab(staffed.ws)
    await it.page.get_by_role("button", name="Shortcuts").click()
    await it.page.get_by_role("menuitem", name="New escalation").click()
    await it.form("New escalation")


async def test_an_error_stands_under_its_field_and_goes_once_mended(staffed: House, tab: NewTab) -> None:
    it = await tab(staffed.ws)
    await it.types("/escalate Checkout is down")
    form = await it.form("New escalation")
    send = form.get_by_role("button", name="Open escalation")
    await send.click()
    customer = form.locator("[data-block='customer']")
    await expect(customer.locator(".input-error")).to_have_text("This is a required field")
    await it.picks("Customer", "Acme", "New: Acme")
    await form.get_by_label("Revenue at risk").fill("a lot")
    await send.click()
    revenue = form.locator("[data-block='revenue']")
    await expect(revenue.locator(".input-error")).to_be_visible()
    await expect(form.get_by_label("Revenue at risk")).to_be_focused()
    await form.get_by_label("Revenue at risk").fill("120k")
    await send.click()
    await expect(it.page.locator("dialog[open]")).to_have_count(0)


async def test_what_is_typed_stays_while_the_app_draws_the_form_anew(staffed: House, tab: NewTab) -> None:
    it = await tab(staffed.ws)
    await it.types("/escalate")
    form = await it.form("New escalation")
    await form.get_by_label("Summary").fill("Half a sent")
    await it.picks("Severity", "SEV-1")
    await expect(form).to_contain_text("For example: Production is down")
    await expect(form.get_by_label("Summary")).to_have_value("Half a sent")
    await it.page.reload()
    form = await it.form("New escalation")
    await expect(form.get_by_label("Summary")).to_have_value("Half a sent")
    await expect(it.page.get_by_role("combobox", name="Severity")).to_have_value("SEV-1 Critical")
    await it.page.keyboard.press("Escape")
    await expect(it.page.locator("dialog[open]")).to_have_count(0)


async def test_silence_climbs_the_ladder_as_the_clock_is_moved(staffed: House, tab: NewTab) -> None:
    with_clock(staffed)
    it = await tab(staffed.ws)
    await it.types("/escalate Checkout is down")
    await escalated(it)
    await staffed.settled()
    clock = it.page.get_by_role("button", name=re.compile("Until the next thing"))
    await clock.click()
    await expect(it.page.locator(".cast [aria-label*='Dina Sato'] .count")).to_be_visible()
    await it.page.get_by_role("button", name="+1 h").click()
    await expect(it.page.locator(".clock-time")).to_have_text(re.compile(r"11:1\d"))
    await it.becomes("Vera")
    await it.page.locator(".place[data-place='app']").click()
    overdue = it.message("ESC-1 is overdue")
    await expect(overdue).to_contain_text("Asked so far: @Dina Sato, the channel")
    assert "Clarion was not running" not in await it.reads()
    await it.becomes("Dina")
    await it.page.locator(".place[data-place='app']").click()
    nag = it.message("ESC-1 is waiting for you")
    await nag.get_by_role("button", name="Acknowledge").click()
    await expect(it.message("Acknowledged by @Dina Sato")).to_be_visible()
    await it.becomes("Vera")
    await it.page.locator(".place[data-place='app']").click()
    await it.page.get_by_role("button", name="Messages", exact=True).click()
    # The bot says it when Slack's limits let it: an hour's reminders went out in seconds.
    await expect(it.message("Acknowledged by @Dina Sato")).to_be_visible()


async def test_the_clock_says_where_it_is_going_and_whom_it_waits_for(staffed: House, tab: NewTab) -> None:
    held = asyncio.Event()
    moment = staffed.ws.clock.now() + 300

    async def ask() -> float | None:
        return moment if staffed.ws.clock.now() < moment + 60 and not held.is_set() else None

    staffed.ws.page.controls = Controls(next_due=ask, opens_as="olga", opens_in="#acme")
    it = await tab(staffed.ws)
    await it.page.get_by_role("button", name="+1 h").click()
    await expect(it.page.locator(".stage-next")).to_have_text(re.compile(r"Going to 11:0\d AM …"))
    await expect(it.page.locator(".clock-time")).to_have_text(re.compile(r"10:0[5-9]"))
    await expect(it.page.locator(".stage-next")).to_have_text("Waiting for Clarion …")
    held.set()
    await expect(it.page.locator(".clock-time")).to_have_text(re.compile(r"11:0\d"))
    await expect(it.page.locator(".stage-next")).to_have_text("Nothing is due")


async def test_the_escalation_can_be_opened_by_keyboard_alone(staffed: House, tab: NewTab) -> None:
    await staffed.person("carla").says(ANGRY, in_="#acme")
    it = await tab(staffed.ws)
    keys = it.page.keyboard
    await it.page.locator(".message[tabindex='0']").focus()
    for _ in range(2):  # past the reaction and the thread, to the three dots
        await keys.press("Tab")
    await keys.press("Tab")
    await keys.press("Enter")
    await keys.press("Enter")
    form = await it.form("New escalation")
    await expect(it.page.get_by_role("combobox", name="Customer")).to_be_focused()
    await keys.type("Acme")
    await expect(it.page.locator(".option")).to_have_text("New: Acme")
    await keys.press("Enter")
    await expect(it.page.get_by_role("combobox", name="Customer")).to_have_value("New: Acme")
    await keys.press("Tab")
    await keys.press("ArrowDown")
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await expect(it.page.get_by_role("combobox", name="Severity")).to_have_value("SEV-2 High")
    await form.get_by_role("button", name="Open escalation").focus()
    await keys.press("Enter")
    await expect(it.page.locator("dialog[open]")).to_have_count(0)


async def test_trouble_is_made_shown_and_mended(staffed: House, tab: NewTab) -> None:
    it = await tab(staffed.ws)
    await it.page.get_by_role("button", name="Break it").click()
    panel = it.page.get_by_role("complementary", name="Break it")
    await panel.get_by_role("button", name="Slack is slow").click()
    await expect(panel.get_by_role("button", name="Slack is slow")).to_have_attribute("aria-pressed", "true")
    await panel.get_by_role("button", name="Slack fails").click()
    await expect(panel.locator(".troubles-now")).to_contain_text("5 more")
    await panel.get_by_role("button", name="Drop the socket").click()
    await staffed.ws.until(lambda: staffed.ws.sockets.handshakes >= 2, timeout=60)
    await panel.get_by_role("button", name="Make all well again").click()
    await expect(panel.locator(".troubles-now li")).to_have_count(0)
    await expect(panel.locator(".facts")).to_contain_text("connected")
    assert staffed.ws.faults.latency == 0


async def test_an_app_that_does_not_answer_is_said_in_slacks_words(staffed: House, tab: NewTab) -> None:
    it = await tab(staffed.ws)
    await it.types("/escalate Checkout is down")
    form = await it.form("New escalation")
    await it.picks("Customer", "Acme", "New: Acme")
    await staffed.stop()
    await form.get_by_role("button", name="Open escalation").click()
    await expect(form.get_by_role("alert")).to_have_text("We had some trouble connecting. Try again?")
    await staffed.start()
    await form.get_by_role("button", name="Open escalation").click()
    await expect(it.page.locator("dialog[open]")).to_have_count(0)


async def test_the_guide_leads_from_hint_to_hint_and_can_be_sent_away(staffed: House, tab: NewTab) -> None:
    visited = staffed.ws.page.visited
    staffed.ws.page.controls.hints = (
        Hint("Be Vera", "See what she sees.", lambda: "vera" in visited, person="vera", points_at="person:vera"),
        Hint("Write something", "Anything.", lambda: False, person="vera", place="#general", points_at="composer"),
    )
    it = await tab(staffed.ws)
    guide = it.page.get_by_role("region", name="Guide")
    await expect(guide).to_contain_text("1 of 2")
    await expect(it.page.locator(".face.pointed")).to_have_attribute("aria-label", re.compile("Vera"))
    await guide.get_by_role("button", name="Be Vera Lind").click()
    await expect(guide).to_contain_text("Write something")
    await guide.get_by_role("button", name="Take me there").click()
    await expect(it.page.locator(".composer.pointed")).to_be_visible()
    await guide.get_by_role("button", name="Leave the guide").click()
    await expect(guide).to_have_count(0)
    await it.page.reload()
    await expect(it.page.locator(".message, .empty").first).to_be_visible()
    await expect(guide).to_have_count(0)
