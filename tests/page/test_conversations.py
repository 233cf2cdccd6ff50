from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from simulator import Workspace, channels, views_store
from simulator.page import Controls
from simulator.sockets import Connection
from tests.page.conftest import NewTab
from tests.page.specimens import FORMS, plain
from tests.support.house import MANIFEST

HOSTILE = [
    "<img src=x onerror=\"window.broken='img'\">",
    "<script>window.broken = 'script'</script>",
    "javascript:alert(1) <https://example.com/\"onmouseover=\"window.broken='link'|click>",
    "&lt;b&gt; & \"quotes\" 'single' `code` </div></body>",
    "\u202eright to left\u202c and \u05e9\u05dc\u05d5\u05dd",
    "👩‍👩‍👧‍👦🏳️‍🌈 " * 40,
    "word" * 2_500,
]


async def test_what_is_said_shows_at_once_in_every_tab_and_is_unread_for_those_elsewhere(
    ws: Workspace, tab: NewTab
) -> None:
    here, there = await tab(ws), await tab(ws)
    await there.becomes("Dina")
    await here.types("Hello @dina")
    await expect(here.message("Hello")).to_contain_text("@Dina Sato")
    await expect(there.message("Hello").locator(".mention-me")).to_have_text("@Dina Sato")
    await here.goes_to("random")
    await here.types("Lunch?")
    await expect(there.page.locator(".place.unread")).to_contain_text("random")


async def test_two_people_in_two_tabs_see_what_is_theirs(ws: Workspace, tab: NewTab) -> None:
    olga, victor = await tab(ws), await tab(ws)
    await victor.becomes("Victor")
    await expect(olga.page.locator(".sidebar")).to_contain_text("acme")
    await expect(victor.page.locator(".sidebar")).not_to_contain_text("acme")
    ws.add_channel("secret", ["olga"], private=True)
    ws.changes.notify()
    await expect(olga.page.locator(".sidebar")).to_contain_text("secret")
    await victor.opens(f"#/as/{ws.find_person('victor').id}/in/{ws.channel('#secret').id}")
    await expect(victor.page.locator("h1")).to_contain_text("general")


async def test_the_marks_of_all_severities_and_other_signs_are_drawn_alike(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws)
    signs = {"Inter", "Noto Color Emoji"}
    listed = await asyncio.create_subprocess_exec("fc-list", ":", "family", stdout=asyncio.subprocess.PIPE)
    if not signs <= set((await listed.communicate())[0].decode().replace(",", "\n").splitlines()):
        pytest.skip("wants the fonts Inter and Noto Color Emoji, of which either has a white circle")
    widths = await it.page.evaluate("""() => [..."🔴🟠🟡⚪😀👀"].map((mark) => {
        const node = Object.assign(document.createElement("span"), { textContent: mark });
        document.body.append(node);
        return node.getBoundingClientRect().width;
    })""")
    assert max(widths) - min(widths) < 0.5


async def test_a_channel_opens_where_the_last_message_has_its_head_though_lines_of_slack_follow(
    ws: Workspace, tab: NewTab
) -> None:
    it = await tab(ws, viewport={"width": 1280, "height": 700})
    await it.types("The first line of many")
    for number in range(3):
        await it.types(f"Then this {number}")
    height = await it.page.locator(".messages-scroll").evaluate("node => node.clientHeight")
    long = "\n".join(f"Line {number}" for number in range(int(height / 22) - 2))
    await ws.person("olga").says(long, in_="#acme")
    channel = ws.channel("#acme")
    channels.set_words(ws, channel, "topic", "A topic", ws.find_person("olga").id)
    ws.changes.notify()
    await it.goes_to("random")
    await it.goes_to("acme")
    await expect(it.message("Line 0").locator(".message-author")).to_be_in_viewport(ratio=1)
    await it.types("And on it goes")
    await expect(it.message("And on it goes")).to_be_in_viewport(ratio=1)


async def test_whoever_closes_a_form_by_keyboard_is_back_at_the_message_it_came_from(
    ws: Workspace, tab: NewTab
) -> None:
    it = await tab(ws)
    await it.types("Our checkout is down")
    await it.message("Our checkout").focus()
    await it.message("Our checkout").get_by_role("button", name="More actions").focus()
    form = {"type": "modal", "title": plain("A form"), "blocks": [FORMS["paragraph"]]}
    views_store.open_modal(ws, ws.find_person("olga").id, form)
    await it.form("A form")
    await it.page.keyboard.press("Escape")
    await expect(it.message("Our checkout")).to_be_focused(timeout=5_000)


async def test_a_time_is_shown_in_each_readers_own_zone(ws: Workspace, tab: NewTab) -> None:
    ws.clock.move(1_795_443_900 - ws.clock.now())  # 14:25 in London, 09:25 in New York
    it = await tab(ws)
    await it.types("When is it?")
    await expect(it.message("When").locator(".message-head .message-time")).to_have_text("2:25 PM")
    await expect(it.page.locator(".clock-time")).to_have_text("2:25 PM")
    await it.becomes("Victor")
    await expect(it.message("When").locator(".message-head .message-time")).to_have_text("9:25 AM")
    await expect(it.page.locator(".clock-face")).to_have_text("9:25 AMMon 23 Nov, New York")


async def test_a_reload_keeps_person_place_and_thread(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws)
    await it.becomes("Dina")
    await it.goes_to("random")
    await it.types("A question")
    await it.message("A question").hover()
    await it.page.get_by_role("button", name="Reply in thread").click()
    await it.page.locator(".thread .composer-field").fill("An answer")
    await it.page.keyboard.press("Enter")
    await expect(it.page.locator(".thread")).to_contain_text("An answer")
    await expect(it.page.locator(".thread")).not_to_contain_text("/ for commands")
    await it.page.reload()
    await expect(it.page.locator(".who strong")).to_have_text("Dina Sato")
    await expect(it.page.locator(".middle h1")).to_contain_text("random")
    await expect(it.page.locator(".thread")).to_contain_text("An answer")
    await expect(it.page.locator(".middle .thread-link")).to_contain_text("1 reply")


async def test_hostile_words_are_shown_as_words(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws)
    for words in HOSTILE:
        await it.types(words)
        shown = it.page.locator(".middle .message:not(.system) .message-text").last
        await expect(shown).to_have_text(words.strip().replace("`code`", "code"), use_inner_text=False)
    assert await it.page.evaluate("window.broken") is None
    assert await it.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def test_only_the_newest_messages_are_drawn_and_scrolling_up_brings_the_older(ws: Workspace, tab: NewTab) -> None:
    olga = ws.person("olga")
    for number in range(200):
        await olga.says(f"Message {number}")
    it = await tab(ws)
    drawn = it.page.locator(".middle .message")
    await expect(drawn).to_have_count(40)
    await expect(drawn.last).to_contain_text("Message 199")
    await it.page.evaluate("document.querySelector('.messages-scroll').scrollTop = 0")
    await expect(drawn).to_have_count(120)
    await expect(drawn.first).to_contain_text("Message 80")


async def test_opening_a_panel_leaves_everybody_where_they_read(ws: Workspace, tab: NewTab) -> None:
    olga = ws.person("olga")
    for number in range(40):
        await olga.says(f"Message {number}")
    it = await tab(ws)
    scroll = "document.querySelector('.messages-scroll')"
    await expect(it.message("Message 39")).to_be_in_viewport()
    await it.page.get_by_role("button", name="Break it").click()
    await expect(it.page.locator(".panel")).to_be_visible()
    await expect(it.message("Message 39")).to_be_in_viewport()
    await it.page.evaluate(f"{scroll}.scrollTop = 250")
    await it.page.get_by_role("button", name="Break it").click()
    await expect(it.page.locator(".panel")).to_have_count(0)
    assert await it.page.evaluate(f"{scroll}.scrollTop") == 250


async def test_whoever_reads_above_stays_there_until_they_say_something_or_are_answered_alone(
    ws: Workspace, tab: NewTab
) -> None:
    olga, dina = ws.person("olga"), ws.person("dina")
    for number in range(130):
        await olga.says(f"Message {number}")
    it = await tab(ws)
    await expect(it.message("Message 129")).to_be_in_viewport()
    # There are more than the page shows, so each pushes the oldest out; from up here, older ones are not asked for.
    up = "document.querySelector('.messages-scroll')"
    for says in ("Hello", "/escalate"):
        await it.page.evaluate(f"{up}.scrollTop = {up}.scrollHeight / 3")
        await dina.says(f"Before {says}")
        await expect(it.message(f"Before {says}")).not_to_be_in_viewport()
        await it.types(says)
        await expect(it.message("Hello" if says == "Hello" else "dispatch_failed")).to_be_in_viewport()


async def test_a_line_stands_where_the_new_begins_for_as_long_as_one_stays(ws: Workspace, tab: NewTab) -> None:
    olga, dina = ws.person("olga"), ws.person("dina")
    await olga.says("Old")
    it = await tab(ws, f"#/as/{ws.find_person('dina').id}")
    await it.goes_to("random")
    await olga.says("Newer")
    await olga.says("Newest")
    await it.goes_to("general")
    new = it.page.locator(".new-mark")
    await expect(new).to_have_count(1)
    await expect(it.page.locator(".new-mark + .message")).to_contain_text("Newer")
    await dina.says("I see")
    await olga.says("Good")
    await expect(it.message("Good")).to_be_visible()
    await expect(it.page.locator(".new-mark + .message")).to_contain_text("Newer")
    await it.goes_to("random")
    await it.goes_to("general")
    await expect(it.message("Good")).to_be_visible()
    await expect(new).to_have_count(0)


async def test_those_who_come_together_stand_in_one_line_below_the_channels_beginning(
    ws: Workspace, tab: NewTab
) -> None:
    olga = ws.person("olga")
    ws.add_channel("new", ["olga"])
    for name in ("dina", "victor"):
        await olga.invites(name, to="#new")
    it = await tab(ws)
    await it.goes_to("random")
    await expect(it.page.locator(".empty")).to_have_text("Nothing has been said here yet.")
    await it.types("Now it has")
    await expect(it.page.locator(".empty")).to_have_count(0)
    await it.goes_to("new")
    line = it.page.locator(".message.system")
    await expect(line).to_contain_text("@Dina Sato and @Victor Hugo were added to the channel by @Olga Novak")
    await expect(line).to_have_count(1)
    await expect(it.page.locator(".beginning")).to_contain_text("This is its very beginning.")
    await expect(it.page.locator(".empty")).to_have_count(0)
    await olga.invites("maria", to="#new")
    await expect(line).to_contain_text("@Dina Sato, @Victor Hugo and @Maria Costa were added")


async def test_what_waits_to_be_said_is_counted_until_nothing_does(ws: Workspace, tab: NewTab) -> None:
    waits = 2

    async def waiting() -> int:
        return waits

    ws.page.controls = Controls(waiting=waiting)
    it = await tab(ws)
    await it.page.get_by_role("button", name="Break it").click()
    await expect(it.page.locator(".verdict")).to_contain_text("on its way back")
    ws.sockets.connections.append(Connection(None, None))  # type: ignore[arg-type]
    await expect(it.page.locator(".verdict")).to_have_text("2 things wait to be said.")
    waits = 0  # in the app's own memory, of which the workspace hears nothing
    await expect(it.page.locator(".verdict")).to_have_text("Nothing is lost, and nothing was said twice.")
    ws.sockets.connections.clear()


async def test_a_bookmark_leads_to_its_message_and_pins_are_listed(ws: Workspace, tab: NewTab) -> None:
    olga, channel = ws.person("olga"), ws.channel("#general")
    first = await olga.says("The very first")
    for number in range(100):
        await olga.says(f"Message {number}")
    first.pinned = True
    link = f"https://acme.slack.com/archives/{channel.id}/p{first.ts.replace('.', '')}"
    channel.bookmarks.append({"title": "The beginning", "link": link})
    channel.topic["value"] = "All about *topics*"
    it = await tab(ws)
    await expect(it.page.locator(".topic")).to_have_text("All about topics")
    await it.page.get_by_role("button", name="The beginning").click()
    await expect(it.message("The very first")).to_be_focused()
    await it.page.get_by_role("button", name="1 pinned").click()
    await expect(it.page.get_by_role("dialog", name="Pinned")).to_contain_text("The very first")


async def test_somebody_outside_a_channel_looks_in_and_may_join(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws)
    await it.becomes("Dina")
    await it.page.get_by_role("button", name="Other channels").click()
    await it.page.get_by_role("menuitem", name="acme").click()
    await expect(it.page.locator(".outside")).to_contain_text("#acme from outside")
    await it.page.get_by_role("button", name="Join channel").click()
    await expect(it.composer).to_be_visible()


async def test_escape_closes_what_lies_on_top_first(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws, viewport={"width": 390, "height": 844})
    await it.page.get_by_role("button", name="Channels and messages").click()
    await it.page.get_by_role("button", name="Write to").click()
    await expect(it.page.get_by_role("menuitem", name="Dina")).to_be_visible()
    await it.page.keyboard.press("Escape")
    await expect(it.page.get_by_role("menuitem", name="Dina")).to_have_count(0)
    assert await it.page.get_attribute("#page", "data-sidebar") == "open"
    await it.page.keyboard.press("Escape")
    await expect(it.page.locator(".sidebar")).not_to_be_in_viewport()


async def test_a_command_that_nobody_answers_says_so_to_its_author_alone(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws)
    await it.composer.fill("/es")
    await expect(it.page.get_by_role("option", name="/escalate")).to_be_visible()
    await it.composer.press("Enter")
    await expect(it.composer).to_have_value("/escalate ")
    await it.composer.press("Enter")
    failed = it.message('failed with the error "dispatch_failed"')
    await expect(failed).to_contain_text("Only visible to you")
    await failed.get_by_role("button", name="Dismiss").click()
    await expect(failed).to_have_count(0)


def home(words: str) -> dict[str, Any]:
    sure = {
        "title": plain("Really?"),
        "text": plain("It cannot be undone."),
        "confirm": plain("Do it"),
        "deny": plain("No"),
    }
    press = {"type": "button", "action_id": "go", "text": plain(words), "value": "1", "confirm": sure}
    return {
        "type": "home",
        "blocks": [{"type": "header", "text": plain("Yours")}, {"type": "actions", "elements": [press]}],
    }


async def test_home_is_drawn_and_a_dangerous_button_asks_first(tab: NewTab) -> None:
    manifest = json.loads(MANIFEST.read_text())
    manifest["features"]["app_home"]["home_tab_enabled"] = True
    async with Workspace.running(manifest=manifest, people=["olga"]) as ws:
        views_store.publish_home(ws, ws.find_person("olga").id, home("Forget all"))
        it = await tab(ws)
        await it.page.click(".place[data-place='app']")
        await expect(it.page.get_by_role("heading", name="Yours")).to_be_visible()
        await it.page.get_by_role("button", name="Forget all").click()
        await it.page.get_by_role("button", name="No", exact=True).click()
        assert not ws.failures
        await it.page.get_by_role("button", name="Forget all").click()
        await it.page.get_by_role("button", name="Do it").click()
        await expect(it.page.get_by_role("status").last).to_contain_text("This app didn't respond")
        assert [failure.what for failure in ws.failures] == ["button"]
        views_store.publish_home(ws, ws.find_person("olga").id, home("Remember all"))
        await expect(it.page.get_by_role("button", name="Remember all")).to_be_visible()
        await it.page.get_by_role("button", name="Messages").click()
        await expect(it.composer).to_be_visible()
        await it.page.close()


async def test_forms_are_pushed_and_each_way_back_leads_where_it_should(ws: Workspace, tab: NewTab) -> None:
    olga = ws.find_person("olga").id
    forms = [{"type": "modal", "title": plain(f"Form {n}"), "blocks": [FORMS["paragraph"]]} for n in (1, 2, 3)]
    it = await tab(ws)
    views_store.open_modal(ws, olga, forms[0])
    await (await it.form("Form 1")).get_by_label("Impact").fill("Kept")
    views_store.push_modal(ws, olga, forms[1])
    await (await it.form("Form 2")).get_by_role("button", name="Back").click()
    await expect((await it.form("Form 1")).get_by_label("Impact")).to_have_value("Kept")
    views_store.push_modal(ws, olga, forms[2])
    await (await it.form("Form 3")).get_by_role("button", name="Close").click()
    await expect(it.page.locator("dialog[open]")).to_have_count(0)
    assert ws.state.top_modal(olga) is None


async def test_a_page_begins_anew_with_the_workspace_that_starts_again_at_its_address(tab: NewTab) -> None:
    people = ["olga", "dina"]
    async with Workspace.running(manifest=MANIFEST, people=people) as ws:
        it = await tab(ws)
        await it.becomes("Dina")
        await it.goes_to("random")
        port = int(ws.base_url.rstrip("/").rpartition(":")[2])
    await expect(it.page.locator(".offline")).to_be_visible()
    async with Workspace.running(manifest=MANIFEST, people=people, port=port) as again:
        again.page.controls.preparing = "Setting the scene"
        await expect(it.page.locator(".preparing")).to_have_text("Setting the scene")
        again.page.controls.preparing = ""
        await expect(it.page.locator(".who strong")).to_have_text("Olga")
        await expect(it.page.locator(".place.current")).to_contain_text("general")
        it.complaints.clear()  # of an address at which there was nobody
        await it.page.close()


async def test_visitors_wait_until_the_scene_is_set(ws: Workspace, browser: Browser) -> None:
    ws.page.controls.preparing = "Setting the scene"
    page = await browser.new_page()
    await page.goto(ws.base_url)
    await expect(page.get_by_role("status").filter(has_text="Setting the scene")).to_be_visible()
    assert await page.locator(".place").count() == 0
    ws.page.controls.preparing = ""
    await expect(page.locator(".place.current")).to_contain_text("general")
    await page.close()
