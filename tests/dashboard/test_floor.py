"""What one process knows: only news are changes, and older looks undo nothing."""

from __future__ import annotations

from typing import Any, cast

import orjson

from conversations.rows import AgentRow, ConversationRow, QueueRow
from dashboard.floor import Change, ConversationItem, Floor, Gone, Reading, encoded


def row(pk: int, version: int, **fields: object) -> ConversationRow:
    plain: dict[str, Any] = {
        "id": pk,
        "version": version,
        "queue": 1,
        "agent": None,
        "offer": None,
        "state": "open",
        "wait_since": None,
    }
    return cast(ConversationRow, plain | fields)


def agent_row(pk: int, version: int) -> AgentRow:
    plain = {"presence": "busy", "used_units": 10, "total_units": 40}
    return cast(AgentRow, {"id": pk, "version": version, **plain})


def queue_row(pk: int, version: int) -> QueueRow:
    plain = {"agents": [4], "service_level_seconds": 60}
    return cast(QueueRow, {"id": pk, "version": version, **plain})


def test_what_is_new_is_told_once() -> None:
    floor = Floor()
    reading = Reading([row(7, 1)], agents=[agent_row(4, 2)], queues=[queue_row(1, 3)])
    assert [(c.kind, c.pk, c.before) for c in floor.apply(reading)] == [
        ("q", 1, None),
        ("a", 4, None),
        ("c", 7, None),
    ]
    assert floor.apply(reading) == []
    assert floor.versions == {"c": {7: 1}, "a": {4: 2}, "q": {1: 3}}


def test_an_older_look_changes_nothing() -> None:
    floor = Floor()
    floor.apply(Reading([row(7, 5)]))
    assert floor.apply(Reading([row(7, 4, state="active")])) == []
    assert floor.conversations[7].version == 5


def test_a_newer_row_replaces_the_known_one() -> None:
    floor = Floor()
    floor.apply(Reading([row(7, 1)]))
    known = floor.conversations[7]
    offer = {"id": 1, "kind": "work", "agent": 9, "expires_at": None}
    [change] = floor.apply(Reading([row(7, 2, agent=4, offer=offer)]))
    assert (change.before, change.after) == (known, floor.conversations[7])
    assert floor.conversations[7].agents == {4, 9}


def test_a_closed_one_leaves_with_its_reason_and_only_once() -> None:
    floor = Floor()
    floor.apply(Reading([row(7, 1)]))
    known = floor.conversations[7]
    reading = Reading(closed={7: Gone(2, "force_closed", "Astrid"), 8: Gone(1, "x")})
    gone = Gone(2, "force_closed", "Astrid")
    assert floor.apply(reading) == [Change("c", 7, known, None, gone)]
    assert floor.apply(reading) == []


def test_what_is_missing_was_removed() -> None:
    floor = Floor()
    floor.apply(Reading(agents=[agent_row(4, 2)], queues=[queue_row(1, 3)]))
    changes = floor.apply(Reading(missing=frozenset({("a", 4), ("q", 1), ("c", 5)})))
    assert {(c.kind, c.pk, c.gone) for c in changes} == {
        ("a", 4, Gone(2, "removed")),
        ("q", 1, Gone(3, "removed")),
    }
    assert floor.versions == {"c": {}, "a": {}, "q": {}}


def test_differences_are_what_is_newer_unknown_or_gone() -> None:
    floor = Floor()
    floor.apply(Reading([row(1, 5), row(2, 5), row(3, 5), row(4, 5)]))
    there = {"c": {1: 5, 2: 6, 3: 4, 9: 1}, "a": {1: 1}, "q": {}}
    assert floor.differences(there) == {("c", 2), ("c", 9), ("a", 1), ("c", 4)}


def test_a_row_is_encoded_as_the_interface_says() -> None:
    shown = row(7, 1, subject="Ærø “quoted”")
    floor = Floor()
    floor.apply(Reading([shown]))
    item = floor.conversations[7]
    assert isinstance(item, ConversationItem)
    assert item.text == encoded(shown)
    assert orjson.loads(item.text) == shown


def test_a_database_that_went_back_is_noticed() -> None:
    floor = Floor()
    floor.apply(Reading([row(1, 5), row(2, 5)]))
    none: dict[str, dict[int, int]] = {"a": {}, "q": {}}
    assert not floor.is_ahead_of({"c": {1: 5, 2: 5}} | none)
    assert not floor.is_ahead_of({"c": {2: 6}} | none)
    assert floor.is_ahead_of({"c": {1: 4, 2: 6}} | none)
    floor.forget()
    assert floor.versions == {"c": {}, "a": {}, "q": {}}
    assert not floor.conversations
