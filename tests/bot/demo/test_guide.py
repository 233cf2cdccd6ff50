"""The demonstration's first minute, followed step by step as its hints say."""

from __future__ import annotations

import asyncio

import pytest

from bot.demo.run import company
from simulator import Workspace


def hint(ws: Workspace) -> str:
    return str(ws.page.guide()["title"])


async def leads_to(ws: Workspace, title: str) -> None:
    await ws.until(lambda: hint(ws) == title, timeout=60)


@pytest.mark.timeout(300)
async def test_the_guide_leads_from_an_angry_customer_to_a_resolved_escalation() -> None:
    async with company(0) as ws:
        await escalated(ws)
        await fallen_silent(ws)
        await led(ws)
        await broken(ws)
        await asked(ws, "Resolve", {"Resolution": "A full disk was replaced."})
        await ws.until(lambda: ws.page.guide()["step"] == 10, timeout=60)


async def escalated(ws: Workspace) -> None:
    olga, angry = ws.person("olga"), ws.messages("#acme-support")[-1]
    assert hint(ws) == "A customer is angry"
    await olga.message_shortcut("Escalate this message", angry)
    form = await olga.form("New escalation")
    await leads_to(ws, "Thirty seconds, one form")
    await form.cancel()
    await leads_to(ws, "A customer is angry")
    await olga.message_shortcut("Escalate this message", angry)
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.choose("Severity", "SEV-1")
    await form.submit()
    await leads_to(ws, "One channel, one owner, one message")
    ws.page.seen.add(ws.channel("#esc-5…").id)
    await leads_to(ws, "Now suppose that nobody answers")


async def fallen_silent(ws: Workspace) -> None:
    while hint(ws) != "Silence reaches somebody senior":
        assert ws.clock.now() < float(ws.messages("#acme-support")[-1].ts) + 3600
        await ws.page.lab.move({})
        await said(ws)
    assert ws.page.guide()["points_at"] == "person:vera"
    ws.page.visited.add("vera")
    await leads_to(ws, "The owner wakes up")


async def led(ws: Workspace) -> None:
    dina = ws.person("dina")
    assert ws.page.guide()["person"] == ws.find_person("dina").id
    await dina.press("Acknowledge", in_="#esc-5…")
    await leads_to(ws, "Say where things stand")
    await asked(
        ws, "Post update", {"What is the situation now": "Checkout answers again.", "What happens next": "We watch."}
    )


async def broken(ws: Workspace) -> None:
    await leads_to(ws, "Now break it")
    bot = ws.page.controls.bot
    assert bot is not None
    await bot.kill()
    assert hint(ws) == "Nobody is at work"
    await ws.page.lab.move({"seconds": 3600})
    await bot.start()
    assert hint(ws) == "Nobody is at work"  # it starts, and is not there yet
    await leads_to(ws, "And when it is over")
    await ws.person("dina").sees("This reminder comes late", timeout=60)


async def asked(ws: Workspace, button: str, answers: dict[str, str]) -> None:
    """Dina presses a button of the card, and sends the form."""
    dina = ws.person("dina")
    await dina.press(button, in_="#esc-5…")
    form = await dina.form(button)
    for label, words in answers.items():
        await form.fill(label, words)
    await form.submit()


async def said(ws: Workspace) -> None:
    """Wait until the bot owes Slack nothing more."""
    waiting = ws.page.controls.waiting
    assert waiting is not None
    async with asyncio.timeout(60):
        while await waiting():  # noqa: ASYNC110 - another process empties it
            await asyncio.sleep(0.05)
