"""How soon Slack hears that what people did has arrived, fifty at once, whatever Slack itself is like."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.figures import Figure, percentile
from benchmarks.worker import worker
from simulator import Message, Person, Workspace
from tests.support.worker import ROOT, Worker

AT_ONCE = 50
ROUNDS = 3
SLOW = 5.0


async def measure() -> list[Figure]:
    """Commands beside an empty Bolt app, then forms and buttons that commit, then all of it at 5 s a call."""
    empty = await _empty_app()
    async with worker() as (it, _):
        commands = [seconds for _ in range(ROUNDS) for seconds in await _commands(it)]
        forms, buttons, acked = await _commits(it)
    ratio = percentile(commands, 0.99) / percentile(empty, 0.99)
    return [
        Figure("ack of 50 commands at once, p99, times an empty Bolt app", ratio, "×", 3),
        Figure("ack of 50 commands at once, p99", percentile(commands, 0.99) * 1000, "ms"),
        Figure("ack of 50 forms that commit, Slack at 5 s a call, p99", percentile(forms, 0.99) * 1000, "ms", 300),
        Figure("ack of 50 buttons that commit, Slack at 5 s a call, p99", percentile(buttons, 0.99) * 1000, "ms", 300),
        Figure("of 100 forms and buttons not acknowledged in time", 2 * AT_ONCE - acked, "", 0),
    ]


async def _empty_app() -> list[float]:
    people = [Person(f"agent{number}") for number in range(AT_ONCE)]
    async with Workspace.running(manifest=ROOT / "manifest.json", people=people) as ws, _bolt(ws):
        taken: list[float] = []
        for _ in range(ROUNDS):
            taken += await _timed(ws, [_command(ws, number) for number in range(AT_ONCE)])
        return taken


@contextlib.asynccontextmanager
async def _bolt(ws: Workspace) -> AsyncIterator[None]:
    """An app that does nothing but acknowledge, in a process like any other: this one."""
    client = AsyncWebClient(token=ws.bot_token, base_url=ws.api_url)
    app = AsyncApp(client=client, signing_secret=ws.signing_secret, token=ws.bot_token)

    async def acknowledge(ack: Callable[[], Awaitable[None]]) -> None:
        await ack()

    app.command("/escalate")(acknowledge)
    handler = AsyncSocketModeHandler(app, ws.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await ws.until(lambda: ws.sockets.connected)
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def _commands(it: Worker) -> list[float]:
    return await _timed(it.ws, [_command(it.ws, number) for number in range(AT_ONCE)])


async def _command(ws: Workspace, number: int) -> None:
    await ws.person(f"agent{number}").types("/escalate list", in_="#general")


async def _commits(it: Worker) -> tuple[list[float], list[float], int]:
    """Fifty forms and fifty acknowledgements, while every call to Slack takes five seconds."""
    ws = it.ws
    forms = []
    for number in range(AT_ONCE):
        agent = ws.person(f"agent{number}")
        await agent.types("/escalate")
        form = await agent.form("New escalation")
        await form.fill("Customer", f"Customer {number}")
        await form.choose("Severity", "SEV-1")
        await form.sees("Dina")
        await form.fill("Summary", "Checkout is down")
        forms.append(form)
    first = await _timed(ws, [forms[0].submit()])
    await ws.until(lambda: ws.find_channel("#esc-1-…") and ws.messages("#esc-1-…"), timeout=30)
    ws.faults.slow("*", SLOW)
    sent = first + await _timed(ws, [form.submit() for form in forms[1:]])
    ws.faults.clear()
    dina = ws.find_person("dina")
    await ws.until(lambda: len(_assigned(ws)) == AT_ONCE, timeout=120)
    messages = _assigned(ws)
    ws.faults.slow("*", SLOW)
    presses = []
    for message in messages:
        button = next(
            element
            for block in message.blocks
            for element in block.get("elements", ())
            if element.get("action_id") == "acknowledge"
        )
        action = {"type": "button", "block_id": "b", **{key: button[key] for key in ("action_id", "value", "text")}}
        presses.append(ws.interactions.act_in_message(dina, ws.app_dm(dina), message, action))
    pressed = await _timed(ws, presses)
    ws.faults.clear()
    return sent, pressed, len(sent) + len(pressed) - len(ws.failures)


def _assigned(ws: Workspace) -> list[Message]:
    dina = ws.find_person("dina")
    return [one for one in ws.messages(ws.app_dm(dina)) if "acknowledge" in str(one.blocks)]


async def _timed(ws: Workspace, acts: Sequence[Awaitable[object]]) -> list[float]:
    """Do all at once; the seconds until each was acknowledged, as the workspace saw it."""
    before = len(ws.delivery.log)
    await asyncio.gather(*acts)
    return [one.seconds for one in ws.delivery.log[before:] if one.kind != "events_api"]
