"""The page's own memory: who has read what, who was looked at, how far the guide is."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..json_types import Json
from ..people import SLACKBOT, Person
from .controls import Controls, Hint, said
from .lab import Lab
from .reading import Reading

if TYPE_CHECKING:
    from ..workspace import Workspace


class Page:
    """One per workspace; `controls` may be set while it runs. Visitors were `visited` persons, and have `seen` places."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self.boot = secrets.token_hex(8)  # tells one workspace from the next on the same address, whatever its seed
        self.controls = Controls()
        self.reading = Reading(ws)
        self.lab = Lab(self)
        self.visited: set[str] = set()
        self.seen: set[str] = set()
        self._hints_done = 0
        self._skipped: set[int] = set()

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
        hints, done = self.controls.hints, self._hints_done
        if 0 < done < len(hints) and done - 1 not in self._skipped and not hints[done - 1].lasting:
            done -= 1  # it holds no longer, or is passed again right below
        while done < len(hints) and hints[done].done():
            done += 1
        self._hints_done = done
        if done >= len(hints):
            return {"total": len(hints), "step": len(hints)}
        hint = hints[done]
        words = {"title": hint.title, "text": said(hint.text), "points_at": self._pointed_at(said(hint.points_at))}
        return words | self._where(hint) | {"total": len(hints), "step": done}

    def skip(self, step: int) -> None:
        """Go past a hint that a visitor does not want to follow."""
        if step == self._hints_done < len(self.controls.hints):
            self._skipped.add(step)
            self._hints_done += 1
            self.ws.changes.notify()

    def _where(self, hint: Hint) -> Json:
        who, name = said(hint.person), said(hint.place)
        person = self.ws.state.person_named(who) if who else None
        if name == "@app":
            return {"person": person.id if person else "", "place": self.ws.app_dm(person).id if person else ""}
        return {"person": person.id if person else "", "place": self._channel_id(name)}

    def _pointed_at(self, what: str) -> str:
        kind, _, name = what.partition(":")
        return f"place:{self._channel_id(name)}" if kind == "place" else what

    def _channel_id(self, name: str) -> str:
        channel = self.ws.find_channel(name) if name else None
        return channel.id if channel else ""
