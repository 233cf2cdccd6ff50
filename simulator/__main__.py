"""`python -m simulator --manifest manifest.json`: a workspace that stays up and prints what an app needs to join it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from .workspace import Workspace


def main() -> None:
    """Read the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--manifest", required=True, help="path of the app's manifest.json")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; any free one by default")
    parser.add_argument("--people", default="olga,omar,ada", help="handles of the people, separated by commas")
    parser.add_argument(
        "--request-url", help="where the app takes signed HTTP requests; used while no socket is connected"
    )
    parser.add_argument("--clock", help="path of a file with the seconds to add to the clock")
    parser.add_argument("--limits", choices=("off", "slack"), default="slack", help="whether rate limits hold")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> None:
    running = Workspace.running(
        options.manifest,
        people=[name.strip() for name in options.people.split(",") if name.strip()],
        port=options.port,
        request_url=options.request_url,
        clock=options.clock,
        limits=options.limits,
    )
    async with running as ws:
        for name, value in ws.environment.items():
            print(f"{name}={value}", flush=True)  # noqa: T201 - what the command is for
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
