"""Reading the policy that CLARION_POLICY names."""

from __future__ import annotations

from pathlib import Path

from escalation.errors import SetupError
from escalation.policy import Policy
from escalation.policy_file import default_policy, default_policy_text, read_policy
from escalation.policy_yaml import PolicyError


def load_policy(path: Path | None) -> Policy:
    """The policy that CLARION_POLICY names, or the built-in one; SetupError says what is wrong and where."""
    return load_policy_text(path)[0]


def load_policy_text(path: Path | None) -> tuple[Policy, str]:
    """The same, and the text it was read from."""
    if path is None:
        return default_policy(), default_policy_text()
    try:
        text = _text_of(path)
    except OSError as error:
        raise SetupError(
            f"CLARION_POLICY names {path}, which cannot be read ({error.strerror}): it should be the path of a policy file."
        ) from None
    return read_policy(text, str(path)), text


def read_policy_file(path: Path) -> Policy:
    """The policy in this file; PolicyError with the line that is wrong."""
    return read_policy(_text_of(path), str(path))


def _text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError(str(path), line, "the letters are not in UTF-8; save the file in that encoding") from None
