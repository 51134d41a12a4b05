"""A channel or a machine opens a conversation: where it lands, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.roles import Role
from conversations.models import Conversation, Event, Queue, Workstream
from conversations.moments import iso
from conversations.states import Channel, ChannelKind
from tests import building
from tests.calling import Answer, caller, stranger

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def open_with(**body: object) -> Answer:
    return caller(building.a_machine()).post("conversations/", body)


def a_chat_floor() -> tuple[Queue, Workstream]:
    queue = building.a_queue("Support")
    return queue, building.a_workstream(queue=queue, name="Web chat")


def test_a_customer_comes_in_with_all_that_is_known() -> None:
    queue, _stream = a_chat_floor()
    opened = open_with(
        channel="live_chat",
        queue="Support",
        subject="Parcel lost",
        customer={"name": "Kirsten", "address": "k@example.org"},
        language="da",
        skills=["Danish", "Parcels", "Danish"],
        text="Hvor er min pakke?",
    )
    assert opened.status == 201
    row = opened.body
    assert (row["state"], row["queue"], row["previous"]) == ("open", queue.pk, None)
    assert (row["subject"], row["language"]) == ("Parcel lost", "da")
    assert row["customer"] == {"name": "Kirsten"}
    stored = Conversation.objects.get(pk=row["id"])
    assert stored.skills == ["Danish", "Parcels"]
    assert stored.customer.address == "k@example.org"
    assert (stored.version, stored.state_version) == (1, 1)


def test_the_notice_is_the_first_that_is_said() -> None:
    a_chat_floor()
    building.settings_are(consent_mode="notice", customer_notice="We may listen.")
    opened = open_with(channel="live_chat", text="Hello")
    messages = Conversation.objects.get(pk=opened.body["id"]).messages.all()
    assert [(m.sender_kind, m.text, m.public_number) for m in messages] == [
        ("system", "We may listen.", 1),
        ("customer", "Hello", 2),
    ]


def test_without_a_notice_nothing_is_said() -> None:
    a_chat_floor()
    building.settings_are(consent_mode="none")
    opened = open_with(channel="live_chat")
    assert not Conversation.objects.get(pk=opened.body["id"]).messages.exists()


def test_opening_is_one_event_at_the_first_version() -> None:
    a_chat_floor()
    before = Event.objects.count()
    opened = open_with(channel="live_chat", text="Hello")
    (event,) = Event.objects.order_by("pk")[before:]
    assert event.kind == "conversation.opened"
    pk = opened.body["id"]
    assert event.changes == [{"kind": "conversation", "id": pk, "version": 1}]


@pytest.mark.parametrize("by", ["id", "name"])
def test_places_are_named_by_id_or_name(by: str) -> None:
    queue, stream = a_chat_floor()
    other = building.a_queue("Overflow")
    ids: dict[str, object] = {"workstream": stream.pk, "queue": other.pk}
    names: dict[str, object] = {"workstream": stream.name, "queue": other.name}
    opened = open_with(**(ids if by == "id" else names))
    assert (opened.body["workstream"], opened.body["queue"]) == ("Web chat", other.pk)
    assert queue.pk != other.pk


def test_the_workstream_brings_its_queue() -> None:
    queue, _stream = a_chat_floor()
    assert open_with(workstream="Web chat").body["queue"] == queue.pk


def test_a_channel_prefers_the_workstream_of_the_queue() -> None:
    a_chat_floor()
    care = building.a_queue("Care")
    building.a_workstream(queue=care, name="Z care chat", units=7)
    opened = open_with(channel="live_chat", queue="Care")
    assert (opened.body["workstream"], opened.body["units"]) == ("Z care chat", 7)


def test_a_queue_of_its_own_is_not_needed() -> None:
    a_chat_floor()
    other = building.a_queue("Other")
    opened = open_with(channel="live_chat", queue="Other")
    assert (opened.body["workstream"], opened.body["queue"]) == ("Web chat", other.pk)


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_can_come_in(channel: Channel) -> None:
    building.a_workstream(channel)
    opened = open_with(channel=channel)
    assert (opened.status, opened.body["channel"]) == (201, channel)


def test_a_call_does_not_wait_among_chats() -> None:
    building.a_workstream(Channel.VOICE)
    building.a_queue("Chats", kind=ChannelKind.MESSAGING)
    refused = open_with(channel="voice", queue="Chats")
    assert (refused.status, refused.code) == (400, "wrong_queue_type")
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    ("bot", "name"), [(True, "Bot"), ("Robbie", "Robbie"), (False, "")]
)
def test_a_bot_may_have_it_first(bot: object, name: str) -> None:
    a_chat_floor()
    row = open_with(channel="live_chat", bot=bot).body
    phase = "with_bot" if name else None
    assert (row["bot_name"], row["phase"]) == (name, phase)


def test_consent_may_come_along() -> None:
    a_chat_floor()
    given_at = building.later(minutes=-2)
    consent = {"given": True, "at": iso(given_at), "text_version": "2026-11"}
    row = open_with(channel="live_chat", consent=consent).body
    assert row["consent_recorded"] is True
    stored = Conversation.objects.get(pk=row["id"])
    assert stored.consent_text_version == "2026-11"
    assert stored.consent_at is not None
    assert abs(stored.consent_at - given_at) < timedelta(milliseconds=1)


BAD: list[dict[str, object]] = [
    {},
    {"channel": "pigeon"},
    {"channel": 7},
    {"channel": "voice"},
    {"channel": "live_chat", "queue": "Nowhere"},
    {"channel": "live_chat", "queue": 987_654},
    {"channel": "live_chat", "queue": 2**63},
    {"channel": "live_chat", "queue": True},
    {"channel": "live_chat", "queue": ""},
    {"workstream": "Nobody"},
    {"workstream": "Web chat", "channel": "sms"},
    {"channel": "live_chat", "bot": 1},
    {"channel": "live_chat", "bot": ""},
    {"channel": "live_chat", "skills": "Danish"},
    {"channel": "live_chat", "skills": [1]},
    {"channel": "live_chat", "language": "in Danish"},
    {"channel": "live_chat", "language": "da\n"},
    {"channel": "live_chat", "customer": "Kirsten"},
    {"channel": "live_chat", "customer": {"name": "K", "age": 40}},
    {"channel": "live_chat", "text": ["Hello"]},
    {"channel": "live_chat", "text": "nul \0"},
    {"channel": "live_chat", "state": "closed"},
    {"channel": "live_chat", "consent": {"given": True}},
    {"channel": "live_chat", "consent": {"given": "yes", "text_version": "1"}},
]


@pytest.mark.parametrize("body", BAD, ids=str)
def test_what_is_not_understood_opens_nothing(body: dict[str, object]) -> None:
    a_chat_floor()
    refused = open_with(**body)
    assert (refused.status, refused.code) == (400, "invalid")
    assert not Conversation.objects.exists()


SENSELESS = [
    "2026-11-22T10:00:00",
    "1999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30T10:00:00Z",
    "yesterday",
    1_763_800_000,
]


@pytest.mark.parametrize("at", SENSELESS)
def test_times_are_aware_and_make_sense(at: object) -> None:
    a_chat_floor()
    consent = {"given": True, "at": at, "text_version": "1"}
    refused = open_with(channel="live_chat", consent=consent)
    assert (refused.status, refused.code) == (400, "invalid")
    assert list(refused.body["fields"]) == ["consent.at"]


LONG: list[dict[str, object]] = [
    {"text": "x" * 10_001},
    {"subject": "x" * 201},
    {"customer": {"name": "x" * 121}},
    {"customer": {"address": "x" * 201}},
    {"skills": [f"skill {number}" for number in range(21)]},
    {"skills": ["x" * 81]},
    {"client_id": "x" * 65},
    {"text": "x" * 1_000_000},
]


@pytest.mark.parametrize("body", LONG, ids=lambda body: next(iter(body)))
def test_what_is_too_long_opens_nothing(body: dict[str, object]) -> None:
    a_chat_floor()
    refused = open_with(channel="live_chat", **body)
    assert (refused.status, refused.code) == (400, "too_large")
    assert not Conversation.objects.exists()


def test_ten_thousand_characters_are_a_text() -> None:
    a_chat_floor()
    assert open_with(channel="live_chat", text="x" * 10_000).status == 201


def test_a_script_for_a_name_is_a_name() -> None:
    a_chat_floor()
    name = "<script>alert(1)</script>"
    assert open_with(channel="live_chat", customer={"name": name}).body["customer"] == {
        "name": name
    }


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_only_machines_open_conversations(role: Role) -> None:
    a_chat_floor()
    user = building.a_user("", role)
    refused = caller(user).post("conversations/", {"channel": "live_chat"})
    assert (refused.status, refused.code) == (403, "role_missing")


def test_strangers_open_nothing() -> None:
    assert stranger().post("conversations/", {}).code == "not_authenticated"
