"""The bot as production runs it, a process of its own beside a local workspace, with a company to act in it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import psutil

from simulator import Person, Workspace, id_for
from tests.support import worker as support
from tests.support.worker import ROOT, Worker

# Dina owns every one of them, and nobody is to be warned of that: a message would be counted.
_POLICY = f"""
max_open_per_owner: 9999
roles:
  cs_director: [{id_for("dina")}]
  vp_customer_success: [{id_for("vera")}]
  vp_engineering: [{id_for("victor")}]
  cto: [{id_for("tess")}]
"""
DATABASE = "clarion.db"


def memory_mb(it: Worker) -> float:
    """Resident memory of the process now."""
    pid = it.process.pid if it.process is not None else None
    return float(psutil.Process(pid).memory_info().rss) / 1024 / 1024


@contextlib.asynccontextmanager
async def worker(people: int = 60) -> AsyncIterator[tuple[Worker, Path]]:
    """The bot and its database file. `agent0` and so on are people who open; Dina, a director, owns SEV-1."""
    agents = [Person(f"agent{number}") for number in range(people)]
    company = [*agents, *(Person(name) for name in ("dina", "vera", "victor", "tess"))]
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as folder:
        policy, database = Path(folder, "policy.yaml"), Path(folder, DATABASE)
        policy.write_text(_POLICY, encoding="utf-8")  # noqa: ASYNC240 - before anything runs
        workspace = Workspace.running(manifest=ROOT / "manifest.json", people=company, channels={"escalations": "*"})
        async with workspace as ws, support.worker(ws, f"sqlite:///{database}", policy) as it:
            yield it, database
