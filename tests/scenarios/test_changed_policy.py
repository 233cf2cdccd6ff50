"""The policy is changed, and the bot started again with it."""

from __future__ import annotations

from datetime import timedelta

from tests.support.acting import acknowledges, asked, opens
from tests.support.company import ROLES
from tests.support.house import MONDAY_TEN, House

STRICTER = f"{ROLES}severities: {{SEV-1: {{update_every: 30m, warn_before: 5m}}}}\n"


async def test_what_is_open_is_asked_for_by_the_new_policy(home: House) -> None:
    channel = await opens(home)
    await acknowledges(home, "dina")
    assert home.settings.clarion_policy is not None
    home.settings.clarion_policy.write_text(STRICTER, encoding="utf-8")
    await home.restart()
    await home.settled()
    assert "The policy was changed, and with it when something is due for ESC-1." in home.person("dina").shows(channel)
    before = len(asked(home, "dina"))
    await home.at(MONDAY_TEN + timedelta(minutes=30, seconds=5))
    assert "Update" in asked(home, "dina")[-1]
    assert len(asked(home, "dina")) > before
    await home.restart()
    await home.settled()
    assert home.person("dina").shows(channel).count("The policy was changed") == 1
