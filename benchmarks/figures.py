"""A measured figure beside its goal, and the statistics that figures are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report. `goal` is what `value` must not exceed; None where there is nothing to exceed."""

    what: str
    value: float
    unit: str
    goal: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the goal is kept."""
        return self.goal is None or self.value <= self.goal

    def __str__(self) -> str:
        goal = "" if self.goal is None else f"≤ {self.goal:g} {self.unit}"
        verdict = "" if self.goal is None else ("ok" if self.is_met else "MISSED")
        return f"| {self.what} | {self.value:.3g} {self.unit} | {goal} | {verdict} |"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all stays within (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
