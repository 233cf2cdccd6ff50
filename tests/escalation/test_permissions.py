"""Who may do what: POLICY.md's matrix, cell by cell."""

from __future__ import annotations

import pytest

from escalation.case import Escalation
from escalation.errors import NotFound, Refused
from escalation.permissions import MAY, Act, Standing, check, may_see, who_can
from tests.support.cases import OWNER, escalation
from tests.support.clock import at

OWNS, SENIOR, ADMIN, REPORTER = Standing.OWNER, Standing.SENIOR, Standing.ADMIN, Standing.REPORTER
MEMBER, ANYONE = Standing.MEMBER, Standing.ANYONE

# POLICY.md, "Who may do what": owner, senior, admin, reporter, anyone.
MATRIX = """
SEE             x x x x x
FOLLOW          x x x x x
NOTE            x x x x x
SUGGEST         x x x x x
RAISE_SEVERITY  x x x x x
REOPEN          x x x x x
ACKNOWLEDGE     x . . . .
SNOOZE          x . . . .
STILL_WORKING   x . . . .
POST_UPDATE     x x x . .
PLAN            x x x . .
LOWER_SEVERITY  x x x . .
RESOLVE         x x x . .
CLOSE           x x x . .
HAND_OFF        x x x . .
TAKE_OVER       . x x . .
"""
COLUMNS = (OWNS, SENIOR, ADMIN, REPORTER, ANYONE)
CELLS = [
    (Act[line.split()[0]], standing, mark == "x")
    for line in MATRIX.strip().splitlines()
    for standing, mark in zip(COLUMNS, line.split()[1:], strict=True)
]


def case(*, confidential: bool = False) -> Escalation:
    made = escalation(opened_at=at("Mon 10:00"))
    made.confidential = confidential
    return made


def is_allowed(act: Act, standings: set[Standing], *, confidential: bool = False, told: bool = False) -> bool:
    try:
        check(act, case(confidential=confidential), standings, told=told)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(("act", "standing", "may"), CELLS)
def test_a_cell_of_the_matrix(act: Act, standing: Standing, may: bool) -> None:
    assert is_allowed(act, {standing, ANYONE}) is may


def test_the_matrix_above_has_every_act() -> None:
    assert {act for act, _, _ in CELLS} == set(Act) == set(MAY)


@pytest.mark.parametrize(("act", "standing", "may"), CELLS)
def test_a_cell_of_the_matrix_for_a_confidential_one_that_may_be_seen(act: Act, standing: Standing, may: bool) -> None:
    assert is_allowed(act, {standing, ANYONE, MEMBER}, confidential=True) is may


CONFIDENTIAL = [
    ({OWNS, ANYONE}, False, True),
    ({ADMIN, ANYONE}, False, True),
    ({REPORTER, ANYONE}, False, True),
    ({MEMBER, ANYONE}, False, True),
    ({SENIOR, ANYONE}, False, False),
    ({SENIOR, ANYONE}, True, True),
    ({ANYONE}, False, False),
    ({ANYONE}, True, False),  # being told is not enough without the rank
]


@pytest.mark.parametrize(("standings", "told", "sees"), CONFIDENTIAL)
@pytest.mark.parametrize("act", Act)
def test_a_confidential_one_does_not_exist_for_who_may_not_see_it(
    act: Act, standings: set[Standing], told: bool, sees: bool
) -> None:
    hidden = case(confidential=True)
    assert may_see(hidden, standings, told=told) is sees
    if not sees:
        with pytest.raises(NotFound, match="There is no ESC-1 that you can see"):
            check(act, hidden, standings, told=told)


def test_everybody_sees_what_is_not_confidential() -> None:
    assert may_see(case(), {ANYONE}, told=False)


REFUSALS = [
    (Act.ACKNOWLEDGE, f"Only the owner (<@{OWNER}>) can acknowledge ESC-1."),
    (Act.TAKE_OVER, "Only somebody a tier above the owner or an admin can take over ESC-1."),
    (Act.RESOLVE, f"Only the owner (<@{OWNER}>), somebody a tier above the owner or an admin can resolve ESC-1."),
    (Act.STILL_WORKING, f"Only the owner (<@{OWNER}>) can say that they are still working on ESC-1."),
]


@pytest.mark.parametrize(("act", "sentence"), REFUSALS)
def test_a_refusal_says_in_one_sentence_who_can(act: Act, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        check(act, case(), {ANYONE})
    assert str(refusal.value) == sentence == who_can(act, case())
