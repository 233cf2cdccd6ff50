"""Finding what can be pressed or chosen, by its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..json_types import Json
from ..render_text import Reader, text_object
from .sight import matches

_BUTTONS = ("button", "workflow_button", "icon_button")


@dataclass(frozen=True)
class Control:
    """An element, the block that carries it, and for an overflow the option that was meant."""

    block_id: str
    element: Json
    option: Json | None = None

    def action(self) -> Json:
        """The entry of `actions[]` for pressing it."""
        element = self.element
        action: Json = {"type": element["type"], "action_id": element.get("action_id", ""), "block_id": self.block_id}
        if self.option is not None:
            return action | {"selected_option": self.option}
        action["text"] = element.get("text")
        for key in ("value", "style"):
            if key in element:
                action[key] = element[key]
        return action


def _elements(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for child in node:
            yield from _elements(child)
    elif isinstance(node, dict):
        if "action_id" in node or node.get("type") in (*_BUTTONS, "overflow"):
            yield node
        for child in node.values():
            yield from _elements(child)


def controls(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """Every interactive element with its block's id, also inside cards and containers."""
    for block in blocks:
        for element in _elements(block):
            yield str(block.get("block_id", "")), element


def find_button(blocks: list[Json], words: str, reader: Reader) -> Control | None:
    """The button with these words, else the overflow's option with them."""
    found = [(block_id, element) for block_id, element in controls(blocks) if _shown_to(element, reader)]
    for block_id, element in found:
        if element["type"] in _BUTTONS and matches(words, text_object(element.get("text"), reader)):
            return Control(block_id, element)
    for block_id, element in found:
        for option in element["options"] if element["type"] == "overflow" else ():
            if matches(words, text_object(option["text"], reader)):
                return Control(block_id, element, option)
    return None


def _shown_to(element: Json, reader: Reader) -> bool:
    only = element.get("visible_to_user_ids")
    return not only or reader.user_id in only


def button_words(blocks: list[Json], reader: Reader) -> list[str]:
    """What could be pressed: buttons and the options of overflows."""
    words = []
    for _, element in controls(blocks):
        if not _shown_to(element, reader):
            continue
        if element["type"] in _BUTTONS:
            words.append(text_object(element.get("text"), reader))
        elif element["type"] == "overflow":
            words += [text_object(option["text"], reader) for option in element["options"]]
    return words
