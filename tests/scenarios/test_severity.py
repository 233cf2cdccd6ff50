"""Changing the severity."""

from __future__ import annotations

import re

from tests.support.acting import asked, opens
from tests.support.house import House


async def test_raising_tells_the_path_and_the_channel_why_and_moves_the_clocks(home: House) -> None:
    channel = await opens(home, severity="SEV-3", summary="Exports fail")
    assert asked(home, "vera") == []
    await home.person("olga").press("Change severity", in_=channel)
    form = await home.person("olga").form("Change severity")
    await form.choose("New severity", "SEV-1")
    await form.fill("Reason", "All exports fail now")
    if "New owner" in form.labels:
        await form.choose("New owner", "Dina Sato")
    assert (await form.submit()).closed
    await home.settled()
    shown = home.person("olga").shows(channel)
    assert "SEV-1" in shown
    assert "All exports fail now" in shown
    assert len(asked(home, "vera")) == 1
    assert "Olga Novak raised it from SEV-3 to SEV-1: All exports fail now" in asked(home, "vera")[0]


async def test_what_waits_for_an_answer_says_the_new_time(home: House) -> None:
    await opens(home, severity="SEV-3", summary="Exports fail")
    owner = next(name for name in ("carla", "olga", "sana", "omar") if asked(home, name, "You own ESC-1"))
    assert re.search("in (4 hours|3 hours 59 minutes)", asked(home, owner, "You own ESC-1")[0])
    await home.person("ulf").types("/escalate severity ESC-1 sev1 All exports fail now")
    assert (await (await home.person("ulf").form("Change severity")).submit()).closed
    await home.settled()
    (assignment,) = asked(home, owner, "You own ESC-1")
    assert "SEV-1" in assignment
    assert re.search("in 1[45] minutes", assignment)


async def test_lowering_is_for_those_who_lead(home: House) -> None:
    channel = await opens(home)
    await home.person("olga").types("/escalate severity sev3", in_=channel)
    form = await home.person("olga").form("Change severity")
    await form.fill("Reason", "It is not so bad")
    outcome = await form.submit()
    assert not outcome.closed
    assert any("Only" in sentence for sentence in outcome.errors.values())
