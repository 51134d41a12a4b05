"""What the hub and the looks at this process's health measure."""

from __future__ import annotations

from prometheus_client import Gauge

PART_OK = Gauge(
    "floorwalker_part_ok",
    "1 while this part of the process is as it should be; the words are at /readyz.",
    ["part"],
)
TIMERS_OVERDUE = Gauge(
    "floorwalker_timers_overdue",
    "Timers in the database that should have fired more than a minute ago.",
)
