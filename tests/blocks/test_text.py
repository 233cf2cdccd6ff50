from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from blocks import layout, text, times
from blocks.message import TEXT_LIMIT, message, spoken
from blocks.metadata import decode, encode
from escalation.errors import Refused

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plain", "plain"),
        ("  around  ", "around"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("ad\u200bmin\u2066\u00ad\ufeff", "admin"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\tbell\x07nul\x00", "tab bellnul"),
        ("half \ud83d", "half \ufffd"),
        ("Grüße, 日本, שלום, ❤️", "Grüße, 日本, שלום, ❤️"),
    ],
)
def test_what_cannot_be_seen_is_taken_out_and_the_rest_stays(typed: str, shown: str) -> None:
    assert text.clean(typed) == shown


@pytest.mark.parametrize(("length", "end"), [(9, "x"), (10, "x"), (11, "…"), (10_000, "…")])
def test_words_are_cut_to_the_limit_with_a_sign_of_it(length: int, end: str) -> None:
    cut = text.clean("x" * length, 10)
    assert len(cut) == min(length, 10)
    assert cut.endswith(end)


def test_a_limit_is_counted_before_escaping() -> None:
    assert text.plain("&" * 10, 10)["text"] == "&" * 10
    assert text.escape("<@U1> & co") == "&lt;@U1&gt; &amp; co"


def test_only_what_is_an_id_becomes_a_mention() -> None:
    assert text.person("U0OMAR") == {"type": "user", "user_id": "U0OMAR"}
    assert text.person("")["text"] == "Clarion"
    assert text.person("!channel")["type"] == "text"
    assert text.mention("U1> <!channel") == "Clarion"
    assert text.channel("x")["type"] == "text"
    assert text.channel_mention("C1|<x>") == "a channel"
    assert text.link("javascript:alert(1)")["type"] == "text"


def test_several_are_listed_with_commas_and_an_and() -> None:
    elements = text.listed(text.say(name) for name in ("a", "b", "c"))
    assert "".join(element["text"] for element in elements) == "a, b and c"


def test_the_text_says_every_kind_of_block_escaped() -> None:
    said = message(
        layout.header("A & B"),
        layout.rich(
            layout.line(text.words("<!here>"), text.say(" "), text.person("U1"), text.say(" "), text.channel("C1")),
            layout.bullets([layout.line(text.say("one")), layout.line(text.say("two"))]),
            layout.numbered([layout.line(text.link("https://a.example/?x=1&y=2"))]),
            layout.quote(text.words("their words")),
        ),
        layout.divider(),
        *layout.facts([("Owner", "<@U1>"), ("Due", "now")]),
        layout.muted("small", "print"),
        layout.typed("A step", 100),
        layout.muted("*Our* words"),
        *layout.actions([]),
    ).text
    assert said == (
        "A &amp; B\n&lt;!here&gt; <@U1> <#C1>\n• one\n• two\n1. https://a.example/?x=1&amp;y=2\ntheir words\n\n"
        "Owner: <@U1>\nDue: now\nsmall · print\nA step\n*Our* words"
    )


@pytest.mark.parametrize("words", ["&" * 2000, "<" * 2999, "😀" * 3000])
def test_a_long_text_is_cut_between_characters_and_never_within_an_escape(words: str) -> None:
    blocks = [layout.rich(layout.line(text.words(words), text.person("U1"))) for _ in range(3)]
    said = spoken(blocks)
    assert len(said) <= TEXT_LIMIT
    assert said.endswith("…")
    assert not said.removesuffix("…").rstrip().endswith(("&", "&a", "&am", "&amp", "&l", "&lt"))


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=0.5), "0.5 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(minutes=25), "25 minutes"),
        (timedelta(seconds=90), "1 minute 30 seconds"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=2, minutes=5, seconds=9), "2 hours 5 minutes"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=3, minutes=9), "3 days"),
        (timedelta(days=-2, hours=-3), "2 days 3 hours"),
    ],
)
def test_a_length_of_time_is_said_in_its_two_largest_units(length: timedelta, said: str) -> None:
    assert times.span(length) == said


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(0), "now"),
        (timedelta(seconds=30), "in 30 seconds"),
        (timedelta(minutes=10, seconds=1), "in 10 minutes"),
        (timedelta(minutes=14, seconds=59), "in 15 minutes"),
        (timedelta(hours=3, minutes=59, seconds=58), "in 4 hours"),
        (-timedelta(minutes=25, seconds=59), "25 minutes ago"),
        (-timedelta(hours=26), "1 day 2 hours ago"),
    ],
)
def test_a_due_time_is_said_as_how_far_off_it_is(away: timedelta, said: str) -> None:
    assert times.due_words(NOW + away, NOW) == said


def test_an_instant_is_shown_in_each_readers_own_zone_with_utc_to_fall_back_on() -> None:
    assert times.when_mrkdwn(NOW) == "<!date^1795442400^{date_short_pretty} at {time}|23 Nov 2026 14:00 UTC>"
    element = times.when(NOW)
    assert (element["type"], element["timestamp"], element["fallback"]) == ("date", 1795442400, "23 Nov 2026 14:00 UTC")


def test_metadata_comes_back_without_what_was_none_and_has_a_limit() -> None:
    assert decode(encode(escalation=7, name="Ä", nothing=None)) == {"escalation": 7, "name": "Ä"}
    assert decode("") == {}
    with pytest.raises(ValueError, match="do not fit"):
        encode(words="x" * 3000)
    with pytest.raises(Refused):
        decode("not json")
