"""Runs a send to its first suspension, so that the usual one costs no task.

A naive loop over sockets stalls everybody when one client stops reading; a task per
socket costs twice the CPU (realtime.md, sections 1 and 2). Here a send that finishes
at once is done; one that would wait is handed to a task of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any


def step(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run `work` until it waits. None: it has finished; else the task that goes on.

    Whatever `work` raises before it waits is raised here.
    """
    try:
        waiting_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.ensure_future(_rest(work, waiting_for))


async def _rest(work: Coroutine[Any, Any, None], waiting_for: object) -> None:
    await _Resumed(work, waiting_for)


class _Resumed:
    """Goes on with a coroutine that was already begun: waits for what it waits for."""

    def __init__(self, work: Coroutine[Any, Any, None], waiting_for: object) -> None:
        self._work = work
        self._waiting_for = waiting_for

    def __await__(self) -> Generator[Any, Any, None]:
        waiting_for = self._waiting_for
        while True:
            try:
                answer = yield waiting_for
            except BaseException as error:
                resume = partial(self._work.throw, error)
            else:
                resume = partial(self._work.send, answer)
            try:
                waiting_for = resume()
            except StopIteration:
                return
