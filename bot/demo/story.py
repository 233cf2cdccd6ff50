"""The demonstration as a printed story: one escalation played through before your eyes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import typer

from bot.demo.company import ANGRY, CHANNELS, PEOPLE, ROOT, roles_policy
from bot.demo.process import WorkerProcess
from simulator import Actor, Form, Message, Workspace

# Seconds where the default has minutes, so that a ladder fits into a demonstration.
_QUICK = """
severities:
  SEV-1:
    acknowledge_within: 4s
    plan_within: 10m
    update_every: 10m
    warn_before: 2m
    contact_customer_within: 10m
    if_silent:
      - {after: 0s, tell: owner}
      - {after: 3s, tell: channel}
      - {after: 6s, tell: tier 3}
      - {every: 10m, tell: tier 4}
"""


async def run_story(port: int, *, leave: bool) -> int:
    """Play the story, then leave workspace and bot running until Ctrl-C (unless `leave`); the exit code."""
    with tempfile.TemporaryDirectory(prefix="clarion-story-") as folder:
        policy = _policy(Path(folder))
        try:
            workspace = Workspace.running(manifest=ROOT / "manifest.json", people=PEOPLE, channels=CHANNELS, port=port)
            async with workspace as ws, _bot(ws, policy, Path(folder, "clarion.db")):
                await ws.until(lambda: ws.sockets.connected, timeout=30)
                await _story(ws)
                if not leave:
                    await _stay(ws)
        except OSError as error:
            typer.echo(f"Port {port} cannot be used ({error.strerror}); choose another with --port.", err=True)
            return 1
    return 0


def _policy(folder: Path) -> Path:
    policy = folder / "policy.yaml"
    policy.write_text(roles_policy() + _QUICK, encoding="utf-8")
    return policy


@contextlib.asynccontextmanager
async def _bot(ws: Workspace, policy: Path, database: Path) -> AsyncIterator[None]:
    settings = {"DATABASE_URL": f"sqlite:///{database}", "CLARION_POLICY": str(policy), "LOG_LEVEL": "WARNING"}
    bot = WorkerProcess(ws.environment | settings)
    await bot.start()
    try:
        yield
    finally:
        await bot.stop()


async def _story(ws: Workspace) -> None:
    olga, dina, vera, cleo = (ws.person(name) for name in ("olga", "dina", "vera", "cleo"))
    await cleo.types("/escalate subscribe sev1")
    await cleo.ephemeral("SEV-1")
    message = await ws.person("maria").says(ANGRY, in_="#acme-support")
    _tell("Maria, a customer, writes in #acme-support", olga.shows("#acme-support"))
    await _escalate(olga, message)
    channel = "#esc-1…"
    await olga.sees("Acknowledge", in_=channel)
    _tell("Olga's form became one channel, with one owner", olga.shows(channel))
    await dina.sees("ESC-1")
    _tell("Dina owns it, and reads", dina.dms())
    await vera.sees("ESC-1")
    _tell("Vera, a vice president, was told at once", vera.dms())
    await dina.sees("is waiting for you", timeout=30)
    await olga.sees("this is waiting for you", in_=channel, timeout=30)
    await vera.sees("Asked so far", timeout=30)
    _tell("Dina is silent: she was asked, then the channel, and now Vera hears of it", vera.dms())
    await dina.press("Acknowledge")
    await vera.sees("Settled", timeout=20)
    _tell("Dina acknowledges; whoever was told is told that it is settled", vera.dms())
    await _update(dina, channel)
    await cleo.sees("Checkout answers again", timeout=20)
    _tell("Dina posts an update; Cleo, who follows SEV-1, reads it once", cleo.dms())
    await _resolve(dina, channel)
    await olga.sees("Thanks to", in_=channel, timeout=20)
    _tell("Resolved: every nag stops, and the thanks are said by name", olga.shows(channel))


async def _escalate(olga: Actor, message: Message) -> None:
    await olga.message_shortcut("Escalate this message", message)
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.choose("Severity", "SEV-1")
    await form.fill("Business impact", "Acme's shop sells nothing; about 4,000 euros an hour.")
    await _send(form)


async def _update(dina: Actor, channel: str) -> None:
    await dina.press("Post update", in_=channel)
    form = await dina.form("Post update")
    await form.fill("What is the situation now", "Checkout answers again; we watch it.")
    await form.fill("What happens next", "Victor's team confirms the database fix by noon.")
    await form.fill("What the customer was told", "Maria knows that checkout is back.")
    await _send(form)


async def _resolve(dina: Actor, channel: str) -> None:
    await dina.press("Resolve", in_=channel)
    form = await dina.form("Resolve")
    await form.fill("Resolution", "A full disk on the database was replaced.")
    await form.choose("Thanks to", "victor")
    await _send(form)


async def _send(form: Form) -> None:
    outcome = await form.submit()
    if outcome.errors:
        raise RuntimeError(f"the form was refused: {outcome.errors}")


def _tell(heading: str, what: str) -> None:
    typer.echo(typer.style(f"\n━━ {heading}\n", bold=True))
    typer.echo(what)


async def _stay(ws: Workspace) -> None:
    typer.echo(typer.style("\n━━ Workspace and bot go on running; Ctrl-C ends them.", bold=True))
    typer.echo(f"See it at {ws.base_url}")
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()
