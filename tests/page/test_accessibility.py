from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.page.browser import Tab
from tests.page.conftest import NewTab
from tests.support.house import House

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}


async def finds_nothing(it: Tab, where: str) -> None:
    await it.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)))")
    found = await Axe().run(it.page)
    assert found.violations_count == 0, f"{where}\n{found.generate_report()}"


@pytest.mark.parametrize("look", LOOKS)
async def test_axe_finds_nothing_wrong(staffed: House, tab: NewTab, look: str) -> None:
    olga = staffed.person("olga")
    await olga.says("Good morning @dina", in_="#acme")
    await olga.types("/escalate sev1 Checkout is down", in_="#acme")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    it = await tab(staffed.ws, **LOOKS[look])
    await it.form("New escalation")
    await finds_nothing(it, "the form")
    await it.picks("Severity", "SEV-2")
    owner = it.page.get_by_role("combobox", name="Owner")
    await expect(owner).to_have_value(re.compile("Sana"))
    await owner.click()
    await expect(it.page.locator(".option").first).to_be_visible()
    await finds_nothing(it, "the open menu")
    await it.page.keyboard.press("Escape")
    await it.page.get_by_role("button", name="Open escalation").hover()
    await finds_nothing(it, "the button under the pointer")
    await it.page.get_by_role("button", name="Open escalation").click()
    await expect(it.page.locator("dialog[open]")).to_have_count(0)
    await staffed.settled()
    channel = staffed.ws.channel("#esc-1…")
    await it.opens(f"#/as/{olga.id}/in/{channel.id}")
    await expect(it.message("Acknowledge")).to_be_visible()
    await it.message("Acknowledge").hover()
    await finds_nothing(it, "the card")
    await it.page.get_by_role("button", name="More actions").click()
    await finds_nothing(it, "the menu of a message")
    await it.page.keyboard.press("Escape")
    await it.page.locator(".who").click()
    await finds_nothing(it, "everybody one can be")
    await it.page.keyboard.press("Escape")
    await it.page.get_by_role("button", name="Break it").click()
    await finds_nothing(it, "the panel")


async def test_everybody_finds_their_own_home_there_and_axe_nothing_wrong_with_it(staffed: House, tab: NewTab) -> None:
    olga = staffed.person("olga")
    await olga.types("/escalate sev1 Checkout is down", in_="#acme")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.submit()
    await staffed.settled()
    it = await tab(staffed.ws)
    await it.becomes("Ulf")
    await it.page.locator(".place[data-place='app']").click()
    await expect(it.page.locator(".home-body")).to_contain_text("Open in the company (1)")
    await finds_nothing(it, "the Home")
    await it.becomes("Tess")  # who comes to her own without having pressed anything of the app's
    await expect(it.page.locator(".home-body")).to_contain_text("Open in the company (1)")


@pytest.mark.parametrize("width", [390, 768, 1201, 1280])
async def test_nothing_reaches_over_the_edge(staffed: House, tab: NewTab, width: int) -> None:
    await staffed.person("victor").types("/escalate help")
    victor = staffed.ws.find_person("victor").id  # whose clock says where he lives
    it = await tab(staffed.ws, f"#/as/{victor}", viewport={"width": width, "height": 800})
    await expect(it.message("Only visible to you")).to_be_visible()
    assert await it.page.evaluate("document.documentElement.scrollWidth") <= width
    reach = "[...document.querySelectorAll('.stage *, .middle *')].filter((one) => !one.closest('.hidden, .cast')"
    over = await it.page.evaluate(
        f"{reach} && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.className)"
    )
    assert over == []
    faces = await it.page.evaluate("[...document.querySelectorAll('.face')].at(-1).getBoundingClientRect().right")
    assert faces <= await it.page.evaluate("document.querySelector('.clock').getBoundingClientRect().left")
