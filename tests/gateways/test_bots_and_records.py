"""Bots answer, hand over and end; record systems resolve; others may do nothing."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from conversations.states import Channel, Situation
from tests import building
from tests.calling import Caller, caller, stranger

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


@pytest.fixture
def gateway(db: None) -> Caller:
    """A bot or a record system, logged in."""
    return caller(building.a_machine())


def test_a_bot_answers_and_hands_over(gateway: Caller) -> None:
    conversation = building.in_situation(
        Situation.WITH_BOT, text="Hi", bot_name="Robbie"
    )
    said = gateway.post(
        f"conversations/{conversation.pk}/bot/message/", {"text": "What is it about?"}
    )
    assert said.status == 200
    assert said.body["message"]["sender"] == {"kind": "bot", "name": "Robbie"}
    assert said.body["conversation"]["unanswered_since"] is None
    handed = gateway.post(f"conversations/{conversation.pk}/bot/escalate/")
    row = handed.body["conversation"]
    assert (row["state"], row["bot_name"]) == ("open", "")
    assert row["wait_since"] is not None


def test_a_bots_answer_sent_twice_is_stored_once(gateway: Caller) -> None:
    conversation = building.in_situation(Situation.WITH_BOT)
    path = f"conversations/{conversation.pk}/bot/message/"
    body = {"text": "Hello", "client_id": "b-1"}
    assert gateway.post(path, body).raw == gateway.post(path, body).raw
    assert conversation.messages.filter(sender_kind="bot").count() == 1


def test_a_bot_may_end_it(gateway: Caller) -> None:
    conversation = building.in_situation(Situation.WITH_BOT)
    row = gateway.post(f"conversations/{conversation.pk}/bot/end/").body["conversation"]
    assert (row["state"], row["status_reason"]) == ("closed", "ended_by_bot")


BOT_ACTS: dict[str, dict[str, object]] = {
    "bot/message": {"text": "Hi"},
    "bot/escalate": {},
    "bot/end": {},
}


@pytest.mark.parametrize("act", BOT_ACTS)
def test_a_bot_has_no_say_in_a_persons_conversation(gateway: Caller, act: str) -> None:
    conversation = building.in_situation(Situation.IN_CONVERSATION)
    refused = gateway.post(f"conversations/{conversation.pk}/{act}/", BOT_ACTS[act])
    assert (refused.status, refused.code) == (409, "wrong_state")
    assert refused.body["conversation"]["agent"] == conversation.agent_id


def test_a_resolved_record_closes_its_work(gateway: Caller) -> None:
    record = building.in_situation(Situation.IN_CONVERSATION, channel=Channel.RECORD)
    agent = record.agent
    assert agent is not None
    row = gateway.post(f"conversations/{record.pk}/resolve/").body["conversation"]
    assert (row["state"], row["status_reason"]) == ("closed", "resolved")
    agent.refresh_from_db()
    assert agent.used_units == 0


def test_a_resolved_record_withdraws_its_offer(gateway: Caller) -> None:
    record = building.in_situation(
        Situation.AWAITING_ACCEPTANCE, channel=Channel.RECORD
    )
    row = gateway.post(f"conversations/{record.pk}/resolve/").body["conversation"]
    assert (row["state"], row["offer"]) == ("closed", None)


def test_a_chat_is_no_record(gateway: Caller) -> None:
    chat = building.in_situation(Situation.IN_CONVERSATION)
    refused = gateway.post(f"conversations/{chat.pk}/resolve/")
    assert (refused.status, refused.code) == (409, "wrong_channel")
    assert refused.body["conversation"]["state"] == "active"


def test_the_audit_trail_names_the_machine_that_resolved(gateway: Caller) -> None:
    record = building.in_situation(Situation.OPEN, channel=Channel.RECORD)
    gateway.post(f"conversations/{record.pk}/resolve/")
    event = record.events.get(kind="conversation.resolved")
    assert event.actor_kind == "machine"
    assert event.actor is not None and event.actor_name == event.actor.username


ACTS: dict[str, dict[str, object]] = {
    "customer-messages": {"text": "Hi"},
    "consent": {"given": True, "text_version": "1"},
    "end": {},
    "elevate": {"to": "voice"},
    "resolve": {},
    **BOT_ACTS,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_people_do_not_act_for_machines(act: str, role: Role) -> None:
    conversation = building.arrives()
    path = f"conversations/{conversation.pk}/{act}/"
    refused = caller(building.a_user("", role)).post(path, ACTS[act])
    assert (refused.status, refused.code) == (403, "role_missing")
    version = conversation.version
    assert building.fresh(conversation).version == version


@pytest.mark.parametrize("act", ACTS)
def test_strangers_do_nothing(act: str) -> None:
    conversation = building.arrives()
    path = f"conversations/{conversation.pk}/{act}/"
    assert stranger().post(path, ACTS[act]).status == 401


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("pk", [0, 999_999, 2**63, 10**30])
def test_unknown_conversations_do_not_exist(gateway: Caller, act: str, pk: int) -> None:
    refused = gateway.post(f"conversations/{pk}/{act}/", ACTS[act])
    assert (refused.status, refused.code) == (404, "not_found")


@pytest.mark.parametrize("act", ACTS)
def test_no_act_takes_what_it_does_not_know(gateway: Caller, act: str) -> None:
    conversation = building.arrives()
    body = {**ACTS[act], "state": "closed"}
    refused = gateway.post(f"conversations/{conversation.pk}/{act}/", body)
    assert (refused.status, refused.code) == (400, "invalid")
    assert list(refused.body["fields"]) == ["state"]


@pytest.mark.parametrize("act", ["customer-messages", "bot/message"])
@pytest.mark.parametrize(
    ("text", "code"),
    [("", "invalid"), (None, "invalid"), (5, "invalid"), ("x" * 10_001, "too_large")],
    ids=["empty", "null", "number", "long"],
)
def test_a_text_has_one_to_ten_thousand_characters(
    gateway: Caller, act: str, text: object, code: str
) -> None:
    conversation = building.in_situation(Situation.WITH_BOT)
    path = f"conversations/{conversation.pk}/{act}/"
    refused = gateway.post(path, {"text": text})
    assert (refused.status, refused.code) == (400, code)
    assert not conversation.messages.exclude(sender_kind="system").exists()
