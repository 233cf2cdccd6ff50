"""What a whole escalation leaves in the log, at its most talkative: who did what, no secrets, and nobody's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.logs import set_up_logging
from tests.support.acting import acknowledges, fills, opens, posts_update
from tests.support.house import house

CANARY = "qwertz"
pytestmark = pytest.mark.usefixtures("restored_logging")


@pytest.mark.parametrize("format_", ["text", "json"])
async def test_the_log_tells_who_did_what_and_nothing_else(
    sqlite_url: str, tmp_path: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("DEBUG", format_)
    async with house(sqlite_url, tmp_path) as home:
        home.ws.faults.error("bookmarks.add", "invalid_link")
        home.ws.faults.server_error("pins.add")
        channel = await opens(
            home,
            customer=f"{CANARY} Bank",
            summary=f"{CANARY} is down",
            confidential=True,
            Business_impact=f"{CANARY} loses money",
            Ticket_link=f"https://tickets.example.com/{CANARY}",
        )
        await acknowledges(home, "dina")
        await posts_update(home, "dina", channel, f"{CANARY} rolls back")
        home.person("dina").sets_status(f"On holiday: {CANARY}", ":palm_tree:")
        await home.person("vera").sees("You are asked to take over")
        await home.after(hours=3)
        home.ws.faults.error("views.open", "invalid_arguments")
        await home.person("dina").types(f"/escalate resolve {CANARY} works", in_=channel)
        await home.person("dina").press("Resolve", in_=channel)
        await fills(home, home.person("dina"), "Resolve", Resolution=f"{CANARY} is well")
        secrets = {home.ws.bot_token, home.ws.app_token, home.ws.signing_secret}
        secrets |= {str(call.args.get("trigger_id")) for call in home.ws.calls if call.args.get("trigger_id")}
    logged = capsys.readouterr().err
    for told in (
        "ESC-1: opened by",
        "ESC-1: acknowledged by",
        "ESC-1: updated by",
        "ESC-1: handover asked",
        "ESC-1: resolved by",
    ):
        assert told in logged
    assert "Unexpected, reference" in logged
    assert len(secrets) > 3
    assert [secret for secret in (*secrets, CANARY, "ticket=", "/response") if secret in logged] == []
