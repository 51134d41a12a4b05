"""The verdict on a soak: what grows, slows or drifts is named, what is steady not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.soaking import Sample, Soak

SAMPLES = 12


def soak(
    memory: Callable[[int], float] = lambda _n: 200.0,
    p99: Callable[[int], float] = lambda _n: 0.1,
    drift: int = 0,
) -> Soak:
    """One that was steady but for these; each is a function of the sample's number."""
    made = Soak(pages=200, rate=300)
    for number in range(SAMPLES):
        made.samples.append(
            Sample(
                at=10.0 * number,
                memory={"node1": memory(number), "edge": 20.0},
                p50=0.05,
                p99=p99(number),
                frames=1,
                pulses=1,
                drift=drift if number == 0 else 0,
                returns=0,
                fed=3_000,
                answered=0,
            )
        )
    return made


def test_a_steady_one_has_no_faults() -> None:
    assert soak().faults() == []


def test_what_warms_up_at_first_is_steady_too() -> None:
    assert soak(memory=lambda number: min(200.0, 100 + 50 * number)).faults() == []


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (soak(memory=lambda number: 200 + 3.0 * number), "memory grows: node1 1.08"),
        (soak(p99=lambda number: 0.1 + 0.05 * number), "p99 grows: 2.00"),
        (soak(drift=2), "drift: 2"),
    ],
    ids=["leaks", "slows", "drifts"],
)
def test_what_is_not_steady_is_named(made: Soak, fault: str) -> None:
    assert made.faults() == [fault]


def test_a_lie_is_named() -> None:
    made = soak()
    made.lies = 1
    assert made.faults() == ["lies: 1"]
