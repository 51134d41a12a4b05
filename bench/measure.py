"""What a measure says: figures, each beside its limit and its aim in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import isnan
from statistics import median

from bench.ground import Ground


@dataclass(frozen=True, slots=True)
class Aim:
    """How much is allowed, of the ratio to the limit or of the value itself."""

    bound: float
    of: str = "ratio"
    at_least: bool = False

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        return f"{sign} {self.bound:g}{'x' if self.of == 'ratio' else ''}"

    def missed_by(self, seen: float) -> float:
        """The share of the bound that is missing, of none the number; nought when it
        is met."""
        over = self.bound - seen if self.at_least else seen - self.bound
        return max(0.0, over / (self.bound or 1.0))


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one measure. `limit` is what physics or a bare library needs for
    the same; a figure without an aim is there to be read."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    limit_is: str = ""
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        """The value in limits."""
        return self.value / self.limit if self.limit else None

    @property
    def verdict(self) -> str:
        """`met`, `missed by 12 %`, or nothing where there is no aim."""
        if self.aim is None:
            return ""
        seen = self.value if self.aim.of == "value" else self.ratio
        if seen is None or isnan(seen):
            return "not measured"
        missed = self.aim.missed_by(seen)
        return f"missed by {missed:.0%}" if missed else "met"

    def as_json(self) -> dict[str, object]:
        """All of it, with what follows from it."""
        aim = None if self.aim is None else str(self.aim)
        seen = {"ratio": self.ratio, "verdict": self.verdict, "aim": aim}
        return {**asdict(self), **seen}


@dataclass(frozen=True, slots=True)
class Line:
    """Cost against growth, for a chart. `steady`: it should not grow at all."""

    title: str
    x_is: str
    y_is: str
    points: Mapping[float, float]
    steady: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """What one measure found; `fed` says what moved the floor meanwhile, `skipped` why
    there is nothing."""

    figures: list[Figure]
    lines: list[Line] = field(default_factory=list)
    fed: str = ""
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """How long and how often: the full run, or the quick one."""

    seconds: float = 8.0
    rounds: int = 3
    quick: bool = False


QUICK = Extent(seconds=4.0, rounds=1, quick=True)
Measure = Callable[[Ground, Extent], Result]


def alternating(
    rounds: int, ours: Callable[[], float], limit: Callable[[], float]
) -> tuple[float, float]:
    """Medians of both, taken in turn, so that a noisy minute falls on both."""
    pairs = [(ours(), limit()) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def share(values: Iterable[float], percent: float) -> float:
    """The percentile; NaN of nothing."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
