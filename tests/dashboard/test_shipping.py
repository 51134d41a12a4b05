"""Snapshots that something comes between: nobody is left with a part of the truth."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dashboard.audience import Audience
from dashboard.hub import Hub
from tests import building
from tests.dashboard.stage import Stage, eventually
from tests.dashboard.test_bursts import give_units
from tests.dashboard.writers import House

pytestmark = pytest.mark.behaviour


def the_audience(hub: Hub) -> Audience:
    (audience,) = hub.audiences
    return audience


@contextmanager
def packer_held(hub: Hub) -> Iterator[None]:
    """Nothing is packed in this block."""
    is_free = threading.Event()
    hub.shipping._thread.submit(is_free.wait)
    try:
        yield
    finally:
        is_free.set()


def test_settings_that_change_while_a_snapshot_is_packed_cost_no_change(
    stage: Stage,
) -> None:
    house = House()
    hub = stage.hub()
    page = stage.page(hub, house.boss)
    audience = the_audience(hub)
    with packer_held(hub):
        audience.parcel = None
        stage.call(hub.refresh, page.watcher)
        awaited = audience.parcel
        building.settings_are(force_close=False)
        eventually(lambda: audience.parcel is not awaited, "given up as outdated")
        before = hub.tick
        give_units(house.agent, 77)
        eventually(lambda: hub.tick > before, "told, and not noted in that one")
    page.must_follow()
    page.must_hear("pulse", page.socket.kinds().count("pulse") + 2)
    assert page.look().false_stale == []


def test_a_scope_that_fails_to_take_a_change_is_seen_anew_by_its_pages(
    stage: Stage,
) -> None:
    house = House()
    page = stage.page(stage.hub(), house.boss)
    del the_audience(page.hub).view._tally
    give_units(house.agent, 77)
    page.must_follow()
    give_units(house.agent, 78)
    page.must_follow()
