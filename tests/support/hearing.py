"""Who heard what of the ladder in which minute, as people see it in Slack."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.sweep import next_due
from simulator.state import Message
from tests.support.acting import plans, tells_the_customer
from tests.support.clock import LONDON
from tests.support.company import PEOPLE
from tests.support.house import House

# What a message is, by words it has when it comes; it is edited later.
_DIRECT = {
    "Soon due on": "warning",
    "is waiting for you": "nag",
    "is overdue": "raised",
    "Settled: ": "settled",
    "not answered": "lapsed",
    "You own": "assigned",
    "You are asked to take over": "asked",
    "You are told as": "path",
}
_IN_CHANNEL = {"this is waiting for you": "nag", "ended without an answer": "lapsed"}
_COMPANY = sorted(person.name for person in PEOPLE if not person.deleted)


class Ear:
    """Listens to the bot's direct messages to everybody and to an escalation's channel, from now on."""

    def __init__(self, home: House, channel: str) -> None:
        self.home, self.channel = home, channel
        self._known: set[tuple[str, str]] = set()
        self._heard: dict[tuple[str, str], list[str]] = {}
        self.heard()

    async def until(self, instant: datetime) -> list[str]:
        """Let time pass, looking whenever something comes due; returns what was heard since the last time."""
        while (due := await next_due(self.home.bot.clarion)) is not None and due <= instant:
            await self.home.at(max(due, self.home.now))
            self._listen()
        await self.home.at(max(instant, self.home.now))
        return self.heard()

    def heard(self) -> list[str]:
        """`Mon 10:35 raised vera, victor`, in London's time; each is returned once."""
        self._listen()
        lines = [f"{minute} {word} {', '.join(who)}" for (minute, word), who in self._heard.items()]
        self._heard.clear()
        return lines

    def _listen(self) -> None:
        ws, olga = self.home.ws, self.home.person("olga")
        for one in ws.messages(self.channel):
            self._take("channel", one, olga.text_of(one), _IN_CHANNEL)
        for name in _COMPANY:
            actor = self.home.person(name)
            for one in ws.messages(ws.app_dm(ws.find_person(name))):
                self._take(name, one, actor.text_of(one), _DIRECT)

    def _take(self, audience: str, one: Message, text: str, words: dict[str, str]) -> None:
        if (one.channel, one.ts) in self._known:
            return
        self._known.add((one.channel, one.ts))
        found = [word for says, word in words.items() if says in text]
        if not found and audience == "channel":
            return  # what happened is told there, and nobody asked
        minute = f"{datetime.fromtimestamp(float(one.ts), UTC).astimezone(ZoneInfo(LONDON)):%a %H:%M}"
        self._heard.setdefault((minute, found[0] if found else text), []).append(audience)


async def only_the_update_is_owed(home: House, who: str, channel: str, by_when: str = "2026-12-18") -> Ear:
    """The acknowledgement, the plan and the word to the customer are done with."""
    await plans(home, who, channel, by_when)
    await tells_the_customer(home, who, channel)
    return Ear(home, channel)
