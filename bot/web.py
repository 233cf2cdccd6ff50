"""The HTTP side: Slack's requests on /slack/events, and health, readiness and metrics for operators."""

from __future__ import annotations

import asyncio
import hmac
import re
from hashlib import sha256

from aiohttp import web
from prometheus_client import generate_latest
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.clock import SystemClock
from bot.health import Health

# Slack's own payloads stay far below; anything larger is not Slack's.
MAX_BODY_BYTES = 1024 * 1024
# Slack itself waits three seconds for the answer.
BODY_WITHIN_SECONDS = 5.0
_SKEW_SECONDS = 300
_TIMESTAMP = re.compile(r"\d{1,12}")


def web_app(app: AsyncApp, signing_secret: str, health: Health, clock: SystemClock) -> web.Application:
    """The aiohttp application of `web`."""

    async def slack_events(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(BODY_WITHIN_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.json_response({"error": "slow request"}, status=408)
        if not is_from_slack(request, body, signing_secret, clock):
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            bolt_request = AsyncBoltRequest(
                body=body.decode(), query=request.query_string, headers=dict(request.headers)
            )
        except (ValueError, TypeError, AttributeError):
            # Signed, yet no object in JSON, which Bolt takes for granted.
            return web.json_response({"error": "unreadable request"}, status=400)
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))

    async def healthz(_: web.Request) -> web.Response:
        state = await health.alive()
        return web.json_response(state.facts, status=200 if state.good else 503)

    async def readyz(_: web.Request) -> web.Response:
        state = await health.ready()
        return web.json_response(state.facts, status=200 if state.good else 503)

    async def metrics(_: web.Request) -> web.Response:
        await health.measure()
        return web.Response(body=generate_latest(health.registry), content_type="text/plain", charset="utf-8")

    application = web.Application(client_max_size=MAX_BODY_BYTES)
    application.router.add_post("/slack/events", slack_events)
    application.router.add_get("/healthz", healthz)
    application.router.add_get("/readyz", readyz)
    application.router.add_get("/metrics", metrics)
    return application


def is_from_slack(request: web.Request, body: bytes, signing_secret: str, clock: SystemClock) -> bool:
    """Whether the signature is Slack's and fresh.

    Bolt checks again; this comes first because the SDK's verifier raises on malformed headers, which would be
    answered with 500 to anybody (FAULTS.md, S02).
    """
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    given = request.headers.get("X-Slack-Signature", "")
    if not (_TIMESTAMP.fullmatch(timestamp) and timestamp.isascii() and given.isascii()):
        return False
    if abs(clock.system_now().timestamp() - int(timestamp)) > _SKEW_SECONDS:
        return False
    try:
        signed = f"v0:{timestamp}:{body.decode()}"
    except UnicodeDecodeError:
        return False
    expected = "v0=" + hmac.new(signing_secret.encode(), signed.encode(), sha256).hexdigest()
    return hmac.compare_digest(expected, given)
