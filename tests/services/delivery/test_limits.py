from __future__ import annotations

import pytest

from services.delivery.limits import POST, POSTS, SCHEDULE, TIERS, Allowance, Limits


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def times_of(limits: Limits, clock: Stopwatch, method: str, count: int, channel: str | None = None) -> list[float]:
    """When each of so many calls could be made, counted from now."""
    start, made = clock.seconds, []
    for _ in range(count):
        while (wait := limits.take(method, channel)) > 0:
            clock.seconds += wait
        made.append(clock.seconds - start)
    return made


@pytest.mark.parametrize(
    ("method", "allowance"),
    [
        ("conversations.create", TIERS[2]),
        ("conversations.invite", TIERS[3]),
        ("users.info", TIERS[4]),
        ("some.thing", TIERS[3]),
        (SCHEDULE, TIERS[3]),
        ("chat.deleteScheduledMessage", TIERS[3]),
        ("chat.scheduledMessages.list", TIERS[3]),
    ],
)
def test_no_minute_holds_more_than_the_tier(method: str, allowance: Allowance) -> None:
    clock = Stopwatch()
    a_minute = allowance.calls
    made = times_of(Limits(clock), clock, method, a_minute * 3)
    for at in made:
        assert sum(at <= other < at + 59.999 for other in made) <= a_minute
    assert made[-1] <= 60 * 3
    assert made[allowance.burst - 1] == pytest.approx(0)


def test_a_channel_gets_one_message_a_second_after_a_small_burst() -> None:
    clock = Stopwatch()
    made = times_of(Limits(clock), clock, POST, 10, "C1")
    assert made == pytest.approx([0, 0, 0, 1, 2, 3, 4, 5, 6, 7])


def test_no_five_minutes_hold_more_than_thirty_that_are_to_be_posted_later_in_one_channel() -> None:
    clock = Stopwatch()
    limits = Limits(clock)
    made = times_of(limits, clock, SCHEDULE, 100, "C1")
    for at in made:
        assert sum(at <= other < at + 299.999 for other in made) <= 30
    assert made[19] == 0, "so many answers within moments each move it at once"
    assert limits.when_free(SCHEDULE, "C2") == 0
    assert limits.when_free(POST, "C1") == 0


def test_many_channels_share_the_workspaces_limit() -> None:
    clock = Stopwatch()
    limits, start = Limits(clock), clock.seconds
    made: list[float] = []
    for number in range(1000):
        times_of(limits, clock, POST, 1, f"C{number}")
        made.append(clock.seconds - start)
    assert made[-1] <= 1000 / POSTS.calls * 60 * 1.05
    for at in made:
        assert sum(at <= other < at + 59.999 for other in made) <= POSTS.calls


def test_a_429_pauses_that_method_alone() -> None:
    clock = Stopwatch()
    limits = Limits(clock)
    limits.pause("conversations.invite", "C1", 30)
    assert limits.when_free("conversations.invite", "C2") == 30
    assert limits.when_free("pins.add") == 0
    clock.seconds += 30
    assert limits.when_free("conversations.invite") == 0


def test_a_429_for_a_message_pauses_its_channel_and_two_pause_all_messages() -> None:
    clock = Stopwatch()
    limits = Limits(clock)
    limits.pause(POST, "C1", 20)
    assert limits.when_free(POST, "C1") == 20
    assert limits.when_free(POST, "C2") == 0
    limits.pause(POST, "C2", 10)
    assert limits.when_free(POST, "C3") == 10
    assert limits.when_free(POST, "C1") == 20


def test_asking_counts_nothing() -> None:
    clock = Stopwatch()
    limits = Limits(clock)
    for _ in range(50):
        assert limits.when_free(POST, "C1") == 0
    assert limits.take(POST, "C1") == 0


def test_quiet_channels_are_forgotten() -> None:
    clock = Stopwatch()
    limits = Limits(clock)
    for number in range(2000):
        clock.seconds += 1
        limits.take(POST, f"C{number}")
    assert len(limits._gates) < 600
