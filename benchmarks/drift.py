"""How late what is owed is asked for: a thousand due times spread over a minute, beside as many bare timers.

The bot runs in this process as it is shipped (its alarm, sweep, courier, and a SQLite file written with full
durability), and the bare timers in its loop, between the due times. In processes of their own are Slack, a local
workspace, so that nothing but the bot keeps the loop busy (`python -m benchmarks.drift slack`), and as many bare timers
once more, in a loop that has nothing else to do (`python -m benchmarks.drift bare`).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.figures import Figure, percentile
from bot.running import Bot, running
from bot.settings import Settings
from escalation.obligations import Kind
from services import sweep
from services.bundling import Outlook
from services.clarion import Clarion
from simulator import Person, Workspace, id_for
from storage.tables import customers, escalations, obligations
from tests.support.worker import ROOT

TIMERS, SPREAD = 1_000, timedelta(minutes=1)
STEP = SPREAD.total_seconds() / TIMERS
BEGINS_IN = timedelta(seconds=5)
# So many messages Slack takes at once; what follows waits for its limit of 300 a minute (services/delivery/limits.py).
UNLIMITED = 100
_POLICY = f"""
roles:
  cs_director: [{id_for("owner0")}]
severities:
  SEV-1: {{if_silent: [{{after: 0m, tell: owner}}, {{after: 8h, tell: owner}}]}}
"""


@dataclass
class Lateness:
    """In seconds, by the number of the timer or of the owner."""

    bare: list[float] = field(default_factory=list)
    bare_idle: list[float] = field(default_factory=list)
    swept: dict[int, float] = field(default_factory=dict)
    arrived: dict[int, float] = field(default_factory=dict)


async def measure() -> list[Figure]:
    """A minute in real time. Late counts from the due time to the commit, or to the arrival of the message in Slack."""
    late = Lateness()
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as folder:
        async with _beside("slack") as slack, running(_settings(await slack.says(), Path(folder))) as bot:
            due = await _seed(bot)
            begins = asyncio.get_running_loop().time() + (due[0] - bot.clock.now()).total_seconds() + STEP / 2
            gc.collect()
            gc.freeze()  # as when the bot is at work (bot/running.py)
            with _watched(bot, due, late):
                async with _beside("bare", str(begins)) as idle:
                    late.bare = await _bare_timers(begins)
                    late.bare_idle = await idle.says()
                while len(late.swept) < TIMERS:  # noqa: ASYNC110 - by now they are all over
                    await asyncio.sleep(0.1)
            gc.unfreeze()
            late.arrived = await _arrivals(slack, bot, due)
    return _figures(late)


def _figures(late: Lateness) -> list[Figure]:
    bare, swept, arrived = late.bare, list(late.swept.values()), list(late.arrived.values())
    first = [seconds for number, seconds in late.arrived.items() if number < UNLIMITED]
    spread = f"{TIMERS:,} due times spread over a minute"
    return [
        Figure(f"{spread}: due → committed, p99, times a bare asyncio timer", _p99(swept) / _p99(bare), "×", 20),
        Figure("the bare asyncio timer, p50", percentile(bare, 0.5) * 1000, "ms"),
        Figure("the bare asyncio timer, p99", _p99(bare) * 1000, "ms"),
        Figure("the bare asyncio timer in a process that does nothing else, p99", _p99(late.bare_idle) * 1000, "ms"),
        Figure("due → committed, p50", percentile(swept, 0.5) * 1000, "ms"),
        Figure("due → committed, p99", _p99(swept) * 1000, "ms"),
        Figure(f"due → in Slack, the first {UNLIMITED}, p50", percentile(first, 0.5) * 1000, "ms"),
        Figure(f"due → in Slack, the first {UNLIMITED}, p99", _p99(first) * 1000, "ms"),
        Figure(f"due → in Slack, of the {len(arrived)} there by the last due time, p99", _p99(arrived), "s"),
    ]


def _p99(values: list[float]) -> float:
    return percentile(values, 0.99)


async def _seed(bot: Bot) -> list[datetime]:
    """An escalation for each owner, with one thing owed; returns when, by the owner's number."""
    team, now = bot.clarion.team_id, bot.clock.now()
    due = [now + BEGINS_IN + SPREAD * number / TIMERS for number in range(TIMERS)]
    numbers = range(1, TIMERS + 1)
    async with bot.clarion.database.write() as session:
        await session.execute(
            insert(customers),
            [{"id": one, "team_id": team, "name": f"Customer {one}", "name_key": f"customer {one}"} for one in numbers],
        )
        await session.execute(insert(escalations), [_escalation(team, one, now) for one in numbers])
        await session.execute(insert(obligations), [_obligation(team, one, now, due[one - 1]) for one in numbers])
    bot.alarm.wake()
    return due


def _escalation(team: str, number: int, now: datetime) -> dict[str, Any]:
    words = ("impact", "tried", "ticket_link", "still_working_step", "resolution", "root_cause", "learned")
    return {
        **dict.fromkeys((*words, "preventive_actions"), ""),
        **dict.fromkeys(("confidential", "private", "customer_confirmed"), False),
        "id": number,
        "team_id": team,
        "number": number,
        "customer_id": number,
        "customer": f"Customer {number}",
        "severity": "SEV-1",
        "summary": "Checkout is down",
        "owner_id": id_for(f"owner{number - 1}"),
        "owner_zone": "Europe/London",
        "reporter_id": id_for("owner0"),
        "opened_at": now,
        "acknowledged_at": now,
        "status": "In progress",
        "channel_id": f"C{number:08}",
        "channel_serial": 1,
        "still_working_count": 0,
    }


def _obligation(team: str, number: int, now: datetime, due: datetime) -> dict[str, Any]:
    return {
        "team_id": team,
        "escalation_id": number,
        "kind": Kind.UPDATE,
        "severity": "SEV-1",
        "armed_at": now,
        **dict.fromkeys(("due_at", "nag_from", "next_at"), due),
        "business": False,
        "subject_id": 0,
        "promised": False,
        "warned": True,
        "rungs": 0,
        "snooze_reason": "",
    }


@contextlib.contextmanager
def _watched(bot: Bot, due: list[datetime], late: Lateness) -> Iterator[None]:
    """Note when the transaction that takes a rung is committed."""
    sweep_one = sweep.sweep_one

    async def timed(clarion: Clarion, escalation_id: int, outlook: Outlook) -> None:
        await sweep_one(clarion, escalation_id, outlook)
        late.swept.setdefault(escalation_id - 1, (bot.clock.now() - due[escalation_id - 1]).total_seconds())

    sweep.sweep_one = timed
    yield
    sweep.sweep_one = sweep_one


async def _bare_timers(begins: float) -> list[float]:
    """How late each rang, the first of them set for `begins`."""
    loop, late = asyncio.get_running_loop(), list[float]()
    over = loop.create_future()

    def rings(at: float) -> None:
        late.append(loop.time() - at)
        if len(late) == TIMERS:
            over.set_result(None)

    for at in (begins + STEP * number for number in range(TIMERS)):
        loop.call_at(at, rings, at)
    await over
    return late


def _settings(environment: dict[str, str], folder: Path) -> Settings:
    policy = folder / "policy.yaml"
    policy.write_text(_POLICY, encoding="utf-8")
    named = {name.lower(): value for name, value in environment.items()}
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite:///{folder}/clarion.db",
        clarion_policy=policy,
        **named,  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class _Process:
    """A process that answers in lines of JSON and ends with its input. All read the machine's one monotonic clock."""

    process: asyncio.subprocess.Process

    async def says(self) -> Any:
        """What it says next."""
        assert self.process.stdout is not None
        return json.loads(await self.process.stdout.readline())

    def ask(self) -> None:
        """Let it say more."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")


@contextlib.asynccontextmanager
async def _beside(*arguments: str) -> AsyncIterator[_Process]:
    command = (sys.executable, "-m", "benchmarks.drift", *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24
    )
    try:
        yield _Process(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def _arrivals(slack: _Process, bot: Bot, due: list[datetime]) -> dict[int, float]:
    """How late the messages that are there by now arrived, by the owner's number."""
    slack.ask()
    offset = bot.clock.now().timestamp() - asyncio.get_running_loop().time()
    number_of = {id_for(f"owner{number}"): number for number in range(TIMERS)}
    arrived = {number_of[user]: at + offset for user, at in await slack.says()}
    return {number: at - due[number].timestamp() for number, at in arrived.items()}


async def _be_slack() -> None:
    """Say where it is, and when asked, which message arrived when."""
    people = [Person(f"owner{number}") for number in range(TIMERS)]
    async with Workspace.running(manifest=ROOT / "manifest.json", people=people, channels={"escalations": "*"}) as ws:
        print(json.dumps(ws.environment), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            posted = ws.calls.to("chat.postMessage")
            print(json.dumps([[call.args["channel"], call.started] for call in posted]), flush=True)


async def _be_bare(begins: float) -> None:
    print(json.dumps(await _bare_timers(begins)), flush=True)


if __name__ == "__main__":
    asyncio.run(_be_slack() if sys.argv[1] == "slack" else _be_bare(float(sys.argv[2])))
