"""From the form to a usable channel: time, round-trips, calls."""

from __future__ import annotations

from statistics import median

from benchmarks.figures import Figure
from benchmarks.worker import worker
from simulator import Form, Workspace, rounds_deep
from simulator.calls import CallRecord
from tests.support.worker import Worker

LATENCY = 0.150
OPENINGS = 10


async def measure() -> list[Figure]:
    """Ten openings, one after the other, with 150 ms added to every Web API call."""
    async with worker() as (it, _):
        forms = [await _filled(it, number) for number in range(OPENINGS)]
        it.ws.faults.slow("*", LATENCY)
        waits, calls, rounds = [], [], []
        for number, form in enumerate(forms):
            waited, count, deep = await _open(it, form, number)
            waits.append(waited)
            calls.append(count)
            rounds.append(deep)
        it.ws.faults.clear()
    return [
        Figure("form sent → channel usable, median of 10 at 150 ms a call", median(waits) * 1000, "ms", 1.2 * 300),
        Figure("sequential Slack round-trips until then", max(rounds), "rounds", 2),
        Figure("Web API calls of an opening, without messages to those the policy tells", max(calls), "calls", 10),
    ]


async def _filled(it: Worker, number: int) -> Form:
    agent = it.ws.person(f"agent{number}")
    await agent.types("/escalate")
    form = await agent.form("New escalation")
    await form.fill("Customer", f"Customer {number}")
    await form.choose("Severity", "SEV-1")
    await form.sees("Dina")  # the owner follows the severity once the form is drawn anew
    await form.fill("Summary", "Checkout is down")
    await form.fill("Ticket link", "https://tickets.example.com/7")
    return form


async def _open(it: Worker, form: Form, number: int) -> tuple[float, int, int]:
    """Seconds until owner and reporter are in and the card is there; the calls counted; the rounds until usable."""
    ws, before = it.ws, len(it.ws.calls)
    people = {ws.find_person(f"agent{number}").id, ws.find_person("dina").id}
    began = ws.clock.steady()
    await form.submit()

    def usable() -> bool:
        channel = ws.find_channel(f"#esc-{number + 1}-…")
        return channel is not None and people <= set(channel.members) and bool(ws.messages(channel))

    await ws.until(usable, timeout=30)
    usable_at = ws.clock.steady()
    channel = ws.channel(f"#esc-{number + 1}-…")
    await ws.until(lambda: any(message.pinned for message in channel.messages), timeout=30)
    await ws.until(lambda: all(call.finished is not None for call in ws.calls), timeout=30)
    told = {ws.find_person(name).id for name in ("vera", "victor", "tess")}
    counted = [call for call in _of_opening(ws, before) if call.args.get("channel") not in told]
    until_usable = [call for call in _of_opening(ws, before) if call.started <= usable_at]
    return usable_at - began, len(counted), rounds_deep(until_usable)


def _of_opening(ws: Workspace, before: int) -> list[CallRecord]:
    """The calls since then, without those that redraw the form while it is filled in."""
    return [call for call in list(ws.calls)[before:] if not call.method.startswith("views.")]
