"""Samples by name, their medians, and their ratios to a floor that was taken beside them."""

from __future__ import annotations

import statistics
import time
from typing import Any, Callable, Iterable, Optional

Name = tuple[str, ...]


class Figures:
    """Everything that was measured. A round's samples of two names were taken side by side."""

    def __init__(self) -> None:
        self._samples: dict[Name, list[float]] = {}

    def add(self, *name: str, **values: Optional[float]) -> None:
        """Adds a sample of each value under the name and the value's own; None is left out."""
        for unit, value in values.items():
            if value is not None:
                self._samples.setdefault((*name, unit), []).append(value)

    def median(self, *name: str) -> Optional[float]:
        samples = self._samples.get(name)
        return statistics.median(samples) if samples else None

    def has(self, group: str) -> bool:
        return any(name[0] == group for name in self._samples)

    def ratio(self, name: Name, floor: Name) -> Optional[float]:
        """The median of the ratios round by round: what slows a whole round cancels out."""
        pairs = list(zip(self._samples.get(name, []), self._samples.get(floor, [])))
        return statistics.median(mine / least for mine, least in pairs) if pairs else None

    def cell(self, *name: str, digits: int = 0) -> str:
        """`median (min–max)`, for a table; the bare figure when it was taken once."""
        samples = self._samples.get(name)
        if not samples:
            return "–"
        median, low, high = (
            f"{value:,.{digits}f}" for value in (statistics.median(samples), min(samples), max(samples))
        )
        return median if len(samples) == 1 else f"{median} ({low}–{high})"

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "name": list(name),
                "median": round(statistics.median(samples), 3),
                "min": round(min(samples), 3),
                "max": round(max(samples), 3),
                "runs": len(samples),
            }
            for name, samples in self._samples.items()
        ]


def rounds(count: int, budget_s: float, steps: Iterable[Callable[[], None]]) -> None:
    """Takes all steps in turn, `count` times, but begins no round that would overrun the budget.

    In turn, so that a machine that slows down slows all of them. There is always one round.
    """
    steps = list(steps)
    start = time.monotonic()
    for done in range(1, count + 1):
        for step in steps:
            step()
        spent = time.monotonic() - start
        if spent + spent / done > budget_s:
            return
