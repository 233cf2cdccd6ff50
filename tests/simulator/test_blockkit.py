from __future__ import annotations

from typing import Any

import pytest

from simulator.blockkit import BLOCKS, MESSAGE_CHARACTERS, check_message_blocks, check_view, problems_of
from simulator.blockkit_elements import ELEMENTS
from simulator.errors import SlackError
from tests.simulator.echo_app import Json, button, modal, option, text_input


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def section(**fields: Any) -> Json:
    return {"type": "section", **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(options: int, text: int = 1, value: int = 1) -> Json:
    made = [{"text": plain(text), "value": "v" * value} for _ in range(options)]
    return {"type": "static_select", "action_id": "a", "options": made}


def described(length: int) -> Json:
    return {"type": "radio_buttons", "action_id": "r", "options": [option("a") | {"description": plain(length)}]}


def overflow(options: int) -> Json:
    return {"type": "overflow", "action_id": "o", "options": [option(str(number)) for number in range(options)]}


def confirm(title: int = 1, text: int = 1, yes: int = 1) -> Json:
    dialog = {"title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain(1)}
    return actions(button("x", "a", confirm=dialog))


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


LIMITS = [
    # what, at the limit, just beyond it, where
    ("section text", section(text=mrkdwn(3000)), section(text=mrkdwn(3001)), "/text/text"),
    ("fields", section(fields=[mrkdwn(1)] * 10), section(fields=[mrkdwn(1)] * 11), "/fields"),
    ("field", section(fields=[mrkdwn(2000)]), section(fields=[mrkdwn(2001)]), "/fields/0/text"),
    ("header", {"type": "header", "text": plain(150)}, {"type": "header", "text": plain(151)}, "/text/text"),
    ("button text", actions(button("x" * 75, "a")), actions(button("x" * 76, "a")), "/elements/0/text/text"),
    (
        "value",
        actions(button("x", "a", value="x" * 2000)),
        actions(button("x", "a", value="x" * 2001)),
        "/elements/0/value",
    ),
    ("action_id", actions(button("x", "a" * 255)), actions(button("x", "a" * 256)), "/elements/0/action_id"),
    ("block_id", section(text=plain(1), block_id="x" * 255), section(text=plain(1), block_id="x" * 256), "/block_id"),
    ("options", actions(select(100)), actions(select(101)), "/elements/0/options"),
    ("option text", actions(select(1, text=75)), actions(select(1, text=76)), "/elements/0/options/0/text/text"),
    ("option value", actions(select(1, value=150)), actions(select(1, value=151)), "/elements/0/options/0/value"),
    ("description", actions(described(75)), actions(described(76)), "/elements/0/options/0/description/text"),
    ("overflow", actions(overflow(5)), actions(overflow(6)), "/elements/0/options"),
    ("overflow, none", actions(overflow(1)), actions(overflow(0)), "/elements/0/options"),
    (
        "actions",
        actions(*(button("x", f"a{n}") for n in range(25))),
        actions(*(button("x", f"a{n}") for n in range(26))),
        "/elements",
    ),
    (
        "context",
        {"type": "context", "elements": [mrkdwn(1)] * 10},
        {"type": "context", "elements": [mrkdwn(1)] * 11},
        "/elements",
    ),
    ("confirm title", confirm(title=100), confirm(title=101), "/elements/0/confirm/title/text"),
    ("confirm text", confirm(text=300), confirm(text=301), "/elements/0/confirm/text/text"),
    ("confirm yes", confirm(yes=30), confirm(yes=31), "/elements/0/confirm/confirm/text"),
    ("label", text_input("x" * 2000, "b"), text_input("x" * 2001, "b"), "/label/text"),
    ("max_length", text_input("x", "b", max_length=3000), text_input("x", "b", max_length=3001), "/element/max_length"),
    (
        "placeholder",
        text_input("x", "b", placeholder=plain(150)),
        text_input("x", "b", placeholder=plain(151)),
        "/element/placeholder/text",
    ),
    ("markdown", {"type": "markdown", "text": "x" * 12_000}, {"type": "markdown", "text": "x" * 12_001}, "/text"),
    ("empty text", section(text=plain(1)), section(text=plain(0)), "/text/text"),
    (
        "rich text",
        rich({"type": "text", "text": "x"}),
        rich({"type": "text", "text": ""}),
        "/elements/0/elements/0/text",
    ),
]


@pytest.mark.parametrize(("good", "bad", "at"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_what_stands_at_a_limit_passes_and_what_goes_beyond_does_not(good: Json, bad: Json, at: str) -> None:
    assert problems_of([good], "message") == []
    assert at in [pointer.removeprefix("/blocks/0") for _, pointer in problems_of([bad], "message")]


REFUSED = [
    ("unknown block", {"type": "sektion"}, "unsupported type: sektion"),
    ("unknown element", actions({"type": "knob"}), "unsupported type: knob"),
    (
        "text input among actions",
        actions({"type": "plain_text_input", "action_id": "a"}),
        "unsupported type: plain_text_input",
    ),
    ("unknown property", {"type": "divider", "colour": "red"}, "invalid additional property: colour"),
    ("neither text nor fields", section(), "missing required field: text or fields"),
    ("mrkdwn in a header", {"type": "header", "text": mrkdwn(1)}, "unsupported type: mrkdwn"),
    (
        "mrkdwn on a button",
        actions({"type": "button", "action_id": "a", "text": mrkdwn(1)}),
        "unsupported type: mrkdwn",
    ),
    (
        "no options",
        actions({"type": "static_select", "action_id": "a"}),
        "missing required field: options or option_groups",
    ),
    (
        "initial option of its own",
        actions(select(1) | {"initial_option": option("other")}),
        "initial option must match exactly one of the options",
    ),
    ("odd style", actions(button("x", "a", style="green")), "must be one of: primary, danger"),
    ("odd date", actions({"type": "datepicker", "initial_date": "31.12.2026"}), "must be a date in YYYY-MM-DD format"),
    ("alert in a message", {"type": "alert", "text": plain(1)}, "unsupported type: alert"),
    ("action_id twice", actions(button("x", "a"), button("y", "a")), "`action_id` `a` already exists for this block"),
    ("not an object", "text", "unsupported type: None"),
]


@pytest.mark.parametrize(("block", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_slack_refuses(block: Any, message: str) -> None:
    assert message in [words for words, _ in problems_of([block], "message")]


def test_a_block_id_stands_once_and_an_action_id_once_a_block() -> None:
    twice = [section(text=plain(1), block_id="b")] * 2
    assert problems_of(twice, "message") == [("block_id `b` already exists", "/blocks/1/block_id")]
    assert problems_of([actions(button("x", "a")), actions(button("x", "a"))], "message") == []


def test_a_message_has_fifty_blocks_and_a_view_a_hundred() -> None:
    divider = {"type": "divider"}
    assert problems_of([divider] * 50, "message") == []
    assert problems_of([divider] * 51, "message") == [("no more than 50 items allowed", "/blocks")]
    assert problems_of([divider] * 100, "modal") == []
    assert problems_of([divider] * 101, "home") == [("no more than 100 items allowed", "/blocks")]


def test_a_message_is_too_long_altogether() -> None:
    full, rest = divmod(MESSAGE_CHARACTERS, 3000)
    blocks = [section(text=plain(3000))] * full
    check_message_blocks([*blocks, section(text=plain(rest))])
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message_blocks([*blocks, section(text=plain(rest + 1))])


def test_a_view_is_too_large() -> None:
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*[section(text=plain(2900))] * 90), ("modal",))


def test_every_element_and_block_has_its_check() -> None:
    for name, check in {**ELEMENTS, **BLOCKS}.items():
        problems: list[tuple[str, str]] = []
        check(None, "/x", problems)
        assert problems, name
