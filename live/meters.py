"""What doorbells and open sockets count. Sends are counted in plain numbers and made
into samples when somebody asks: a counter that locks would be felt on every frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import REGISTRY, Counter, Gauge
from prometheus_client.core import CounterMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

DOORBELLS = Counter(
    "floorwalker_doorbells_total",
    "Doorbells between processes: sent, not_sent (Redis away), heard.",
    ["fate"],
)
DOUBTS = Counter(
    "floorwalker_doorbell_doubts_total",
    "Times that doorbells may have been missed, so that everything was compared.",
)
OPEN_SOCKETS = Gauge(
    "floorwalker_open_sockets", "Sockets open in this process, by door.", ["door"]
)
CLOSED_SOCKETS = Counter(
    "floorwalker_sockets_closed_total",
    "Sockets that ended, by door and close code; codes of no meaning here are other.",
    ["door", "code"],
)
COMPARISON_AGE = Gauge(
    "floorwalker_comparison_age_seconds",
    "Age of the last successful comparison with the database, by what is compared.",
    ["of"],
)
TYPE_FIRST = '{"type":"'
CODES = frozenset(
    {1000, 1001, 1005, 1006, 1009, 1011, 1012, 1013, 4400, 4401, 4403, 4404, 4408}
)
"""Close codes that mean something here; any other number is its sender's invention."""


class Sent(Collector):
    """Frames and bytes handed to sockets, by the frames' kind; written by the event
    loop alone."""

    def __init__(self) -> None:
        self._frames: dict[str, int] = {}
        self._bytes: dict[str, int] = {}
        self._newest, self._times = "", 0

    def told(self, text: str) -> None:
        """This frame went to a socket; to many in a row it costs next to nothing."""
        if text is self._newest:
            self._times += 1
            return
        self._settle()
        self._newest, self._times = text, 1

    def note(self, kind: str, size: int, times: int = 1) -> None:
        """`times` frames of a kind, each of so many bytes, went to sockets."""
        self._frames[kind] = self._frames.get(kind, 0) + times
        self._bytes[kind] = self._bytes.get(kind, 0) + size * times

    def collect(self) -> Iterator[Metric]:
        """The two families, as they stand now."""
        self._settle()
        yield _family(
            "floorwalker_frames_sent", "Frames sent to sockets, by kind.", self._frames
        )
        yield _family(
            "floorwalker_frame_bytes_sent",
            "Bytes of frames sent to sockets, by kind.",
            self._bytes,
        )

    def _settle(self) -> None:
        if self._times:
            size, times = len(self._newest), self._times
            self.note(_kind(self._newest), size, times)
            self._times = 0


def _kind(text: str) -> str:
    """Frames begin with their `type` (interface, WebSocket): read without parsing."""
    start = len(TYPE_FIRST)
    return text[start : text.find('"', start)] if text.startswith(TYPE_FIRST) else "?"


def closed(door: str, code: int | None) -> None:
    """A socket of this door has ended."""
    OPEN_SOCKETS.labels(door).dec()
    CLOSED_SOCKETS.labels(door, str(code) if code in CODES else "other").inc()


def _family(name: str, meaning: str, counts: dict[str, int]) -> Metric:
    family = CounterMetricFamily(name, meaning, labels=["kind"])
    pairs: Iterable[tuple[str, int]] = tuple(counts.items())
    for kind, value in pairs:
        family.add_metric([kind], value)
    return family


SENT = Sent()
REGISTRY.register(SENT)
