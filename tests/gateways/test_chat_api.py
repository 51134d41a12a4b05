"""What customers do at their own door: look, open, write, read, end, rate."""

from __future__ import annotations

import pytest

from conversations.events import SYSTEM
from conversations.models import Conversation, Event, Rating
from conversations.notices import version_of
from conversations.reconciliation import differences
from conversations.states import Channel, ConsentMode, Visibility
from conversations.transitions import handling
from gateways.models import ChatSite
from tests import building
from tests.gateways.chat_door import QUESTION, Door, a_client_id, a_site, behind, picked
from tests.gateways.chat_door import opened as opened_chat

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

NOTICE = "We may listen and keep what you write."


@pytest.fixture
def site() -> ChatSite:
    return a_site("shop")


def consent(**changes: object) -> dict[str, object]:
    return {"given": True, "text_version": version_of(NOTICE), **changes}


def asks_for_consent() -> None:
    building.settings_are(consent_mode=ConsentMode.CONSENT, customer_notice=NOTICE)


# The door


def test_the_door_says_what_there_is(site: ChatSite) -> None:
    building.settings_are(consent_mode=ConsentMode.NOTICE, customer_notice=NOTICE)
    assert Door(site).get("?site=shop").body == {
        "site": {"key": "shop", "name": "Shop"},
        "is_open": True,
        "opens_at": None,
        "channel": "live_chat",
        "notice": {
            "mode": "notice",
            "text": NOTICE,
            "text_version": version_of(NOTICE),
        },
        "takes_offline_messages": False,
        "expected_wait_seconds": None,
    }


def test_without_a_name_the_default_site_answers(site: ChatSite) -> None:
    a_site("help", is_default=True)
    assert Door(site).get().body["site"]["key"] == "help"


def test_where_there_is_no_site_there_is_no_chat(site: ChatSite) -> None:
    for path in ("?site=else", ""):
        refused = Door(site).get(path)
        assert (refused.status, refused.code) == (404, "not_found")


def test_no_notice_says_nothing(site: ChatSite) -> None:
    building.settings_are(consent_mode=ConsentMode.NONE, customer_notice=NOTICE)
    notice = Door(site).get("?site=shop").body["notice"]
    assert notice == {"mode": "none", "text": "", "text_version": ""}


# Opening


def test_a_question_opens_a_conversation(site: ChatSite) -> None:
    door = Door(site)
    answer = door.open(language="da")
    assert answer.status == 201
    state = answer.body["state"]
    assert (state["status"], state["name"]) == ("waiting", "Kirsten")
    assert (state["subject"], state["position"]) == (QUESTION, 1)
    assert (state["may_write"], state["may_rate"]) == (True, False)
    assert state["site"] == {"key": "shop", "name": "Shop"}
    said = [(m["id"], m["sender"]["kind"], m["code"]) for m in answer.body["messages"]]
    assert said == [(1, "system", "notice"), (2, "customer", "")]
    conversation = behind(door)
    assert (conversation.workstream, conversation.language) == (site.workstream, "da")
    assert "id" not in state


def test_the_language_is_found_out(site: ChatSite) -> None:
    door = Door(site)
    door.open(question="Hvor er min pakke? Den skulle være kommet i går, siger I.")
    assert behind(door).language == "da"


def test_a_long_question_has_a_short_subject(site: ChatSite) -> None:
    door = Door(site)
    state = door.open(question="Why?\n" + "so " * 100).body["state"]
    assert state["subject"].startswith("Why? so so")
    assert state["subject"].endswith("…")
    assert len(state["subject"]) <= 80


def test_opening_twice_opens_once(site: ChatSite) -> None:
    door = Door(site)
    body = door.opening()
    first, second = door.post("", body), door.post("", body)
    assert (first.status, second.status) == (201, 200)
    assert second.body == first.body
    assert Conversation.objects.count() == 1


def test_a_name_has_one_line_and_no_hidden_signs(site: ChatSite) -> None:
    state = Door(site).open(name=" Kir\u202esten \n\t Holm ").body["state"]
    assert state["name"] == "Kir sten Holm"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "invalid"),
        ({"name": " \u200b "}, "invalid"),
        ({"name": "x" * 121}, "too_large"),
        ({"question": " \n "}, "invalid"),
        ({"question": "x" * 10_001}, "too_large"),
        ({"question": None}, "invalid"),
        ({"client_id": "short"}, "invalid"),
        ({"client_id": 7}, "invalid"),
        ({"language": "not a language"}, "too_large"),
        ({"queue": "Support"}, "invalid"),
        ({"consent": {"given": "yes", "text_version": "1"}}, "invalid"),
    ],
)
def test_an_opening_is_as_it_should_be(
    site: ChatSite, changes: dict[str, object], code: str
) -> None:
    refused = Door(site).open(**changes)
    assert (refused.status, refused.code) == (400, code)
    assert not Conversation.objects.exists()


# Notice and consent


def test_without_consent_nothing_is_written(site: ChatSite) -> None:
    asks_for_consent()
    for given in (None, consent(given=False)):
        refused = Door(site).open(consent=given)
        assert (refused.status, refused.code) == (409, "consent_missing")
        assert "conversation" not in refused.body
    assert not Conversation.objects.exists()
    assert not Event.objects.filter(kind="conversation.opened").exists()


def test_consent_is_recorded_with_the_version_of_its_text(site: ChatSite) -> None:
    asks_for_consent()
    door = Door(site)
    assert door.open(consent=consent()).status == 201
    conversation = behind(door)
    assert (conversation.consent_given, conversation.consent_text_version) == (
        True,
        version_of(NOTICE),
    )


def test_nobody_consents_to_another_text(site: ChatSite) -> None:
    asks_for_consent()
    refused = Door(site).open(consent=consent(text_version=version_of("Old text.")))
    assert (refused.status, refused.code) == (400, "invalid")
    assert refused.body["notice"]["text"] == NOTICE
    assert not Conversation.objects.exists()


# Hours


def closed_site() -> ChatSite:
    queue = building.a_queue(is_open=False)
    return a_site("shut", stream=building.a_workstream(queue=queue))


def test_a_closed_queue_takes_nobody_in() -> None:
    site = closed_site()
    door = Door(site)
    assert door.get("?site=shut").body["is_open"] is False
    refused = door.open()
    assert (refused.status, refused.code) == (409, "closed_now")
    assert refused.body["opens_at"] is None
    assert not Conversation.objects.exists()


def test_what_is_left_for_later_becomes_work() -> None:
    site = closed_site()
    site.offline_workstream = building.a_workstream(Channel.RECORD)
    site.save()
    door = Door(site)
    body = {
        "site": "shut",
        "name": "Kirsten",
        "address": "kirsten@example.com",
        "text": QUESTION,
        "client_id": a_client_id(),
    }
    first, second = door.post("offline/", body), door.post("offline/", body)
    assert (first.status, first.body) == (201, {})
    assert (second.status, second.body) == (200, {})
    conversation = Conversation.objects.get()
    assert conversation.workstream == site.offline_workstream
    assert conversation.customer.address == "kirsten@example.com"
    assert conversation.messages.get(sender_kind="customer").text == QUESTION
    again = door.post("", door.opening(client_id=body["client_id"]))
    assert (again.status, again.code) == (400, "invalid")


def test_where_nothing_can_be_left_nothing_is() -> None:
    site = closed_site()
    body = {
        "site": "shut",
        "name": "Kirsten",
        "address": "kirsten@example.com",
        "text": QUESTION,
        "client_id": a_client_id(),
    }
    refused = Door(site).post("offline/", body)
    assert (refused.status, refused.code) == (409, "closed_now")
    assert not Conversation.objects.exists()


# Writing and reading


def test_both_write_and_the_customer_reads_what_is_public() -> None:
    door = opened_chat()
    conversation = picked(door)
    mine = a_client_id()
    said = door.say("Are you there?", mine)
    building.agent_says(conversation, "Yes, how can I help?")
    building.agent_says(conversation, "Angry.", visibility=Visibility.INTERNAL)
    answer = door.read(after=3)
    assert said.body["message"] == answer.body["messages"][0]
    assert [(m["id"], m["text"]) for m in answer.body["messages"]] == [
        (4, "Are you there?"),
        (5, "Yes, how can I help?"),
    ]
    assert answer.body["messages"][0]["client_id"] == mine
    assert "client_id" not in answer.body["messages"][1]
    state = answer.body["state"]
    assert (state["status"], state["agent"]) == ("talking", "Nora")
    assert (state["people"], state["position"]) == (["Nora"], None)


def test_sent_twice_is_stored_once() -> None:
    door = opened_chat()
    mine = a_client_id()
    first, second = door.say("Hello?", mine), door.say("Hello again?", mine)
    assert (first.status, second.status) == (200, 200)
    assert second.raw == first.raw
    assert behind(door).messages.filter(client_id=mine).count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "", "client_id": "m"}, "invalid"),
        ({"text": " \n", "client_id": "m"}, "invalid"),
        ({"text": "x" * 10_001, "client_id": "m"}, "too_large"),
        ({"text": "x"}, "invalid"),
        ({"text": "x", "client_id": ""}, "invalid"),
        ({"text": "x", "client_id": "m", "visibility": "internal"}, "invalid"),
        ({"text": "x", "client_id": "m", "conversation": 1}, "invalid"),
    ],
)
def test_a_message_is_as_it_should_be(body: object, code: str) -> None:
    door = opened_chat()
    refused = door.post("messages/", body)
    assert (refused.status, refused.code) == (400, code)
    assert behind(door).messages.filter(sender_kind="customer").count() == 1


def test_an_asynchronous_chat_pauses_and_goes_on() -> None:
    stream = building.a_workstream(Channel.PERSISTENT_CHAT)
    door = opened_chat(a_site(stream=stream))
    conversation = picked(door)
    building.act(conversation, lambda scene: handling.wait(scene, by=SYSTEM))
    state = door.read().body["state"]
    assert (state["status"], state["may_write"]) == ("paused", True)
    assert door.say("I am back").status == 200
    assert door.read().body["state"]["status"] == "waiting"
    assert list(differences()) == []


# The end


def test_the_customer_ends_it_and_may_rate() -> None:
    door = opened_chat()
    conversation = picked(door)
    answer = door.end()
    state = answer.body["state"]
    assert (state["status"], state["ended_by"]) == ("ended", "customer")
    assert (state["may_write"], state["may_rate"]) == (False, True)
    assert (state["agent"], state["closes"]) == ("Nora", None)
    door.token = answer.body["token"]
    rated = door.rate(4, comment="Quick.").body["state"]
    assert (rated["may_rate"], rated["rating"]) == (False, 4)
    rating = Rating.objects.get(conversation=conversation)
    assert (rating.score, rating.comment) == (4, "Quick.")
    assert list(differences()) == []


def test_ending_twice_is_ending_once() -> None:
    door = opened_chat()
    first = door.end()
    events = Event.objects.count()
    second = door.end()
    assert (first.status, second.status) == (200, 200)
    assert second.body == first.body
    assert Event.objects.count() == events


def test_whoever_closes_the_wrap_up_has_not_ended_it() -> None:
    door = opened_chat()
    conversation = picked(door)
    door.token = door.end().body["token"]
    before = door.read().body["state"]
    building.act(conversation, lambda scene: handling.close(scene, by=SYSTEM))
    assert conversation.is_closed
    assert door.read().body["state"] == before


def test_nobody_rates_what_goes_on_or_nobody_whom_nobody_helped() -> None:
    door = opened_chat()
    early = door.rate(5)
    assert (early.status, early.code) == (409, "wrong_state")
    assert early.body["state"]["status"] == "waiting"
    door.token = door.end().body["token"]
    unserved = door.rate(5)
    assert (unserved.status, unserved.code) == (409, "wrong_state")
    assert unserved.body["state"]["may_rate"] is False
    assert not Rating.objects.exists()


@pytest.mark.parametrize("score", [0, 6, "5", 4.5, True, None])
def test_a_rating_is_one_to_five(score: object) -> None:
    door = opened_chat()
    picked(door)
    door.token = door.end().body["token"]
    refused = door.rate(score)
    assert (refused.status, refused.code) == (400, "invalid")


def test_after_the_end_nothing_can_be_written() -> None:
    door = opened_chat()
    door.token = door.end().body["token"]
    refused = door.say("One more thing")
    assert (refused.status, refused.code) == (409, "wrong_state")
    assert refused.body["state"]["status"] == "ended"
    assert set(refused.body) == {"code", "detail", "state"}
    assert behind(door).messages.filter(sender_kind="customer").count() == 1
