"""Whether this process is alive and ready, and the figures operators watch."""

from __future__ import annotations

import asyncio
import contextlib
import math
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.exc import SQLAlchemyError

from bot.alarm import Alarm
from services.backlog import Backlog, read_backlog
from services.clarion import Clarion
from services.delivery.courier import Courier

# The sweep rings every second, and the courier looks every fifteen; this much silence means that one has stalled.
STALLED_AFTER_SECONDS = 30.0
# Whoever probes waits for seconds; a database that takes longer is as good as gone.
ANSWERS_WITHIN_SECONDS = 5.0
_GONE = (SQLAlchemyError, OSError, TimeoutError)
# What is counted in the database, by the gauge that shows it.
_COUNTED = {
    "sweep_lag_seconds": "sweep_lag",
    "unsent_lag_seconds": "unsent_lag",
    "effects_unsent": "unsent",
    "effects_in_doubt": "in_doubt",
    "effects_failed": "failed",
}


@dataclass(frozen=True)
class State:
    """An answer to a probe: no names, no words of anybody's."""

    good: bool
    facts: dict[str, Any]


class Health:
    """Asked by probes; knows the loops of this process and the rows of all."""

    def __init__(self, clarion: Clarion, alarm: Alarm, courier: Courier) -> None:
        self._clarion = clarion
        self._alarm = alarm
        self._courier = courier
        self.registry = CollectorRegistry()
        self._gauges = {
            name: Gauge(f"clarion_{name}", words, registry=self.registry)
            for name, words in (
                ("sweep_lag_seconds", "How long the most overdue unasked obligation has waited"),
                ("unsent_lag_seconds", "How long the oldest effect that could have been sent has waited"),
                ("effects_unsent", "Effects waiting to be sent"),
                ("effects_in_doubt", "Effects of which it is not known whether Slack carried them out"),
                ("effects_failed", "Effects given up for good"),
                ("last_sweep_age_seconds", "How long ago this process's last sweep ended"),
                ("last_round_age_seconds", "How long ago this process's courier last looked for work"),
                ("database_up", "Whether the database answers; what is counted there is NaN while it does not"),
            )
        }

    def alive(self) -> State:
        """Whether the loops of this process move."""
        sweep, round_ = self._ages()
        facts = {"last_sweep_seconds_ago": round(sweep, 1), "last_round_seconds_ago": round(round_, 1)}
        return State(max(sweep, round_) < STALLED_AFTER_SECONDS, facts)

    async def ready(self) -> State:
        """Whether the database answers and the loops move; says how late the most overdue things are."""
        try:
            backlog = await self._read()
        except _GONE as error:
            return State(good=False, facts={"database": type(error).__name__})
        alive = self.alive()
        facts = {
            "database": "ok",
            "most_overdue_unasked_seconds": round(backlog.sweep_lag, 1),
            "oldest_unsent_seconds": round(backlog.unsent_lag, 1),
            "in_doubt": backlog.in_doubt,
        }
        return State(alive.good, facts | alive.facts)

    async def measure(self) -> None:
        """Bring the gauges up to date."""
        backlog: Backlog | None = None
        with contextlib.suppress(*_GONE):
            backlog = await self._read()
        for name, field in _COUNTED.items():
            self._gauges[name].set(math.nan if backlog is None else getattr(backlog, field))
        sweep, round_ = self._ages()
        self._gauges["last_sweep_age_seconds"].set(sweep)
        self._gauges["last_round_age_seconds"].set(round_)
        self._gauges["database_up"].set(backlog is not None)

    async def _read(self) -> Backlog:
        async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
            return await read_backlog(self._clarion)

    def _ages(self) -> tuple[float, float]:
        now = self._clarion.clock.monotonic()
        return now - self._alarm.last_sweep, now - self._courier.last_round_at
