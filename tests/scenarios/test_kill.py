"""kill -9 at every step of an opening and of a ladder, and a new process on the same database; three that take turns to die."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from simulator import Workspace, id_for
from tests.support.company import PEOPLE, ROLES
from tests.support.house import MANIFEST
from tests.support.worker import Worker, worker

QUICK = f"""{ROLES}
severities:
  SEV-1:
    acknowledge_within: 6s
    if_silent:
      - {{after: 0s, tell: owner}}
      - {{after: 3s, tell: channel}}
      - {{after: 6s, tell: tier 3}}
"""
TOLD = "dina", "olga", "vera", "victor", "tess"
OPENING = "conversations.create", "conversations.invite", "conversations.setTopic", "chat.postMessage", "pins.add"


@pytest.fixture
async def running(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Worker]:
    """A worker under the default clocks, or the policy a test names."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(getattr(request, "param", ROLES), encoding="utf-8")
    async with (
        Workspace.running(manifest=MANIFEST, people=PEOPLE, channels={"escalations": "*"}) as ws,
        worker(ws, sqlite_url, policy) as it,
    ):
        yield it


async def send_form(ws: Workspace) -> None:
    olga = ws.person("olga")
    await olga.types("/escalate")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.choose("Severity", "SEV-1")
    await form.fill("Summary", "Checkout is down")
    assert (await form.submit()).closed


def arrived(ws: Workspace, method: str) -> Callable[[], bool]:
    return lambda: any(call.done for call in ws.calls.to(method))


def is_complete(ws: Workspace) -> bool:
    """Whether everything that follows from an opening is there."""
    channel = ws.find_channel("#esc-1-…")
    return (
        channel is not None
        and id_for("olga") in channel.members
        and any(message.pinned for message in channel.messages)
        and bool(ws.messages("#escalations"))
        and all(messages_to(ws, name, "ESC-1") for name in TOLD)
    )


def messages_to(ws: Workspace, name: str, words: str) -> list[str]:
    actor = ws.person(name)
    texts = [actor.text_of(message) for message in ws.messages(ws.app_dm(ws.find_person(name)))]
    return [text for text in texts if words in text]


@pytest.mark.parametrize("method", OPENING)
async def test_a_process_killed_while_it_opens_is_continued_by_the_next(running: Worker, method: str) -> None:
    ws = running.ws
    ws.faults.slow("*", 0.15)
    await send_form(ws)
    await ws.until(arrived(ws, method))
    await running.kill()
    ws.faults.clear()
    await running.start()
    await ws.until(lambda: is_complete(ws), timeout=60)
    assert len([channel for channel in ws.channels() if channel.name.startswith("esc-")]) == 1
    assert len([message for message in ws.messages("#esc-1-…") if message.pinned]) == 1
    for name in TOLD:
        assert len(messages_to(ws, name, "ESC-1")) == 1, name
    assert len(ws.messages("#escalations")) == 1


@pytest.mark.parametrize("running", [QUICK], indirect=True)
async def test_a_ladder_goes_on_where_it_was(running: Worker) -> None:
    ws = running.ws
    await send_form(ws)
    await ws.until(lambda: messages_to(ws, "dina", "is waiting for you"), timeout=30)
    await running.kill()
    await running.start()
    await ws.until(lambda: messages_to(ws, "vera", "is overdue"), timeout=60)
    assert len(messages_to(ws, "dina", "ESC-1")) == 2
    assert len([one for one in ws.messages("#esc-1-…") if "waiting for you" in one.text]) == 1
    await ws.person("dina").press("Acknowledge")
    await ws.until(lambda: messages_to(ws, "vera", "Settled"), timeout=30)
    assert len(messages_to(ws, "vera", "Settled")) == 1


@pytest.mark.parametrize("seed", [1, 3])
async def test_three_processes_that_die_one_after_the_other_do_each_thing_once(
    seed: int, migrated_postgresql_url: str, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    policy = tmp_path / "policy.yaml"
    policy.write_text(QUICK, encoding="utf-8")
    async with Workspace.running(manifest=MANIFEST, people=PEOPLE, channels={"escalations": "*"}) as ws:
        three = [Worker(ws, migrated_postgresql_url, policy) for _ in range(3)]
        try:
            for one in three:
                await one.start()
            ws.faults.slow("*", 0.1)
            await send_form(ws)

            deaths = 0

            async def they_die() -> None:
                nonlocal deaths
                while True:
                    await asyncio.sleep(chance.uniform(0.1, 1.5))
                    one = chance.choice(three)
                    await one.kill(alone=False)
                    deaths += 1
                    await one.start()

            dying = asyncio.create_task(they_die())
            await ws.until(lambda: messages_to(ws, "vera", "is overdue"), timeout=60)
            dying.cancel()
            await asyncio.wait([dying])
            assert deaths >= 3
            await ws.until(lambda: is_complete(ws), timeout=60)
            assert len([one for one in ws.messages("#esc-1-…") if "waiting for you" in one.text]) == 1
            assert len(messages_to(ws, "dina", "is waiting for you")) == 1
            # That she owns it is not said any more where that was in doubt until she was asked.
            assert len(messages_to(ws, "dina", "ESC-1")) in {1, 2}
            assert len(messages_to(ws, "vera", "is overdue")) == 1
            await ws.person("dina").press("Acknowledge")
            await ws.until(lambda: messages_to(ws, "vera", "Settled"), timeout=30)
        finally:
            for one in three:
                await one.stop()
    assert len([channel for channel in ws.channels() if channel.name.startswith("esc-")]) == 1
    assert len([message for message in ws.messages("#esc-1-…") if message.pinned]) == 1
    assert len(messages_to(ws, "vera", "Settled")) == 1
    assert len(ws.messages("#escalations")) == 1
