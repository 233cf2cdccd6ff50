"""Reading the policy that CLARION_POLICY names."""

from __future__ import annotations

from pathlib import Path

from escalation.errors import SetupError
from escalation.policy import Policy
from escalation.policy_file import default_policy, read_policy


def load_policy(path: Path | None) -> Policy:
    """The policy in this file, or the built-in one; SetupError names the file, and the line where one is wrong."""
    if path is None:
        return default_policy()
    try:
        return read_policy(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        raise SetupError(f"CLARION_POLICY names {path}, which does not exist.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"CLARION_POLICY names {path}, which cannot be read: {error}.") from None
