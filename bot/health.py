"""Whether this process is alive and ready, and the figures operators watch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.exc import SQLAlchemyError

from bot.alarm import Alarm
from services.backlog import read_backlog
from services.clarion import Clarion

# The sweep rings every second; this much silence means that it has stalled.
STALLED_AFTER_SECONDS = 30.0


@dataclass(frozen=True)
class State:
    """An answer to a probe: no names, no words of anybody's."""

    good: bool
    facts: dict[str, Any]


class Health:
    """Asked by probes; knows the loops of this process and the rows of all."""

    def __init__(self, clarion: Clarion, alarm: Alarm, is_connected: Callable[[], Awaitable[bool]] | None) -> None:
        self._clarion = clarion
        self._alarm = alarm
        self._is_connected = is_connected
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
            )
        }

    def alive(self) -> State:
        """Whether the loops of this process move."""
        age = self._clarion.clock.monotonic() - self._alarm.last_sweep
        return State(age < STALLED_AFTER_SECONDS, {"last_sweep_seconds_ago": round(age, 1)})

    async def ready(self) -> State:
        """Whether the database answers and Slack can reach us; says how late the most overdue things are."""
        try:
            backlog = await read_backlog(self._clarion)
        except SQLAlchemyError as error:
            return State(good=False, facts={"database": type(error).__name__})
        connected = self._is_connected is None or await self._is_connected()
        facts = {
            "database": "ok",
            "slack": "connected" if connected else "not connected",
            "most_overdue_unasked_seconds": round(backlog.sweep_lag, 1),
            "oldest_unsent_seconds": round(backlog.unsent_lag, 1),
            "in_doubt": backlog.in_doubt,
        }
        return State(connected and self.alive().good, facts)

    async def measure(self) -> None:
        """Bring the gauges up to date."""
        backlog = await read_backlog(self._clarion)
        self._gauges["sweep_lag_seconds"].set(backlog.sweep_lag)
        self._gauges["unsent_lag_seconds"].set(backlog.unsent_lag)
        self._gauges["effects_unsent"].set(backlog.unsent)
        self._gauges["effects_in_doubt"].set(backlog.in_doubt)
        self._gauges["effects_failed"].set(backlog.failed)
        age = self._clarion.clock.monotonic() - self._alarm.last_sweep
        self._gauges["last_sweep_age_seconds"].set(age)
