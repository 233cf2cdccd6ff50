"""The grammar of durations and schedules: what is read, what is refused and how, and how it is said."""

from __future__ import annotations

from contextlib import suppress
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.duration import Duration, DurationError, Schedule, in_words, parse_cadence, parse_duration


def elapsed(**parts: float) -> Duration:
    return Duration(0, timedelta(**parts), business=False)


def business(days: int = 0, **parts: float) -> Duration:
    return Duration(days, timedelta(**parts), business=True)


READ = [
    ("90s", elapsed(seconds=90), "1 minute 30 seconds"),
    ("15m", elapsed(minutes=15), "15 minutes"),
    ("0m", elapsed(), "0 minutes"),
    ("1h", elapsed(hours=1), "1 hour"),
    ("4h", elapsed(hours=4), "4 hours"),
    ("2d", elapsed(days=2), "2 days"),
    ("1w", elapsed(days=7), "7 days"),
    ("1h30m", elapsed(minutes=90), "1 hour 30 minutes"),
    ("1w2d3h4m5s", elapsed(days=9, hours=3, minutes=4, seconds=5), "9 days 3 hours 4 minutes 5 seconds"),
    ("0.5s", elapsed(milliseconds=500), "0.5 seconds"),
    ("1.5h", elapsed(minutes=90), "1 hour 30 minutes"),
    ("0.5d", elapsed(hours=12), "12 hours"),
    ("4h business", business(hours=4), "4 business hours"),
    ("1.5h business", business(minutes=90), "1 business hour 30 minutes"),
    ("1d business", business(1), "1 business day"),
    ("1w business", business(5), "5 business days"),
    ("1w2d4h business", business(7, hours=4), "7 business days 4 hours"),
    ("1.0d business", business(1), "1 business day"),
    ("0m business", business(), "0 business minutes"),
    ("daily at 16:00", Schedule(None, time(16)), "daily at 16:00"),
    ("tue, fri at 16:00", Schedule(frozenset({1, 4}), time(16)), "Tuesday and Friday at 16:00"),
    ("mon, wed, fri at 09:30", Schedule(frozenset({0, 2, 4}), time(9, 30)), "Monday, Wednesday and Friday at 09:30"),
    ("sat at 00:00", Schedule(frozenset({5}), time(0)), "Saturday at 00:00"),
]


@pytest.mark.parametrize(("text", "value", "words"), READ)
def test_what_the_grammar_allows_is_read_and_said(text: str, value: Duration | Schedule, words: str) -> None:
    assert parse_cadence(text) == value
    assert parse_cadence(str(value)) == value
    assert in_words(parse_cadence(text)) == words


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("15M", "15m"),
        ("  4h   Business ", "4h business"),
        ("Daily at 16:00", "daily at 16:00"),
        ("fri,tue at 16:00", "tue, fri at 16:00"),
        ("tue , fri, tue  at  16:00", "tue, fri at 16:00"),
        ("daily at 9:00", "daily at 09:00"),
        ("24h", "1d"),
        ("5d business", "1w business"),
    ],
)
def test_case_blanks_and_order_do_not_matter(text: str, same_as: str) -> None:
    assert parse_cadence(text) == parse_cadence(same_as)


def test_a_business_day_is_not_so_many_business_hours() -> None:
    assert parse_duration("1d business") != parse_duration("24h business")


def test_a_clock_is_part_of_the_value() -> None:
    assert parse_duration("4h") != parse_duration("4h business")


@pytest.mark.parametrize(
    "text",
    ["", " ", "business", "15", "15 m", "m", "1h 30m", "30m1h", "1h1h", "-5m", "+5m", "1,5h", ".5h", "5.h", "1e3s", "1y",
     "15 minutes", "4h busines", "4hbusiness", "4h business business", "soon", "٣h", "1h\x00", "0x10m", "infs"],
)  # fmt: skip
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(DurationError, match="is no duration; write for example 90s, 15m, 4h"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hourly", "tue, fri at 16:00"),
        ("1h or so", "or a schedule such as daily at 16:00"),
        ("daily at", "is no schedule"),
        ("at 16:00", "is no schedule"),
        ("daily at noon", "is no schedule"),
        ("daily at 16", "is no schedule"),
        ("daily at 24:00", "is no time of day"),
        ("daily at 16:60", "is no time of day"),
        ("tuesday at 16:00", '"tuesday" is no weekday; write mon, tue'),
        ("tue fri at 16:00", "is no weekday"),
        ("tue, at 16:00", "is no weekday"),
        ("daily, fri at 16:00", "is no weekday"),
    ],
)
def test_what_is_no_cadence_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(DurationError, match=reason):
        parse_cadence(text)


@pytest.mark.parametrize("text", ["11000d", "999999999w", "999999999w business", "11000d business"])
def test_what_is_longer_than_ten_years_is_refused(text: str) -> None:
    with pytest.raises(DurationError, match="too long; ten years is the most"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0.5d business", "0.5w business", "1.25d4h business"])
def test_a_business_day_cannot_be_divided(text: str) -> None:
    with pytest.raises(DurationError, match="write the part of a day in hours"):
        parse_duration(text)


def test_a_fraction_of_a_business_week_may_come_to_whole_days() -> None:
    assert parse_duration("0.4w business") == business(2)


def test_an_error_shows_a_long_value_shortened_and_on_one_line() -> None:
    with pytest.raises(DurationError) as caught:
        parse_duration("every now and then\n" * 20)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (elapsed(seconds=90), "1m30s"),
        (elapsed(days=8, milliseconds=250), "1w1d0.25s"),
        (elapsed(), "0m"),
        (business(7, hours=30), "1w2d30h business"),
        (business(), "0m business"),
        (Schedule(frozenset({4, 1}), time(8, 5)), "tue, fri at 08:05"),
    ],
)
def test_a_value_that_was_never_written_has_words_too(value: Duration | Schedule, text: str) -> None:
    assert str(value) == text
    assert parse_cadence(text) == value


@given(
    st.builds(
        Duration,
        st.integers(0, 2_000),
        st.timedeltas(timedelta(), timedelta(days=600)),
        st.just(True),
    )
    | st.builds(Duration, st.just(0), st.timedeltas(timedelta(), timedelta(days=3_000)), st.just(False)),
)
def test_every_duration_is_read_back_from_its_words(value: Duration) -> None:
    assert parse_duration(str(value)) == value


@given(st.text(max_size=20) | st.from_regex(r"[0-9.]{1,3}[wdhms]( business)?|(tue, )?fri at [0-9]{2}:[0-9]{2}"))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with suppress(DurationError):
        assert parse_cadence(str(parse_cadence(text))) == parse_cadence(text)
