from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from tests.simulator.echo_app import MANIFEST


async def test_it_runs_by_itself_and_prints_what_an_app_needs(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulator",
        "--manifest",
        str(manifest),
        "--people",
        "olga",
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(4)]
        settings = dict(line.split("=", 1) for line in lines)
        assert set(settings) == {"SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}
        api = AsyncWebClient(token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"])
        assert (await api.users_info(user="U000000OLGA"))["user"]["name"] == "olga"
    finally:
        process.terminate()
        await process.wait()
