"""`make soak`."""

from __future__ import annotations

import argparse
import gc
import logging
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from storage import migrating
from tests.soak.virtual_time import run
from tests.soak.year import soak


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak ARGS=…", description="A year of escalations, in minutes.")
    parser.add_argument("--escalations", type=int, default=500)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=datetime.fromisoformat, default=datetime(2026, 1, 5, 8, tzinfo=UTC))
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clarion.db"
        migrating.migrate(f"sqlite:///{file}")
        done = run(
            soak(
                file, asked.start, asked.seed, asked.escalations, asked.days, told=lambda said: print(said, flush=True)
            )
        )
    print(done)


if __name__ == "__main__":
    main()
