"""The blocks that surfaces are laid out with, and the buttons on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from blocks.ids import Action, button_value
from blocks.text import Json, label, mrkdwn, plain, say, words

HEADER = 150
OPTION_VALUE = 150
_ANSWER = 30


def header(text: str) -> Json:
    """A large line; anybody's words are safe in it."""
    return {"type": "header", "text": label(text, HEADER)}


def divider() -> Json:
    """A thin line across."""
    return {"type": "divider"}


def rich(*parts: Json) -> Json:
    """A rich_text block of lines, lists and quotes."""
    return {"type": "rich_text", "elements": list(parts)}


def line(*elements: Json) -> Json:
    """One line (or paragraph) of rich text; elements that say nothing, which Slack would refuse, are left out."""
    return {"type": "rich_text_section", "elements": [one for one in elements if one.get("text") != ""]}


def bullets(lines: Iterable[Json]) -> Json:
    """Lines with a bullet before each."""
    return {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": list(lines)}


def numbered(lines: Iterable[Json]) -> Json:
    """Lines with a number before each."""
    return {"type": "rich_text_list", "style": "ordered", "indent": 0, "elements": list(lines)}


def quote(*elements: Json) -> Json:
    """Words as somebody else said them."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def said(title: str, text: str, limit: int) -> Json:
    """A bold title with what somebody typed beneath it."""
    return line(say(title, bold=True), say("\n"), words(text, limit))


def typed(text: str, limit: int, accessory: Json | None = None) -> Json:
    """A section of somebody's words, with a button beside it perhaps."""
    block: Json = {"type": "section", "text": plain(text, limit)}
    return block | {"accessory": accessory} if accessory else block


def facts(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    """Labelled values in two columns; values are our own words or ids, in mrkdwn. None, when there are none."""
    fields = [mrkdwn(f"*{name}*\n{value}") for name, value in pairs]
    return [{"type": "section", "fields": fields[start : start + 10]} for start in range(0, len(fields), 10)]


def muted(*trusted: str) -> Json:
    """Small grey lines of our own words in mrkdwn."""
    return {"type": "context", "elements": [mrkdwn(text) for text in trusted]}


def muted_plain(text: str, limit: int = 300) -> Json:
    """A small grey line of words that were typed or configured."""
    return {"type": "context", "elements": [plain(text, limit)]}


def actions(buttons: Sequence[Json]) -> list[Json]:
    """A row of buttons; no block at all where there are none, which Slack would refuse."""
    return [{"type": "actions", "elements": list(buttons)}] if buttons else []


def turns(action: Action, values: Mapping[str, str]) -> list[Json]:
    """Buttons to other pages, the value of each by its words. An id may stand only once in a row of buttons."""
    return [block for name, value in values.items() for block in actions([button(name, action, value)])]


def button(text: str, action: Action, value: str, *, primary: bool = False) -> Json:
    """A button; one of a set at most is primary."""
    element: Json = {"type": "button", "text": label(text), "action_id": action.value, "value": value}
    return element | {"style": "primary"} if primary else element


def asking_first(pressed: Json, title: str, text: str, refuse: str) -> Json:
    """The same button, which asks before it does what is not simply taken back."""
    yes, no = label(pressed["text"]["text"], _ANSWER), label(refuse, _ANSWER)
    return {**pressed, "confirm": {"title": label(title, 100), "text": label(text, 300), "confirm": yes, "deny": no}}


def overflow(choices: Iterable[tuple[str, Action]], escalation_id: int) -> Json:
    """At most five more things, under the dots."""
    options = [
        option(text, f"{action.value}:{button_value(escalation_id)}", description="") for text, action in choices
    ]
    return {"type": "overflow", "action_id": Action.MORE.value, "options": options[:5]}


def option(text: str, value: str, *, description: str) -> Json:
    """One choice; `description` stands beneath it where there is one."""
    choice: Json = {"text": label(text), "value": value[:OPTION_VALUE]}
    return choice | {"description": label(description)} if description else choice
