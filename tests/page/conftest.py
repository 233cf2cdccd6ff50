from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from simulator import Person, Workspace
from simulator.page import Controls
from tests.page.browser import Tab, launch, path_of_browser
from tests.support.house import MANIFEST, House, house

NewTab = Callable[..., Awaitable[Tab]]

PEOPLE = [
    Person("olga", "Olga Novak", title="Support agent"),
    Person("dina", "Dina Sato", title="CS director"),
    Person("victor", "Victor Hugo", tz="America/New_York"),
    Person("maria", "Maria Costa", team_id="TCUSTOMER"),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One loop for all tests of the page, so that they share one browser."""
    for item in items:
        if "tests/page/" in item.nodeid and inspect.iscoroutinefunction(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = path_of_browser()
    if path is None:
        pytest.skip("no browser: install chromium, or name one in CHROMIUM")
    async with async_playwright() as playwright:
        started = await launch(playwright, path)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def ws() -> AsyncIterator[Workspace]:
    """A workspace with nobody at the other end."""
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE, channels={"acme": ["olga", "maria"]}) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[NewTab]:
    """Open a tab on a workspace's page; none may have complained when the test ends."""
    opened = []

    async def new(ws: Workspace, hash_: str = "", **options: Any) -> Tab:
        options.setdefault("viewport", {"width": 1280, "height": 800})
        context = await browser.new_context(**options)
        one = Tab(await context.new_page(), ws.base_url)
        opened.append(one)
        await one.opens(hash_)
        return one

    yield new
    for one in opened:
        await one.page.context.close()
        assert one.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def staffed(sqlite_url: str, tmp_path: Any) -> AsyncIterator[House]:
    """A workspace with the real bot in it."""
    channels = {"escalations": "*", "acme": ["olga", "carla"]}
    async with house(sqlite_url, tmp_path, channels=channels, ack_seconds=60.0) as it:  # on a busy machine too
        it.ws.page.controls.opens_as = "olga"
        it.ws.page.controls.opens_in = "#acme"
        yield it
        # A tab that is still closing asks no bot that has ended.
        it.ws.page.controls = Controls()
