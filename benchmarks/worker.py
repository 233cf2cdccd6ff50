"""The bot as production runs it, a process of its own beside a local workspace."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from simulator import Person, Workspace, id_for

ROOT = Path(__file__).parent.parent
_POLICY = f"""
roles:
  cs_director: [{id_for("dina")}]
  vp_customer_success: [{id_for("vera")}]
  vp_engineering: [{id_for("victor")}]
  cto: [{id_for("tess")}]
"""


@dataclass
class Worker:
    """A running bot, its workspace, and how long it took until Slack could reach it."""

    ws: Workspace
    process: asyncio.subprocess.Process
    database: Path
    connected_after: float

    def memory_mb(self) -> float:
        """Resident memory of the process now."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1024 / 1024


@contextlib.asynccontextmanager
async def worker(people: int = 60, command: str = "worker") -> AsyncIterator[Worker]:
    """Start workspace and bot. `agent0` and so on are people who open; Dina, a director, owns SEV-1."""
    agents = [Person(f"agent{number}") for number in range(people)]
    company = [*agents, *(Person(name) for name in ("dina", "vera", "victor", "tess"))]
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as folder:
        policy, database = Path(folder, "policy.yaml"), Path(folder, "clarion.db")
        policy.write_text(_POLICY, encoding="utf-8")
        manifest = ROOT / "manifest.json"
        async with Workspace.running(manifest=manifest, people=company, channels={"escalations": "*"}) as ws:
            environment = {**os.environ, **ws.environment, "LOG_LEVEL": "WARNING"}
            environment |= {"DATABASE_URL": f"sqlite:///{database}", "CLARION_POLICY": str(policy)}
            began = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", command, cwd=ROOT, env=environment
            )
            try:
                await ws.until(lambda: ws.sockets.connected, timeout=60)
                yield Worker(ws, process, database, time.monotonic() - began)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGTERM)
                await process.wait()
