"""What is wrong with a policy file before anybody can read what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy_source import load_policy
from escalation.errors import SetupError
from escalation.policy_file import default_policy


def test_without_a_file_the_built_in_policy_holds(tmp_path: Path) -> None:
    assert load_policy(None) is default_policy()
    (tmp_path / "policy.yaml").write_text("")
    assert load_policy(tmp_path / "policy.yaml") == default_policy()


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"admins: []\n# caf\xe9\n", 2), ("timezone: UTC\n".encode("utf-16"), 1), (b"admins: []\r\n\r\n# \xff", 3)],
)
def test_another_encoding_is_refused_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(content)
    with pytest.raises(SetupError, match=rf"policy\.yaml, line {line}: the letters are not in UTF-8; save .*\.$"):
        load_policy(file)


def test_line_ends_and_a_mark_of_other_systems_are_read(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"\xef\xbb\xbftimezone: UTC\r\nmax_open_per_owner: 7\r\n")
    assert load_policy(file).max_open_per_owner == 7


def test_a_file_that_is_not_there_and_a_folder_name_the_setting(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "nowhere.yaml", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(SetupError) as caught:
            load_policy(path)
        assert str(caught.value).startswith(f"CLARION_POLICY names {path}, which cannot be read ({reason}): ")
