"""One call to Slack: counted by the limits, form-encoded, and its trouble named."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from services.delivery.answers import Busy, Limited, trouble_of
from services.delivery.limits import Limits

log = logging.getLogger(__name__)

Body = dict[str, Any]


class Wire:
    """Slack as recipes see it. Every call raises a Trouble unless Slack said ok."""

    def __init__(self, client: AsyncWebClient, limits: Limits, now: Callable[[], datetime]) -> None:
        self._client = client
        self.now = now
        self.limits = limits
        # How far Slack's clock is behind ours, by the last answer; ours may have been moved.
        self.slack_behind = timedelta()

    async def call(self, method: str, *, counted: bool = False, **arguments: Any) -> Body:
        """Call a method; `counted` when the courier took its place in the limits before. None is left out.

        Forms are what every method of Slack takes, JSON is not.
        """
        channel = arguments.get("channel")
        if not counted:
            wait = self.limits.take(method, channel)
            if wait > 0:
                raise Busy(wait)
        form = {name: _encoded(value) for name, value in arguments.items() if value is not None}
        try:
            response = await self._client.api_call(method, data=form)
        except Exception as error:
            trouble = trouble_of(error)
            if isinstance(trouble, Limited):
                self.limits.pause(method, channel, trouble.seconds)
            log.info("slack %s: %s", method, trouble.code)
            raise trouble from error
        self._compare_clocks(response.headers)
        return dict(response.data) if isinstance(response.data, dict) else {}

    def _compare_clocks(self, headers: Mapping[str, str]) -> None:
        with contextlib.suppress(ValueError, TypeError):
            said = parsedate_to_datetime(headers.get("Date", ""))
            self.slack_behind = max(timedelta(), self.now() - said.astimezone(UTC))

    async def patiently(self, method: str, **arguments: Any) -> Body:
        """As `call`, waiting for its turn; not for the courier, which has other things to do meanwhile."""
        while True:
            try:
                return await self.call(method, **arguments)
            except (Busy, Limited) as trouble:
                await asyncio.sleep(trouble.seconds)

    async def pages(
        self, method: str, key: str, *, most: int = 100, patient: bool = False, **arguments: Any
    ) -> AsyncIterator[list[Body]]:
        """The lists under `key`, page by page."""
        cursor: str | None = None
        call = self.patiently if patient else self.call
        for _ in range(most):
            body = await call(method, cursor=cursor, **arguments)
            yield list(body.get(key) or ())
            cursor = (body.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return


def _encoded(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
