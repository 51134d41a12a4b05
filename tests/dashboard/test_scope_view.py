"""A scope that follows the floor shows at every moment what a new one would show."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.floor import Change, ConversationItem, Floor, Gone, QueueItem
from dashboard.scope_view import Delta, ScopeView, gone_frame, listed, rows_frame
from live.digest import digest_of
from tests.dashboard.things import agent, conversation, drop, put, queue

QUEUES = st.integers(1, 3)
AGENTS = st.frozensets(st.integers(1, 4), max_size=2)
IDS = st.integers(1, 5)
COMES: st.SearchStrategy[tuple[Any, ...]] = st.one_of(
    st.tuples(st.just("c"), IDS, QUEUES, AGENTS),
    st.tuples(st.just("q"), QUEUES, st.just(0), AGENTS),
    st.tuples(st.just("a"), st.integers(1, 4), st.just(0), st.just(frozenset())),
)
GOES = st.tuples(st.just("-"), st.sampled_from("caq"), IDS)
TICKS = st.lists(st.lists(st.one_of(COMES, GOES), max_size=6), max_size=20)
SCOPES = st.frozensets(QUEUES, max_size=3)


class Model:
    """The things that the told deltas leave on a screen."""

    def __init__(self, view: ScopeView) -> None:
        self.versions = {key: item.version for key, item in view.items()}

    def take(self, delta: Delta) -> None:
        assert not delta.rows.keys() & delta.gone.keys()
        self.versions |= {key: item.version for key, item in delta.rows.items()}
        for key in delta.gone:
            self.versions.pop(key, None)


def played(floor: Floor, step: tuple[Any, ...], number: int) -> list[Change]:
    """One step of a random story; versions only ever go up."""
    if step[0] == "-":
        return drop(floor, step[1], step[2])
    kind, pk, at_queue, agents = step
    if kind == "c":
        return [
            put(floor, "c", pk, conversation(number, queue=at_queue, agents=agents))
        ]
    made = queue(number, members=agents) if kind == "q" else agent(number)
    return [put(floor, kind, pk, made)]


def shown_by(view: ScopeView) -> dict[tuple[str, int], int]:
    return {key: item.version for key, item in view.items()}


def in_scope(floor: Floor, queues: frozenset[int]) -> set[tuple[str, int]]:
    """What interface.md says that supervisors of these queues see, said anew."""
    own = {pk: q for pk, q in floor.queues.items() if pk in queues}
    ongoing = {pk: c for pk, c in floor.conversations.items() if c.queue in queues}
    agents = {a for q in own.values() for a in q.members}
    agents |= {a for c in ongoing.values() for a in c.agents}
    return {
        *(("q", pk) for pk in own),
        *(("c", pk) for pk in ongoing),
        *(("a", pk) for pk in agents & floor.agents.keys()),
    }


@given(TICKS, SCOPES)
@settings(max_examples=150, deadline=None)
def test_following_equals_computing_anew(
    ticks: list[list[tuple[Any, ...]]], scope: frozenset[int]
) -> None:
    floor, number = Floor(), 0
    view = ScopeView(scope, floor)
    model = Model(view)
    for steps in ticks:
        changes = []
        for step in steps:
            number += 1
            changes += played(floor, step, number)
        model.take(view.absorb(changes))
        anew = ScopeView(scope, floor)
        assert shown_by(view) == shown_by(anew) == model.versions
        assert shown_by(view).keys() == in_scope(floor, scope)
        things = ((kind, pk, v) for (kind, pk), v in shown_by(view).items())
        assert view.digest == anew.digest == digest_of(things)
        assert view.count == len(model.versions)


@given(TICKS, SCOPES)
@settings(max_examples=100, deadline=None)
def test_no_delta_ever_tells_of_what_was_never_in_scope(
    ticks: list[list[tuple[Any, ...]]], scope: frozenset[int]
) -> None:
    floor, number = Floor(), 0
    view = ScopeView(scope, floor)
    seen: set[tuple[str, int]] = set()
    for steps in ticks:
        for step in steps:
            number += 1
            delta = view.absorb(played(floor, step, number))
            for (kind, pk), item in delta.rows.items():
                assert not isinstance(item, ConversationItem) or item.queue in scope
                assert not isinstance(item, QueueItem) or pk in scope
                seen.add((kind, pk))
            assert delta.gone.keys() <= seen


def test_leaving_the_scope_names_no_destination() -> None:
    floor = Floor()
    put(floor, "c", 7, conversation(1, queue=1))
    view = ScopeView(frozenset({1}), floor)
    delta = view.absorb([put(floor, "c", 7, conversation(2, queue=3))])
    assert delta.gone == {("c", 7): Gone(2, "out_of_scope")}
    assert json.loads(gone_frame(5, delta.gone)) == {
        "type": "gone",
        "tick": 5,
        "conversations": [{"id": 7, "version": 2, "reason": "out_of_scope", "by": ""}],
    }


def test_a_closed_one_is_gone_with_reason_and_hand() -> None:
    floor = Floor()
    put(floor, "c", 7, conversation(1))
    view = ScopeView(frozenset({1}), floor)
    delta = view.absorb(drop(floor, "c", 7))
    assert delta.gone == {("c", 7): Gone(2, "force_closed", "Astrid")}
    assert (view.digest, view.count) == (0, 0)


def test_an_agent_is_seen_while_a_visible_conversation_needs_them() -> None:
    floor = Floor()
    for pk in (4, 5):
        put(floor, "a", pk, agent(3))
    put(floor, "q", 1, queue(1, members=[4]))
    view = ScopeView(frozenset({1}), floor)
    assert view.item(("a", 5)) is None
    delta = view.absorb([put(floor, "c", 7, conversation(1, agents=[4, 5]))])
    assert set(delta.rows) == {("c", 7), ("a", 5)}
    delta = view.absorb(drop(floor, "c", 7))
    assert delta.gone[("a", 5)] == Gone(3, "out_of_scope")
    assert view.item(("a", 4)) is not None


@pytest.mark.parametrize("scope", [frozenset(), frozenset({9})])
def test_a_scope_without_anything_is_an_empty_screen(scope: frozenset[int]) -> None:
    floor = Floor()
    put(floor, "c", 7, conversation())
    view = ScopeView(scope, floor)
    assert (view.digest, view.count, list(view.items())) == (0, 0, [])
    assert (
        "".join(listed(view.items())) == ',"conversations":[],"agents":[],"queues":[]'
    )


def test_frames_are_joined_from_the_encoded_rows() -> None:
    rows = {("c", 7): conversation(3), ("c", 8): conversation(4)}
    said = json.loads(rows_frame(9, {**rows, ("a", 2): agent(5)}))
    assert said == {
        "type": "rows",
        "tick": 9,
        "conversations": [{"version": 3, "queue": 1}, {"version": 4, "queue": 1}],
        "agents": [{"version": 5}],
    }
