"""What became of each fault: fault, time to detect, time to truth, lost, doubled."""

from __future__ import annotations

from dataclasses import asdict, dataclass

HEADINGS = (
    "fault",
    "held",
    "detected",
    "true again",
    "longest behind",
    "lost",
    "twice",
)
FORMAT = "{:44} {:>6} {:>9} {:>10} {:>14} {:>5} {:>5} {:>6} {:>8}\n"


@dataclass(frozen=True, slots=True)
class Line:
    """Seconds; `detected` is None where no screen had to stop calling itself live.

    `behind`: how long, at the most, a screen that called itself live was behind.
    """

    fault: str
    held: float
    detected: float | None
    true_again: float
    behind: float
    lost: int
    doubled: int
    lies: int
    answers: int


lines: list[Line] = []


def plain() -> list[dict[str, object]]:
    """For a file."""
    return [asdict(line) for line in lines]


def shown() -> str:
    """For people."""
    heads = (*HEADINGS, "lies", "answers")
    return "".join([FORMAT.format(*heads), *(_shown(line) for line in lines)])


def _shown(line: Line) -> str:
    detected = "-" if line.detected is None else f"{line.detected:.1f} s"
    return FORMAT.format(
        line.fault,
        f"{line.held:.0f} s",
        detected,
        f"{line.true_again:.1f} s",
        f"{line.behind:.1f} s",
        line.lost,
        line.doubled,
        line.lies,
        line.answers,
    )
