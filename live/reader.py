"""Looks at the database from an event loop: in a thread of their own, on a connection
of its own, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection

P = ParamSpec("P")
R = TypeVar("R")


class Reader:
    """Runs looks one after the other, so that they never overtake each other."""

    def __init__(self, name: str = "hub-reader") -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def __call__(
        self, look: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """`look` in the reader's thread; its errors are the caller's."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, lambda: _looked(look, *args, **kwargs)
        )

    def close(self) -> None:
        """End the thread and its connection."""
        # Looked up in that thread: `connection` is another one in each.
        self._thread.submit(lambda: connection.close())
        self._thread.shutdown(wait=False)


async def aside(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """A short piece of work on the database, in a thread that keeps no connection."""
    return await asyncio.to_thread(lambda: _kept_clean(lambda: work(*args, **kwargs)))


def _kept_clean(work: Callable[[], R]) -> R:
    try:
        return work()
    finally:
        connection.close()


def _looked(look: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    close_old_connections()
    return look(*args, **kwargs)
