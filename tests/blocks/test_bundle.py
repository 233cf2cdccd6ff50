from __future__ import annotations

from dataclasses import replace

from blocks import bundle
from blocks.views import NoticeView, Owed
from escalation.case import NoticeKind
from escalation.obligations import Kind, Outcome
from tests.blocks.surfaces import DINA, DUE, NOW, OMAR, escalation, notice_view, obligation, steps

UPDATE = Owed(obligation(Kind.UPDATE), may_still_work=True)


def view(number: int, *owed: Owed, kind: NoticeKind = NoticeKind.NAG, severity: str = "SEV-2") -> NoticeView:
    case = replace(escalation("Exports fail", severity), id=number, number=number, confidential=False)
    made = notice_view(kind, OMAR, "Exports fail", escalation=case, owed=owed or (UPDATE,), late_since=None)
    return replace(made, asked=(), why="")


def retired(one: NoticeView) -> NoticeView:
    return replace(one, notice=replace(one.notice, retired_at=NOW))


def answered(number: int) -> NoticeView:
    return view(number, Owed(obligation(Kind.UPDATE, settled_at=NOW, settled_by=OMAR, outcome=Outcome.DONE)))


def rows(views: list[NoticeView]) -> list[set[str]]:
    """Whose buttons stand in which row."""
    found = [block["elements"] for block in bundle.refreshed(views).blocks if block["type"] == "actions"]
    return [{element["value"] for element in row} for row in found]


def test_one_is_what_it_is_by_itself() -> None:
    assert bundle.asking([view(1)]).text.startswith("🟠 ESC-1 is waiting for you")


def test_the_first_line_says_how_many_and_what_of_them() -> None:
    def first(*kinds: NoticeKind) -> str:
        return bundle.asking([view(place, kind=kind) for place, kind in enumerate(kinds, 1)]).text.splitlines()[0]

    warning = NoticeKind.WARNING
    soon = Owed(obligation(Kind.UPDATE, due_at=NOW + (NOW - DUE)))
    assert first(NoticeKind.NAG, NoticeKind.NAG) == "2 escalations are waiting for you"
    assert bundle.asking([view(n, soon, kind=warning) for n in (1, 2)]).text.startswith("Soon due on 2 escalations")
    others = [replace(view(n, kind=NoticeKind.RAISED), escalation=escalation("x")) for n in (1, 2)]
    others = [replace(one, notice=replace(one.notice, audience=DINA)) for one in others]
    assert bundle.asking(others).text.startswith("2 escalations are overdue")
    assert bundle.asking([view(1), others[0]]).text.startswith("2 escalations need you")


def test_the_last_of_several_that_still_asks_is_named() -> None:
    assert bundle.refreshed([answered(1), view(2)]).text.startswith("ESC-2 is waiting for you")
    assert bundle.refreshed([retired(view(1)), view(2)]).text.startswith("ESC-2 is waiting for you")


def test_each_keeps_its_own_buttons_until_it_is_answered() -> None:
    assert rows([view(1), view(2)]) == [{"1"}, {"2"}]
    assert rows([answered(1), view(2)]) == [{"2"}]
    assert rows([retired(view(1)), view(2)]) == [{"2"}]
    assert rows([answered(1), retired(view(2))]) == []


def test_the_first_line_names_the_one_that_is_left() -> None:
    left = bundle.refreshed([answered(1), view(2)])
    assert left.text.splitlines()[0] == "ESC-2 is waiting for you"


def test_what_newer_messages_ask_for_altogether_is_one_line() -> None:
    message = bundle.refreshed([retired(view(number)) for number in (1, 2, 3)])
    assert message.text == "ESC-1, ESC-2 and ESC-3 · there are newer messages below"
    assert len(message.blocks) == 1


def test_steps_of_plans_become_lines_where_their_buttons_find_no_room() -> None:
    step = [Owed(obligation(Kind.PLAN_STEP, debtor_id=OMAR), step=one) for one in steps("Roll back")[1:]]
    roomy = bundle.asking([view(1, *step), view(2)])
    assert str(roomy.blocks).count("'Done'") == len(step)
    full = bundle.asking([view(number, *step) for number in range(1, 11)])
    assert len(full.blocks) <= 50
    assert "Plan step “Roll back”" in full.text
