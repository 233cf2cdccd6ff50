"""Which move is possible in which status, where it leads, and what a refusal says."""

from __future__ import annotations

import re

import pytest

from escalation.case import Status
from escalation.errors import Refused
from escalation.lifecycle import MOVES, Move, after, diagram

# The status a move leads to from Open, In progress, Resolved, Closed; "." is refused.
TABLE = """
ACKNOWLEDGE      progress progress .        .
POST_UPDATE      progress progress .        .
STILL_WORKING    open     progress .        .
PLAN             open     progress .        .
STEP_DONE        open     progress resolved .
TELL_CUSTOMER    open     progress .        .
SNOOZE           open     progress .        .
ASK_HANDOVER     open     progress .        .
ACCEPT_HANDOVER  progress progress .        .
REPLACE_OWNER    open     progress .        .
CHANGE_SEVERITY  open     progress .        .
RESOLVE          resolved resolved .        .
REOPEN           .        .        open     open
CLOSE            .        .        closed   .
"""
NAMES = {
    "open": Status.OPEN,
    "progress": Status.IN_PROGRESS,
    "resolved": Status.RESOLVED,
    "closed": Status.CLOSED,
    ".": None,
}
CELLS = [
    (Move[line.split()[0]], start, NAMES[end])
    for line in TABLE.strip().splitlines()
    for start, end in zip(Status, line.split()[1:], strict=True)
]


@pytest.mark.parametrize(("move", "start", "end"), CELLS)
def test_every_move_in_every_status(move: Move, start: Status, end: Status | None) -> None:
    if end is not None:
        assert after(move, start, "ESC-7") is end
        return
    with pytest.raises(Refused) as refusal:
        after(move, start, "ESC-7")
    sentence = str(refusal.value)
    assert sentence.startswith(f"You cannot {move} ESC-7 now: ")
    assert sentence.endswith(".")


def test_the_table_above_has_every_move() -> None:
    assert {move for move, _, _ in CELLS} == set(Move) == set(MOVES)


@pytest.mark.parametrize(
    ("move", "status", "sentence"),
    [
        (Move.CLOSE, Status.OPEN, "You cannot close ESC-7 now: resolve it first."),
        (Move.REOPEN, Status.IN_PROGRESS, "You cannot reopen ESC-7 now: it is not resolved."),
        (Move.RESOLVE, Status.RESOLVED, "You cannot resolve ESC-7 now: it is resolved already."),
        (Move.CLOSE, Status.CLOSED, "You cannot close ESC-7 now: it is closed already."),
        (Move.POST_UPDATE, Status.CLOSED, "You cannot post an update on ESC-7 now: it is closed; reopen it first."),
        (Move.SNOOZE, Status.RESOLVED, "You cannot snooze ESC-7 now: it is resolved; reopen it first."),
    ],
)
def test_a_refusal_says_what_to_do_instead(move: Move, status: Status, sentence: str) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)):
        after(move, status, "ESC-7")


def test_only_what_is_open_or_in_progress_is_live() -> None:
    assert [status for status in Status if status.is_live] == [Status.OPEN, Status.IN_PROGRESS]


def test_from_every_status_every_other_can_be_reached() -> None:
    for start in Status:
        reached, before = {start}, set[Status]()
        while reached != before:
            before = set(reached)
            reached |= {end for steps in MOVES.values() for where, end in steps.items() if where in before}
        assert reached == set(Status)


def test_the_diagram_has_an_arrow_for_every_change_of_status_and_no_other() -> None:
    changes = {(start, end) for steps in MOVES.values() for start, end in steps.items() if start is not end}
    names = {status.value.replace(" ", ""): status for status in Status}
    arrows = re.findall(r"^    (\w+) --> (\w+): (.+)$", diagram(), re.MULTILINE)
    assert {(names[start], names[end]) for start, end, _ in arrows} == changes
    for start, end, moves in arrows:
        for move in moves.split(", "):
            assert MOVES[Move[move.replace(" ", "_").upper()]][names[start]] is names[end]
