"""The page's own memory: who has read what, who was looked at, how far the guide is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..json_types import Json
from ..people import SLACKBOT, Person
from .controls import Controls, Hint
from .lab import Lab
from .reading import Reading

if TYPE_CHECKING:
    from ..workspace import Workspace


class Page:
    """One per workspace; `controls` may be set while it runs."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self.controls = Controls()
        self.reading = Reading(ws)
        self.lab = Lab(self)
        self.visited: set[str] = set()
        self._hints_done = 0

    def cast(self) -> Iterator[Person]:
        """Everybody a visitor can be."""
        for person in self.ws.state.people.values():
            if not person.bot and not person.deleted and person.id != SLACKBOT:
                yield person

    def opening_person(self) -> Person:
        """Whom a visitor is at first."""
        everybody = list(self.cast())
        named = (person for person in everybody if person.name == self.controls.opens_as)
        # A workspace of nobody still has its Slackbot to look through.
        return next(named, everybody[0] if everybody else self.ws.state.people[SLACKBOT])

    def opening_place(self, person: Person) -> str:
        """Where this person starts: the demonstration's place if they are in it, else the general channel."""
        wanted = self.ws.find_channel(self.controls.opens_in) if self.controls.opens_in else None
        if wanted is not None and person.id in wanted.members:
            return wanted.id
        own = [channel for channel in self.ws.channels() if person.id in channel.members]
        return next((one.id for one in own if one.general), own[0].id if own else self.ws.app_dm(person).id)

    def guide(self) -> Json:
        """The hint that is next; nothing once all are done."""
        hints = self.controls.hints
        while self._hints_done < len(hints) and hints[self._hints_done].done():
            self._hints_done += 1
        if self._hints_done >= len(hints):
            return {"total": len(hints), "step": len(hints)}
        hint = hints[self._hints_done]
        words = {"title": hint.title, "text": hint.text, "points_at": hint.points_at}
        return words | self._where(hint) | {"total": len(hints), "step": self._hints_done}

    def _where(self, hint: Hint) -> Json:
        who = hint.person() if callable(hint.person) else hint.person
        person = self.ws.state.person_named(who) if who else None
        name = hint.place() if callable(hint.place) else hint.place
        if name == "@app":
            return {"person": person.id if person else "", "place": self.ws.app_dm(person).id if person else ""}
        channel = self.ws.find_channel(name) if name else None
        return {"person": person.id if person else "", "place": channel.id if channel else ""}
