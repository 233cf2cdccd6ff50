"""The Socket Mode connection, and what keeps it: the library's own reconnecting, and a rebuild when that fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.reaching import until_reached
from services.delivery.answers import trouble_of

log = logging.getLogger("clarion.connection")

# How often the library pings and looks for a lost session; a drop without a goodbye is noticed within this.
PING_SECONDS = 3.0
LOOK_SECONDS = 5.0
# Known wedges of the library end only by a new handler (LIBRARIES.md, §3).
REBUILD_AFTER_LOOKS = 4


class SocketConnection:
    """Keeps one Socket Mode connection up until it is closed."""

    def __init__(self, app: AsyncApp, app_token: str, look_seconds: float = LOOK_SECONDS) -> None:
        self._app = app
        self._token = app_token
        self._look_seconds = look_seconds
        self._handler: AsyncSocketModeHandler | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, waiting for Slack as long as it takes; SetupError when the token is refused."""
        mend = "take the app-level token with the scope connections:write from the page Basic Information of your Slack app"
        await until_reached(self._connect, "SLACK_APP_TOKEN", mend)
        self._keeper = asyncio.get_running_loop().create_task(self._keep(), name="socket keeper")

    async def close(self) -> None:
        """Hang up."""
        if self._keeper is not None:
            self._keeper.cancel()
        await self._hang_up()

    async def is_connected(self) -> bool:
        """Whether Slack can reach us now."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def _connect(self) -> None:
        """Try with a new handler. It may raise anything: half an answer of Slack makes the library stumble over itself."""
        await self._hang_up()
        self._handler = AsyncSocketModeHandler(self._app, self._token, ping_interval=PING_SECONDS)
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def _hang_up(self) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            with contextlib.suppress(Exception):
                await handler.close_async()  # type: ignore[no-untyped-call]

    async def _keep(self) -> None:
        down = 0
        while True:
            await asyncio.sleep(self._look_seconds)
            down = 0 if await self.is_connected() else down + 1
            if down >= REBUILD_AFTER_LOOKS:
                log.warning("The connection to Slack did not come back by itself; building a new one")
                try:
                    await self._connect()
                    down = 0
                except Exception as error:  # noqa: BLE001 - see `_connect`
                    log.warning("Slack cannot be reached: %s", trouble_of(error).code)
