"""One browser's stream: in step, behind with only the newest of each, or told anew."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from dashboard.floor import Change, Floor
from dashboard.scope_view import ScopeView, gone_frame, rows_frame
from dashboard.stream import MAX_PENDING, MAX_UNACKED, STUCK_AFTER, Stream, Whole
from tests.dashboard.stage import Socket
from tests.dashboard.things import conversation, drop, put

GREETING = '{"type":"hello"}'


class Browser:
    """A stream over a small floor, its socket, and a clock that the test moves."""

    def __init__(self) -> None:
        self.floor = Floor()
        self.view = ScopeView(frozenset({1}), self.floor)
        self.socket = Socket()
        self.time = 0.0
        self.tick = 0
        self.stream = Stream(
            self.view,
            self.socket.send,
            greeting=GREETING,
            now=lambda: self.time,
            on_writable=self.catch_up,
        )

    def catch_up(self) -> None:
        self.stream.catch_up(self.tick, self.snapshot)

    def snapshot(self) -> Whole:
        shown = {f"{kind}{pk}": item.version for (kind, pk), item in self.view.items()}
        text = json.dumps({"type": "snapshot", **shown})
        return Whole(self.tick, gzip.compress(text.encode()), {})

    def change(self, *pks: int) -> None:
        """A tick in which these conversations moved."""
        self.tell(
            [
                put(self.floor, "c", pk, conversation(self.tick + 2, agents=()))
                for pk in pks
            ]
        )

    def close(self, pk: int) -> None:
        self.tell(drop(self.floor, "c", pk))

    def tell(self, changes: list[Change]) -> None:
        self.tick += 1
        delta = self.view.absorb(changes)
        ready = [rows_frame(self.tick, delta.rows)] if delta.rows else []
        ready += [gone_frame(self.tick, delta.gone)] if delta.gone else []
        self.stream.tell(self.tick, delta, ready)

    def said(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.socket.said if frame["type"] == kind]


@pytest.fixture
def tab() -> Browser:
    """In step, with two conversations on its screen."""
    browser = Browser()
    put_both = [put(browser.floor, "c", pk, conversation(1)) for pk in (7, 8)]
    browser.view.absorb(put_both)
    browser.catch_up()
    return browser


async def settled(condition: Callable[[], bool]) -> None:
    """Let the loop run until it is so."""
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.sleep(0)


def test_first_it_is_greeted_and_gets_the_whole_truth(tab: Browser) -> None:
    assert tab.socket.said == [
        {"type": "hello"},
        {"type": "snapshot", "c7": 1, "c8": 1},
    ]
    assert tab.stream.in_step


def test_before_its_snapshot_it_is_told_nothing() -> None:
    browser = Browser()
    browser.change(7)
    browser.stream.tell_extra("metrics", '{"type":"metrics"}')
    assert browser.socket.frames == []
    browser.catch_up()
    assert browser.socket.kinds() == ["hello", "snapshot", "metrics"]


def test_in_step_it_gets_every_tick_as_it_is(tab: Browser) -> None:
    tab.change(7)
    tab.close(8)
    assert [f["tick"] for f in tab.said("rows")] == [1]
    [gone] = tab.said("gone")
    assert [left["id"] for left in gone["conversations"]] == [8]


async def test_behind_it_keeps_only_the_newest_of_each(tab: Browser) -> None:
    tab.socket.gate.clear()
    tab.change(7)
    for _each in range(50):
        tab.change(7, 8)
    assert not tab.stream.in_step
    tab.socket.gate.set()
    await settled(lambda: tab.stream.in_step)
    first, second = tab.said("rows")
    assert [row["version"] for row in first["conversations"]] == [2]
    assert [row["version"] for row in second["conversations"]] == [52, 52]
    assert second["tick"] == tab.tick


async def test_what_left_while_it_was_behind_is_told_as_gone(tab: Browser) -> None:
    tab.socket.gate.clear()
    tab.change(7)
    tab.close(8)
    tab.change(8)
    tab.close(7)
    tab.socket.gate.set()
    await settled(lambda: tab.stream.in_step)
    assert [left["id"] for left in tab.said("gone")[0]["conversations"]] == [7]
    assert tab.said("rows")[1]["conversations"] == [{"version": 4, "queue": 1}]


async def test_beside_the_rows_only_the_newest_of_a_kind_waits(
    tab: Browser,
) -> None:
    tab.socket.gate.clear()
    tab.change(7)
    for number in range(3):
        tab.stream.tell_extra("metrics", f'{{"type":"metrics","n":{number}}}')
        tab.stream.tell_extra(f"alert.{number}", '{"type":"alert"}')
    tab.socket.gate.set()
    await settled(lambda: len(tab.socket.frames) == 7)
    assert tab.said("metrics") == [{"type": "metrics", "n": 2}]
    assert len(tab.said("alert")) == 3


async def test_an_older_one_never_comes_after_a_newer_one(tab: Browser) -> None:
    tab.socket.gate.clear()
    tab.change(7)
    tab.stream.tell_extra("settings", '{"type":"settings","n":1}')
    tab.socket.gate.set()
    # The send has just ended, but nobody has been told yet that it has.
    await settled(lambda: tab.stream.in_step)
    tab.stream.tell_extra("settings", '{"type":"settings","n":2}')
    await settled(lambda: tab.said("settings") != [])
    tab.catch_up()
    assert tab.said("settings")[-1]["n"] == 2


async def test_more_than_the_cap_pending_becomes_a_snapshot(tab: Browser) -> None:
    tab.socket.gate.clear()
    tab.change(7)
    tab.change(*range(100, 100 + MAX_PENDING))
    assert not tab.stream.needs_snapshot
    tab.change(99)
    assert tab.stream.needs_snapshot
    tab.socket.gate.set()
    await settled(lambda: tab.stream.in_step)
    kinds = ["hello", "snapshot", "rows", "resync", "snapshot"]
    assert tab.socket.kinds() == kinds
    assert len(tab.said("snapshot")[-1]) == 1 + 2 + MAX_PENDING + 1


def test_asked_for_the_whole_truth_it_gets_it_without_a_greeting(
    tab: Browser,
) -> None:
    tab.stream.ask_for_snapshot()
    tab.change(7)
    tab.catch_up()
    assert tab.socket.kinds() == ["hello", "snapshot", "snapshot"]
    assert tab.said("snapshot")[-1]["c7"] == 2


def fill_window(tab: Browser) -> None:
    """As much as may be out unacknowledged."""
    tab.stream.acknowledge(0)
    big = "x" * (MAX_UNACKED + 1)
    delta = tab.view.absorb([put(tab.floor, "c", 7, conversation(40))])
    tab.tick += 1
    tab.stream.tell(tab.tick, delta, [f'{{"type":"rows","x":"{big}"}}'])


def test_whoever_acknowledges_is_sent_no_more_than_the_window(tab: Browser) -> None:
    fill_window(tab)
    tab.change(8)
    assert not tab.stream.in_step
    assert len(tab.said("rows")) == 1
    tab.stream.acknowledge(tab.tick - 2)
    tab.catch_up()
    assert len(tab.said("rows")) == 1
    tab.stream.acknowledge(tab.tick - 1)
    tab.catch_up()
    assert len(tab.said("rows")) == 2
    assert tab.stream.in_step


def test_a_quiet_floor_never_fills_the_window(tab: Browser) -> None:
    """A page acknowledges ticks; pulses and tiles have none of their own, so on a
    quiet floor no acknowledgement would ever come for them."""
    tab.change(7)
    tab.stream.acknowledge(tab.tick)
    pulse = f'{{"type":"pulse","x":"{"x" * 1_000}"}}'
    for _each in range(MAX_UNACKED // 1_000 + 10):
        tab.stream.tell_extra("pulse", pulse)
    tab.stream.ask_for_snapshot()
    tab.catch_up()
    assert tab.stream.in_step


def test_whoever_never_acknowledged_is_held_by_the_server_alone(
    tab: Browser,
) -> None:
    for _each in range(3):
        delta = tab.view.absorb([])
        tab.stream.tell(tab.tick, delta, ['{"type":"rows"}' * MAX_UNACKED])
    assert tab.stream.in_step


async def test_stuck_is_who_takes_nothing_for_long(tab: Browser) -> None:
    tab.socket.gate.clear()
    tab.change(7)
    tab.catch_up()
    tab.time += STUCK_AFTER
    assert not tab.stream.is_stuck
    tab.time += 1
    assert tab.stream.is_stuck
    tab.socket.gate.set()
    tab.change(8)
    await settled(lambda: tab.stream.in_step)
    assert not tab.stream.is_stuck


@pytest.mark.parametrize("waits", [False, True])
async def test_a_socket_that_breaks_is_noticed_and_raises_nothing(waits: bool) -> None:
    browser = Browser()

    async def breaks(_frame: str | bytes) -> None:
        if waits:
            await asyncio.sleep(0)
        raise ConnectionResetError

    browser.stream._send = breaks
    browser.catch_up()
    await settled(lambda: browser.stream.failed)
    browser.change(7)
    assert not browser.stream.in_step


async def test_a_closed_stream_sends_nothing_more(tab: Browser) -> None:
    tab.socket.gate.clear()
    tab.change(7)
    tab.change(8)
    tab.stream.close()
    tab.socket.gate.set()
    for _each in range(10):
        await asyncio.sleep(0)
    assert tab.socket.kinds() == ["hello", "snapshot"]
