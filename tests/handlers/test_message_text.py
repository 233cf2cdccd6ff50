from __future__ import annotations

import pytest

from handlers.message_text import as_typed, author_of, first_line, mentioned, message_words, permalink

NAMES = {"U1": "Olga Novak"}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("plain words", "plain words"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("ask <@U1> or <@U2|ulf> or <@U3>", "ask @Olga Novak or @ulf or @U3"),
        ("see <#C1|general> and <#C2>", "see #general and #C2"),
        ("<!channel> <!here> <!subteam^S1|@support>", "@channel @here @support"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("<https://a.example/x|the page>", "the page (https://a.example/x)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
    ],
)
def test_markup_reads_as_it_was_typed(text: str, typed: str) -> None:
    assert as_typed(text, NAMES) == typed


def test_a_message_without_text_says_what_is_attached() -> None:
    message = {"text": "", "attachments": [{"fallback": "Ticket 7"}], "files": [{"name": "log.txt"}]}
    assert message_words(message, {}) == "Ticket 7\nlog.txt"


def test_the_first_line_is_the_first_with_anything_in_it() -> None:
    assert first_line("\n  \n  It is down \nsince noon") == "It is down"
    assert first_line("  \n") == ""


def test_people_mentioned_are_found_once_each() -> None:
    assert mentioned({"text": "<@U1> and <@U2|x> and <@U1>"}) == ["U1", "U2"]


@pytest.mark.parametrize(
    ("message", "author"),
    [({"user": "U1"}, "U1"), ({"username": "Pager", "bot_id": "B1"}, ""), ({"bot_profile": {"name": "Zen"}}, "")],
)
def test_the_author_is_a_person_or_nobody(message: dict[str, object], author: str) -> None:
    assert author_of(message) == author


def test_the_link_is_made_of_where_the_message_stands() -> None:
    assert (
        permalink("acme", "C1", {"ts": "1700000000.000100"}) == "https://acme.slack.com/archives/C1/p1700000000000100"
    )


def test_the_link_of_a_reply_leads_into_its_thread() -> None:
    link = permalink("acme", "C1", {"ts": "1700000001.000200", "thread_ts": "1700000000.000100"})
    assert link == "https://acme.slack.com/archives/C1/p1700000001000200?thread_ts=1700000000.000100&cid=C1"


def test_without_the_workspaces_name_there_is_no_link() -> None:
    assert permalink("", "C1", {"ts": "1.2"}) == ""
