"""Counts what was sent, how late, and what was refused; tells it in one line. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil, log

FINEST = 0.001
STEP = 1.15


@dataclass(slots=True)
class Lags:
    """How late things were, in steps of 15 %: bounded however long the replay runs."""

    counts: Counter[int] = field(default_factory=Counter)
    worst: float = 0.0

    def add(self, seconds: float) -> None:
        """One more; early is not late."""
        step = 0 if seconds <= FINEST else ceil(log(seconds / FINEST, STEP))
        self.counts[step] += 1
        self.worst = max(self.worst, seconds)

    def at(self, share: float) -> float:
        """The lag that this share of all did not exceed; 0 for none."""
        wanted = self.total * share
        for step in sorted(self.counts):
            wanted -= self.counts[step]
            if wanted <= 0:
                return min(FINEST * STEP**step, self.worst)
        return 0.0

    @property
    def total(self) -> int:
        """How many there were."""
        return self.counts.total()


@dataclass(slots=True)
class Tally:
    """Of one period, or of the whole replay."""

    customer: Lags = field(default_factory=Lags)
    agent_messages: int = 0
    opened: int = 0
    ended: int = 0
    requests: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def messages(self) -> int:
        """Whatever anybody said."""
        return self.customer.total + self.agent_messages

    def line(self, ongoing: int, seconds: float) -> str:
        """The report of one period."""
        return (
            f"{ongoing} ongoing; {self.opened} opened, {self.ended} ended;"
            f" {self.messages / seconds:.1f} messages/s,"
            f" {self.requests / seconds:.0f} requests/s; {_lateness(self.customer)}"
            f"{_listed('failed', self.failed)}"
        )

    def summary(self) -> list[str]:
        """The whole, for the end."""
        return [
            f"Sent {self.customer.total} customers' messages"
            f" and {self.agent_messages} agents';"
            f" opened {self.opened}, ended {self.ended};"
            f" {self.requests} requests.",
            f"Customers' messages: {_lateness(self.customer)}.",
            f"Refused: {_counts(self.refused) or 'nothing'}."
            f" Failed: {_counts(self.failed) or 'nothing'}.",
        ]


def _lateness(lags: Lags) -> str:
    return (
        f"late by {lags.at(0.5):.2f} s (p50), {lags.at(0.95):.2f} s (p95),"
        f" {lags.worst:.2f} s at most"
    )


def _listed(what: str, counts: Counter[str]) -> str:
    return f"; {what}: {_counts(counts)}" if counts else ""


def _counts(counts: Counter[str]) -> str:
    return ", ".join(_each(counts.most_common()))


def _each(counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    for code, count in counts:
        yield f"{code} {count}"
