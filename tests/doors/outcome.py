"""What a story came to, as the database has it, without what differs by nature."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

from tests.doors.houses import Database
from tests.doors.script import CONNECTIONS, INTERNAL, Story

MARK = re.compile(r" ?\[\d+\]")
AGENT = "(SELECT name FROM conversations_agent a WHERE a.id = t.agent_id)"
Outcome = dict[str, Any]


def outcome_of(story: Story) -> Outcome:
    """States, people, sessions, offers, messages by sender, events, the rating."""
    data, pk = story.database, story.conversation
    return {
        "conversation": data.rows(
            f"SELECT state, phase, status_reason, transfer_count, mood_level, {AGENT}"
            " FROM conversations_conversation t WHERE id = ?",
            pk,
        ),
        "people": data.rows(
            "SELECT name, mode, is_supervising, is_added, left_reason"
            " FROM conversations_participant WHERE conversation_id = ? ORDER BY id",
            pk,
        ),
        "sessions": data.rows(
            f"SELECT {AGENT}, reason FROM conversations_session t"
            " WHERE conversation_id = ? ORDER BY id",
            pk,
        ),
        "offers": data.rows(
            f"SELECT kind, state, {AGENT} FROM conversations_offer t"
            " WHERE conversation_id = ? ORDER BY id",
            pk,
        ),
        "messages": _messages(data, pk),
        "timers": data.rows(
            "SELECT count(*) FROM conversations_timer WHERE conversation_id = ?", pk
        ),
        "rating": data.rows(
            "SELECT score FROM conversations_rating WHERE conversation_id = ?", pk
        ),
        **_events(data, pk),
    }


def check_screens(story: Story) -> None:
    """Everybody has seen all that they may see, in order, each once; the customer not
    a byte of more."""
    data, pk = story.database, story.conversation
    public = data.rows(
        "SELECT text, public_number FROM conversations_message WHERE"
        " conversation_id = ? AND visibility = 'public' ORDER BY public_number",
        pk,
    )
    assert story.seen["customer"] == [text for text, _number in public]
    assert [number for _text, number in public] == list(range(1, len(public) + 1))
    wire = "\n".join([*story.customer.raw, *story.customer.network.answers])
    for text in INTERNAL:
        assert text not in wire
    assert set(re.findall(r"\[(\d+)\]", wire)) == {str(story.number)}
    for person in (story.customer, *story.cast.staff):
        assert person.faults == [], f"{person}: {person.faults}"
        assert person.outbox == []


def _messages(data: Database, pk: int) -> dict[str, list[tuple[str, str, str]]]:
    said = defaultdict(list)
    for sender, visibility, text, code in data.rows(
        "SELECT sender_name, visibility, text, code FROM conversations_message"
        " WHERE conversation_id = ? ORDER BY id",
        pk,
    ):
        said[sender].append((visibility, MARK.sub("", text), code))
    return dict(said)


def _events(data: Database, pk: int) -> Outcome:
    """Each kind as often, and what is no message in the same order."""
    found = data.rows(
        "SELECT kind FROM conversations_event WHERE conversation_id = ? ORDER BY id", pk
    )
    kinds = [kind for (kind,) in found if kind not in CONNECTIONS]
    return {
        "events": dict(Counter(kinds)),
        "order": [kind for kind in kinds if not kind.startswith("message.")],
    }
