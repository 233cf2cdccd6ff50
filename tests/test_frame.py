"""What a fresh clone, a platform that reads the Procfile and the Slack CLI rely on."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(lock: Path) -> dict[str, list[str]]:
    """The requirements of a lock file, each with its hashes."""
    entries = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return {words[0]: re.findall(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries if (words := entry.split())}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_names_exact_versions_with_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert [mark for mark in ("://", "file:", "index-url", "find-links", " @ ") if mark in text] == []
    assert [name for name, hashes in locked(lock).items() if "==" not in name or not hashes] == []


@pytest.mark.parametrize("part", ["runtime", "uv"])
def test_an_environment_for_development_holds_what_the_smaller_ones_do(part: str) -> None:
    whole = locked(ROOT / "requirements" / "dev.txt")
    smaller = locked(ROOT / "requirements" / f"{part}.txt")
    assert smaller.items() <= whole.items()


def test_what_is_declared_is_locked() -> None:
    declared = {
        "runtime": PROJECT["project"]["dependencies"],
        "dev": [each for each in PROJECT["dependency-groups"]["dev"] if isinstance(each, str)],
        "uv": PROJECT["dependency-groups"]["lock"],
    }
    for kind, requirements in declared.items():
        names = {name.partition("==")[0] for name in locked(ROOT / "requirements" / f"{kind}.txt")}
        wanted = {re.split(r"[\[<>=]", requirement)[0] for requirement in requirements}
        assert wanted - names == set(), kind


def test_the_procfile_holds_the_three_ways_to_start() -> None:
    assert (ROOT / "Procfile").read_text(encoding="utf-8").splitlines() == [
        "release: python -m bot migrate",
        "worker: python -m bot worker",
        "web: python -m bot web",
    ]


def test_every_package_on_disk_is_listed() -> None:
    listed = set(PROJECT["tool"]["setuptools"]["packages"])
    roots = {package.partition(".")[0] for package in listed}
    on_disk = {
        ".".join(module.parent.relative_to(ROOT).parts) for root in roots for module in (ROOT / root).rglob("*.py")
    }
    assert listed == on_disk


def test_every_setting_of_the_environment_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#?([A-Z_]+)=", example, flags=re.MULTILINE)) == {
        "CLARION_CLOCK",
        "CLARION_POLICY",
        "DATABASE_URL",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "PORT",
        "SLACK_API_URL",
        "SLACK_APP_TOKEN",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    }


def test_the_slack_cli_finds_the_manifest_and_starts_the_worker() -> None:
    own = json.loads((ROOT / ".slack" / "hooks.json").read_text(encoding="utf-8"))["hooks"]
    given = json.loads(said_by(own["get-hooks"]))["hooks"]
    hooks = {**given, **own}  # as the CLI merges them: what the project says wins
    assert json.loads(said_by(hooks["get-manifest"])) == json.loads((ROOT / "manifest.json").read_text("utf-8"))
    assert hooks["start"] == ".venv/bin/python -m bot worker"


def said_by(hook: str) -> str:
    """What a hook prints, run with the Python of this test run."""
    _, *arguments = shlex.split(hook)
    ran = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return ran.stdout
