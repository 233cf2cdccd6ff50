from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simulator.render_dates import render_date
from simulator.render_text import Reader, blocks_text, mrkdwn
from tests.simulator.echo_app import button, option

NOW = 1_795_314_400  # Sun 22 Nov 2026, 02:26:40 UTC


def reader(zone: str = "Europe/London") -> Reader:
    return Reader(ZoneInfo(zone), NOW, "U1", _name, _name, _name)


def _name(identity: str) -> str:
    return {"U1": "olga", "C1": "general", "S1": "help"}.get(identity, identity)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("*bold* _italic_ ~gone~ `*code*`", "bold italic gone *code*"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("<@U1> in <#C1|old> for <!subteam^S1>, <!here>", "@olga in #general for @help, @here"),
        ("<https://example.com/a_b_c|the *ticket*> <https://x.io>", "the *ticket* https://x.io"),
        (f"due <!date^{NOW}^{{time}}|then>", "due 2:26 AM"),
        ("<!date^soon^{time}|then>", "then"),
        ("*<@U1>*: _yes_", "@olga: yes"),
    ],
)
def test_markup_reads_as_slack_shows_it(source: str, seen: str) -> None:
    assert mrkdwn(source, reader()) == seen


@pytest.mark.parametrize(
    ("zone", "pattern", "seen"),
    [
        ("Europe/London", "{date_short_pretty} {time}", "Today 2:26 AM"),
        ("America/New_York", "{date_num} {time_secs}", "2026-11-21 9:26:40 PM"),
        ("Europe/London", "{date}", "November 22nd, 2026"),
        ("Europe/London", "{date_long}", "Sunday, November 22nd, 2026"),
        ("Europe/London", "{date_short} {odd}", "Nov 22, 2026 {odd}"),
    ],
)
def test_dates_are_the_readers(zone: str, pattern: str, seen: str) -> None:
    assert render_date(NOW, pattern, ZoneInfo(zone), NOW) == seen


@pytest.mark.parametrize(
    ("seconds", "seen"),
    [
        (0, "just now"),
        (-120, "2 minutes ago"),
        (3600, "in 1 hour"),
        (-172_800, "2 days ago"),
        (30, "in less than a minute"),
    ],
)
def test_distance_in_time(seconds: int, seen: str) -> None:
    assert render_date(NOW + seconds, "{ago}", ZoneInfo("UTC"), NOW) == seen


def test_tomorrow_is_the_readers_tomorrow() -> None:
    in_five_hours = NOW + 5 * 3600
    assert render_date(in_five_hours, "{date_pretty}", ZoneInfo("Europe/London"), NOW) == "Today"
    assert render_date(in_five_hours, "{date_pretty}", ZoneInfo("America/New_York"), NOW) == "Tomorrow"


def test_blocks_read_as_lines() -> None:
    bullets: dict[str, Any] = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "*as typed*"}]}],
    }
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "ESC-1"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Owner*\n<@U1>"}]},
        {"type": "rich_text", "elements": [bullets]},
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [
                button("Acknowledge", "a"),
                {"type": "overflow", "options": [option("Close"), option("Reopen")]},
            ],
        },
        {"type": "context", "elements": [{"type": "plain_text", "text": "small"}]},
    ]
    assert blocks_text(blocks, reader()).split("\n") == [
        "ESC-1",
        "Owner",
        "@olga",
        "• *as typed*",
        "---",
        "[Acknowledge] [⋯ Close | Reopen]",
        "small",
    ]
