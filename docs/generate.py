"""Writes the pages of the documentation that are drawn from the rules: `python -m docs.generate`."""

from __future__ import annotations

from pathlib import Path

from escalation.case import Status
from escalation.consequences import CONSEQUENCE_OF, Consequence, Transition
from escalation.duration import in_words
from escalation.ladder import LADDERED_KINDS, WARNED_KINDS
from escalation.lifecycle import MOVES, diagram
from escalation.moves import GRACE_FOR_A_NEW_OWNER
from escalation.obligations import Kind
from escalation.policy_file import default_policy
from escalation.policy_text import describe

HERE = Path(__file__).parent
_NOTE = "<!-- Written by `python -m docs.generate` from the rules themselves; change those. -->"

# What an obligation is due by and settled by; a test holds this to be complete.
OWED = {
    Kind.ACKNOWLEDGE: ("`acknowledge_within`", "Acknowledge, accepting a handover, or posting an update"),
    Kind.PLAN: ("`plan_within`", "the form Plan"),
    Kind.UPDATE: (
        "`update_every`, or the owner's own sooner promise",
        "Post update; Still working on it, twice at most",
    ),
    Kind.CUSTOMER_CONTACT: (
        "`contact_customer_within`, then what was promised",
        "What the customer was told; Told the customer",
    ),
    Kind.PLAN_STEP: ("the end of business on its date, where its person lives", "Done"),
    Kind.HANDOVER: ("`acknowledge_within`, in the hours of the one who is asked", "Accept or Decline"),
    Kind.TELL_PATH: ("`within` of each row of `notify`", "Clarion tells them itself"),
}

# What each consequence means for the due time; a test holds this to be complete.
MEANS = {
    Consequence.ARM: "It is owed from now on, unless it is already.",
    Consequence.SETTLE: "It is owed no more; the messages that ask for it are edited to say by whom and when.",
    Consequence.REARM: "It is owed anew, by its clock from now.",
    Consequence.PROMISE: "It is owed by the time that was promised.",
    Consequence.SHIFT: "The rungs wait for the end of the snooze. The due time stays, and late is counted from it.",
    Consequence.EARLIER: "The earlier of the old due time and the new severity's clock from now; what the customer was promised stays.",
    Consequence.AFRESH: "The new severity's clock from now.",
    Consequence.RELADDER: "The due time stays; the new severity's ladder begins at it, or now where it has passed.",
    Consequence.MOVE: (
        "Counted from the last update in the new owner's business hours, and not sooner than "
        f"{int(GRACE_FOR_A_NEW_OWNER.total_seconds()) // 60} minutes from now."
    ),
    Consequence.RESTART: "The due time stays; the ladder begins again, where it is overdue after 15 minutes for the new owner to read.",
    Consequence.REJUDGE: (
        "Its due time is counted by the new clock from where the old one began, a promise stays (the owner's own is never "
        "later than the cadence), and its ladder goes on where it stands: who was told is not told again. What did not "
        "change in the policy does not move."
    ),
    Consequence.END: "It ends without an answer.",
}


def states() -> str:
    """`states.md`."""
    rows = [["move", *(f"from {status.value}" for status in Status)]]
    for move, steps in MOVES.items():
        rows.append([move.name.replace("_", " ").lower(), *(_leads(steps.get(status), status) for status in Status)])
    return _page(
        "The states of an escalation",
        "What people see as its status, and the moves that lead from one to the next. A move that is not in the table is "
        "refused with a sentence that says what to do instead. The table is `escalation/lifecycle.py`.",
        f"```mermaid\n{diagram()}```",
        _table(rows),
        "An escalation is *live* while it is Open or In progress: it has one owner, and owes at least an update.",
    )


def obligations() -> str:
    """`obligations.md`."""
    owed = [["obligation", "due", "settled by", "nagged about", "warned of before"]]
    owed += [[kind.value, *OWED[kind], _yes(kind in LADDERED_KINDS), _yes(kind in WARNED_KINDS)] for kind in Kind]
    moved = [["", *(kind.value for kind in Kind)]]
    for transition in Transition:
        consequences = CONSEQUENCE_OF[transition]
        moved.append([f"**{transition}**", *(str(consequences[kind]) if kind in consequences else "" for kind in Kind)])
    return _page(
        "What is owed, and what moves it",
        "Everything Clarion asks for is an obligation: a row with a due time on a clock (elapsed, or business time where "
        "its owner lives), which is nagged about by the severity's ladder and settled once.",
        _table(owed),
        "## Every transition, and what it does to every obligation",
        "An empty cell: nothing. The table is `CONSEQUENCE_OF` in `escalation/consequences.py`; every change of an escalation goes "
        "through it, in the transaction of the change.",
        _table(moved),
        "## What the words mean",
        _table([["it", "means"], *([str(consequence), MEANS[consequence]] for consequence in Consequence)]),
        "When a due time is moved its ladder begins again: the rungs of the new clock count from it, or from now where it "
        "has passed. A quiet word that would come at once is left out.",
        "## The ladders of the default policy",
        _ladders(),
        "`after` counts from the due time on the obligation's own clock; the last rung may repeat. Outside business hours "
        "nothing is said of an obligation that keeps them: it waits for the opening. After an outage everybody whose rung "
        "passed is told once, and told that it is late.",
        "## The default policy in words",
        f"```text\n{describe(default_policy())}```",
    )


PAGES = {"states.md": states, "obligations.md": obligations}


def _ladders() -> str:
    rows = [["", *default_policy().severities]]
    longest = max(len(severity.if_silent) for severity in default_policy().severities.values())
    for place in range(longest):
        row = [f"rung {place + 1}"]
        for severity in default_policy().severities.values():
            rung = severity.if_silent[place] if place < len(severity.if_silent) else None
            if rung is None:
                row.append("")
            elif rung.every is not None:
                row.append(f"every {in_words(rung.every)}: {rung.tell}")
            elif rung.after is not None:
                row.append(f"after {in_words(rung.after)}: {rung.tell}")
        rows.append(row)
    return _table(rows)


def _leads(end: Status | None, start: Status) -> str:
    if end is None:
        return "–"
    return "stays" if end is start else f"→ {end}"


def _yes(so: bool) -> str:
    return "yes" if so else ""


def _table(rows: list[list[str]]) -> str:
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", _NOTE, *parts]) + "\n"


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
