"""The fields of a form: found by label, filled from words, checked as Slack's client checks them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ..blockkit import interactive
from ..json_types import Json
from ..render_text import Reader, text_object
from ..state import View
from ..views_store import STATELESS, value_key
from .sight import NotSeen, matches

REQUIRED = "This is a required field"


@dataclass(frozen=True)
class Field:
    """One input with the words beside it."""

    label: str
    block: Json
    element: Json

    @property
    def kind(self) -> str:
        """The element's type."""
        return str(self.element["type"])

    @property
    def key(self) -> str:
        """Where its state value holds what was entered."""
        return value_key(self.kind)

    @property
    def dispatches(self) -> bool:
        """Whether entering something sends block_actions."""
        return self.block["type"] != "input" or bool(self.block.get("dispatch_action"))


def fields_of(view: View, reader: Reader) -> list[Field]:
    """Every input of a view in order."""
    pairs = [(block, element) for block in view.body["blocks"] for element in interactive(block)]
    inputs = [(block, element) for block, element in pairs if element["type"] not in STATELESS]
    return [Field(_label(block, element, reader), block, element) for block, element in inputs]


def _label(block: Json, element: Json, reader: Reader) -> str:
    if block["type"] == "input":
        return text_object(block["label"], reader)
    if block["type"] == "section":
        return text_object(block.get("text"), reader)
    return text_object(element.get("placeholder"), reader)


def find_field(view: View, label: str, reader: Reader) -> Field | None:
    """The field so labelled: the exact words first, then extra words after them."""
    found = fields_of(view, reader)
    exact = [field for field in found if field.label.strip().casefold() == label.strip().casefold()]
    near = [field for field in found if matches(label, field.label)]
    return next(iter([*exact, *near]), None)


def entered(field: Field, words: str | int | None, zone: ZoneInfo) -> Json:
    """The state value after typing these words into the field. Dates read `2026-12-31`, moments `2026-12-31 14:00` in
    the person's zone, times `14:00`; nothing clears.
    """
    blank = words in (None, "")
    value: object = None if blank else str(words)
    if field.kind == "datetimepicker" and not blank:
        value = (
            words
            if isinstance(words, int)
            else int(dt.datetime.fromisoformat(str(words)).replace(tzinfo=zone).timestamp())
        )
    elif field.kind == "rich_text_input" and not blank:
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(words)}]}
        value = {"type": "rich_text", "elements": [section]}
    elif field.kind == "datepicker" and not blank:
        value = dt.date.fromisoformat(str(words)).isoformat()
    return {"type": field.kind, field.key: value}


def pick(options: list[Json], words: str, reader: Reader) -> Json | None:
    """The option that reads so: exactly, else beginning so, else containing it."""
    shown = [(text_object(option["text"], reader).casefold().strip(), option) for option in options]
    wanted = words.casefold().strip()
    for fits in (str.__eq__, str.startswith, str.__contains__):
        for text, option in shown:
            if fits(text, wanted):
                return option
    return None


def all_options(source: Json) -> list[Json]:
    """The options of an element or of an answer to a suggestion, groups laid end to end."""
    grouped = [option for group in source.get("option_groups") or [] for option in group["options"]]
    return [*(source.get("options") or []), *grouped]


def complaint(field: Field, value: Json) -> str | None:
    """What Slack's client says before it lets the form go, or None."""
    content = value.get(field.key)
    if content in (None, "", []):
        needed = field.block["type"] == "input" and not field.block.get("optional")
        return REQUIRED if needed else None
    element = field.element
    if field.kind == "plain_text_input":
        text = str(content)
        if len(text) > int(element.get("max_length", 3000)):
            return f"Must be at most {element.get('max_length', 3000)} characters"
        if len(text) < int(element.get("min_length", 0)):
            return f"Must be at least {element['min_length']} characters"
    patterns = {
        "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Must be a valid email address"),
        "url_text_input": (r"https?://\S+", "Must be a valid URL"),
        "number_input": (r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+", "Must be a valid number"),
    }
    if field.kind in patterns and re.fullmatch(patterns[field.kind][0], str(content)) is None:
        return patterns[field.kind][1]
    return _out_of_range(element, str(content)) if field.kind == "number_input" else None


def _out_of_range(element: Json, content: str) -> str | None:
    if "min_value" in element and float(content) < float(element["min_value"]):
        return f"Must be at least {element['min_value']}"
    if "max_value" in element and float(content) > float(element["max_value"]):
        return f"Must be at most {element['max_value']}"
    return None


def person_or_channel(field: Field, words: str, people: dict[str, str], channels: dict[str, str]) -> str:
    """The id behind a handle or channel name, for selects of people and conversations."""
    table = people if "users" in field.kind else channels
    bare = words.lstrip("@#")
    if bare in table:
        return table[bare]
    if words in table.values():
        return words
    raise NotSeen(f"{field.label}: nothing called {words}; there are {sorted(table)}")
