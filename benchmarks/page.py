"""The local workspace's page, by its own timing: going to a channel in which much has been said."""

from __future__ import annotations

import sys
from statistics import median

from playwright.async_api import Page, async_playwright

from benchmarks.figures import Figure
from simulator import Workspace
from tests.page.browser import launch, path_of_browser
from tests.support.house import MANIFEST

MESSAGES = 2_000
SWITCHES = 7


async def measure() -> list[Figure]:
    """Switch to and fro; nothing is measured where no browser is installed."""
    path = path_of_browser()
    if path is None:
        sys.stderr.write("No browser is installed, so the page is not measured.\n")
        return []
    async with Workspace.running(manifest=MANIFEST, people=["olga"], channels={"long": "*"}) as ws:
        olga = ws.person("olga")
        for number in range(MESSAGES):
            await olga.says(f"Message {number}, with a *little* more to say than the one before.", in_="#long")
        async with async_playwright() as playwright:
            browser = await launch(playwright, path)
            page = await browser.new_page(bypass_csp=True)  # waiting for a function evaluates it
            await page.goto(ws.base_url)
            await page.wait_for_selector("h1:has-text('general')")
            waits = [await _switch(page) for _ in range(SWITCHES)]
            await browser.close()
    return [Figure(f"page: to a channel of {MESSAGES:,} messages, median of {SWITCHES}", median(waits), "ms", 200)]


async def _switch(page: Page) -> float:
    """To the long channel and back; the milliseconds that the page took for the way there."""
    await page.evaluate("performance.clearMeasures()")
    await page.click(".place:has-text('long')")
    took = await page.wait_for_function("performance.getEntriesByName('switch')[0]?.duration")
    await page.wait_for_selector(f".message:has-text('Message {MESSAGES - 1}')")
    await page.click(".place:has-text('general')")
    await page.wait_for_selector("h1:has-text('general')")
    return float(await took.json_value())
