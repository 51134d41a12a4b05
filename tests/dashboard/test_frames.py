"""The frames beside the rows have the fields that interface.md names."""

from __future__ import annotations

import json
import re

from dashboard import frames

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_hello_names_protocol_hub_and_pace() -> None:
    said = json.loads(frames.hello("ab12", 7, 2.0))
    assert STAMP.fullmatch(said.pop("server_time"))
    assert said == {
        "type": "hello",
        "protocol": 1,
        "pulse_seconds": 2.0,
        "hub": "ab12",
        "tick": 7,
    }


def test_a_pulse_shows_its_digest_in_sixteen_digits() -> None:
    said = json.loads(
        frames.pulse(
            hub="ab12",
            tick=7,
            compared_at=None,
            steady=(12.34567, 11.0),
            digest=0xAB,
            count=3,
            settings_version=2,
        )
    )
    assert STAMP.fullmatch(said.pop("server_time"))
    assert said == {
        "type": "pulse",
        "compared_at": None,
        "steady_now": 12.346,
        "steady_compared": 11.0,
        "hub": "ab12",
        "tick": 7,
        "digest": "00000000000000ab",
        "count": 3,
        "settings_version": 2,
    }


def test_settings_metrics_and_bye() -> None:
    assert json.loads(frames.settings(7, {"version": 2})) == {
        "type": "settings",
        "tick": 7,
        "settings": {"version": 2},
    }
    assert json.loads(frames.metrics(7, {"open": 1})) == {
        "type": "metrics",
        "tick": 7,
        "tiles": {"open": 1},
    }
    assert json.loads(frames.bye()) == {"type": "bye", "retry_ms": [500, 5000]}
