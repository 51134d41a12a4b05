"""Many clicks at the same moment have one outcome, and the others are told so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from conversations.models import Conversation, Message
from conversations.reconciliation import differences
from conversations.states import Channel, Situation
from tests import building
from tests.calling import Answer, caller

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CROWD = 8


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """What each of these calls gets back when all start together."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Answer]) -> Answer:
        start.wait(timeout=15)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as crowd:
        return list(crowd.map(run, calls))


def test_of_many_agents_who_pick_it_one_has_it() -> None:
    queue = building.a_queue()
    agents = [building.an_agent(queues=[queue]) for _each in range(CROWD)]
    conversation = building.arrives(queue=queue)
    path, body = f"conversations/{conversation.pk}/pick/", {"state_version": 1}
    doors = [caller(agent.user) for agent in agents]
    answers = at_once([partial(door.post, path, body) for door in doors])
    assert Counter(a.status for a in answers) == {200: 1, 409: CROWD - 1}
    building.fresh(conversation)
    refused = [answer for answer in answers if answer.status == 409]
    assert {a.code for a in refused} == {"stale_version"}
    assert {a.body["conversation"]["agent"] for a in refused} == {conversation.agent_id}
    assert list(differences()) == []


def test_an_offer_accepted_and_declined_at_once_has_one_answer() -> None:
    offered = building.in_situation(Situation.AWAITING_ACCEPTANCE)
    assert offered.offer is not None
    door, path = caller(offered.offer.to_agent.user), f"offers/{offered.offer.pk}"
    answers = at_once(
        [lambda: door.post(f"{path}/accept/"), lambda: door.post(f"{path}/decline/")]
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    situation = building.fresh(offered).situation
    accepted = answers[0].status == 200
    assert situation is (Situation.IN_CONVERSATION if accepted else Situation.OPEN)
    assert list(differences()) == []


def test_a_last_word_repeated_at_once_opens_one_conversation() -> None:
    closed = building.in_situation(Situation.CLOSED, channel=Channel.SMS)
    door, path = caller(building.a_machine()), f"conversations/{closed.pk}"
    body = {"text": "One more thing", "client_id": "m-1"}
    answers = at_once([lambda: door.post(f"{path}/customer-messages/", body)] * CROWD)
    assert Counter(answer.status for answer in answers) == {201: 1, 200: CROWD - 1}
    assert len({answer.body["conversation"]["id"] for answer in answers}) == 1
    assert Conversation.objects.count() == 2
    assert Message.objects.filter(client_id="m-1").count() == 1
