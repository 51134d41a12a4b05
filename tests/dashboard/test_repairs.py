"""Changes for which no doorbell rang are put right, and counted as lost doorbells."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from dashboard.hub import Hub
from dashboard.meters import HubMeters
from dashboard.process import Process
from tests import building
from tests.dashboard.stage import Stage, eventually

pytestmark = pytest.mark.behaviour


def compare(stage: Stage, hub: Hub) -> None:
    before = hub.counts.comparisons
    stage.call(hub.doubt)
    eventually(lambda: hub.counts.comparisons > before, "a comparison")


def repaired(hub: Hub) -> float | None:
    process, registry = Process(), CollectorRegistry()
    process.hub = hub
    registry.register(HubMeters(process))
    return registry.get_sample_value("floorwalker_hub_repaired_total")


def test_what_nobody_rang_for_is_counted(stage: Stage) -> None:
    stream = building.a_workstream()
    hub = stage.hub(hears=False)
    building.arrives(stream=stream)
    compare(stage, hub)
    assert repaired(hub) == 0, "the doorbell may just be under way"
    compare(stage, hub)
    assert repaired(hub) == 1


def test_what_rang_is_not(stage: Stage) -> None:
    stream = building.a_workstream()
    hub = stage.hub()
    looks = hub.counts.looks
    building.arrives(stream=stream)
    eventually(lambda: hub.counts.looks > looks, "the hub has looked")
    for _each in range(3):
        compare(stage, hub)
    assert repaired(hub) == 0
