"""`make pictures`: the demonstration, used as a visitor uses it, as pictures and a short animation.

The clock begins at one fixed Tuesday, so that the pictures change only when what they show does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import sys
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.async_api import Page, async_playwright

from bot.demo.past import LONDON
from bot.demo.run import company
from simulator import Workspace
from tests.page.browser import Tab, launch, path_of_browser

FOLDER = Path(__file__).parent
OPENS_AT = dt.datetime(2026, 11, 24, 9, 41, tzinfo=LONDON)
SIZE = {"width": 1280, "height": 880}
TOUR_SIZE = (960, 660)
PLAIN_COLOURS = 100
FRAME_MILLISECONDS = 3200
_AT_REST = """() => {
  for (const one of document.getAnimations()) {
    if (one.effect.getComputedTiming().endTime !== Infinity) one.finish();
    else { one.pause(); one.currentTime = 0; }
  }
}"""
_WITHOUT_GUIDE = """() => {
  document.querySelector(".guide").hidden = true;
  for (const node of document.querySelectorAll(".pointed")) node.classList.remove("pointed");
}"""


class Photographer:
    """Takes stills of a tab, and keeps the frames of the tour."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.frames: list[Image.Image] = []

    async def still(self, name: str) -> None:
        """As it is now without the guide, light and dark."""
        await self._page.evaluate(_WITHOUT_GUIDE)
        await self._page.mouse.move(0, 0)
        for tone, suffix in (("dark", "-dark"), ("light", "")):
            await self._page.evaluate(f"document.documentElement.dataset.tone = '{tone}'")
            await self._settle()
            await self._page.screenshot(path=FOLDER / f"{name}{suffix}.png")
        await self._page.evaluate("document.querySelector('.guide').hidden = false")

    async def frame(self) -> None:
        """One more of the tour."""
        await self._settle()
        picture = Image.open(io.BytesIO(await self._page.screenshot())).convert("RGB")
        self.frames.append(picture.resize(TOUR_SIZE, Image.Resampling.LANCZOS))

    def animate(self, name: str) -> None:
        """Write the tour; one palette of colours for all of it, so that nothing flickers."""
        palette = palette_of(self.frames)
        first, *rest = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in self.frames]
        first.save(FOLDER / name, save_all=True, append_images=rest, duration=FRAME_MILLISECONDS, loop=0, optimize=True)

    async def _settle(self) -> None:
        """What moves has come to rest, or to where it begins if it never ends."""
        await self._page.evaluate(_AT_REST)
        await self._page.evaluate("document.activeElement?.blur()")


def palette_of(frames: list[Image.Image]) -> Image.Image:
    """The colours of the plain surfaces exactly as they are, and for the rest those that are rare, too: a red mark is small."""
    strip = Image.new("RGB", (TOUR_SIZE[0], TOUR_SIZE[1] * len(frames)))
    for place, frame in enumerate(frames):
        strip.paste(frame, (0, TOUR_SIZE[1] * place))
    counted = cast("list[tuple[int, tuple[int, ...]]]", strip.getcolors(2**24))
    plain = sorted(counted, reverse=True)[:PLAIN_COLOURS]
    rare = strip.quantize(colors=256 - PLAIN_COLOURS, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in plain for part in colour] + rare)
    return palette


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
    await it.page.get_by_role("button", name="Home", exact=True).click()
    await it.page.get_by_text("Acknowledgement overdue").wait_for()
    await camera.still("home")
    await it.page.get_by_role("button", name="Messages", exact=True).click()
    await it.message("Asked so far").wait_for()
    await it.becomes("Dina")
    await it.page.click(".place[data-place='app']")
    await it.message("is waiting for you").get_by_role("button", name="Acknowledge").click()
    await it.goes_to("esc-5")
    await it.message("acknowledged ESC-5").wait_for()
    await update(it, ws, camera)
    await broken(it, ws, camera)


async def update(it: Tab, ws: Workspace, camera: Photographer) -> None:
    """The owner says where things stand."""
    await it.page.locator(".button.pointed").click()
    form = await it.form("Post update")
    await form.get_by_label("What is the situation now").fill("Checkout answers again since ten past ten.")
    await form.get_by_label("What happens next").fill("Victor's team confirms the cause by noon.")
    await form.get_by_label("What the customer was told").fill("Maria knows that checkout is back.")
    await camera.frame()
    await form.get_by_role("button", name="Post update").click()
    await it.message("Update by").wait_for()
    await said(ws)
    await camera.frame()


async def broken(it: Tab, ws: Workspace, camera: Photographer) -> None:
    """The bot is killed, an hour passes, and nothing is lost."""
    await it.page.get_by_role("button", name="Break it").click()
    await it.page.get_by_role("button", name="Kill the bot").click()
    await it.page.get_by_role("button", name="Start the bot again").wait_for()
    await ws.page.lab.move({"seconds": 3600})
    await it.page.locator(".clock-time", has_text="11:").wait_for()
    await it.page.get_by_text("Something is due").wait_for()
    await camera.frame()
    await it.page.get_by_role("button", name="Start the bot again").click()
    await it.message("This reminder comes late").wait_for()
    await said(ws)
    await it.page.locator(".verdict.good").wait_for()
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
    async with company(0, opens_at=OPENS_AT) as ws, async_playwright() as playwright:
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
