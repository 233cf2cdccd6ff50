"""What a form remembers between being opened and being sent: one small JSON object, at most 3,000 characters."""

from __future__ import annotations

import json
from typing import Any

from escalation.errors import Refused

LIMIT = 3000


def encode(**values: Any) -> str:
    """The values that are not None, as `private_metadata`; ValueError when they do not fit."""
    text = json.dumps({key: value for key, value in values.items() if value is not None}, separators=(",", ":"))
    if len(text) > LIMIT:
        raise ValueError(f"{len(text)} characters do not fit into a form's metadata")
    return text


def decode(text: str) -> dict[str, Any]:
    """What `encode` was given; Refused where the form is not one of ours, or of an older version."""
    try:
        values = json.loads(text) if text else {}
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise Refused("This form is out of date. Close it and open it again.")
    return values


def escalation_of(text: str) -> int:
    """The id of the escalation that a form is about."""
    escalation_id = decode(text).get("escalation")
    if not isinstance(escalation_id, int):
        raise Refused("This form is out of date. Close it and open it again.")
    return escalation_id
