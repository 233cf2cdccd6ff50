"""Which move is possible in which status, and where it leads. The diagram in docs/ is drawn from `MOVES`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from escalation.case import Status
from escalation.errors import Refused


class Move(StrEnum):
    """What people (or the bot) do to an escalation; the words are those of buttons and refusals."""

    ACKNOWLEDGE = "acknowledge"
    POST_UPDATE = "post an update on"
    STILL_WORKING = "say that you are still working on"
    PLAN = "plan"
    STEP_DONE = "tick off a step of"
    TELL_CUSTOMER = "record what the customer was told about"
    SNOOZE = "snooze"
    ASK_HANDOVER = "hand off"
    ACCEPT_HANDOVER = "take over"
    REPLACE_OWNER = "replace the owner of"
    CHANGE_SEVERITY = "change the severity of"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"


OPEN, IN_PROGRESS, RESOLVED, CLOSED = Status
_STAYS = {OPEN: OPEN, IN_PROGRESS: IN_PROGRESS}

MOVES: Mapping[Move, Mapping[Status, Status]] = {
    Move.ACKNOWLEDGE: {OPEN: IN_PROGRESS, IN_PROGRESS: IN_PROGRESS},
    Move.POST_UPDATE: {OPEN: IN_PROGRESS, IN_PROGRESS: IN_PROGRESS},
    Move.STILL_WORKING: _STAYS,
    Move.PLAN: _STAYS,
    Move.STEP_DONE: {**_STAYS, RESOLVED: RESOLVED},
    Move.TELL_CUSTOMER: _STAYS,
    Move.SNOOZE: _STAYS,
    Move.ASK_HANDOVER: _STAYS,
    Move.ACCEPT_HANDOVER: {OPEN: IN_PROGRESS, IN_PROGRESS: IN_PROGRESS},
    Move.REPLACE_OWNER: _STAYS,
    Move.CHANGE_SEVERITY: _STAYS,
    Move.RESOLVE: {OPEN: RESOLVED, IN_PROGRESS: RESOLVED},
    Move.REOPEN: {RESOLVED: OPEN, CLOSED: OPEN},
    Move.CLOSE: {RESOLVED: CLOSED},
}

_WHAT_TO_DO = {
    (Move.REOPEN, OPEN): "it is not resolved.",
    (Move.REOPEN, IN_PROGRESS): "it is not resolved.",
    (Move.CLOSE, OPEN): "resolve it first.",
    (Move.CLOSE, IN_PROGRESS): "resolve it first.",
    (Move.RESOLVE, RESOLVED): "it is resolved already.",
    (Move.CLOSE, CLOSED): "it is closed already.",
}


def after(move: Move, status: Status, reference: str) -> Status:
    """The status that `move` leads to; Refused, with what to do instead, where it is not possible."""
    try:
        return MOVES[move][status]
    except KeyError:
        instead = _WHAT_TO_DO.get((move, status), f"it is {status.lower()}; reopen it first.")
        raise Refused(f"You cannot {move} {reference} now: {instead}") from None


def diagram() -> str:
    """The table as a Mermaid state diagram, one arrow a change of status."""
    arrows: dict[tuple[Status, Status], list[str]] = {}
    for move, steps in MOVES.items():
        for start, end in steps.items():
            if start is not end:
                arrows.setdefault((start, end), []).append(move.name.replace("_", " ").lower())
    names = {status: status.value.replace(" ", "") for status in Status}
    lines = ["stateDiagram-v2", f"    [*] --> {names[OPEN]}: open"]
    lines += [f'    state "{status}" as {name}' for status, name in names.items() if status.value != name]
    lines += [f"    {names[start]} --> {names[end]}: {', '.join(moves)}" for (start, end), moves in arrows.items()]
    return "\n".join(lines) + "\n"
