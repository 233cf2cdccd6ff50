"""How blocks are drawn, against golden markup; `UPDATE_GOLDEN=1 pytest tests/page/test_blocks.py` writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from escalation.case import Status
from simulator import Workspace
from tests.blocks import surfaces
from tests.page.conftest import NewTab
from tests.page.specimens import FORMS, MESSAGES, VALUES

GOLDEN = Path(__file__).parent / "golden"
WORDS = "Checkout <b>is</b> *down*"
HOSTILE = "<img src=x onerror=window.broken=1> <@U0ANA> *not bold* &amp; \u202e :tada: javascript:alert(1)"


def compare(name: str, drawn: dict[str, str]) -> None:
    text = "\n".join(f"## {title}\n{markup}" for title, markup in drawn.items())
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


async def test_every_block_of_messages_is_drawn_as_it_was(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws)
    compare("messages", {name: await it.draws([block]) for name, block in MESSAGES.items()})


async def test_every_input_of_forms_is_drawn_as_it_was(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws)
    drawn = {}
    for name, block in FORMS.items():
        drawn[name] = await it.draws([block], "modal")
        values = {"b": {"a": VALUES[name]}} if name in VALUES else {}
        drawn[f"{name}, filled in and wrong"] = await it.draws([block], "modal", values=values, errors={"b": "No."})
    compare("forms", drawn)


def kinds(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from kinds(child)
    elif isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node["type"]
        for child in node.values():
            yield from kinds(child)


def all_blocks(words: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    for status in Status:
        for name, message in surfaces.messages(words, "SEV-1", status):
            yield f"{name} {status}", "message", message.blocks
    for name, view in surfaces.forms(words, "SEV-1", Status.IN_PROGRESS):
        yield name, "modal", view["blocks"]
    for name, view in surfaces.homes(words, "SEV-1", Status.IN_PROGRESS):
        yield name, "home", view["blocks"]


def test_everything_the_bot_sends_has_a_specimen() -> None:
    sent = {kind for _, _, blocks in all_blocks(WORDS) for kind in kinds(blocks)}
    assert sent <= set(kinds(list(MESSAGES.values()))) | set(kinds(list(FORMS.values())))


async def test_every_surface_of_the_bot_is_drawn_with_all_its_words(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws)
    every = list(all_blocks(WORDS))
    drawn = await it.draws_all([(surface, blocks) for _, surface, blocks in every])
    for (name, surface, blocks), markup in zip(every, drawn, strict=True):
        assert "A block of type" not in markup, name
        if surface == "message" and WORDS in str(blocks):
            assert WORDS in markup, name


async def test_no_surface_of_the_bot_lets_hostile_words_become_markup(ws: Workspace, tab: NewTab) -> None:
    it = await tab(ws)
    every = list(all_blocks(HOSTILE))
    drawn = await it.draws_all([(surface, blocks) for _, surface, blocks in every])
    for (name, _, _), markup in zip(every, drawn, strict=True):
        tags = [line.strip() for line in markup.splitlines() if line.strip().startswith("<")]
        assert not [tag for tag in tags if "onerror" in tag.partition(":value=")[0] and "placeholder" not in tag], name
        assert not [tag for tag in tags if tag.startswith(("<img", "<script")) or 'href="javascript' in tag], name
    assert await it.page.evaluate("window.broken") is None
