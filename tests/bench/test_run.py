"""The bench itself does not rot: twenty pages, two seconds, everything real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.ground import Ground
from bench.load import broadcasts, feeding, pages, watch

pytestmark = [pytest.mark.postgres, pytest.mark.scale]

PAGES = 20


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    yield Ground(tmp_path)


def test_a_tiny_floor_is_fed_watched_and_compared_with_its_limit(
    ground: Ground,
) -> None:
    with (
        ground.product(100) as product,
        pages(product, PAGES, every=1) as crowd,
        feeding(product, 50) as feed,
    ):
        seen = watch(product.pid, crowd, 2.0, feed)
    assert seen.lost == 0
    assert seen.changes > 0
    assert seen.cpu > 0
    assert seen.frames >= PAGES
    assert len(seen.latencies) >= PAGES
    limit = broadcasts(seen.sample, PAGES, 10, 1.0)
    assert limit.frames >= PAGES
    assert limit.cpu > 0
