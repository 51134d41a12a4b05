"""A snapshot is packed once, and is for each of its readers exactly theirs."""

from __future__ import annotations

import gzip
import json

from dashboard.floor import Floor
from dashboard.parcel import MOST_SINCE, SHARED_FOR, Head, Parcel
from dashboard.scope_view import ScopeView
from dashboard.snapshot import tag_of
from tests.dashboard.things import agent, conversation, drop, put, queue

HEAD: Head = {"server_time": "now", "compared_at": "then", "hub": "ab", "tick": 9}


def a_floor() -> tuple[Floor, ScopeView]:
    floor = Floor()
    put(floor, "q", 1, queue(1, members=[4]))
    put(floor, "a", 4, agent(2))
    for pk in (7, 8):
        put(floor, "c", pk, conversation(3))
    return floor, ScopeView(frozenset({1}), floor)


def a_parcel(view: ScopeView) -> Parcel:
    return Parcel(view, HEAD, settings={"version": 5}, tiles={"open": 2}, made_at=100)


def test_each_reader_unpacks_the_whole_with_their_own_end() -> None:
    _floor, view = a_floor()
    parcel = a_parcel(view)
    parcel.pack()
    for name in ("Astrid", "Bo \u201cø\u201d"):
        me = json.dumps({"name": name}).encode()
        said = json.loads(gzip.decompress(parcel.frame(me)))
        assert said.pop("me") == {"name": name}
        assert said == {
            "type": "snapshot",
            **HEAD,
            "digest": f"{view.digest:016x}",
            "count": 4,
            "settings": {"version": 5},
            "metrics": {"open": 2},
            "conversations": [{"version": 3, "queue": 1}] * 2,
            "agents": [{"version": 2}],
            "queues": [{"version": 1}],
        }


def test_it_holds_its_tick_whatever_comes_after() -> None:
    floor, view = a_floor()
    parcel = a_parcel(view)
    delta = view.absorb([put(floor, "c", 7, conversation(4)), *drop(floor, "c", 8)])
    parcel.note(delta)
    parcel.pack()
    said = json.loads(gzip.decompress(parcel.frame(b"{}")))
    assert [row["version"] for row in said["conversations"]] == [3, 3]
    assert set(parcel.since) == {("c", 7), ("c", 8)}
    assert parcel.since["c", 7] is None
    assert parcel.since["c", 8] is not None


def test_it_serves_while_it_is_young_and_little_came_after() -> None:
    floor, view = a_floor()
    parcel = a_parcel(view)
    assert parcel.serves(100 + SHARED_FOR - 1)
    assert not parcel.serves(100 + SHARED_FOR)
    for pk in range(MOST_SINCE + 1):
        parcel.note(view.absorb([put(floor, "c", pk + 100, conversation())]))
    assert not parcel.serves(100)


def test_other_figures_have_another_tag() -> None:
    _floor, view = a_floor()
    calm, busy = (
        Parcel(view, HEAD, settings={"version": 5}, tiles={"open": count})
        for count in (1, 2)
    )
    tags = {tag_of(parcel, 3, view.queues) for parcel in (calm, busy)}
    assert len(tags) == 2
