"""A monitor and a whisper leave no trace in what the customer's door gets back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from conversations.models import Conversation
from conversations.states import Channel, Situation
from conversations.transitions import supervising
from tests import building
from tests.calling import Answer, Caller, caller

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def watched(conversation: Conversation, moment: datetime) -> None:
    """Monitored, whispered to, and left again, some time before `moment`."""
    boss = building.a_supervisor(queues=[conversation.queue])
    colleague = building.a_supervisor(queues=[conversation.queue])
    with building.at(moment - timedelta(seconds=3)):
        building.monitors(conversation, boss)
        building.monitors(conversation, colleague)
        building.whispers(conversation, boss, "Offer her a refund.")
        building.act(conversation, lambda s: supervising.stop_watching(s, colleague))


def test_reading_is_byte_identical_with_a_monitor() -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION, text="Hello")
    gateway = caller(building.a_machine())
    path = f"conversations/{conversation.pk}/public-messages/"
    before = gateway.get(path)
    watched(conversation, building.later(seconds=9))
    after = gateway.get(path)
    assert before.status == after.status == 200
    assert after.raw == before.raw


def test_everything_a_customer_does_is_answered_alike() -> None:
    """The same story twice at the same times, in the same queue with the same agent;
    only the number of the conversation differs."""
    queue = building.a_queue()
    stream = building.a_workstream(Channel.SMS, queue=queue)
    agent = building.an_agent(queues=[queue], units=100)
    start = building.later(minutes=-30).replace(microsecond=0)
    stories = []
    for is_watched in (False, True):
        with building.at(start):
            conversation = building.in_situation(
                Situation.IN_CONVERSATION,
                queue=queue,
                stream=stream,
                agent=agent,
                text="Where is my parcel?",
            )
        if is_watched:
            watched(conversation, start + timedelta(seconds=10))
        stories.append(_told(conversation, start + timedelta(seconds=10)))
    alone, monitored = stories
    assert monitored == alone


def test_a_whisper_takes_no_number_and_answers_nobody() -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION)
    boss = building.a_supervisor(queues=[conversation.queue])
    building.customer_says(conversation)
    version, unanswered = conversation.version, conversation.unanswered_since
    building.monitors(conversation, boss)
    whisper = building.whispers(conversation, boss)
    assert whisper.public_number is None
    assert conversation.version == version
    assert conversation.unanswered_since == unanswered
    assert unanswered is not None


def _told(conversation: Conversation, moment: datetime) -> list[bytes]:
    """What the customer's door answers to everything that it may ask."""
    gateway = caller(building.a_machine())
    with building.at(moment):
        answers = list(_asked(gateway, f"conversations/{conversation.pk}"))
    assert [answer.status for answer in answers] == [200, 200, 200, 400, 200, 200, 409]
    return [_without_number(answer, conversation.pk) for answer in answers]


def _asked(gateway: Caller, path: str) -> list[Answer]:
    said = {"text": "Hello? Is anybody there?", "client_id": "m-1"}
    return [
        gateway.post(f"{path}/customer-messages/", said),
        gateway.post(f"{path}/customer-messages/", said),
        gateway.post(f"{path}/consent/", {"given": True, "text_version": "v1"}),
        gateway.post(f"{path}/customer-messages/", {"text": ""}),
        gateway.post(f"{path}/end/", {}),
        gateway.get(f"{path}/public-messages/?after=1"),
        gateway.post(f"{path}/elevate/", {"to": "voice"}),
    ]


def _without_number(answer: Answer, pk: int) -> bytes:
    body = answer.body
    if "conversation" in body:
        assert body["conversation"].pop("id") == pk
    return json.dumps(body).encode()
