"""What the hub and the looks at this process's health measure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from conversations.meters import SPANS

if TYPE_CHECKING:
    from dashboard.hub import Hub
    from dashboard.process import Process

PART_OK = Gauge(
    "floorwalker_part_ok",
    "1 while this part of the process is as it should be; the words are at /readyz.",
    ["part"],
)
TIMERS_OVERDUE = Gauge(
    "floorwalker_timers_overdue",
    "Timers in the database that should have fired more than a minute ago.",
)
LOOKING = Histogram(
    "floorwalker_hub_look_seconds",
    "How long a look of the hub took, from the doorbell's things to everybody told.",
    buckets=SPANS,
)
COMPARING = Histogram(
    "floorwalker_hub_comparison_seconds",
    "How long a comparison of everything ongoing with the database took.",
    buckets=SPANS,
)
RESYNCS = Counter(
    "floorwalker_resyncs_total",
    "Pages that were so far behind that they were given the whole instead.",
)
COUNTS = {
    "looks": "Looks of the hub at what doorbells or comparisons named.",
    "rows_read": "Rows that the hub has read in its looks.",
    "comparisons": "Successful comparisons of everything with the database.",
    "repaired": "Changes that a comparison found and no doorbell rang for.",
}
"""What the hub keeps in plain numbers, by their names there."""


class HubMeters(Collector):
    """The hub's own numbers, made into samples when somebody asks."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def collect(self) -> Iterator[Metric]:
        """As they stand now; without a hub there are names and no samples."""
        hub = self._process.hub
        for name, meaning in COUNTS.items():
            values = [] if hub is None else [getattr(hub.counts, name)]
            yield _counter(f"floorwalker_hub_{name}", meaning, values)
        packed = [] if hub is None else [hub.shipping.packed]
        yield _counter(
            "floorwalker_snapshots_packed", "Snapshots packed, one a scope.", packed
        )
        yield _pending(hub)


def _counter(name: str, meaning: str, values: list[int]) -> Metric:
    family = CounterMetricFamily(name, meaning)
    for value in values:
        family.add_metric([], value)
    return family


def _pending(hub: Hub | None) -> Metric:
    family = GaugeMetricFamily(
        "floorwalker_pending_rows",
        "Rows that wait for slow pages: of all, and of the slowest.",
        labels=["of"],
    )
    if hub is not None:
        waiting = [page.stream.pending for page in hub.audiences.pages]
        family.add_metric(["all"], sum(waiting))
        family.add_metric(["slowest"], max(waiting, default=0))
    return family
