"""What is sampled during a soak, the verdict on it, and its chart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from tests.faults.centre import Centre, children_of

FLAT = 1.05
"""The last quarter may have so much of the second one's memory: the first warms up."""
STEADY = 1.5
"""The same for the slowest frames, which a busy machine moves more."""
MB = 1024.0


@dataclass(slots=True)
class Sample:
    """One span: memory in MB of each part, delays in seconds, counts of the span."""

    at: float
    memory: dict[str, float]
    p50: float | None
    p99: float | None
    frames: int
    pulses: int
    drift: int
    returns: int
    fed: int
    answered: int


@dataclass(slots=True)
class Soak:
    """All samples, and what was found at the end."""

    pages: int
    rate: float
    samples: list[Sample] = field(default_factory=list)
    lies: int = 0
    judged: int = 0
    lost: int = 0
    doubled: int = 0

    @property
    def drift(self) -> int:
        """Pulses that a page could not agree with."""
        return sum(sample.drift for sample in self.samples)

    def growth(self) -> dict[str, float]:
        """Memory of each part, the last quarter over the second."""
        return {
            part: _ratio([sample.memory[part] for sample in self.samples])
            for part in self.samples[0].memory
        }

    def slowing(self) -> float:
        """The slowest frames, the last quarter over the second."""
        return _ratio([sample.p99 for sample in self.samples if sample.p99 is not None])

    def faults(self) -> list[str]:
        """What must not be said of it."""
        grown = [f"{part} {by:.2f}" for part, by in self.growth().items() if by > FLAT]
        found = {
            "memory grows": ", ".join(grown),
            "p99 grows": self.slowing() > STEADY and f"{self.slowing():.2f}",
            "drift": self.drift,
            "lies": self.lies,
            "lost": self.lost,
            "doubled": self.doubled,
        }
        return [f"{name}: {what}" for name, what in found.items() if what]

    def write(self, folder: Path) -> None:
        """`soak.json` and `soak.png`."""
        folder.mkdir(parents=True, exist_ok=True)
        facts = asdict(self) | {
            "growth": self.growth(),
            "slowing": self.slowing(),
            "faults": self.faults(),
        }
        (folder / "soak.json").write_text(json.dumps(facts, indent=2) + "\n")
        _chart(self, folder / "soak.png")


def memory_of(centre: Centre) -> dict[str, float]:
    """MB that each part and its children have in memory."""
    pids = {name: part.child.pid for name, part in centre.parts.items() if name != "db"}
    return {name: _resident([pid, *children_of(pid)]) for name, pid in pids.items()}


def _resident(pids: Sequence[int]) -> float:
    total = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if "VmRSS" in line)
    return total / MB


def _ratio(values: Sequence[float]) -> float:
    quarter = max(1, len(values) // 4)
    if len(values) < 4:
        return 1.0
    return median(values[-quarter:]) / median(values[quarter : 2 * quarter])


def _chart(soak: Soak, file: Path) -> None:
    # Only the long run needs it, and it takes a second to import.
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    begun = soak.samples[0].at
    minutes = [(sample.at - begun) / 60 for sample in soak.samples]
    figure, (top, middle, bottom) = pyplot.subplots(
        3, 1, sharex=True, figsize=(9, 8), layout="constrained"
    )
    for name, values in _delays(soak).items():
        top.plot(minutes, values, label=name)
    top.set_ylabel("commit to frame, ms")
    for part in soak.samples[0].memory:
        middle.plot(minutes, [each.memory[part] for each in soak.samples], label=part)
    middle.set_ylabel("resident memory, MB")
    bottom.plot(minutes, [sample.drift for sample in soak.samples], label="drift")
    bottom.plot(minutes, [sample.returns for sample in soak.samples], label="returns")
    bottom.set_ylabel("per 10 s")
    bottom.set_xlabel("minutes")
    for plot in (top, middle, bottom):
        plot.set_ylim(bottom=0)
        plot.grid(alpha=0.3)
        plot.legend(loc="upper left", ncols=4, fontsize="small")
    figure.suptitle(f"{soak.pages} dashboards, {soak.rate:g} changes a second")
    figure.savefig(file, dpi=120)
    pyplot.close(figure)


def _delays(soak: Soak) -> Mapping[str, list[float]]:
    return {
        "p50": [1000 * (sample.p50 or 0) for sample in soak.samples],
        "p99": [1000 * (sample.p99 or 0) for sample in soak.samples],
    }
