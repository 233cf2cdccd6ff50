"""The bot as production runs it: a process of its own, which can be killed and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from simulator import Workspace

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0


class Worker:
    """`python -m bot worker` (or `web`) beside a local workspace."""

    def __init__(self, ws: Workspace, database_url: str, policy: Path, **environment: str) -> None:
        self.ws = ws
        self.environment = {**os.environ, **ws.environment, "LOG_LEVEL": "WARNING", **environment}
        self.environment |= {"DATABASE_URL": database_url, "CLARION_POLICY": str(policy)}
        self.process: asyncio.subprocess.Process | None = None
        self.connected_after = 0.0

    async def start(self) -> None:
        """Start it, and wait until Slack can reach it; `connected_after` is how many seconds that took."""
        began = time.monotonic()
        self.process = await self.spawn("worker")
        await self.ws.until(lambda: self.ws.sockets.connected, timeout=STARTS_WITHIN)
        self.connected_after = time.monotonic() - began

    async def spawn(self, command: str) -> asyncio.subprocess.Process:
        """Start a process of the bot without waiting for anything."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", command, cwd=ROOT, env=self.environment
        )

    async def kill(self, *, alone: bool = True) -> None:
        """kill -9: nothing is finished, nothing is said. Where it is not `alone`, others stay connected."""
        await self._end(signal.SIGKILL)
        if alone:
            await self.ws.until(lambda: not self.ws.sockets.connected, timeout=STARTS_WITHIN)

    async def stop(self) -> None:
        """End it in good order."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(how)
            await process.wait()


@contextlib.asynccontextmanager
async def worker(ws: Workspace, database_url: str, policy: Path, **environment: str) -> AsyncIterator[Worker]:
    """A worker that is at work until the block ends."""
    it = Worker(ws, database_url, policy, **environment)
    try:
        await it.start()
        yield it
    finally:
        await it.stop()
