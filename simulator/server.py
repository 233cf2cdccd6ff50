"""The HTTP side: which address leads where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from . import response_urls
from .page.routes import add_routes
from .web_api import WebApi

if TYPE_CHECKING:
    from .workspace import Workspace

MAX_BODY = 4 * 1024 * 1024


def web_application(ws: Workspace) -> web.Application:
    """The aiohttp application; more routes may be added before it starts."""
    api = WebApi(ws)
    app = web.Application(client_max_size=MAX_BODY)

    async def respond(request: web.Request) -> web.StreamResponse:
        return await response_urls.handle(ws, request)

    app.router.add_route("*", "/api/{method}", api.handle)
    app.router.add_get("/link/", ws.sockets.handle)
    app.router.add_post("/response/{team}/{token}", respond)
    add_routes(app, ws.page)
    return app


async def start(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Serve on `host`; the runner to clean up and the port that was taken. Raises OSError when it is not free."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, int(runner.addresses[0][1])
