"""What the bot costs: start, memory, and nothing at all while there is nothing to do."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.worker import memory_mb, worker
from tests.support.worker import Worker

ESCALATIONS = 20
IDLE_SECONDS = 5.0


async def measure() -> list[Figure]:
    """Start, twenty escalations, then five idle seconds."""
    async with worker() as (it, database):
        began = time.monotonic()
        await it.ws.person("agent0").types("/escalate list")
        await it.ws.person("agent0").ephemeral()
        first_command = it.connected_after + time.monotonic() - began
        for number in range(ESCALATIONS):
            await _open(it, number)
        await it.ws.until(lambda: _pinned(it) == ESCALATIONS, timeout=120)
        memory = memory_mb(it)
        calls, writes = await _idle(it, database)
    return [
        Figure("start → first command answered", first_command, "s", 2),
        Figure("resident memory after 20 escalations", memory, "MB", 120),
        Figure("Slack calls in 5 idle seconds", calls, "", 0),
        Figure("database writes in 5 idle seconds", writes, "", 0),
    ]


async def _open(it: Worker, number: int) -> None:
    agent = it.ws.person(f"agent{number}")
    await agent.types("/escalate")
    form = await agent.form("New escalation")
    await form.fill("Customer", f"Customer {number}")
    await form.fill("Summary", "Exports fail now and then")
    await form.submit()


def _pinned(it: Worker) -> int:
    return sum(message.pinned for channel in it.ws.channels() for message in channel.messages)


async def _idle(it: Worker, database: Path) -> tuple[int, int]:
    """Calls and commits while nothing is due. Another connection sees every commit in `pragma data_version`."""
    await asyncio.sleep(1)
    connection = sqlite3.connect(database)
    try:
        calls, version = len(it.ws.calls), connection.execute("pragma data_version").fetchone()[0]
        await asyncio.sleep(IDLE_SECONDS)
        return len(it.ws.calls) - calls, connection.execute("pragma data_version").fetchone()[0] - version
    finally:
        connection.close()
