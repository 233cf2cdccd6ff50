"""Arguments of a Web API call, from a form, a query or a JSON body alike."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from .errors import SlackError, invalid_arguments
from .json_types import Json


async def read_arguments(request: web.Request) -> Json:
    """Everything that was passed, a form's values still being strings. Raises SlackError on a body that is not JSON."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        raw = await request.text()
        try:
            body = json.loads(raw) if raw.strip() else {}
        except ValueError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return found | body
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        found |= dict(await request.post())
    return found


class Arguments:
    """Typed reading of what was passed."""

    def __init__(self, raw: Json) -> None:
        self.raw = {key: value for key, value in raw.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.raw

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as written."""
        value = self.raw.get(name, default)
        if isinstance(value, dict | list):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def need(self, name: str) -> str:
        """A string that must not be missing or empty."""
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """True for true, "true", 1 and "1"."""
        if name not in self.raw:
            return default
        return str(self.raw[name]).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.raw.get(name, default))
        except (TypeError, ValueError) as error:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from error

    def structure(self, name: str, error: str) -> Any:
        """A JSON value, native or as a string; None when it was not passed. Raises SlackError(error) if unreadable."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as bad:
            raise SlackError(error) from bad

    def names(self, name: str) -> list[str]:
        """A list given as such, as JSON, or separated by commas."""
        value = self.raw.get(name, "")
        if isinstance(value, str) and value.startswith("["):
            value = self.structure(name, "invalid_arguments")
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in str(value).split(",") if item.strip()]
