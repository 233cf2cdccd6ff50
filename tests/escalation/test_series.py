"""Several things in one sentence."""

from __future__ import annotations

import pytest

from escalation.series import series


@pytest.mark.parametrize(
    ("things", "said"),
    [([], ""), (["tea"], "tea"), (["tea", "milk"], "tea and milk"), (["tea", "milk", "salt"], "tea, milk and salt")],
)
def test_several_things_read_as_a_sentence(things: list[str], said: str) -> None:
    assert series(things) == said


def test_one_of_several_things_is_offered() -> None:
    assert series(["tea", "milk"], "or") == "tea or milk"
