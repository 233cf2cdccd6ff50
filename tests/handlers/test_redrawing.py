from __future__ import annotations

from handlers.redrawing import Presses


def test_the_last_press_of_each_form_is_known() -> None:
    presses = Presses()
    presses.note("V1", "first")
    presses.note("V2", "other")
    presses.note("V1", "second")
    assert presses.is_last("V1", "second")
    assert not presses.is_last("V1", "first")
    assert presses.is_last("V2", "other")


def test_forms_of_long_ago_are_forgotten_and_count_as_overtaken() -> None:
    presses = Presses()
    presses.note("V0", "first")
    for number in range(1, 2000):
        presses.note(f"V{number}", "press")
    assert not presses.is_last("V0", "first")
    assert presses.is_last("V1999", "press")
