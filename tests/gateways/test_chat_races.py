"""Many at once at the customer's door: one outcome, and it is whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from conversations.events import SYSTEM
from conversations.models import Conversation
from conversations.reconciliation import differences
from conversations.states import Sender
from conversations.transitions import supervising
from gateways.chat import limits
from tests import building
from tests.gateways.chat_door import Door, a_client_id, a_site, behind, opened, picked

pytestmark = [pytest.mark.behaviour, pytest.mark.usefixtures("committed")]

ROUNDS, CROWD = 5, 8
R = TypeVar("R")


def at_once(works: Sequence[Callable[[], R]]) -> list[R]:
    """What each of these came to, all started together."""
    start = Barrier(len(works))

    def run(work: Callable[[], R]) -> R:
        try:
            connection.ensure_connection()
            start.wait(15)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def say(door: Door) -> int:
    return door.say("One more thing").status


def close(conversation: Conversation) -> int:
    building.act(conversation, lambda scene: supervising.force_close(scene, by=SYSTEM))
    return 0


def opens(door: Door) -> int:
    return door.open().status


def test_a_message_and_the_end_at_the_same_moment() -> None:
    """Whichever is first: what was stored was said before the end, else refused."""
    for number in range(ROUNDS):
        door = opened()
        conversation = picked(door, f"agent{number}")

        said = sum(at_once([partial(say, door), partial(close, conversation)]))
        assert said in (200, 409)
        lines = conversation.messages.order_by("pk")
        own = lines.filter(sender_kind=Sender.CUSTOMER).count()
        assert own == (2 if said == 200 else 1)
        last = lines.last()
        assert last is not None
        assert last.code == "force_closed"
    assert list(differences()) == []


def test_the_same_opening_at_the_same_moment_opens_once() -> None:
    site = a_site()
    doors = [Door(site) for _ in range(CROWD)]
    body = doors[0].opening()
    answers = at_once([partial(door.post, "", body) for door in doors])
    assert sorted(answer.status for answer in answers) == [200] * (CROWD - 1) + [201]
    assert len({answer.body["token"] for answer in answers}) == 1
    assert Conversation.objects.count() == 1


def test_many_openings_from_one_address_do_not_slip_through_together() -> None:
    site = a_site()
    doors = [Door(site, address="198.51.100.9") for _ in range(CROWD)]
    statuses = at_once([partial(opens, door) for door in doors])
    assert statuses.count(201) == limits.ONGOING
    assert statuses.count(429) == CROWD - limits.ONGOING
    assert Conversation.objects.count() == limits.ONGOING


def test_the_same_message_at_the_same_moment_is_stored_once() -> None:
    door = opened()
    mine = a_client_id()
    answers = at_once([lambda: door.say("Hello?", mine)] * CROWD)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.raw for answer in answers}) == 1
    assert behind(door).messages.filter(client_id=mine).count() == 1


def test_many_messages_at_the_same_moment_keep_to_the_limit() -> None:
    door = opened()
    for _ in range(limits.MESSAGES - CROWD // 2 - 1):
        assert door.say().status == 200
    statuses = at_once([lambda: door.say().status] * CROWD)
    assert statuses.count(200) == statuses.count(429) == CROWD // 2
    stored = behind(door).messages.filter(sender_kind=Sender.CUSTOMER).count()
    assert stored == limits.MESSAGES
    numbers = behind(door).messages.values_list("public_number", flat=True)
    assert sorted(n for n in numbers if n) == list(range(1, len(numbers) + 1))


def test_ending_at_the_same_moment_ends_once() -> None:
    door = opened()
    picked(door)
    answers = at_once([door.end] * CROWD)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["token"] for answer in answers}) == 1
    ends = behind(door).events.filter(kind="conversation.customer_ended")
    assert ends.count() == 1
