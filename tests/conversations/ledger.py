"""What every transition must keep: versions and events in step, refusals traceless.

A test looks before and after; the ledger compares everything that the database holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps

from conversations.board import agents_by_id, conversations_by_id, queues_by_id
from conversations.models import Agent, Conversation, Event
from conversations.reconciliation import differences
from conversations.refusals import Refused
from conversations.rows import agent_state_part, conversation_row, state_part
from conversations.transitions.scene import Scene
from tests import building

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Thing:
    """One live thing as it is shown, without its numbers, and the numbers."""

    version: int
    shown: object
    state_version: int = 0
    state: object = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything live at one moment, and the last event before it."""

    last_event: int = 0
    things: Mapping[Key, Thing] = field(default_factory=dict)


def look() -> Ledger:
    """The floor as it is now."""
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    return Ledger(newest or 0, dict(_things()))


def check_in_step(before: Ledger, after: Ledger) -> list[Event]:
    """Events since `before` name exactly the things whose version moved, in steps of
    one; what is shown moved exactly where the version did. Answers the events."""
    events = list(Event.objects.filter(pk__gt=before.last_event).order_by("pk"))
    named = named_versions(events)
    nothing = Thing(0, None)
    for key, thing in after.things.items():
        was = before.things.get(key, nothing)
        steps = list(range(was.version + 1, thing.version + 1))
        assert named.pop(key, []) == steps, f"{key}: {was.version} -> {thing.version}"
        assert bool(steps) or was.shown == thing.shown, f"{key} moved unnamed"
        _check_state_version(key, was, thing)
    assert not named, f"named, but not there: {named}"
    return events


def named_versions(events: Iterable[Event]) -> dict[Key, list[int]]:
    """For each thing the versions that these events give it, in their order."""
    named: dict[Key, list[int]] = defaultdict(list)
    for event in events:
        keys = [(change["kind"], change["id"]) for change in event.changes]
        assert len(keys) == len(set(keys)), f"{event.kind} names a thing twice"
        for change, key in zip(event.changes, keys, strict=True):
            named[key].append(change["version"])
    return named


def check_history() -> None:
    """From the first event on every version of every thing has exactly one event."""
    named = named_versions(Event.objects.order_by("pk"))
    for key, thing in look().things.items():
        assert sorted(named.pop(key, [])) == list(range(1, thing.version + 1)), key
    assert not named


def check_sound() -> None:
    """Holds right, history whole: what must be true after any race."""
    assert list(differences()) == []
    check_history()


@contextmanager
def one_event(kind: str) -> Iterator[list[Event]]:
    """The block is one transition: one event of this kind, in step; holds right."""
    found: list[Event] = []
    before = look()
    yield found
    found += check_in_step(before, look())
    assert [event.kind for event in found] == [kind]
    assert list(differences()) == []


@contextmanager
def nothing_happens() -> Iterator[None]:
    """No row of the domain is another one after the block."""
    before = everything()
    yield
    assert everything() == before


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block is refused with this code, and leaves no trace."""
    with nothing_happens(), pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code


def happens(
    kind: str,
    conversation: Conversation,
    step: Callable[[Scene], Any],
    *,
    agents: Iterable[Agent] = (),
) -> Event:
    """One transition of this conversation, checked; answers its event."""
    with one_event(kind) as found:
        building.act(conversation, step, agents=agents)
    return found[0]


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the domain."""
    models = apps.get_app_config("conversations").get_models()
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in models
    }


def names_of(event: Event) -> set[Key]:
    """The things that this event says it changed."""
    return {(change["kind"], change["id"]) for change in event.changes}


# What a conversation has at this moment


def holds(conversation: Conversation) -> dict[Any, Any]:
    """Agent -> units and cause of the open holds."""
    held = conversation.holds.filter(released_at__isnull=True)
    return {hold.agent_id: (hold.units, hold.cause) for hold in held}


def stays(conversation: Conversation) -> dict[Any, Any]:
    """User -> mode of everybody in it."""
    present = conversation.participants.filter(left_at__isnull=True)
    return dict(present.values_list("user_id", "mode"))


def due(conversation: Conversation) -> dict[Any, Any]:
    """Kind -> moment of its timers."""
    return dict(conversation.timers.values_list("kind", "due_at"))


def ends(conversation: Conversation) -> list[str]:
    """Why each of its stays in a queue ended; the present one is empty."""
    return list(conversation.sessions.values_list("reason", flat=True))


def told(conversation: Conversation) -> list[str]:
    """The codes of its system messages, the notice apart."""
    system = conversation.messages.filter(sender_kind="system").exclude(code="notice")
    return list(system.values_list("code", flat=True))


def used(agent: Agent) -> int:
    """The agent's used units as stored."""
    agent.refresh_from_db()
    return agent.used_units


def _check_state_version(key: Key, was: Thing, thing: Thing) -> None:
    if was.version == 0 or key[0] == "queue":
        return
    moved = thing.state_version - was.state_version
    assert 0 <= moved <= thing.version - was.version, f"{key}: state_version"
    if key[0] == "conversation" and thing.version - was.version <= 1:
        assert bool(moved) == (was.state != thing.state), f"{key}: state_version"
    assert moved or was.state == thing.state, f"{key}: state moved unseen"


def _things() -> Iterator[tuple[Key, Thing]]:
    ids = Conversation.objects.values_list("pk", flat=True)
    for conversation in conversations_by_id(ids):
        row = _without_numbers(conversation_row(conversation))
        numbers = (conversation.version, conversation.state_version)
        state = state_part(conversation)
        yield (
            ("conversation", conversation.pk),
            Thing(numbers[0], row, numbers[1], state),
        )
    yield from _agents()
    for queue in queues_by_id():
        shown = _without_numbers(queue)
        yield ("queue", queue["id"]), Thing(queue["version"], shown)


def _agents() -> Iterator[tuple[Key, Thing]]:
    states = {agent.pk: agent_state_part(agent) for agent in Agent.objects.all()}
    for row in agents_by_id():
        state = (states[row["id"]], row["skills"])
        yield (
            ("agent", row["id"]),
            Thing(row["version"], _without_numbers(row), row["state_version"], state),
        )


def _without_numbers(row: Mapping[str, object]) -> dict[str, object]:
    numbers = {"version", "state_version"}
    return {name: value for name, value in row.items() if name not in numbers}
