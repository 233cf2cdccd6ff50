"""A headless Chromium of the machine's own, and one tab in it as somebody uses it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, Playwright, expect

# Machines that run tests may be slow, and have other things to do as well. What is right is seen at once all the same.
PATIENCE_MILLISECONDS = 60_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def path_of_browser() -> str | None:
    """The browser that CHROMIUM names, or that is installed; None when there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)


async def launch(playwright: Playwright, path: str) -> Browser:
    """Start it. Nothing is downloaded: the browser is the machine's."""
    return await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


class Tab:
    """One tab of the page; whatever the browser complains about is in `complaints`."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda one: self.complaints.append(one.text) if one.type in ("error", "warning") else None)
        page.set_default_timeout(PATIENCE_MILLISECONDS)

    async def opens(self, hash_: str = "") -> None:
        """Load the page and wait until a conversation stands there."""
        await self.page.goto(self.address + hash_)
        await self.page.wait_for_selector(".message, .empty, .home-body .block")

    async def goes_to(self, name: str) -> None:
        """Choose a place in the sidebar whose name begins so."""
        await self.page.locator(f".sidebar .place:has(.place-name:text-matches('^{name}'))").first.click()
        await self.page.wait_for_selector(f".channel-head h1:has-text('{name}')")

    async def becomes(self, name: str) -> None:
        """Choose somebody in the bar above."""
        await self.page.click(f".cast [aria-label^='Be {name}']")
        await self.page.wait_for_selector(f".who strong:has-text('{name}')")

    async def types(self, text: str) -> None:
        """Type into the composer, and Enter."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    @property
    def composer(self) -> Locator:
        return self.page.locator(".middle .composer-field")

    def message(self, words: str) -> Locator:
        """The newest message that has these words."""
        return self.page.locator(".middle .message").filter(has_text=words).last

    async def menu_of(self, words: str) -> None:
        """Open the menu of a message by pointing at it."""
        await self.message(words).hover()
        await self.page.get_by_role("button", name="More actions").click()

    async def form(self, title: str) -> Locator:
        """The form with this title, once it is open."""
        found = self.page.locator("dialog[open]").filter(has_text=title)
        await found.wait_for()
        return found

    async def picks(self, label: str, words: str, option: str | None = None) -> None:
        """Type into a menu of the form, and take the option."""
        field = self.page.get_by_role("combobox", name=label)
        await field.click()
        await field.fill(words)
        await self.page.locator(".option").filter(has_text=option or words).first.click()

    async def reads(self) -> str:
        """All that stands in the middle."""
        return await self.page.inner_text(".middle")

    async def draws(self, blocks: list[dict[str, Any]], surface: str = "message", **more: Any) -> str:
        """The markup the page draws for these blocks, for a reader in London at a fixed moment."""
        return (await self.draws_all([(surface, blocks)], **more))[0]

    async def draws_all(self, surfaces: list[tuple[str, list[dict[str, Any]]]], **more: Any) -> list[str]:
        """As `draws`, for many at once; as text, since Playwright takes seconds to hand over what is deeply nested."""
        return list(await self.page.evaluate(_DRAW, json.dumps([surfaces, more])))


_DRAW = """async (wish) => {
  const [surfaces, more] = JSON.parse(wish);
  const { blocks } = await import("/_page/static/blocks.js");
  const names = { U0OMAR: "Omar Haddad", U0ANA: "Ana", U0DINA: "Dina Sato" };
  const reader = {
    me: "U0DINA", zone: "Europe/London", now: () => 1795443900, user: (id) => names[id] ?? id, fullName: (id) => names[id] ?? id,
    channel: (id) => (id === "C0HIDDEN" ? null : "esc-42"), group: () => "support", everybody: () => Object.keys(names), everywhere: () => ["C0HERE"], go() {},
  };
  const env = { reader, id: "V1", values: {}, errors: {}, press() {}, enter() {}, options: async () => ({}), ...more };
  const walk = (node, depth, lines) => {
    const pad = "  ".repeat(depth);
    if (node.nodeType === Node.TEXT_NODE) { lines.push(pad + JSON.stringify(node.data)); return; }
    const attributes = [...node.attributes].map((one) => `${one.name}=${JSON.stringify(one.value)}`).sort();
    if ("value" in node && ["INPUT", "TEXTAREA"].includes(node.tagName) && node.value) attributes.push(`:value=${JSON.stringify(node.value)}`);
    if (node.checked) attributes.push(":checked");
    lines.push(`${pad}<${[node.tagName.toLowerCase(), ...attributes].join(" ")}>`);
    for (const child of node.childNodes) if (node.namespaceURI.endsWith("xhtml")) walk(child, depth + 1, lines);
  };
  return surfaces.map(([surface, list]) => {
    const lines = [];
    for (const node of blocks(list, { ...env, surface })) walk(node, 0, lines);
    return lines.join("\\n") + "\\n";
  });
}"""
