"""The hub's looks at the database."""

from __future__ import annotations

from collections.abc import Iterable

from conversations import board
from conversations.models import ONGOING, Agent, Conversation, Queue
from conversations.reading import consistent_read
from conversations.rows import conversation_row, is_ongoing
from dashboard.floor import Gone, Key, Reading, Versions


def read_things(keys: Iterable[Key]) -> Reading:
    """The present rows of these things, and which of them are gone."""
    wanted: dict[str, set[int]] = {"c": set(), "a": set(), "q": set()}
    for kind, pk in keys:
        wanted[kind].add(pk)
    with consistent_read():
        conversations = board.conversations_by_id(wanted["c"])
        agents = board.agents_by_id(wanted["a"])
        queues = board.queues_by_id(wanted["q"]) if wanted["q"] else []
    found = {
        *(("c", conversation.pk) for conversation in conversations),
        *(("a", row["id"]) for row in agents),
        *(("q", row["id"]) for row in queues),
    }
    asked = {(kind, pk) for kind, ids in wanted.items() for pk in ids}
    return Reading(
        conversations=[conversation_row(c) for c in conversations if is_ongoing(c)],
        closed={c.pk: gone_of(c) for c in conversations if not is_ongoing(c)},
        agents=agents,
        queues=queues,
        missing=frozenset(asked - found),
    )


def read_everything(queues: frozenset[int] | None = None) -> Reading:
    """All that is ongoing, at one moment; with `queues`, their conversations only."""
    with consistent_read():
        ongoing = board.ongoing()
        if queues is not None:
            ongoing = ongoing.filter(queue__in=queues)
        return Reading(
            conversations=[conversation_row(c) for c in ongoing],
            agents=board.agents_by_id(),
            queues=board.queues_by_id(),
        )


def read_versions() -> Versions:
    """Kind -> id -> version of everything ongoing, at one moment: the comparison."""
    with consistent_read():
        ongoing = Conversation.objects.filter(ONGOING)
        return {
            "c": dict(ongoing.values_list("pk", "version")),
            "a": dict(Agent.objects.values_list("pk", "version")),
            "q": dict(Queue.objects.values_list("pk", "version")),
        }


def gone_of(conversation: Conversation) -> Gone:
    """How a closed conversation leaves the screens."""
    closer = conversation.closed_by
    by = "" if closer is None else closer.get_full_name() or closer.get_username()
    return Gone(conversation.version, conversation.status_reason, by)
