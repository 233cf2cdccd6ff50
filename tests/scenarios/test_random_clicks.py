"""Whatever anybody presses and fills in, at random: every open escalation has one owner, who can act, and it is known who."""

from __future__ import annotations

import contextlib
import random
from datetime import timedelta
from pathlib import Path

import pytest

from simulator import Actor, Form, NotSeen, acts
from simulator.driver.fields import Field, fields_of
from tests.support.acting import opens
from tests.support.house import House, house
from tests.support.invariants import check

CLICKS = 30
LEADERS = ("omar", "dina", "sana", "vera")
PEOPLE = ("olga", "carla", "sana", "omar", "dina", "vera", "victor", "tess", "ulf", "greta")
FORMS = (
    "Post update",
    "Hand off",
    "Change severity",
    "Resolve",
    "Reopen",
    "Close",
    "Plan",
    "Snooze",
    "Still working on it",
)
AWAY = ("Out of office", "On holiday", "Sick leave")


class Clicks:
    """Somebody presses something that they see, fills in the form if one opens, and time passes now and then."""

    def __init__(self, home: House, seed: int) -> None:
        self.home = home
        self.chance = random.Random(seed)
        self.trail: list[str] = []
        self.sent = 0

    async def step(self) -> None:
        act = self.chance.choice([self.press, self.press, self.press, self.press, self.press, self.status, self.wait])
        await act()
        async with self.home.bot.clarion.database.read() as session:
            await check(session)

    async def press(self) -> None:
        who = self.home.person(self.chance.choice([*LEADERS, *LEADERS, *PEOPLE]))
        places = ["@app", *(name for name in who.sidebar() if name.startswith("#esc-"))]
        found = [(place, words) for place in places for words in dict.fromkeys(who.buttons(place))]
        if not found:
            return
        place, words = self.chance.choice(found)
        self.trail.append(f"{who.name} presses {words} in {place}")
        opened = len(self.home.ws.calls.to("views.open"))
        await who.press(words, in_=place)
        if words in FORMS:
            # Where the form is refused, a message says so instead.
            with contextlib.suppress(TimeoutError):
                await self.home.ws.until(lambda: len(self.home.ws.calls.to("views.open")) > opened, timeout=0.5)
        if not who.no_form():
            # Another form may open on top, one press having been quicker than the answer to the one before.
            with contextlib.suppress(NotSeen):
                await self.fill_in(who, await who.form())
        while not who.no_form():
            await (await who.form()).dismiss()

    async def fill_in(self, who: Actor, form: Form) -> None:
        for field in fields_of(form.view, form._reader):
            await self.enter(form, field)
        outcome = await form.submit()
        self.sent += outcome.closed
        self.trail.append(f"  {form.id}: {outcome.kind} {outcome.errors}")

    async def enter(self, form: Form, field: Field) -> None:
        if "users" in field.kind:
            await form.choose(field.label, self.chance.choice(PEOPLE))
        elif field.kind.endswith("select") or field.kind == "radio_buttons":
            if options := await form.options(field.label):
                await form.choose(field.label, self.chance.choice(options), typed="")
        elif field.kind == "plain_text_input":
            await form.fill(field.label, "So it is")
        elif field.kind == "datepicker":
            await form.fill(field.label, (self.home.now + timedelta(days=1)).date().isoformat())

    async def status(self) -> None:
        who = self.home.person(self.chance.choice(PEOPLE))
        end = self.home.now + timedelta(minutes=self.chance.choice([20, 90, 3_000]))
        kind = self.chance.choice(["away", "away", "back", "leaves"])
        if kind == "away":
            who.sets_status(self.chance.choice(AWAY), until=self.chance.choice([None, end]))
        elif kind == "back":
            who.sets_status()
        elif self.chance.random() < 0.3 and who.name not in ("omar", "olga"):
            acts.deactivate(self.home.ws, who.person)
        self.trail.append(f"{who.name}: {kind}")

    async def wait(self) -> None:
        minutes = self.chance.choice([2, 16, 45, 200])
        self.trail.append(f"{minutes} minutes")
        self.home.set_clock(self.home.now + timedelta(minutes=minutes))
        self.home.bot.clock.reread()
        await self.home.bot.alarm.ring()


@pytest.mark.parametrize("seed", range(2))
async def test_no_sequence_of_clicks_leaves_one_ownerless(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await opens(home)
        await opens(home, "carla", customer="Bravo", severity="SEV-2")
        clicks = Clicks(home, seed)
        try:
            for _ in range(CLICKS):
                await clicks.step()
        except Exception as error:
            raise AssertionError("after:\n" + "\n".join(clicks.trail)) from error
        assert clicks.sent > 2, "or hardly anything was sent"
        assert home.ws.failures == []
