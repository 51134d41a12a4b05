"""Answers many who ask at about the same time with one look at the database.

Who asks while a look runs is in the next one: alone one waits for nobody, and a
thousand browsers that come back at once cost a dozen looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Generic, TypeVar

from live.reader import Reader, aside

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST_AT_ONCE = 100
MOST_WAITING = 2_000


class TooMany(Exception):
    """More wait already than could be answered in reasonable time."""


class Together(Generic[K, V]):
    """`look` answers for many keys; a key that it leaves out is answered with None.
    Without a reader each look takes a connection for itself and gives it back."""

    def __init__(
        self,
        reader: Reader | None,
        look: Callable[[Collection[K]], Mapping[K, V]],
    ) -> None:
        self._read = reader or aside
        self._look = look
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def __call__(self, key: K) -> V | None:
        """The answer for this key, read after it was asked for."""
        if key not in self._waiting:
            if len(self._waiting) >= MOST_WAITING:
                raise TooMany
            self._waiting[key] = asyncio.get_running_loop().create_future()
        answer = self._waiting[key]
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_for_all())
        return await asyncio.shield(answer)

    async def _look_for_all(self) -> None:
        try:
            while self._waiting:
                await self._look_once()
        finally:
            self._looking = None

    async def _look_once(self) -> None:
        keys = list(self._waiting)[:MOST_AT_ONCE]
        asked = {key: self._waiting.pop(key) for key in keys}
        try:
            found = await self._read(self._look, keys)
        except Exception as error:
            for answer in asked.values():
                answer.set_exception(error)
            return
        for key, answer in asked.items():
            answer.set_result(found.get(key))
