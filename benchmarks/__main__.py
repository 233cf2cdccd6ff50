"""`make bench`: every figure beside its goal; exit code 1 when one is missed."""

from __future__ import annotations

import asyncio
import logging
import sys

from benchmarks import acks, drift, footprint, opening, page

PARTS = {
    "opening": opening.measure,
    "acks": acks.measure,
    "drift": drift.measure,
    "footprint": footprint.measure,
    "page": page.measure,
}


def main() -> int:
    """Measure the parts named on the command line, or all."""
    logging.basicConfig(level=logging.ERROR)
    wanted = sys.argv[1:] or list(PARTS)
    figures = [figure for name in wanted for figure in asyncio.run(PARTS[name]())]
    sys.stdout.write("| figure | measured | goal | |\n| --- | --- | --- | --- |\n")
    for figure in figures:
        sys.stdout.write(f"{figure}\n")
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
