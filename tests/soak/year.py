"""The soak: a life lived to its end, looked at all along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from escalation.case import Escalation
from storage.tables import escalations
from tests.soak.life import Life
from tests.soak.listening import listening
from tests.soak.posts import MOST_A_DAY, SECRET, Told
from tests.soak.watch import Watch
from tests.soak.world import World, world

_DAYS_BETWEEN_WORDS = 60
# What is still open at the end is looked at for some days more, so that what was put off comes to rest.
_SETTLES = timedelta(hours=2)


@dataclass(frozen=True)
class Summary:
    """A year in figures."""

    seed: int
    days: int
    opened: int
    ends: dict[str, int]
    calls: Counter[str]
    commits: int
    backups: int
    rungs: int
    looks: int
    done: dict[str, int]
    told: Told
    digest: str

    def __str__(self) -> str:
        worst = self.told.worst()
        per_day = sorted(self.told.people.values())
        median = per_day[len(per_day) // 2] if per_day else 0
        (most, told) = (worst[1] if worst else 0), self.told
        lines = [
            f"{self.opened} escalations in {self.days} days from seed {self.seed}, which ended {self.ends}",
            f"{sum(self.calls.values())} calls to Slack, {self.commits} commits, {self.backups} backups that spoke up",
            f"{sum(told.people.values())} messages to people, {sum(told.channels.values())} to channels",
            f"to one person about one escalation in one day: median {median}, at most {most} (allowed {MOST_A_DAY})",
            f"{self.rungs} rungs foretold and found, {self.looks} looks at the rows of an escalation",
            f"late, Slack being well: median {told.lateness_at(0.5):.1f} s, 99 % within {told.lateness_at(0.99):.1f} s",
        ]
        if worst:
            (who, case, day), _ = worst
            lines.append(f"the worst day: {who}, ESC-{case}, {day}: {dict(self.told.kinds[who, case, day])}")
        lines.append("done: " + ", ".join(f"{name} {count}" for name, count in sorted(self.done.items())))
        lines.append(f"trace {self.digest}")
        return "\n".join(lines)


async def soak(
    file: Path, start: datetime, seed: int, escalations_: int, days: int, told: Callable[[str], None] = lambda _: None
) -> Summary:
    """Live so many days; AssertionError with the seed and the trail of the last acts when something does not hold."""
    async with world(file, start, seed) as it:
        life, watch = Life(it, seed, escalations_, days), Watch(it)
        try:
            with listening(SECRET, it.broken.append):
                for day in range(1, days + 1):
                    await life.live(start + timedelta(days=day))
                    await watch.day()
                    if day % _DAYS_BETWEEN_WORDS == 0:
                        told(f"day {day}: {life.opened} opened, {sum(it.calls.values())} calls")
                await life.trouble.over()
                await it.until(it.now + _SETTLES)
                await watch.end()
                return await _summary(it, life, watch, seed, days)
        except Exception as error:
            trail = "\n".join(it.trail)
            raise AssertionError(
                f"{type(error).__name__}: {error}\nseed {seed}, {escalations_} escalations, {days} days, after:\n{trail}"
            ) from error


async def _summary(it: World, life: Life, watch: Watch, seed: int, days: int) -> Summary:
    async with it.database.read() as session:
        rows = await session.scalars(select(Escalation).order_by(escalations.c.id))
        ends = Counter(case.status.value for case in rows)
    return Summary(
        seed, days, sum(ends.values()), dict(ends), it.calls, it.commits, it.backups, watch.rungs.count, watch.looks,
        _by_first_word(life.acts.done), watch.posts.told, it.digest,
    )  # fmt: skip


def _by_first_word(done: dict[str, int]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for name, count in done.items():
        counts[name.split(" to ")[0]] += count
    return dict(counts)
