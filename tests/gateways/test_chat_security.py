"""Nobody reaches anything but their own conversation, whatever they try."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from django.test import Client

from accounts import tokens
from accounts.roles import Role
from conversations.models import Conversation
from conversations.states import Sender
from gateways.chat import limits
from live.sockets import SIGNED_OUT
from tests import building
from tests.calling import caller
from tests.gateways.chat_door import Door, a_site, behind, opened, picked
from tests.gateways.chat_stage import OWN, ChatStage

pytestmark = [pytest.mark.behaviour]

MARKUP = "<img src=x onerror=alert(1)><script>alert('ø')</script>"
WRITES: dict[str, dict[str, object]] = {
    "messages/": {"text": "x", "client_id": "m"},
    "end/": {},
    "rating/": {"score": 1},
}
SECRET = "my-secret-words-4711"


# Others' credentials here, ours elsewhere


@pytest.mark.django_db
def test_staff_have_no_rights_at_the_customers_door() -> None:
    door = opened()
    conversation = picked(door)
    agent = conversation.agent
    assert agent is not None
    everything = building.a_user("all", *Role, is_superuser=True, is_staff=True)
    for user in (agent.user, everything):
        client = Client()
        client.force_login(user)
        header = {"Authorization": f"Token {tokens.issue(user)}"}
        for headers in ({}, header):
            for path, body in WRITES.items():
                answer = client.post(
                    f"/api/v1/chat/{path}",
                    body,
                    content_type="application/json",
                    headers=headers,
                )
                assert answer.status_code == 401, path
            # Without a token of the chat there is only the door.
            answer = client.get(f"/api/v1/chat/?site={door.site.key}", headers=headers)
            assert "messages" not in answer.json()
    assert building.fresh(conversation).situation == "in_conversation"


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["Chat", "Token"])
def test_a_chat_token_opens_nothing_else(scheme: str) -> None:
    door = opened()
    pk = behind(door).pk
    client = Client(headers={"Authorization": f"{scheme} {door.token}"})
    paths = ["board/", "desk/", f"conversations/{pk}/", f"conversations/{pk}/messages/"]
    paths += [f"conversations/{pk}/public-messages/"]
    for path in paths:
        assert client.get(f"/api/v1/{path}").status_code == 401, path
    for path in ("customer-messages/", "end/", "force-close/", "monitor/"):
        answer = client.post(
            f"/api/v1/conversations/{pk}/{path}", {}, content_type="application/json"
        )
        assert answer.status_code == 401, path
    assert behind(door).situation == "open"


@pytest.mark.django_db
def test_a_token_in_the_address_is_none() -> None:
    door = opened()
    other = Door(door.site)
    for query in (f"token={door.token}", f"site={door.site.key}&token={door.token}"):
        assert other.get(f"?{query}").status == 400
    page = Client().get(f"/chat/?site={door.site.key}&token={door.token}")
    assert door.token not in page.content.decode()


@pytest.mark.django_db
def test_no_id_leads_to_another_conversation() -> None:
    mine, other = opened(), opened()
    pk = behind(other).pk
    for body in (
        {"text": "x", "client_id": "m", "conversation": pk},
        {"text": "x", "client_id": "m", "id": pk},
    ):
        assert mine.post("messages/", body).status == 400
    for query in (f"?conversation={pk}", f"?id={pk}"):
        assert mine.get(query).status == 400
    for path in (f"{pk}/", f"messages/{pk}/"):
        answer = mine.client.get(
            f"/api/v1/chat/{path}", headers={"Authorization": f"Chat {mine.token}"}
        )
        assert answer.status_code == 404
    assert behind(other).messages.count() == behind(mine).messages.count()


# Replays


@pytest.mark.django_db
def test_a_replayed_opening_needs_all_of_it() -> None:
    door = opened()
    known = door.opening()
    assert Door(door.site).post("", known).status == 201
    thief = Door(door.site)
    for changes in ({"question": "Give it to me"}, {"name": "Somebody"}):
        refused = thief.post("", {**known, **changes})
        assert (refused.status, refused.code) == (400, "invalid")
        assert "token" not in refused.body
        assert "messages" not in refused.body
    elsewhere = Door(a_site())
    assert elsewhere.post("", {**known, "site": elsewhere.site.key}).status == 400


@pytest.mark.django_db
def test_an_opening_replayed_after_all_is_over_opens_nothing() -> None:
    door = opened()
    body = door.opening()
    token = door.post("", body).body["token"]
    door.post("end/", {}, token=token)
    with building.at(building.later(hours=25)):
        assert door.post("", body).status == 400


@pytest.mark.django_db
def test_a_replayed_message_says_nothing_in_anothers_chat() -> None:
    mine, other = opened(), opened()
    mine.say("The same id", "m-1")
    said = other.say("Another text", "m-1").body["message"]
    assert said["text"] == "Another text"
    assert [m["text"] for m in mine.read(after=2).body["messages"]] == ["The same id"]


# What is said


@pytest.mark.django_db
@pytest.mark.parametrize("text", [MARKUP, "{{ 7*7 }} %(name)s {0} \u202e", "a\r\nb"])
def test_what_is_said_stays_as_it_was_said(text: str) -> None:
    door = Door(a_site())
    answer = door.open(question=text)
    assert answer.body["messages"][-1]["text"] == text
    assert behind(door).messages.get(sender_kind=Sender.CUSTOMER).text == text
    door.say(text, "m-1")
    answers = door.client.get(
        "/api/v1/chat/", headers={"Authorization": f"Chat {door.token}"}
    )
    assert answers["Content-Type"] == "application/json"
    assert answers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_cannot_be_stored_is_refused(text: str) -> None:
    door = opened()
    assert door.post("messages/", {"text": text, "client_id": "m"}).status == 400


@pytest.mark.django_db
def test_a_minutes_flood_leaves_what_the_limit_lets_through() -> None:
    """In six steps of the limit's own span, each of three times the limit."""
    door, calm = opened(), opened()
    start = building.later(seconds=1)
    kept = refused = 0
    for step in range(6):
        with building.at(start):
            for number in range(60):
                status = door.say(f"{step}.{number} {SECRET}").status
                kept += status == 200
                refused += status == 429
        start = building.later(seconds=11 * (step + 1))
    assert kept + refused == 360
    assert kept <= 6 * limits.MESSAGES
    stored = behind(door).messages.filter(sender_kind=Sender.CUSTOMER).count()
    assert stored == kept + 1
    assert SECRET not in json.dumps(calm.read().body)


# Logs


@pytest.mark.django_db
def test_logs_hold_neither_words_nor_tokens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as structured:
        door = Door(a_site())
        door.open(name="Kirsten-4711", question=SECRET)
        door.say(SECRET)
        door.say("x" * 20_000)
        door.get(token=f"{door.token}x")
        old, door.token = door.token, door.end().body["token"]
        door.get(token=old)
        door.say(SECRET)
        door.rate(9, comment=SECRET)
    told = caplog.text + repr(structured) + repr([r.__dict__ for r in caplog.records])
    for secret in (SECRET, "Kirsten-4711", door.token, old, door.token.split(":")[0]):
        assert secret not in told


def test_the_sockets_logs_hold_no_tokens(
    chat_stage: ChatStage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    door = opened()
    tab = chat_stage.come(door)
    tab.send({"type": "nonsense", "text": SECRET})
    tab.must_be_closed(4400)
    wrong = chat_stage.connect()
    wrong.greet(f"{door.token}x")
    wrong.must_be_closed(SIGNED_OUT)
    assert SECRET not in caplog.text
    assert door.token not in caplog.text


# The socket


@pytest.mark.parametrize("changed", ["x", "", "{token}x", "{nonce}:2:{signature}"])
def test_a_wrong_token_is_closed_and_told_nothing(
    chat_stage: ChatStage, changed: str
) -> None:
    door = opened()
    nonce, _generation, signature = door.token.split(":")
    token = changed.format(token=door.token, nonce=nonce, signature=signature)
    tab = chat_stage.connect()
    tab.greet(token)
    tab.must_be_closed(SIGNED_OUT)
    assert tab.raw == []


def test_one_customers_socket_hears_nothing_of_another(chat_stage: ChatStage) -> None:
    site = a_site()
    mine, other = opened(site), opened(site)
    tab = chat_stage.come(mine)
    other.say(SECRET)
    building.agent_says(picked(other), f"Answer to {SECRET}")
    mine.say("And now I")
    chat_stage.compare()
    tab.must_read("And now I")
    assert SECRET not in "".join(tab.raw)


def test_a_session_cookie_means_nothing_at_the_socket(chat_stage: ChatStage) -> None:
    door = opened()
    user = building.a_user("all", *Role, is_superuser=True)
    client = Client()
    client.force_login(user)
    tab = chat_stage.connect(cookie=f"sessionid={client.session.session_key}")
    tab.greet("")
    tab.must_be_closed(SIGNED_OUT)
    with_token = chat_stage.connect(cookie="sessionid=x")
    with_token.greet(door.token)
    with_token.must_hear("state")


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://www.shop.example", ""]
)
def test_other_pages_get_no_socket(chat_stage: ChatStage, origin: str | None) -> None:
    a_site(origins="https://www.shop.example")
    tab = chat_stage.connect(origin)
    tab.must_be_closed(1000)
    assert not tab.is_accepted


def test_the_sites_own_pages_get_one(chat_stage: ChatStage) -> None:
    listed = "https://www.shop.example"
    door = opened(a_site(origins=listed))
    for origin in (listed, OWN):
        tab = chat_stage.connect(origin)
        tab.greet(door.token)
        tab.must_hear("state")


def test_another_sites_pages_hold_no_chat_of_this_one(chat_stage: ChatStage) -> None:
    a_site(origins="https://www.other.example")
    door = opened(a_site(origins="https://www.shop.example"))
    tab = chat_stage.connect("https://www.other.example")
    tab.greet(door.token)
    tab.must_be_closed(4403)
    assert tab.raw == []


@pytest.mark.django_db
def test_a_machine_may_not_act_for_a_chat_by_its_own_role_alone() -> None:
    """Who has the role API access feeds channels of its own by the other door, whose
    answers hold no token."""
    door = opened()
    machine = caller(building.a_machine())
    answer = machine.get(f"conversations/{behind(door).pk}/public-messages/")
    assert door.token.split(":")[0] not in answer.raw.decode()
    assert Conversation.objects.count() == 1
