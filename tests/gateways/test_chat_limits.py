"""Nobody can flood the door: per address, per conversation, per body."""

from __future__ import annotations

import json

import pytest

from conversations.models import Conversation
from conversations.states import Sender
from gateways.chat import limits
from gateways.models import ChatSite
from tests import building
from tests.gateways.chat_door import Door, a_client_id, a_site, behind, opened

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

HERE = "198.51.100.7"


@pytest.fixture
def site() -> ChatSite:
    return a_site("shop")


def test_five_chats_at_a_time_from_one_address(site: ChatSite) -> None:
    doors = [opened(site, address=HERE) for _ in range(limits.ONGOING)]
    sixth = Door(site, address=HERE)
    refused = sixth.open()
    assert (refused.status, refused.code) == (429, "throttled")
    assert int(sixth.headers["Retry-After"]) == refused.body["retry_after"] > 0
    assert opened(site, address="198.51.100.8").token
    doors[0].end()
    assert sixth.open().status == 201
    assert Conversation.objects.count() == limits.ONGOING + 2


def test_ten_openings_in_ten_minutes_from_one_address(site: ChatSite) -> None:
    start = building.later(seconds=0)
    for _ in range(limits.OPENINGS):
        with building.at(start):
            opened(site, address=HERE).end()
    late = Door(site, address=HERE)
    with building.at(building.later(minutes=4)):
        refused = late.open()
    assert (refused.status, refused.code) == (429, "throttled")
    assert 350 <= refused.body["retry_after"] <= 360
    with building.at(building.later(minutes=10, seconds=1)):
        assert late.open().status == 201


def test_messages_left_for_later_count_too(site: ChatSite) -> None:
    site.offline_workstream = building.a_workstream()
    site.save()
    door = Door(site, address=HERE)
    body = {"site": "shop", "name": "K", "address": "a@b.c", "text": "Hi"}
    statuses = [
        door.post("offline/", {**body, "client_id": a_client_id()}).status
        for _ in range(limits.OPENINGS + 1)
    ]
    assert statuses == [201] * limits.OPENINGS + [429]


def test_a_repeated_opening_is_none(site: ChatSite) -> None:
    door = Door(site, address=HERE)
    body = door.opening()
    statuses = {door.post("", body).status for _ in range(3 * limits.OPENINGS)}
    assert statuses == {201, 200}
    assert Conversation.objects.count() == 1


def test_a_burst_of_messages_is_cut_off_and_nothing_of_the_rest_is_stored() -> None:
    door = opened()
    start = building.later(seconds=1)
    with building.at(start):
        answers = [door.say(f"Message {n}") for n in range(200)]
    stored = behind(door).messages.filter(sender_kind=Sender.CUSTOMER).count()
    assert stored == limits.MESSAGES
    statuses = [answer.status for answer in answers]
    assert statuses.count(200) == limits.MESSAGES - 1  # the question was the first
    refused = answers[-1]
    assert (refused.status, refused.code) == (429, "throttled")
    assert 1 <= refused.body["retry_after"] <= 10
    assert set(refused.body) == {"code", "detail", "retry_after"}
    with building.at(building.later(seconds=12)):
        assert door.say("Sorry").status == 200


def test_others_write_on_beside_a_flood() -> None:
    flood, calm = opened(), opened()
    with building.at(building.later(seconds=1)):
        for _ in range(limits.MESSAGES + 5):
            flood.say()
        assert flood.say().status == 429
        assert calm.say().status == 200


@pytest.mark.parametrize("path", ["", "messages/", "offline/", "rating/", "end/"])
def test_large_bodies_are_not_read(path: str) -> None:
    door = opened()
    body = {"text": "x" * 70_000, "client_id": a_client_id()}
    refused = door.post(path, json.dumps(body).encode())
    assert (refused.status, refused.code) == (400, "too_large")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'"x"', b"null", b'{"text": NaN}', b"\xff\xfe", b"[" * 9999],
)
def test_nonsense_is_refused(body: bytes) -> None:
    refused = opened().post("messages/", body)
    assert (refused.status, refused.code) == (400, "invalid")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "", True),
    ],
)
def test_an_address_is_counted_by_its_network(one: str, other: str, same: bool) -> None:
    assert (limits.mark_of(one) == limits.mark_of(other)) is same
    assert len(limits.mark_of(one)) == 64
