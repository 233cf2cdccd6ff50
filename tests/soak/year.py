"""The soak: a life lived to its end, looked at all along."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tests.soak.life import Life
from tests.soak.world import World, world


async def soak(
    file: Path, start: datetime, seed: int, escalations: int, days: int, told: Callable[[str], None] = lambda _: None
) -> str:
    """Live so many days; AssertionError with the trail when something does not hold."""
    async with world(file, start, seed) as it:
        life = Life(it, seed, escalations, days)
        try:
            began = time.perf_counter()
            for day in range(1, days + 1):
                await life.live(start + timedelta(days=day))
                if day % 30 == 0:
                    told(f"day {day}: {life.opened} opened, {sum(it.calls.values())} calls, {it.commits} commits, {time.perf_counter()-began:.0f} s")
        except Exception as error:
            trail = "\n".join(it.trail)
            raise AssertionError(f"seed {seed}, after:\n{trail}\n{type(error).__name__}: {error}") from error
        return f"{life.opened} {sum(it.calls.values())} {it.calls} {it.commits} {life.acts.done} {it.digest}"
