from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from escalation.errors import SetupError


def machine() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the clock is compared with what it reads


def test_without_a_file_it_is_the_machines_time() -> None:
    before = machine()
    now = SystemClock().now()
    assert before <= now <= machine()
    assert now.tzinfo is UTC


def test_the_offset_is_added_and_taken_up_when_the_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "offset"
    file.write_text("3600")
    clock = SystemClock(file)
    assert timedelta(minutes=59) < clock.now() - machine() < timedelta(minutes=61)
    assert not clock.reread()
    file.write_text("7200.5")
    assert clock.reread()
    assert clock.now() - machine() > timedelta(minutes=119)


def test_an_instant_of_the_moved_clock_is_found_on_the_machines(tmp_path: Path) -> None:
    file = tmp_path / "offset"
    file.write_text("3600")
    instant = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert SystemClock(file).to_system(instant) == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_a_file_that_is_missing_or_half_written_keeps_the_last_offset(tmp_path: Path) -> None:
    file = tmp_path / "offset"
    clock = SystemClock(file)
    file.write_text("3600")
    assert clock.reread()
    for half in ("36oo", ""):
        file.write_text(half)
        assert not clock.reread()
    file.unlink()
    assert not clock.reread()
    assert clock.now() - machine() > timedelta(minutes=59)


@pytest.mark.parametrize("words", ["soon", "nan", "inf", "1e30", "-4e9", "1 2"])
def test_what_is_no_number_of_seconds_is_refused_at_the_start_and_passed_over_later(tmp_path: Path, words: str) -> None:
    file = tmp_path / "offset"
    file.write_text("60")
    clock = SystemClock(file)
    file.write_text(words)
    assert not clock.reread()
    assert clock.now() - machine() < timedelta(seconds=61)
    with pytest.raises(
        SetupError, match=r"^CLARION_CLOCK names .*offset, which cannot be read: .* number of seconds\.$"
    ):
        SystemClock(file)


def test_a_folder_is_no_clock(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="CLARION_CLOCK names"):
        SystemClock(tmp_path)
