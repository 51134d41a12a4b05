"""A send runs to its first suspension; what is left goes on in a task of its own."""

from __future__ import annotations

import asyncio

import pytest

from dashboard.eager import step

Frames = list[str]


async def sends(frames: Frames, gate: asyncio.Event, *texts: str) -> None:
    for text in texts:
        await gate.wait()
        frames.append(text)


async def test_what_finishes_at_once_costs_no_task() -> None:
    frames, gate = Frames(), asyncio.Event()
    gate.set()
    before = asyncio.all_tasks()
    assert step(sends(frames, gate, "a", "b")) is None
    assert frames == ["a", "b"]
    assert asyncio.all_tasks() == before


async def test_what_waits_goes_on_where_it_stopped() -> None:
    frames, gate = Frames(), asyncio.Event()
    task = step(sends(frames, gate, "a", "b"))
    assert task is not None
    assert frames == []
    gate.set()
    await task
    assert frames == ["a", "b"]


async def test_it_waits_as_often_as_it_must() -> None:
    frames = Frames()

    async def slow() -> None:
        for number in range(5):
            await asyncio.sleep(0)
            await asyncio.get_running_loop().run_in_executor(None, lambda: None)
            frames.append(str(number))

    task = step(slow())
    assert task is not None
    await task
    assert frames == ["0", "1", "2", "3", "4"]


async def test_what_it_awaited_is_done_before_the_task_begins() -> None:
    frames: Frames = []
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def wait() -> None:
        frames.append(await future)

    task = step(wait())
    future.set_result("came at once")
    assert task is not None
    await task
    assert frames == ["came at once"]


async def test_an_error_before_waiting_is_raised_here() -> None:
    async def fails() -> None:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        step(fails())


async def test_an_error_after_waiting_is_the_tasks() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise ConnectionResetError

    task = step(fails())
    assert task is not None
    with pytest.raises(ConnectionResetError):
        await task


async def test_an_error_of_what_it_awaits_can_be_caught_inside() -> None:
    caught: list[str] = []
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def careful() -> None:
        try:
            await future
        except OSError as error:
            caught.append(str(error))

    task = step(careful())
    future.set_exception(OSError("gone"))
    assert task is not None
    await task
    assert caught == ["gone"]


async def test_a_cancelled_one_cleans_up() -> None:
    cleaned: list[bool] = []

    async def holds() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    task = step(holds())
    assert task is not None
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned == [True]
