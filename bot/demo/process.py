"""The bot as a process of its own, started as production starts it; the visitor may kill it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping

from bot.demo.company import ROOT

PATIENCE_SECONDS = 10.0


class WorkerProcess:
    """`python -m bot worker` with these settings."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it; a session of its own, so that Ctrl-C reaches only us."""
        self.starts += 1
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "worker"),
            cwd=ROOT,
            env={**os.environ, **self._settings},
            start_new_session=True,
        )

    async def kill(self) -> None:
        """SIGKILL: it can neither finish nor say anything."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, and after some patience SIGKILL."""
        try:
            await asyncio.wait_for(self._end(signal.SIGTERM), PATIENCE_SECONDS)
        except TimeoutError:
            await self.kill()

    async def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(how)
            await self._process.wait()
