"""Whether this process is alive and ready, and the figures operators watch."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.alarm import Alarm
from bot.sending import Sending
from bot.supervisor import STALLED_AFTER_SECONDS, Supervisor
from services.backlog import Backlog, read_backlog
from services.clarion import Clarion

# Whoever probes waits for seconds; a database that takes longer is as good as gone.
ANSWERS_WITHIN_SECONDS = 5.0
# Whether this process is alive does not hang on the database: its figure is left out rather than waited for.
ALIVE_WITHIN_SECONDS = 0.5
UNKNOWN = "unknown"
# Something has been due for so long and could have gone, this process is the one to send it, Slack is not known to be
# away, and has answered nothing for so long.
SILENT_AFTER_SECONDS = 180.0
_GONE = (SQLAlchemyError, OSError, TimeoutError)
# What is counted in the database, by the gauge that shows it.
_COUNTED = {
    "sweep_lag_seconds": "sweep_lag",
    "unsent_lag_seconds": "unsent_lag",
    "most_overdue_unsent_seconds": "overdue_unsent",
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

    def __init__(self, clarion: Clarion, alarm: Alarm, sending: Sending, supervisor: Supervisor) -> None:
        self._clarion = clarion
        self._alarm = alarm
        self._sending = sending
        self._supervisor = supervisor
        self._reading: asyncio.Task[Backlog] | None = None
        self.registry = CollectorRegistry()
        self.registry.register(_Restarts(supervisor))
        self._gauges = {
            name: Gauge(f"clarion_{name}", words, registry=self.registry)
            for name, words in (
                ("sweep_lag_seconds", "How long the most overdue unasked obligation has waited"),
                ("unsent_lag_seconds", "How long the oldest effect that could have been sent has waited"),
                ("most_overdue_unsent_seconds", "How long ago the most overdue obligation not yet in Slack was due"),
                ("effects_unsent", "Effects waiting to be sent"),
                ("effects_in_doubt", "Effects of which it is not known whether Slack carried them out"),
                ("effects_failed", "Effects given up for good"),
                ("last_sweep_age_seconds", "How long ago this process's last sweep ended"),
                ("last_round_age_seconds", "How long ago this process's courier last looked for work"),
                ("database_up", "Whether the database answers; what is counted there is NaN while it does not"),
            )
        }

    async def alive(self) -> State:
        """Whether the loops of this process move, whatever the database or Slack are like."""
        overdue: float | str = UNKNOWN
        with contextlib.suppress(*_GONE):
            overdue = round((await self._read(ALIVE_WITHIN_SECONDS)).overdue_unsent, 1)
        return State(self._moves, self._of_loops() | {"most_overdue_unsent_seconds": overdue})

    async def ready(self) -> State:
        """Whether the database answers, the loops move and Slack is reached; says how late the most overdue are."""
        try:
            backlog = await self._read(ANSWERS_WITHIN_SECONDS)
        except _GONE as error:
            return State(good=False, facts={"database": type(error).__name__})
        facts = {
            "database": "ok",
            "most_overdue_unsent_seconds": round(backlog.overdue_unsent, 1),
            "most_overdue_unasked_seconds": round(backlog.sweep_lag, 1),
            "oldest_unsent_seconds": round(backlog.unsent_lag, 1),
            "in_doubt": backlog.in_doubt,
        }
        return State(self._moves and not self._is_silent(backlog), facts | self._of_loops())

    async def measure(self) -> None:
        """Bring the gauges up to date."""
        backlog: Backlog | None = None
        with contextlib.suppress(*_GONE):
            backlog = await self._read(ANSWERS_WITHIN_SECONDS)
        for name, field in _COUNTED.items():
            self._gauges[name].set(math.nan if backlog is None else getattr(backlog, field))
        sweep, round_ = self._ages()
        self._gauges["last_sweep_age_seconds"].set(sweep)
        self._gauges["last_round_age_seconds"].set(round_)
        self._gauges["database_up"].set(backlog is not None)

    async def _read(self, within: float) -> Backlog:
        """One reading at a time, which probes share: each that hung would keep a connection from everybody else."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.get_running_loop().create_task(self._read_in_time(), name="health")
            self._reading.add_done_callback(lambda task: task.cancelled() or task.exception())  # all may have left
        reading = self._reading
        if not (await asyncio.wait([reading], timeout=within))[0]:
            raise TimeoutError
        return reading.result()

    async def _read_in_time(self) -> Backlog:
        async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
            return await read_backlog(self._clarion)

    @property
    def _moves(self) -> bool:
        return max(self._ages()) < STALLED_AFTER_SECONDS

    def _is_silent(self, backlog: Backlog) -> bool:
        """Whether what is due does not get out though nothing that we know of keeps it here.

        What Slack refuses again and again is put off, and no reason to take this process from those who press buttons.
        """
        courier = self._sending.courier
        silent = self._clarion.clock.monotonic() - courier.last_answer_at
        lag = min(backlog.overdue_unsent, backlog.ask_lag, silent)
        return courier.holds_lock and not courier.is_parked and lag >= SILENT_AFTER_SECONDS

    def _of_loops(self) -> dict[str, Any]:
        sweep, round_ = self._ages()
        restarts = {f"{loop}_restarts": count for loop, count in self._supervisor.restarts.items()}
        ages = {"last_sweep_seconds_ago": round(sweep, 1), "last_round_seconds_ago": round(round_, 1)}
        return ages | restarts | {"last_restart": self._supervisor.last}

    def _ages(self) -> tuple[float, float]:
        now = self._clarion.clock.monotonic()
        return now - self._alarm.last_sweep, now - self._sending.courier.last_round_at


class _Restarts(Collector):
    """How often the supervisor started each loop anew."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily(
            "clarion_restarts", "Loops that stood still and were started anew", labels=["loop"]
        )
        for loop, count in self._supervisor.restarts.items():
            family.add_metric([loop], count)
        yield family
