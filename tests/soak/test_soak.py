"""A short soak; `make soak` lives a whole year."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.soak.posts import Posts
from tests.soak.virtual_time import Stuck, VirtualLoop, run
from tests.soak.world import world
from tests.soak.year import Summary, soak

# With the clock changes of New York, London and Sydney, and Easter.
MARCH = datetime(2026, 3, 2, 8, tzinfo=UTC)
ESCALATIONS, DAYS = 16, 60


@pytest.fixture(autouse=True)
def _quietly() -> Iterator[None]:
    yield
    gc.collect()


def lived(file: Path, tmp_path: Path, name: str, seed: int, escalations: int, days: int) -> Summary:
    return run(soak(Path(shutil.copy(file, tmp_path / name)), MARCH, seed, escalations, days))


@pytest.mark.timeout(600)
def test_what_always_holds_holds_for_two_months(migrated_sqlite_file: Path, tmp_path: Path) -> None:
    year = lived(migrated_sqlite_file, tmp_path, "one.db", 7, ESCALATIONS, DAYS)
    assert year.opened >= ESCALATIONS * 0.8, year
    assert year.rungs > ESCALATIONS, f"or nobody is ever late:\n{year}"
    assert {"acknowledge", "update", "resolve", "close"} <= set(year.done), year


@pytest.mark.timeout(600)
def test_the_same_seed_goes_the_same_way(migrated_sqlite_file: Path, tmp_path: Path) -> None:
    first = lived(migrated_sqlite_file, tmp_path, "one.db", 3, 4, 8)
    assert first.digest == lived(migrated_sqlite_file, tmp_path, "two.db", 3, 4, 8).digest
    assert first.digest != lived(migrated_sqlite_file, tmp_path, "three.db", 4, 4, 8).digest


def test_what_goes_wrong_is_told_with_seed_and_trail(
    migrated_sqlite_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: Posts) -> None:
        raise AssertionError("something does not hold")

    monkeypatch.setattr(Posts, "check", broken)
    with pytest.raises(
        AssertionError, match=r"something does not hold\nseed 3, 4 escalations, 8 days, after:\n.*users"
    ):
        lived(migrated_sqlite_file, tmp_path, "one.db", 3, 4, 8)


def test_a_wait_for_nothing_is_noticed() -> None:
    loop = VirtualLoop()
    try:
        with pytest.raises(Stuck):
            loop.run_until_complete(loop.create_future())
    finally:
        loop.close()


def test_a_world_begins_and_ends(migrated_sqlite_file: Path, tmp_path: Path) -> None:
    async def once() -> int:
        async with world(Path(shutil.copy(migrated_sqlite_file, tmp_path / "one.db")), MARCH, 1) as it:
            return it.calls["users.list"]

    assert run(once()) == 1
