"""What customers do through their channel: write, read, consent, elevate, end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.models import Conversation, Event, Message
from conversations.moments import iso
from conversations.reconciliation import differences
from conversations.states import Channel, Situation, Visibility
from tests import building
from tests.calling import Answer, Caller, caller

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


@pytest.fixture
def gateway(db: None) -> Caller:
    """A channel, logged in."""
    return caller(building.a_machine())


def write(gateway: Caller, conversation: Conversation, **body: object) -> Answer:
    path = f"conversations/{conversation.pk}/customer-messages/"
    return gateway.post(path, {"text": "Hello?", **body})


def test_a_message_is_kept_and_counted_as_unanswered(gateway: Caller) -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION)
    said = write(gateway, conversation, text="Are you there?")
    assert said.status == 200
    message = said.body["message"]
    stored = conversation.messages.get(sender_kind="customer")
    assert (message["id"], message["text"]) == (stored.public_number, "Are you there?")
    assert message["sender"] == {"kind": "customer", "name": "Kirsten"}
    assert (message["visibility"], message["sentiment"]) == ("public", None)
    row = said.body["conversation"]
    assert row["unanswered_since"] == row["last_customer_message_at"] == message["at"]


def test_sent_twice_is_stored_once(gateway: Caller) -> None:
    conversation = building.arrives()
    first = write(gateway, conversation, client_id="m-1")
    events = Event.objects.count()
    second = write(gateway, conversation, client_id="m-1", text="Hello again?")
    assert second.raw == first.raw
    assert conversation.messages.filter(sender_kind="customer").count() == 1
    assert Event.objects.count() == events


def test_a_waiting_one_goes_back_to_its_queue(gateway: Caller) -> None:
    waiting = building.in_situation(Situation.WAITING)
    row = write(gateway, waiting).body["conversation"]
    assert (row["state"], row["agent"]) == ("open", None)


def test_a_waiting_one_with_a_transfer_stays(gateway: Caller) -> None:
    waiting = building.in_situation(Situation.WAITING_TRANSFER_PENDING)
    row = write(gateway, waiting).body["conversation"]
    assert (row["state"], row["phase"]) == ("waiting", "transfer_pending")


def test_in_wrap_up_it_is_kept_and_the_state_stays(gateway: Caller) -> None:
    ended = building.in_situation(Situation.WRAP_UP)
    row = write(gateway, ended).body["conversation"]
    assert (row["state"], row["unanswered_since"]) == ("wrap_up", None)
    assert ended.messages.filter(sender_kind="customer").count() == 1


ASYNCHRONOUS = [channel for channel in Channel if channel.is_asynchronous]


@pytest.mark.parametrize("channel", ASYNCHRONOUS)
def test_a_closed_asynchronous_one_goes_on_in_a_new_one(
    gateway: Caller, channel: Channel
) -> None:
    closed = building.in_situation(Situation.CLOSED, channel=channel, subject="Parcel")
    said = write(gateway, closed, text="One more thing")
    assert said.status == 201
    row = said.body["conversation"]
    assert (row["previous"], row["state"]) == (closed.pk, "open")
    assert (row["subject"], row["queue"]) == ("Parcel", closed.queue_id)
    opened = Conversation.objects.get(pk=row["id"])
    assert opened.customer == closed.customer
    assert [m.sender_kind for m in opened.messages.all()] == ["system", "customer"]
    assert said.body["message"]["id"] == 2
    assert building.fresh(closed).situation is Situation.CLOSED


def test_what_follows_goes_to_the_new_one(gateway: Caller) -> None:
    closed = building.in_situation(Situation.CLOSED, channel=Channel.SMS)
    opened = write(gateway, closed).body["conversation"]["id"]
    again = write(gateway, closed, text="And another thing")
    assert (again.status, again.body["conversation"]["id"]) == (200, opened)
    assert Conversation.objects.count() == 2


def test_a_repeated_last_word_opens_one_conversation(gateway: Caller) -> None:
    closed = building.in_situation(Situation.CLOSED, channel=Channel.SMS)
    first = write(gateway, closed, client_id="m-9")
    second = write(gateway, closed, client_id="m-9")
    assert (first.status, second.status) == (201, 200)
    assert second.body == first.body
    assert Message.objects.filter(client_id="m-9").count() == 1


def test_what_was_said_before_closing_is_not_said_again(gateway: Caller) -> None:
    conversation = building.in_situation(
        Situation.CLOSED, channel=Channel.SMS, text="Bye", client_id="m-1"
    )
    repeated = write(gateway, conversation, text="Bye", client_id="m-1")
    assert repeated.status == 200
    assert repeated.body["conversation"]["id"] == conversation.pk


@pytest.mark.parametrize("channel", [Channel.LIVE_CHAT, Channel.VOICE, Channel.RECORD])
def test_elsewhere_closed_is_the_end(gateway: Caller, channel: Channel) -> None:
    closed = building.in_situation(Situation.CLOSED, channel=channel)
    refused = write(gateway, closed)
    assert (refused.status, refused.code) == (409, "wrong_state")
    assert refused.body["conversation"]["state"] == "closed"
    assert Conversation.objects.count() == 1


def test_consent_is_recorded_with_its_text(gateway: Caller) -> None:
    conversation = building.arrives()
    at = building.later(seconds=-30).replace(microsecond=0)
    path = f"conversations/{conversation.pk}/consent/"
    answer = gateway.post(path, {"given": True, "text_version": "v7", "at": iso(at)})
    assert answer.status == 200
    assert answer.body["conversation"]["consent_recorded"] is True
    building.fresh(conversation)
    assert (conversation.consent_text_version, conversation.consent_at) == ("v7", at)


def test_a_refused_consent_is_no_consent(gateway: Caller) -> None:
    conversation = building.arrives()
    path = f"conversations/{conversation.pk}/consent/"
    answer = gateway.post(path, {"given": False, "text_version": "v7"})
    assert answer.body["conversation"]["consent_recorded"] is False
    assert building.fresh(conversation).consent_at is not None


def test_a_future_consent_is_nonsense(gateway: Caller) -> None:
    conversation = building.arrives()
    at = iso(building.later(minutes=6))
    path = f"conversations/{conversation.pk}/consent/"
    refused = gateway.post(path, {"given": True, "text_version": "v7", "at": at})
    assert (refused.status, refused.code) == (400, "invalid")


@pytest.mark.parametrize(
    ("body", "reason"),
    [({}, "ended_by_customer"), ({"left": True}, "customer_left")],
)
def test_the_customer_ends_or_leaves(
    gateway: Caller, body: dict[str, object], reason: str
) -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION)
    row = gateway.post(f"conversations/{conversation.pk}/end/", body).body[
        "conversation"
    ]
    assert (row["state"], row["status_reason"]) == ("wrap_up", reason)
    assert list(differences()) == []


def test_leaving_before_anybody_came_closes(gateway: Caller) -> None:
    offered = building.in_situation(Situation.AWAITING_ACCEPTANCE)
    path = f"conversations/{offered.pk}/end/"
    row = gateway.post(path, {"left": True}).body["conversation"]
    assert (row["state"], row["offer"]) == ("closed", None)
    again = gateway.post(path, {"left": True})
    assert (again.status, again.code) == (409, "wrong_state")


@pytest.mark.parametrize("to", ["voice", "video"])
def test_elevation_withdraws_a_pending_transfer(gateway: Caller, to: str) -> None:
    pending = building.in_situation(Situation.TRANSFER_PENDING)
    answer = gateway.post(f"conversations/{pending.pk}/elevate/", {"to": to})
    row = answer.body["conversation"]
    assert (row["elevated"], row["phase"]) == (to, "in_conversation")
    assert (row["offer"], row["agent"]) == (None, pending.agent_id)
    assert pending.offers.get().state == "withdrawn"
    assert list(differences()) == []


def test_a_call_is_a_call_already(gateway: Caller) -> None:
    call = building.in_situation(Situation.IN_CONVERSATION, channel=Channel.VOICE)
    refused = gateway.post(f"conversations/{call.pk}/elevate/", {"to": "video"})
    assert (refused.status, refused.code) == (409, "wrong_channel")


@pytest.mark.parametrize("body", [{}, {"to": ""}, {"to": "chat"}, {"to": None}])
def test_elevation_says_to_what(gateway: Caller, body: dict[str, object]) -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION)
    refused = gateway.post(f"conversations/{conversation.pk}/elevate/", body)
    assert (refused.status, refused.code) == (400, "invalid")


def test_the_public_transcript_can_be_read_on(gateway: Caller) -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION, text="Hello")
    building.agent_says(conversation, "Hi, how can I help?")
    building.agent_says(conversation, "Looks angry.", visibility=Visibility.INTERNAL)
    building.customer_says(conversation, "My parcel is lost")
    path = f"conversations/{conversation.pk}/public-messages/"
    messages = gateway.get(path).body["messages"]
    assert [message["id"] for message in messages] == [1, 2, 3, 4, 5]
    assert [message["text"] for message in messages][-2:] == [
        "Hi, how can I help?",
        "My parcel is lost",
    ]
    assert gateway.get(f"{path}?after=3").body["messages"] == messages[3:]
    assert gateway.get(f"{path}?after=5").body == {"messages": []}


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=", "before=3"])
def test_reading_on_needs_a_number(gateway: Caller, query: str) -> None:
    conversation = building.arrives()
    path = f"conversations/{conversation.pk}/public-messages/?{query}"
    refused = gateway.get(path)
    assert (refused.status, refused.code) == (400, "invalid")


def test_times_on_the_wire_have_milliseconds(gateway: Caller) -> None:
    moment = building.later(seconds=0).replace(microsecond=123_456)
    conversation = building.arrives()
    with building.at(moment + timedelta(seconds=1)):
        said = write(gateway, conversation)
    assert said.body["message"]["at"].endswith(".123Z")
