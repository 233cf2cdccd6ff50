"""The page's addresses: its files, its live connection, and what people do on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from ..errors import SlackError
from ..json_types import Json
from .acts import ACTS, Deed
from .live import Tab

if TYPE_CHECKING:
    from .page import Page

STATIC = Path(__file__).parent / "static"

# Everything comes from here and nothing from elsewhere; what people typed can neither run nor load anything.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_WORDS = {
    "is_archived": "This channel is archived.",
    "not_in_channel": "Join the channel first.",
    "nothing_is_due": "Nothing is due: move the clock yourself, or open an escalation.",
    "app_is_busy": "The app has not done yet what is due by now, so the clock waits for it. Press again in a moment.",
    "view_not_found": "That form is closed.",
    "message_not_found": "That message is gone.",
}


def add_routes(app: web.Application, page: Page) -> None:
    """Serve the page at `/` beside the workspace's own API."""

    async def front(_: web.Request) -> web.StreamResponse:
        return _file("index.html")

    async def static(request: web.Request) -> web.StreamResponse:
        return _file(request.match_info["name"])

    async def live(request: web.Request) -> web.StreamResponse:
        return await _live(page, request)

    async def about(_: web.Request) -> web.StreamResponse:
        return _about(page)

    app.router.add_get("/", front)
    app.router.add_get("/_page/static/{name}", static)
    app.router.add_get("/_page/live", live)
    app.router.add_get("/_page/about", about)
    for name, work in (("act", _act), ("time", _time), ("trouble", _trouble), ("skip", _skip), ("again", _again)):
        app.router.add_post(f"/_page/{name}", _answering(page, work))


def _file(name: str) -> web.StreamResponse:
    path = STATIC / name
    if path.parent != STATIC or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=_HEADERS)


def _from_here(request: web.Request) -> bool:
    """Whether the request comes from this very page, and not from another one that happens to be open."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


async def _live(page: Page, request: web.Request) -> web.StreamResponse:
    if not _from_here(request):
        raise web.HTTPForbidden
    socket = web.WebSocketResponse(heartbeat=20.0)
    await socket.prepare(request)
    await Tab(page, socket).run()
    return socket


def _about(page: Page) -> web.Response:
    """What does not change while the workspace runs."""
    ws = page.ws
    return web.json_response(
        {
            "boot": page.boot,
            "preparing": page.controls.preparing,
            "team": ws.team_name,
            "app": {"user": ws.bot_user_id, "name": ws.manifest.app_name, "home": ws.manifest.home_enabled},
            "messages_read_only": ws.manifest.messages_read_only or not ws.manifest.messages_enabled,
            "commands": [vars(one) for one in ws.manifest.commands.values()],
            "shortcuts": [vars(one) for one in ws.manifest.shortcuts],
            "opens_as": page.opening_person().id,
            "cast": [one.id for one in page.cast()],
        },
        headers=_HEADERS,
    )


def _answering(
    page: Page, work: Callable[[Page, Json], Awaitable[Json]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Takes JSON, which no form of another page can send, and answers with JSON."""

    async def answer(request: web.Request) -> web.Response:
        if not _from_here(request) or request.content_type != "application/json":
            raise web.HTTPForbidden
        try:
            body: Json = {"ok": True, **await work(page, await request.json())}
        except SlackError as error:
            body = {"ok": False, "error": _WORDS.get(error.code, error.code.replace("_", " ").capitalize() + ".")}
        return web.json_response(body, headers=_HEADERS)

    return answer


async def _act(page: Page, wish: Json) -> Json:
    act = ACTS.get(str(wish.get("do")))
    person = page.ws.state.people.get(str(wish.get("as")))
    if act is None or person is None:
        raise SlackError("unknown_act")
    return await act(Deed(page.ws, person, wish))


async def _time(page: Page, wish: Json) -> Json:
    await page.lab.move(wish)
    return {}


async def _trouble(page: Page, wish: Json) -> Json:
    await page.lab.make(wish)
    return {}


async def _skip(page: Page, wish: Json) -> Json:
    page.skip(int(wish.get("step", -1)))
    return {}


async def _again(page: Page, _: Json) -> Json:
    if page.controls.start_again is None:
        raise SlackError("not_possible_here")
    page.controls.start_again()
    return {}
