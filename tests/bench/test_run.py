"""The bench itself does not rot: few pages, few commands, everything real."""

from __future__ import annotations

import pytest

from bench.ground import Ground
from bench.load import broadcasts, feeding, pages, watch
from bench.measures import commands
from bench.posts import POSTS

pytestmark = [pytest.mark.postgres, pytest.mark.scale]

PAGES = 20
ROWS = 100


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("ground"))


def test_a_tiny_floor_is_fed_watched_and_compared_with_its_limit(
    ground: Ground,
) -> None:
    with (
        ground.product(ROWS) as product,
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


def test_a_replay_of_few_commands_stores_what_the_product_has_stored(
    ground: Ground,
) -> None:
    found = commands.compare(ground, rounds=1, each=3, rows=ROWS, warm=1)
    assert list(found) == list(POSTS)
    for (pair,) in found.values():
        assert len(pair.ours.times) == len(pair.limit.times) == 3
        for lap in (pair.ours, pair.limit):
            assert lap.cpu > 0
            assert lap.database > 0
        assert pair.statements > 5
