"""A modal in a person's hands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from ..json_types import Json
from ..render_text import Reader, shown_value, text_object
from ..shapes import view_json
from ..state import View
from .controls import button_words, find_button
from .fields import Field, all_options, complaint, entered, fields_of, find_field, person_or_channel, pick
from .sight import PATIENCE, NotSeen, reader_for, view_text, wait_for

if TYPE_CHECKING:
    from .actor import Actor


@dataclass(frozen=True)
class Outcome:
    """What became of a submission: `closed`, `cleared`, `errors`, `updated`, `pushed` or `trouble`.

    `errors` are by label. `form` is what lies on top of the person's stack now, if anything does.
    """

    kind: str
    errors: dict[str, str] = field(default_factory=dict)
    form: Form | None = None

    @property
    def closed(self) -> bool:
        """Whether the form went away as meant."""
        return self.kind in ("closed", "cleared")


class Form:
    """One modal, found again by its id whenever the app changes it."""

    def __init__(self, actor: Actor, view: View) -> None:
        self.actor = actor
        self.id = view.id
        self._ws = actor.ws

    @property
    def view(self) -> View:
        """The view as it is now. Raises NotSeen once it is gone."""
        view = self._ws.state.views[self.id]
        if view.closed:
            raise NotSeen(f"the form {view.title!r} is closed")
        return view

    @property
    def open(self) -> bool:
        """Whether it still lies on the person's stack."""
        return not self._ws.state.views[self.id].closed

    @property
    def _reader(self) -> Reader:
        return reader_for(self._ws, self.actor.person)

    @property
    def title(self) -> str:
        """The words at its top."""
        return self.view.title

    @property
    def labels(self) -> list[str]:
        """The labels of its fields, in order."""
        return [found.label for found in fields_of(self.view, self._reader)]

    @property
    def buttons(self) -> list[str]:
        """What could be pressed inside it."""
        return button_words(self.view.body["blocks"], self._reader)

    @property
    def errors(self) -> dict[str, str]:
        """The errors now shown, by label."""
        view = self.view
        return {
            found.label: view.errors[found.block["block_id"]]
            for found in fields_of(view, self._reader)
            if found.block["block_id"] in view.errors
        }

    def text(self) -> str:
        """The whole form as it reads."""
        return view_text(self._ws, self.actor.person, self.view)

    def value(self, label: str) -> str:
        """What stands in a field, as shown; empty when nothing does. Raises NotSeen for an unknown label."""
        found = find_field(self.view, label, self._reader)
        if found is None:
            raise NotSeen(f"no field {label!r} among {self.labels}")
        return shown_value(self._held(found), self._reader)

    async def sees(self, words: str, timeout: float = PATIENCE) -> str:
        """Wait until the form reads so somewhere."""

        def found() -> str | None:
            text = self.text()
            return text if words.casefold() in text.casefold() else None

        return str(await self._wait(found, timeout, f"{words!r} in the form"))

    async def _wait(self, predicate: Any, timeout: float, what: str) -> Any:
        def shown() -> str:
            return self.text() if self.open else self.actor.screen()

        return await wait_for(self._ws, predicate, timeout, f"{self.actor.name} waits for {what}", shown)

    async def _field(self, label: str, timeout: float = PATIENCE) -> Field:
        found = await self._wait(lambda: find_field(self.view, label, self._reader), timeout, f"the field {label!r}")
        return cast("Field", found)

    def _held(self, found: Field) -> Json:
        return self.view.values[found.block["block_id"]][found.element["action_id"]]

    async def _set(self, found: Field, value: Json) -> None:
        self.view.values[found.block["block_id"]][found.element["action_id"]] = value
        self._ws.changes.notify()
        if found.dispatches:
            ids = {"action_id": found.element["action_id"], "block_id": found.block["block_id"]}
            await self._ws.interactions.act_in_view(self.actor.person, self.view, value | ids)

    async def fill(self, label: str, words: str | int | None) -> None:
        """Type into a field, or choose when it is a menu; None or nothing clears it."""
        found = await self._field(label)
        menu = found.kind.endswith("_select") or found.kind in ("radio_buttons", "checkboxes")
        if menu and words in (None, ""):
            await self._set(found, {"type": found.kind, found.key: [] if found.key.endswith("s") else None})
        elif menu:
            await self.choose(label, str(words))
        else:
            await self._set(found, entered(found, words, self._reader.zone))

    async def options(self, label: str, typed: str = "") -> list[str]:
        """The texts a menu offers, after typing into it where the app supplies them."""
        return [text_object(option["text"], self._reader) for option in all_options(await self._offered(label, typed))]

    async def option_groups(self, label: str, typed: str = "") -> dict[str, list[str]]:
        """As `options`, by the label of their group."""
        groups = (await self._offered(label, typed)).get("option_groups") or []
        read = self._reader
        return {text_object(g["label"], read): [text_object(o["text"], read) for o in g["options"]] for g in groups}

    async def _offered(self, label: str, typed: str) -> Json:
        found = await self._field(label)
        if "external" not in found.kind:
            return found.element
        least = int(found.element.get("min_query_length", 3))
        if len(typed) < least:
            return {"options": []}
        view = self.view
        source = {"container": {"type": "view", "view_id": view.id}, "view": view_json(self._ws, view)}
        block_id = str(found.block["block_id"])
        return await self._ws.interactions.suggest(self.actor.person, found.element, block_id, typed, source)

    async def choose(self, label: str, *words: str, typed: str | None = None) -> None:
        """Choose by the option's words (several for a menu that takes several). `typed` is what is typed first into a menu
        that the app fills; the words themselves unless given.
        """
        found = await self._field(label)
        if "users" in found.kind or "channels" in found.kind or "conversations" in found.kind:
            state = self._ws.state
            people = {person.name: person.id for person in state.people.values()}
            named = {channel.name: channel.id for channel in self._ws.channels()}
            chosen: list[Any] = [person_or_channel(found, word, people, named) for word in words]
        else:
            chosen = [await self._option(found, label, word, word if typed is None else typed) for word in words]
        many = found.key.endswith("s")
        if not many and len(chosen) != 1:
            raise NotSeen(f"{label}: takes exactly one choice, not {list(words)}")
        await self._set(found, {"type": found.kind, found.key: chosen if many else chosen[0]})

    async def _option(self, found: Field, label: str, words: str, typed: str) -> Json:
        offered = all_options(await self._offered(label, typed))
        option = pick(offered, words, self._reader)
        if option is None:
            texts = [text_object(one["text"], self._reader) for one in offered]
            raise NotSeen(f"{found.label}: no option {words!r} among {texts}")
        return option

    async def check(self, words: str) -> None:
        """Tick a checkbox, by its own words or by its field's label when it is the only one."""
        for found in fields_of(self.view, self._reader):
            if found.kind != "checkboxes":
                continue
            options = found.element["options"]
            option = pick(options, words, self._reader)
            if option is None and len(options) == 1 and found.label.casefold().startswith(words.casefold()):
                option = options[0]
            if option is not None:
                others = [one for one in self._held(found).get(found.key) or [] if one != option]
                await self._set(found, {"type": found.kind, found.key: [*others, option]})
                return
        raise NotSeen(f"no checkbox {words!r} in:\n{self.text()}")

    async def press(self, words: str, timeout: float = PATIENCE) -> bool:
        """Press a button inside the form; whether the app acknowledged in time."""
        control = await self._wait(
            lambda: find_button(self.view.body["blocks"], words, self._reader), timeout, f"the button {words!r}"
        )
        return await self._ws.interactions.act_in_view(self.actor.person, self.view, control.action())

    async def submit(self) -> Outcome:
        """Press the form's own button. What the client itself refuses never reaches the app."""
        view = self.view
        if not view.body.get("submit"):
            raise NotSeen(f"the form has no button to send it:\n{self.text()}")
        complaints = {}
        for found in fields_of(view, self._reader):
            if words := complaint(found, self._held(found)):
                complaints[str(found.block["block_id"])] = words
        if complaints:
            view.errors = complaints
            self._ws.changes.notify()
            return Outcome("errors", self.errors, self)
        kind = await self._ws.interactions.submit(self.actor.person, view)
        top = self._ws.state.top_modal(self.actor.id)
        return Outcome(kind, self.errors if kind == "errors" else {}, Form(self.actor, top) if top else None)

    async def cancel(self) -> None:
        """Press Cancel: this form goes, those below stay."""
        await self._ws.interactions.close(self.actor.person, self.view)

    async def dismiss(self) -> None:
        """Press ✕: the whole stack goes."""
        await self._ws.interactions.close(self.actor.person, self.view, everything=True)
