"""Customers' messages in batches: a transition, or one for each conversation."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.events import SYSTEM
from conversations.models import Alert, Conversation, Event, Message
from conversations.reconciliation import differences
from conversations.states import Channel, Situation
from conversations.transitions import supervising
from tests import building
from tests.calling import Answer, Caller, caller
from tests.conversations import ledger

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


@pytest.fixture
def gateway(db: None) -> Caller:
    """A channel, logged in."""
    return caller(building.a_machine())


def texts(*words: str, ids: bool = False) -> list[dict[str, Any]]:
    return [{"text": word, **({"client_id": word} if ids else {})} for word in words]


def write(gateway: Caller, it: Conversation, messages: list[dict[str, Any]]) -> Answer:
    path = f"conversations/{it.pk}/customer-messages/"
    return gateway.post(path, {"messages": messages})


def said_in(it: Conversation) -> list[str]:
    by_customer = it.messages.filter(sender_kind="customer").order_by("public_number")
    return list(by_customer.values_list("text", flat=True))


def ingest(gateway: Caller, *words: tuple[Conversation, str]) -> list[Any]:
    body = {"messages": [{"conversation": it.pk, "text": text} for it, text in words]}
    answer = gateway.post("customer-messages/", body)
    assert answer.status == 200, answer.body
    results: list[Any] = answer.body["results"]
    return results


# One conversation


def test_a_batch_is_one_transition(gateway: Caller) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION)
    version = it.version
    with ledger.one_event("message.received"):
        answer = write(gateway, it, texts("One", "Two", "Three"))
    assert answer.status == 200
    assert said_in(building.fresh(it)) == ["One", "Two", "Three"]
    assert it.version == version + 1
    assert answer.body["conversation"]["version"] == it.version
    event = it.events.latest("pk")
    stored = it.messages.filter(sender_kind="customer").order_by("pk")
    assert event.data["messages"] == [message.pk for message in stored]
    shown = answer.body["messages"]
    assert [message["text"] for message in shown] == ["One", "Two", "Three"]
    assert [message["id"] for message in shown] == [m.public_number for m in stored]


def test_it_reads_as_if_sent_one_by_one(gateway: Caller) -> None:
    words = ("Hello, good morning", "This is terrible!", "Awful, I hate it.", "Thanks.")
    batch, single = (building.arrives(Channel.SMS) for _each in range(2))
    write(gateway, batch, texts(*words))
    for word in words:
        write(gateway, single, texts(word))
    for name in ("language", "mood_level", "mood_score", "mood_trend", "mood_points"):
        one, other = (getattr(building.fresh(it), name) for it in (batch, single))
        assert one == other, name
    moved = [
        None if it.mood_message is None else it.mood_message - said_first(it)
        for it in (batch, single)
    ]
    assert moved[0] == moved[1]
    levels = [list(it.messages.values_list("level", "score")) for it in (batch, single)]
    assert levels[0] == levels[1]


def said_first(it: Conversation) -> int:
    return it.messages.filter(sender_kind="customer").earliest("pk").pk


def test_a_fall_within_a_batch_warns_once(gateway: Caller) -> None:
    queue = building.a_queue()
    supervisor = building.a_supervisor(queues=[queue])
    it = building.arrives(Channel.SMS, queue=queue)
    write(gateway, it, texts(*["This is terrible, I hate it, awful!"] * 5))
    assert Alert.objects.filter(user=supervisor, kind="sentiment_fell").count() == 1


def test_a_waiting_one_goes_back_to_its_queue(gateway: Caller) -> None:
    waiting = building.in_situation(Situation.WAITING)
    row = write(gateway, waiting, texts("One", "Two")).body["conversation"]
    assert row["state"] == "open"
    assert list(differences()) == []


def test_what_was_said_before_is_stored_once(gateway: Caller) -> None:
    it = building.arrives(Channel.SMS)
    first = write(gateway, it, texts("One", "Two", ids=True))
    again = write(gateway, it, texts("Two", "Three", "Three", ids=True))
    assert said_in(it) == ["One", "Two", "Three"]
    numbers = [message["id"] for message in again.body["messages"]]
    assert numbers[0] == first.body["messages"][1]["id"]
    assert numbers[1] == numbers[2] == numbers[0] + 1
    events = Event.objects.count()
    write(gateway, it, texts("One", "Three", ids=True))
    assert Event.objects.count() == events


def test_what_came_after_the_end_goes_on_in_a_new_one(gateway: Caller) -> None:
    closed = building.in_situation(Situation.CLOSED, channel=Channel.SMS)
    said = write(gateway, closed, texts("One", "Two", ids=True))
    assert said.status == 201
    following = Conversation.objects.get(previous=closed)
    assert said.body["conversation"]["id"] == following.pk
    assert said_in(following) == ["One", "Two"]
    again = write(gateway, closed, texts("Two", "Three", ids=True))
    assert again.status == 200
    assert again.body["messages"][0] == said.body["messages"][1]
    assert said_in(following) == ["One", "Two", "Three"]
    assert said_in(closed) == []


def test_what_was_said_before_the_end_stays_there(gateway: Caller) -> None:
    it = building.in_situation(Situation.IN_CONVERSATION, channel=Channel.SMS)
    first = write(gateway, it, texts("One", ids=True))
    end(it)
    further = write(gateway, it, texts("One", "Two", ids=True))
    assert further.body["messages"][0] == first.body["messages"][0]
    assert said_in(it) == ["One"]
    assert said_in(Conversation.objects.get(previous=it)) == ["Two"]


def end(it: Conversation) -> None:
    building.act(it, lambda scene: supervising.force_close(scene, by=SYSTEM))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": []},
        {"text": "One", "messages": [{"text": "Two"}]},
        {"client_id": "1", "messages": [{"text": "Two"}]},
        {"messages": [{"text": ""}]},
        {"messages": ["One"]},
        {"messages": [{"text": "One", "surprise": 1}]},
        {"messages": {"text": "One"}},
    ],
)
def test_wrong_batches(gateway: Caller, body: object) -> None:
    it = building.arrives()
    answer = gateway.post(f"conversations/{it.pk}/customer-messages/", body)
    assert (answer.status, answer.code) == (400, "invalid")
    assert said_in(it) == []


def test_a_batch_is_bounded(gateway: Caller) -> None:
    it = building.arrives()
    assert write(gateway, it, texts(*"x" * 101)).code == "too_large"
    assert write(gateway, it, texts(*"x" * 100)).status == 200


# Many conversations


def test_each_conversation_has_its_transition_and_each_message_its_result(
    gateway: Caller,
) -> None:
    first, second = (building.arrives(Channel.SMS) for _each in range(2))
    results = ingest(gateway, (second, "A"), (first, "B"), (second, "C"))
    assert [result["conversation"] for result in results] == [
        *(second.pk, first.pk, second.pk)
    ]
    assert all(result["ok"] for result in results)
    assert [result["message"]["text"] for result in results] == ["A", "B", "C"]
    assert said_in(second) == ["A", "C"]
    received = Event.objects.filter(kind="message.received").order_by("pk")
    in_order = list(received.values_list("conversation", flat=True))
    assert in_order == sorted((first.pk, second.pk))


def test_one_that_fails_does_not_stop_the_rest(gateway: Caller) -> None:
    over = building.in_situation(Situation.CLOSED)
    unknown = Conversation(pk=over.pk + 1_000)
    it = building.arrives(Channel.SMS)
    results = ingest(gateway, (unknown, "A"), (over, "B"), (it, "C"), (over, "D"))
    codes = [result.get("code") for result in results]
    assert codes == ["not_found", "wrong_state", None, "wrong_state"]
    assert results[1]["detail"] and not results[1]["ok"]
    assert said_in(it) == ["C"]
    assert Message.objects.filter(text__in="ABD").count() == 0


def test_where_it_stands_when_the_one_before_is_closed(gateway: Caller) -> None:
    closed = building.in_situation(Situation.CLOSED, channel=Channel.SMS)
    (result,) = ingest(gateway, (closed, "One more thing"))
    following = Conversation.objects.get(previous=closed)
    assert (result["conversation"], result["stands_in"]) == (closed.pk, following.pk)


def test_a_bulk_is_bounded_and_strict(gateway: Caller) -> None:
    it = building.arrives()
    one = {"conversation": it.pk, "text": "x"}
    many = gateway.post("customer-messages/", {"messages": [one] * 501})
    assert many.code == "too_large"
    for wrong in ({}, {**one, "text": 5}, {"text": "x"}, {**one, "conversation": "1"}):
        assert gateway.post("customer-messages/", {"messages": [wrong]}).status == 400
    assert gateway.post("customer-messages/", {}).code == "invalid"
    assert said_in(it) == []


def test_only_machines_bring_them() -> None:
    it = building.arrives()
    agent = building.an_agent(queues=[it.queue])
    body = {"messages": [{"conversation": it.pk, "text": "x"}]}
    refused = caller(agent.user).post("customer-messages/", body)
    assert (refused.status, refused.code) == (403, "role_missing")
