"""The browser's rule in Python: newest version wins, a snapshot replaces everything,
a pulse must prove what is there."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

from live.digest import digest_of, shown

KINDS = {"conversations": "c", "agents": "a", "queues": "q"}
Thing = dict[str, Any]


def opened(frame: str | bytes) -> dict[str, Any]:
    """What one frame says; the snapshot alone is binary."""
    text = gzip.decompress(frame) if isinstance(frame, bytes) else frame
    said: dict[str, Any] = json.loads(text)
    return said


@dataclass
class Screen:
    """What a page shows, and every pulse that did not prove it."""

    things: dict[tuple[str, int], Thing] = field(default_factory=dict)
    settings: Thing = field(default_factory=dict)
    metrics: Thing = field(default_factory=dict)
    snapshots: int = 0
    pulses: int = 0
    resyncs: list[str] = field(default_factory=list)
    false_stale: list[str] = field(default_factory=list)
    gone: list[Thing] = field(default_factory=list)
    alerts: list[Thing] = field(default_factory=list)

    def take(self, frame: dict[str, Any]) -> None:
        """One frame of the stream, in its order."""
        getattr(self, f"_take_{frame['type']}")(frame)

    @property
    def digest(self) -> str:
        """Computed anew from what is there, not by the server's bookkeeping."""
        versions = ((kind, pk, t["version"]) for (kind, pk), t in self.things.items())
        return shown(digest_of(versions))

    def of(self, kind: str) -> dict[int, Thing]:
        """The conversations (`c`), agents (`a`) or queues (`q`) by their ids."""
        return {pk: thing for (k, pk), thing in self.things.items() if k == kind}

    def shows(self, snapshot: Thing) -> bool:
        """Whether every row, field by field, and the settings are as in `snapshot`."""
        return self.things == _keyed(snapshot) and self.settings == snapshot["settings"]

    def _take_hello(self, frame: Thing) -> None:
        assert frame["protocol"] == 1

    def _take_bye(self, frame: Thing) -> None:
        assert len(frame["retry_ms"]) == 2

    def _take_resync(self, frame: Thing) -> None:
        self.resyncs.append(frame["reason"])

    def _take_snapshot(self, frame: Thing) -> None:
        self.things = _keyed(frame)
        self.settings, self.metrics = frame["settings"], frame["metrics"]
        self.snapshots += 1
        self._prove(frame)

    def _take_rows(self, frame: Thing) -> None:
        for key, thing in _keyed(frame).items():
            shown_now = self.things.get(key)
            if shown_now is None or thing["version"] > shown_now["version"]:
                self.things[key] = thing

    def _take_gone(self, frame: Thing) -> None:
        for name, kind in KINDS.items():
            for left in frame.get(name, ()):
                self.things.pop((kind, left["id"]), None)
                self.gone.append({"kind": kind, **left})

    def _take_settings(self, frame: Thing) -> None:
        self.settings = frame["settings"]

    def _take_metrics(self, frame: Thing) -> None:
        self.metrics = frame["tiles"]

    def _take_alert(self, frame: Thing) -> None:
        self.alerts.append(frame)

    def _take_pulse(self, frame: Thing) -> None:
        self.pulses += 1
        self._prove(frame)

    def _prove(self, frame: Thing) -> None:
        if (frame["digest"], frame["count"]) != (self.digest, len(self.things)):
            self.false_stale.append(
                f"{frame['type']} of tick {frame['tick']}: {frame['digest']} of "
                f"{frame['count']}, but here {self.digest} of {len(self.things)}"
            )


def _keyed(frame: Thing) -> dict[tuple[str, int], Thing]:
    return {
        (kind, thing["id"]): thing
        for name, kind in KINDS.items()
        for thing in frame.get(name, ())
    }
