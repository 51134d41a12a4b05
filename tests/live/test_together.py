"""Many who ask at once are answered by few looks, and each by one that began later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from threading import Event

import pytest
import pytest_asyncio

from live.reader import Reader
from live.together import MOST_AT_ONCE, MOST_WAITING, Together, TooMany

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """Looks things up, when it is let; `asked` is what each look was for."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.open = Event()
        self.open.set()
        self.fails = False

    def look(self, keys: Collection[int]) -> dict[int, str]:
        self.asked.append(list(keys))
        self.open.wait(15)
        if self.fails:
            raise ConnectionError
        return {key: f"#{key}" for key in keys if key >= 0}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest_asyncio.fixture
async def together(desk: Desk) -> AsyncIterator[Together[int, str]]:
    reader = Reader("test")
    yield Together(reader, desk.look)
    reader.close()


async def test_who_asks_while_a_look_runs_is_in_the_next(
    desk: Desk, together: Together[int, str]
) -> None:
    desk.open.clear()
    first = asyncio.ensure_future(together(1))
    while not desk.asked:
        await asyncio.sleep(0)
    others = [asyncio.ensure_future(together(key)) for key in (2, 3, 3, 1)]
    await asyncio.sleep(0)
    desk.open.set()
    answers = await asyncio.gather(first, *others)
    assert answers == ["#1", "#2", "#3", "#3", "#1"]
    assert desk.asked == [[1], [2, 3, 1]]


async def test_a_thousand_cost_a_dozen_looks(
    desk: Desk, together: Together[int, str]
) -> None:
    answers = await asyncio.gather(*(together(key) for key in range(1_000)))
    assert answers == [f"#{key}" for key in range(1_000)]
    assert len(desk.asked) == 1_000 // MOST_AT_ONCE


async def test_what_is_not_found_is_none(together: Together[int, str]) -> None:
    assert await together(-1) is None


async def test_a_look_that_fails_fails_for_its_askers_alone(
    desk: Desk, together: Together[int, str]
) -> None:
    desk.fails = True
    failed = await asyncio.gather(together(1), together(2), return_exceptions=True)
    assert [type(one) for one in failed] == [ConnectionError] * 2
    desk.fails = False
    assert await together(1) == "#1"


async def test_more_than_can_be_answered_are_turned_away(
    desk: Desk, together: Together[int, str]
) -> None:
    desk.open.clear()
    asks = [asyncio.ensure_future(together(n)) for n in range(MOST_WAITING + 1)]
    await asyncio.sleep(0)
    desk.open.set()
    done = await asyncio.gather(*asks, return_exceptions=True)
    assert [type(one) for one in done if not isinstance(one, str)] == [TooMany]


async def test_one_who_leaves_takes_nothing_from_the_others(
    desk: Desk, together: Together[int, str]
) -> None:
    desk.open.clear()
    leaving, staying = (asyncio.ensure_future(together(7)) for _each in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    desk.open.set()
    assert await staying == "#7"
