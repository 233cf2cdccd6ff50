"""`make pictures`: the demonstration, used as a visitor uses it, as pictures and a short animation.

The clock begins at one fixed Tuesday, so that the pictures change only when what they show does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, async_playwright

from bot.demo.past import LONDON
from bot.demo.run import company
from simulator import Workspace
from tests.page.browser import Tab, launch, path_of_browser

FOLDER = Path(__file__).parent
OPENS_AT = dt.datetime(2026, 11, 24, 9, 41, tzinfo=LONDON)
SIZE = {"width": 1280, "height": 800}
TOUR_SIZE = (960, 600)
FRAME_MILLISECONDS = 2400


class Photographer:
    """Takes stills of a tab, and keeps the frames of the tour."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.frames: list[Image.Image] = []

    async def still(self, name: str) -> None:
        """As it is now, light and dark."""
        for tone, suffix in (("dark", "-dark"), ("light", "")):
            await self._page.evaluate(f"document.documentElement.dataset.tone = '{tone}'")
            await self._settle()
            await self._page.screenshot(path=FOLDER / f"{name}{suffix}.png")

    async def frame(self) -> None:
        """One more of the tour."""
        await self._settle()
        picture = Image.open(io.BytesIO(await self._page.screenshot())).convert("RGB")
        self.frames.append(picture.resize(TOUR_SIZE, Image.Resampling.LANCZOS))

    def animate(self, name: str) -> None:
        """Write the tour; one palette of colours for all of it, so that nothing flickers."""
        palette = self.frames[-1].quantize(colors=128)
        first, *rest = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in self.frames]
        first.save(FOLDER / name, save_all=True, append_images=rest, duration=FRAME_MILLISECONDS, loop=0, optimize=True)

    async def _settle(self) -> None:
        """What moves has come to rest."""
        await self._page.evaluate("Promise.all(document.getAnimations().map((one) => one.finish?.()))")
        await self._page.evaluate("document.activeElement?.blur()")


async def escalate(it: Tab, camera: Photographer) -> None:
    """From the customer's message to a channel."""
    await camera.frame()
    await it.menu_of("Our checkout has been down")
    await camera.frame()
    await it.page.get_by_role("menuitem", name="Escalate this message").click()
    form = await it.form("New escalation")
    await it.picks("Customer", "Acme", "New: Acme")
    await it.picks("Severity", "SEV-1")
    await it.page.wait_for_function("document.querySelector('[data-action=owner]')?.value.includes('Dina')")
    await form.get_by_label("Business impact").fill("Nobody can buy; about 4,000 euros an hour.")
    await camera.frame()
    await form.get_by_role("button", name="Open escalation").click()
    await it.goes_to("esc-5")
    await it.message("Next update due").wait_for()


async def photograph(it: Tab, ws: Workspace, camera: Photographer) -> None:
    """The tour, with its stills on the way."""
    await escalate(it, camera)
    await said(ws)
    await it.page.evaluate("document.querySelector('.messages-scroll').scrollTop = 1e6")
    await camera.still("agent")
    await camera.frame()
    vera = ws.app_dm(ws.find_person("vera"))
    while not any("Asked so far" in message.text for message in vera.messages):
        await ws.page.lab.move({})
        await said(ws)
    await camera.frame()
    await it.becomes("Vera")
    await it.page.click(".place[data-place='app']")
    await it.message("Asked so far").wait_for()
    await camera.still("executive")
    await camera.frame()
    await it.becomes("Dina")
    await it.page.click(".place[data-place='app']")
    await it.message("is waiting for you").get_by_role("button", name="Acknowledge").click()
    await it.goes_to("esc-5")
    await it.message("acknowledged ESC-5").wait_for()
    await camera.frame()


async def said(ws: Workspace) -> None:
    """Wait until the bot has said all it has to."""
    waiting = ws.page.controls.waiting
    while waiting is not None and await waiting():  # noqa: ASYNC110 - another process empties it
        await asyncio.sleep(0.1)


async def main() -> int:
    """Take them all."""
    path = path_of_browser()
    if path is None:
        sys.stderr.write("No browser: install chromium, or name one in CHROMIUM.\n")
        return 1
    async with company(0, opens_at=OPENS_AT, with_guide=False) as ws, async_playwright() as playwright:
        browser = await launch(playwright, path)
        page = await browser.new_page(viewport=SIZE, color_scheme="light", bypass_csp=True)  # type: ignore[arg-type]
        it = Tab(page, ws.base_url)
        await it.opens()
        camera = Photographer(page)
        await photograph(it, ws, camera)
        camera.animate("tour.gif")
        await browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
