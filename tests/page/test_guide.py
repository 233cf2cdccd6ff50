"""The guided first minute: one hint at a time, whatever a visitor does instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.async_api import expect

from simulator import Workspace, posting, views_store
from simulator.page import Controls, Hint
from tests.page.conftest import NewTab
from tests.page.specimens import FORMS, plain


class Switch:
    """Something that has come about, or not."""

    on = False

    def __call__(self) -> bool:
        return self.on


def guided(ws: Workspace, *hints: Hint) -> None:
    ws.page.controls = Controls(hints=hints)


async def test_a_step_that_is_undone_comes_back_until_the_next_one_is_done(ws: Workspace) -> None:
    form, sent = Switch(), Switch()
    guided(ws, Hint("Open", "", form, lasting=False), Hint("Send", "", sent), Hint("Last", "", Switch()))
    assert ws.page.guide()["title"] == "Open"
    form.on = True
    assert ws.page.guide()["title"] == "Send"
    form.on = False  # the visitor closed it
    assert ws.page.guide()["title"] == "Open"
    form.on = sent.on = True
    assert ws.page.guide()["title"] == "Last"
    form.on = sent.on = False
    assert ws.page.guide()["title"] == "Last"


async def test_a_step_that_is_skipped_stays_so(ws: Workspace) -> None:
    guided(ws, Hint("Open", "", Switch(), lasting=False), Hint("Send", "", Switch()))
    ws.page.skip(1)  # a tab that is behind
    assert ws.page.guide()["title"] == "Open"
    ws.page.skip(0)
    assert [ws.page.guide()["title"] for _ in range(2)] == ["Send", "Send"]
    ws.page.skip(1)
    assert ws.page.guide() == {"total": 2, "step": 2}


@pytest.mark.parametrize("as_it_is", [str, lambda words: lambda: words])
async def test_words_and_places_may_depend_on_what_happened(ws: Workspace, as_it_is: Callable[[str], str]) -> None:
    guided(ws, Hint("Go", as_it_is("There"), Switch(), as_it_is("dina"), as_it_is("#acme"), as_it_is("place:#acme")))
    guide, acme = ws.page.guide(), ws.channel("#acme").id
    assert (guide["text"], guide["person"]) == ("There", ws.find_person("dina").id)
    assert (guide["place"], guide["points_at"]) == (acme, f"place:{acme}")


async def test_whoever_is_meant_is_pointed_at_however_narrow_the_page(ws: Workspace, tab: NewTab) -> None:
    guided(ws, Hint("Be Dina", "See what she sees.", Switch(), person="dina", points_at="person:dina"))
    wide, narrow = await tab(ws), await tab(ws, viewport={"width": 390, "height": 844})
    await expect(wide.page.locator(".pointed")).to_have_attribute("aria-label", "Be Dina Sato, CS director")
    await expect(narrow.page.locator(".pointed")).to_contain_text("You are")


async def test_a_hint_is_part_of_the_form_that_it_speaks_of_and_waits_behind_any_other(
    ws: Workspace, tab: NewTab
) -> None:
    sent = Switch()
    guided(ws, Hint("Send it", "", sent, person="olga"), Hint("Be Dina", "", Switch(), person="dina"))
    it = await tab(ws)
    form = {"type": "modal", "title": plain("A form"), "blocks": [FORMS["paragraph"]]}
    views_store.open_modal(ws, ws.find_person("olga").id, form)
    guide = it.page.get_by_role("region", name="Guide")
    await expect(it.page.locator("dialog[open] .guide")).to_contain_text("Send it")
    sent.on = True
    ws.changes.notify()
    await expect(it.page.locator("#page > .guide")).to_contain_text("Be Dina")
    await it.page.keyboard.press("Escape")
    await expect(guide.get_by_role("button", name="Be Dina Sato")).to_be_visible()


async def test_a_hint_covers_nothing_and_what_it_means_is_brought_into_sight(ws: Workspace, tab: NewTab) -> None:
    olga = ws.person("olga")
    await olga.says("The one that is meant")
    for number in range(30):
        await olga.says(f"Message {number}")
    guided(ws, Hint("Read it", "Up there.", Switch(), points_at="message:The one that is meant"))
    it = await tab(ws)
    await expect(it.page.locator(".message.pointed")).to_be_in_viewport()
    bottom, top = await it.page.evaluate(
        "[document.querySelector('.guide').getBoundingClientRect().bottom, document.querySelector('.workspace').offsetTop]"
    )
    assert bottom <= top
    await it.page.locator(".messages-scroll").evaluate("node => { node.scrollTop = node.scrollHeight; }")
    await it.page.get_by_role("button", name="Show me").click()
    await expect(it.page.locator(".message.pointed")).to_be_in_viewport()
    await expect(it.page.get_by_role("button", name="Show me")).to_be_hidden()
    await it.page.get_by_role("button", name="Skip this step").click()
    await expect(it.page.get_by_role("region", name="Guide")).to_contain_text("That is the whole of it")


async def test_a_step_that_begins_where_one_is_takes_nobody_away_from_what_they_read(
    ws: Workspace, tab: NewTab
) -> None:
    olga, before = ws.person("olga"), Switch()
    button = {"type": "button", "action_id": "resolve", "text": plain("Resolve")}
    posting.post(
        ws, ws.channel("#general"), ws.bot_user_id, "The card", blocks=[{"type": "actions", "elements": [button]}]
    )
    for number in range(30):
        await olga.says(f"Message {number}")
    guided(ws, Hint("Before", "", before), Hint("Press it", "Up there.", Switch(), points_at="button:Resolve"))
    it = await tab(ws)
    await expect(it.message("Message 29")).to_be_in_viewport()
    before.on = True
    ws.changes.notify()
    await it.page.get_by_role("button", name="Show me").click()
    await expect(it.page.locator(".button.pointed")).to_be_in_viewport(ratio=1)


async def test_a_page_that_opens_with_a_long_hint_shows_the_newest_message(ws: Workspace, tab: NewTab) -> None:
    for number in range(30):
        await ws.person("olga").says(f"Message {number}")
    guided(ws, Hint("Read", "A hint that takes some room. " * 9, Switch()))
    it = await tab(ws, viewport={"width": 390, "height": 844})
    await expect(it.page.get_by_role("region", name="Guide")).to_be_visible()
    await expect(it.message("Message 29")).to_be_in_viewport(ratio=1, timeout=5_000)


async def test_how_many_are_called_shows_however_narrow_the_page(ws: Workspace, tab: NewTab) -> None:
    narrow = await tab(ws, viewport={"width": 390, "height": 844})
    await expect(narrow.page.locator(".who .count")).to_be_hidden()
    await ws.person("olga").says("Look @dina @victor", in_="#general")
    await expect(narrow.page.locator(".who .count")).to_have_text("2")
    wide = await tab(ws)
    await expect(wide.page.locator(".face .count").first).to_be_visible()
    await expect(wide.page.locator(".who .count")).to_be_hidden()
