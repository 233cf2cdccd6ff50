from __future__ import annotations

from typing import Any

import pytest

from simulator import Message, mentions

LIVE = "<@U0OLGA> <!channel> <!subteam^S0HELP|@help>"
FOUND = ["U0OLGA", "channel", "S0HELP"]


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


CASES: list[tuple[str, str, list[dict[str, Any]], list[str]]] = [
    ("text alone", LIVE, [], FOUND),
    ("escaped", "&lt;@U0OLGA&gt; &lt;!channel&gt; @here", [], []),
    ("text beside blocks is not shown", LIVE, [{"type": "divider"}], []),
    ("mrkdwn", "", [{"type": "section", "text": {"type": "mrkdwn", "text": LIVE}}], FOUND),
    ("fields", "", [{"type": "section", "fields": [{"type": "mrkdwn", "text": "<!here>"}]}], ["here"]),
    ("plain_text", "", [{"type": "section", "text": {"type": "plain_text", "text": LIVE}}], []),
    ("rich text as text", "", [rich({"type": "text", "text": LIVE})], []),
    ("rich text user", "", [rich({"type": "user", "user_id": "U0OLGA"})], ["U0OLGA"]),
    ("rich text broadcast", "", [rich({"type": "broadcast", "range": "here"})], ["here"]),
    ("rich text usergroup", "", [rich({"type": "usergroup", "usergroup_id": "S0HELP"})], ["S0HELP"]),
    ("bare, parsed", "", [{"type": "section", "text": {"type": "mrkdwn", "text": "@here x@channel"}}], ["here"]),
    ("bare, verbatim", "", [{"type": "section", "text": {"type": "mrkdwn", "text": "@here", "verbatim": True}}], []),
    ("context", "", [{"type": "context", "elements": [{"type": "mrkdwn", "text": "<@U0OLGA>"}]}], ["U0OLGA"]),
    (
        "a select's initial user",
        "",
        [{"type": "actions", "elements": [{"type": "users_select", "initial_user": "U0OLGA"}]}],
        [],
    ),
]


@pytest.mark.parametrize(("text", "blocks", "found"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_only_what_slack_would_notify_counts(text: str, blocks: list[dict[str, Any]], found: list[str]) -> None:
    message = Message("C1", "1.000001", "U0BOT", text, blocks=blocks)
    assert [mention.target for mention in mentions(message)] == found


def test_the_same_mention_counts_once() -> None:
    message = Message("C1", "1.000001", "U0BOT", "<@U0OLGA> and <@U0OLGA|olga>")
    assert len(mentions(message)) == 1
