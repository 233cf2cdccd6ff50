"""`doctor` against a live workspace: what is well, and what to mend."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from simulator import Workspace, id_for
from storage import schema
from tests.support.company import PEOPLE, ROLES
from tests.support.house import MANIFEST

ROOT = Path(__file__).parents[2]


async def doctor(ws: Workspace, tmp_path: Path, policy: str = ROLES, **environment: str) -> tuple[int, str]:
    """Run it; its exit code and what it printed."""
    file = tmp_path / "policy.yaml"
    file.write_text(policy, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "doctor",
        cwd=ROOT,
        env={
            **os.environ,
            **ws.environment,
            "DATABASE_URL": f"sqlite:///{tmp_path}/clarion.db",
            "CLARION_POLICY": str(file),
            **environment,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_a_workspace_that_is_well_has_nothing_to_mend(tmp_path: Path) -> None:
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws:
        code, output = await doctor(ws, tmp_path)
    assert code == 0, output
    assert "Nothing to mend." in output
    # It may be another's, at work: whoever examines changes nothing.
    assert schema.state(f"sqlite:///{tmp_path}/clarion.db") is schema.SchemaState.EMPTY
    assert "MEND" not in output


async def test_what_is_wrong_is_said_in_words_and_ends_with_1(tmp_path: Path) -> None:
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws:
        ws.granted_scopes = tuple(scope for scope in ws.granted_scopes if scope != "pins:write")
        policy = f"roles: {{cto: [nobody@example.com, {id_for('tess')}]}}"
        code, output = await doctor(ws, tmp_path, policy, SLACK_APP_TOKEN="xapp-wrong")
    assert code == 1
    for words in ("missing pins:write", "App token: Slack refuses it", "nobody@example.com is nobody active"):
        assert words in output, output


async def test_a_refused_token_and_an_unreachable_slack_are_told_apart(tmp_path: Path) -> None:
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws:
        code, output = await doctor(ws, tmp_path, SLACK_BOT_TOKEN="xoxb-wrong")
        assert code == 1
        assert "Bot token: Slack refuses it (invalid_auth)" in output
        assert "1 to mend." in output
        code, output = await doctor(ws, tmp_path, SLACK_API_URL="http://127.0.0.1:9/api/")
        assert code == 1
        assert "cannot be reached" in output


async def test_the_announcements_channel_is_looked_for(tmp_path: Path) -> None:
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws:
        code, output = await doctor(ws, tmp_path)
        assert code == 0
        assert "note  Announcements: there is no channel escalations that Clarion can enter" in output
        code, output = await doctor(ws, tmp_path, f"announcements:\n{ROLES}")
        assert "Announcements" not in output
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE, channels={"escalations": "*"}) as ws:
        (other := tmp_path / "other").mkdir()
        code, output = await doctor(ws, other)
        assert "ok    Announcements: escalations is there, and Clarion is in it." in output


async def test_every_line_is_a_verdict(tmp_path: Path) -> None:
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE) as ws:
        ws.granted_scopes = tuple(scope for scope in ws.granted_scopes if scope != "usergroups:read")
        _, output = await doctor(ws, tmp_path, 'roles: {csm: ["@support"]}')
    assert [line for line in output.splitlines()[:-1] if line[:6] not in ("ok    ", "MEND  ", "note  ")] == []
