"""The company's past: played through the wire by the people themselves, with the clock set back, before the visitor comes."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.demo.company import ANGRY
from bot.demo.glance import Glance
from simulator import Actor, Form, NotSeen, Workspace

LONDON = ZoneInfo("Europe/London")
OPENING = dt.time(9, 41)
PATIENCE_SECONDS = 60.0
CLOCK_IS_READ_WITHIN_SECONDS = 0.5  # by the bot, which would otherwise date the next thing by its old clock
TRIES = 3
_LOOK_SECONDS = 0.03


def opening_moment(now: dt.datetime) -> dt.datetime:
    """When the visitor comes, whatever the time really is: the last Tuesday morning, when everybody in London is at work."""
    here = now.astimezone(LONDON)
    day = here.date() - dt.timedelta(days=(here.weekday() - 1) % 7)
    found = dt.datetime.combine(day, OPENING, LONDON)
    return found if found <= here else found - dt.timedelta(days=7)


@dataclass
class Past:
    """Plays it, moment by moment; everything has been said before the clock moves on."""

    ws: Workspace
    glance: Glance
    opens_at: dt.datetime

    def set_out(self) -> None:
        """Turn the clock back to where the past begins, to a company that was there before. The bot must not run yet."""
        self.ws.clock.move(self._moment(-8, "09:58").timestamp() - self.ws.clock.now())
        for channel in self.ws.channels():
            channel.created = int(self._moment(-250, "10:00").timestamp())

    async def play(self) -> None:
        """All of it, up to the customer's angry message. A busy machine is given time: nobody watches yet."""
        patience, self.ws.delivery.ack_seconds = self.ws.delivery.ack_seconds, PATIENCE_SECONDS
        await self._a_week_ago()
        await self._on_friday()
        await self._yesterday()
        await self._this_morning()
        self.ws.delivery.ack_seconds = patience

    def _moment(self, days: int, clock: str) -> dt.datetime:
        day = self.opens_at.date() + dt.timedelta(days=days)
        return dt.datetime.combine(day, dt.time.fromisoformat(clock), LONDON)

    async def _at(self, days: int, clock: str) -> None:
        await self._said()
        await self.ws.page.lab.move({"seconds": self._moment(days, clock).timestamp() - self.ws.clock.now()})
        await asyncio.sleep(CLOCK_IS_READ_WITHIN_SECONDS)

    async def _said(self) -> None:
        """Wait until the bot owes Slack nothing more."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.glance.waiting():  # noqa: ASYNC110 - another process empties it
                await asyncio.sleep(_LOOK_SECONDS)

    async def _a_week_ago(self) -> None:
        olga, cleo, vera = (self.ws.person(name) for name in ("olga", "cleo", "vera"))
        await vera.says("Morning all. From this week every escalation goes through Clarion: one owner, one channel.")
        await cleo.types("/escalate subscribe sev1")
        await self._at(-8, "10:05")
        where = await _opens(
            olga, "Globex", "SEV-2", "European users are sent back to the login page", "1,200 people cannot work."
        )
        await self._at(-8, "10:40")
        told = {
            "What is the situation now": "A certificate expired in the Frankfurt region; the new one is being rolled out.",
            "What happens next": "Victor's team finishes the last two clusters within the hour.",
            "What the customer was told": "Globex knows the cause and expects us back by noon.",
        }
        await _fills(self.owner_of(where), "Post update", where, told)
        await self._at(-8, "11:50")
        resolution = {"Resolution": "All clusters have the new certificate.", "Root cause": "Nobody owned its renewal."}
        await _fills(self.owner_of(where), "Resolve", where, resolution)

    async def _on_friday(self) -> None:
        await self._at(-4, "14:02")
        where = await _opens(self.ws.person("carla"), "Initech", "SEV-4", "Logo is cut off in exported PDFs", "")
        await self._at(-4, "14:20")
        told = {
            "What is the situation now": "Reproduced: only with logos wider than 400 pixels.",
            "What happens next": "The fix goes out with Wednesday's release.",
            "What the customer was told": "Initech is fine with Wednesday.",
            "Customer hears next by": f"{self._moment(1, '16:00'):%Y-%m-%d %H:%M}",
        }
        await _fills(self.owner_of(where), "Post update", where, told)

    async def _yesterday(self) -> None:
        await self._at(-1, "10:16")
        where = await _opens(
            self.ws.person("carla"),
            "Hooli",
            "SEV-3",
            "Exports fail now and then",
            "Finance runs them by hand at night.",
        )
        await self._at(-1, "14:31")  # a quarter of an hour late, so that the figures have something to say
        told = {
            "What is the situation now": "One export in five times out since Thursday's release.",
            "What happens next": "Engineering compares the slow queries with last week's.",
            "What the customer was told": "Hooli has the manual way, and our word for tomorrow afternoon.",
            "Customer hears next by": f"{self._moment(0, '15:00'):%Y-%m-%d %H:%M}",
        }
        await _fills(self.owner_of(where), "Post update", where, told)

    async def _this_morning(self) -> None:
        await self._at(0, "09:03")
        where = await _opens(
            self.ws.person("omar"),
            "Umbrella",
            "SEV-2",
            "Nightly sync is twelve hours late",
            "400 stores see old stock.",
        )
        await self._at(0, "09:12")
        await self.ws.person("tess").says(
            "Anybody up for lunch on the roof at half past twelve, if the sun holds?", in_="#random"
        )
        await self.ws.person("carla").says(
            "Hi Maria, the new checkout pages are live since last night. Enjoy!", in_="#acme-support"
        )
        await self._at(0, "09:14")
        await self.ws.person("maria").says("Thanks Carla, they look great!", in_="#acme-support")
        await self._at(0, "09:31")
        told = {
            "What is the situation now": "The sync runs again; it will have caught up by about noon.",
            "What happens next": "We watch it catch up, then move it to a queue of its own.",
            "What the customer was told": "Umbrella's stores will have fresh stock by noon.",
            "Customer hears next by": f"{self._moment(0, '12:30'):%Y-%m-%d %H:%M}",
        }
        await _fills(self.owner_of(where), "Post update", where, told)
        await self._at(0, f"{OPENING:%H:%M}")
        await self._said()
        self.ws.page.reading.saw_everything()
        await self.ws.person("maria").says(ANGRY, in_="#acme-support")

    def owner_of(self, where: str) -> Actor:
        """Who leads the escalation of this channel, as its topic says."""
        return self.ws.person(owner_handle(self.ws, where))


def owner_handle(ws: Workspace, where: str) -> str:
    """The handle of who the channel's topic names as owner; empty before it names anybody."""
    channel = ws.find_channel(where)
    _, _, name = (channel.topic["value"] if channel else "").rpartition("Owner: ")
    return next((person.name for person in ws.state.people.values() if person.real_name == name), "")


async def _opens(who: Actor, customer: str, severity: str, summary: str, impact: str) -> str:
    """An escalation from the slash command; its channel, once its topic stands."""
    number = sum(channel.name.startswith("esc-") for channel in who.ws.channels()) + 1
    form = await _asks(who, f"/escalate {summary}")
    await form.fill("Customer", customer)
    await form.choose("Severity", severity)
    await form.fill("Summary", summary)
    await form.fill("Business impact", impact)
    await _sends(form)
    where = f"#esc-{number}-…"
    await who.ws.until(lambda: owner_handle(who.ws, where), timeout=PATIENCE_SECONDS)
    return where


async def _asks(who: Actor, command: str) -> Form:
    """The form that a command opens; asked again where the machine was too busy for the three seconds that Slack gives."""
    for _ in range(TRIES):
        await who.types(command)
        with contextlib.suppress(NotSeen):
            return await who.form("New escalation", timeout=4)
    return await who.form("New escalation")


async def _fills(who: Actor, button: str, where: str, fields: dict[str, str]) -> None:
    await who.press(button, in_=where, timeout=PATIENCE_SECONDS)
    form = await who.form()
    for label, words in fields.items():
        await form.fill(label, words)
    await _sends(form)


async def _sends(form: Form) -> None:
    outcome = await form.submit()
    if not outcome.closed:
        raise RuntimeError(f"the form {form.title!r} was not taken: {outcome.kind} {outcome.errors}")
