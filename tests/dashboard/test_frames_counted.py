"""Frames are counted by kind, however many sockets one of them goes to."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from live.meters import Sent


def test_the_same_frame_to_many_sockets_counts_for_each() -> None:
    sent, registry = Sent(), CollectorRegistry()
    registry.register(sent)
    rows, pulse = '{"type":"rows","tick":1}', '{"type":"pulse"}'
    for text in (rows, rows, rows, pulse, rows, "no frame"):
        sent.told(text)
    sent.note("snapshot", 100)

    def value(name: str, kind: str) -> float | None:
        return registry.get_sample_value(f"floorwalker_{name}_total", {"kind": kind})

    assert value("frames_sent", "rows") == 4
    assert value("frame_bytes_sent", "rows") == 4 * len(rows)
    assert value("frames_sent", "pulse") == 1
    assert value("frames_sent", "?") == 1
    assert value("frame_bytes_sent", "snapshot") == 100
