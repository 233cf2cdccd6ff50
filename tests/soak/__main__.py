"""`make soak`: companies that live through a year side by side, each in a process of its own."""

from __future__ import annotations

import argparse
import functools
import gc
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from storage import migrating
from tests.soak.virtual_time import run
from tests.soak.year import Summary, soak

COMPANIES = 2


def main() -> None:
    asked = _asked()
    began = time.monotonic()
    each, more = divmod(asked.escalations, asked.companies)
    seeds = range(asked.seed, asked.seed + asked.companies)
    sizes = [each + (place < more) for place in range(asked.companies)]
    with ProcessPoolExecutor(max_workers=asked.companies) as processes:
        lived = list(processes.map(functools.partial(live, asked.start, asked.days), seeds, sizes))
    print("\n\n".join(str(one) for one in lived))
    opened, calls = sum(one.opened for one in lived), sum(sum(one.calls.values()) for one in lived)
    print(f"\n{opened} escalations and {calls} calls to Slack in {time.monotonic() - began:.0f} s; everything held.")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak ARGS=…", description="A year of escalations, in minutes.")
    parser.add_argument("--escalations", type=int, default=500, help="in all companies together")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1, help="of the first company; the next has the next")
    parser.add_argument("--companies", type=int, default=COMPANIES, help="a processor for each")
    parser.add_argument("--start", type=datetime.fromisoformat, default=datetime(2026, 1, 5, 8, tzinfo=UTC))
    return parser.parse_args()


def live(start: datetime, days: int, seed: int, escalations: int) -> Summary:
    """The year of one company."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clarion.db"
        migrating.migrate(f"sqlite:///{file}")

        def told(said: str) -> None:
            print(f"seed {seed}, {said}", flush=True)

        return run(soak(file, start, seed, escalations, days, told))


if __name__ == "__main__":
    main()
