"""`python -m bot …` as the one who installs it meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def bot(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it with nothing in its environment but what is given."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONDONTWRITEBYTECODE")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_help_lists_every_command() -> None:
    text = bot("--help").stdout
    for command in ("worker", "web", "demo", "migrate", "policy", "doctor"):
        assert command in text


def test_the_default_policy_is_shown_as_yaml_and_understood(tmp_path: Path) -> None:
    shown = bot("policy", "show").stdout
    assert yaml.safe_load(shown)["severities"]["SEV-1"]["acknowledge_within"] == "15m"
    file = tmp_path / "policy.yaml"
    file.write_text(shown)
    checked = bot("policy", "check", str(file))
    assert checked.returncode == 0
    assert "SEV-1" in checked.stdout


def test_a_wrong_policy_names_its_line_and_starts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("severities:\n  SEV-1:\n    acknowledge_within: soon\n")
    checked = bot("policy", "check", str(file))
    assert checked.returncode == 1
    assert "line 3" in checked.stderr
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    started = bot("worker", CLARION_POLICY=str(file), DATABASE_URL=f"sqlite:///{tmp_path}/c.db", **tokens)
    assert started.returncode == 1
    assert "line 3" in started.stderr
    assert not (tmp_path / "c.db").exists()


def test_a_policy_file_that_cannot_be_opened_is_named_without_a_setting_nobody_made(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "nowhere.yaml", "No such file or directory"), (tmp_path, "Is a directory")):
        checked = bot("policy", "check", str(path))
        assert checked.returncode == 1
        assert checked.stderr == f"{path} cannot be read: {reason}.\n"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not set"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DATABASE_URL": "mysql://x/y"},
            "DATABASE_URL cannot be read",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "CLARION_POLICY": "nowhere.yaml"},
            "CLARION_POLICY names nowhere.yaml, which cannot be read (No such file or directory)",
        ),
        (
            {
                "SLACK_BOT_TOKEN": "xoxb-1",
                "SLACK_APP_TOKEN": "xapp-1",
                "DATABASE_URL": "postgresql://nobody:secret-word@127.0.0.1:9/nothing",
            },
            "The database in DATABASE_URL cannot be used",
        ),
    ],
)
def test_a_start_that_cannot_be_ends_with_one_sentence(environment: dict[str, str], sentence: str) -> None:
    ended = bot("worker", **environment)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "secret-word" not in ended.stderr


def test_an_old_database_is_named_with_what_to_do(postgresql_url: str) -> None:
    ended = bot("worker", SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", DATABASE_URL=postgresql_url)
    assert ended.returncode == 1
    assert "run `python -m bot migrate` first" in ended.stderr
    migrated = bot("migrate", DATABASE_URL=postgresql_url)
    assert migrated.returncode == 0
    assert "newest schema" in migrated.stdout
