"""Whatever is sent to whichever door: the stable code, no fault, nothing changed."""

from __future__ import annotations

import json
import logging

import pytest

from conversations.models import Conversation, Customer
from tests import building
from tests.calling import Answer, caller
from tests.supervisor.doors import ASKED, POSTED, Door, House, a_house, wrong_bodies
from tests.supervisor.matrix import stored

pytestmark = [
    pytest.mark.behaviour,
    pytest.mark.thorough,
    pytest.mark.django_db,
]

EVERY = (*POSTED, *ASKED)
RAW = (
    b"{",
    b"{}{}",
    b"\xff\xfe{}",
    b"[]",
    b"7",
    b"null",
    b'"text"',
    b'{"state_version": NaN}',
    b'{"state_version": Infinity}',
    b'{"text": "\\u0000"}',
    b'{"text": "\\udfff"}',
    b'{"text": "\x00"}',
    b'{"a":' * 50_000,
    b"[" * 100_000,
    b"state_version=1&text=Hi",
)
KINDS = ("text/plain", "application/xml", "multipart/form-data", "text/json", "")
IDS = (0, 999_999, 2**63, 10**18, 10**30, "-1", "1.5", "x", "1e3", "0x1", "%00", "%F0")
AFTER = ("x", "-1", "1.5", "1e3", "%00", 10**30, "true", "1,2")
SCRIPT = "<script>alert('1')</script><b>\u202e&amp;"
doors = pytest.mark.parametrize("door", POSTED, ids=str)


@pytest.fixture
def house() -> House:
    return a_house()


def assert_invalid(answer: Answer, sent: object, *codes: str) -> None:
    assert answer.status == 400, (sent, answer)
    assert answer.code in (codes or ("invalid",)), (sent, answer)
    assert answer.body["detail"]
    assert len(answer.raw) < 2_000


@doors
def test_a_body_with_one_thing_wrong_is_invalid(house: House, door: Door) -> None:
    before = stored()
    for body in wrong_bodies(door):
        answer = house.send(door, json.dumps(body).encode())
        assert_invalid(answer, body, "invalid", "too_large")
    assert stored() == before


@doors
def test_what_is_not_a_json_object_is_invalid(house: House, door: Door) -> None:
    before = stored()
    for raw in RAW:
        assert_invalid(house.send(door, raw), raw[:80])
    assert stored() == before


@doors
def test_another_media_type_is_invalid(house: House, door: Door) -> None:
    before = stored()
    raw = json.dumps(door.right).encode()
    for kind in KINDS:
        assert_invalid(house.send(door, raw, kind=kind), kind)
    assert stored() == before


@doors
def test_a_megabyte_is_too_large(house: House, door: Door) -> None:
    before = stored()
    raw = json.dumps({**door.right, "text": "x" * 1_000_000}).encode()
    assert_invalid(house.send(door, raw), "1 MB", "too_large")
    assert stored() == before


@pytest.mark.parametrize(
    ("name", "size", "index"),
    [
        (name, most + 1, index)
        for index, door in enumerate(POSTED)
        for name, most in (("text", 10_000), ("reason", 500), ("client_id", 64))
        if name in door.wrong
    ],
)
def test_a_text_over_its_length_is_too_large(
    house: House, name: str, size: int, index: int
) -> None:
    before, door = stored(), POSTED[index]
    raw = json.dumps({**door.right, name: "x" * size}).encode()
    answer = house.send(door, raw)
    assert_invalid(answer, name, "too_large")
    assert list(answer.body["fields"]) == [name]
    assert stored() == before


@pytest.mark.parametrize("door", [d for d in EVERY if "{" in d.path], ids=str)
def test_an_id_that_is_none_of_ours_is_not_found(house: House, door: Door) -> None:
    before = stored()
    raw = json.dumps(door.right).encode() if door in POSTED else b""
    for pk in IDS:
        path = door.path.format(c=pk, o=pk, a=pk)
        answer = house.send(door, raw, path=path)
        assert (answer.status, answer.code) == (404, "not_found"), (pk, answer)
        assert set(answer.body) == {"code", "detail"}
    assert stored() == before


@pytest.mark.parametrize("door", EVERY, ids=str)
def test_another_method_is_not_known(house: House, door: Door) -> None:
    before = stored()
    for method in ("PUT", "TRACE", "PROPFIND"):
        answer = house.send(door, b"{}", method=method)
        assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert stored() == before


@pytest.mark.parametrize("door", [d for d in EVERY if d.who != "nobody"], ids=str)
def test_strangers_get_nothing(house: House, door: Door) -> None:
    before = stored()
    anonymous = Door(door.method, door.path, "nobody")
    answer = house.send(anonymous, b"{}")
    assert (answer.status, answer.code) == (401, "not_authenticated")
    assert stored() == before


@pytest.mark.parametrize("what", ["messages", "public-messages"])
@pytest.mark.parametrize("after", AFTER)
def test_reading_on_from_nowhere_is_invalid(
    house: House, what: str, after: object
) -> None:
    door = next(d for d in ASKED if d.path.endswith(f"/{what}/"))
    answer = house.send(door, path=f"{house.path(door)}?after={after}")
    assert_invalid(answer, after)


@pytest.mark.parametrize(
    "index", [i for i, door in enumerate(POSTED) if "agent" in door.wrong]
)
def test_ids_of_other_things_in_the_body_change_nothing(
    house: House, index: int
) -> None:
    door, before = POSTED[index], stored()
    version = house.conversation.state_version
    for pk in (999_999, 2**63 - 1):
        raw = json.dumps({"state_version": version, "agent": pk}).encode()
        answer = house.send(door, raw)
        assert answer.status in (400, 403, 409), answer
    assert stored() == before


# What may be odd and is right all the same


def test_script_in_names_is_text_and_stays_text(house: House) -> None:
    machine = house.people["machine"]
    supervisor = house.people["supervisor"]
    assert machine is not None and supervisor is not None
    opened = caller(machine).post(
        "conversations/",
        {
            "queue": house.conversation.queue_id,
            "channel": "live_chat",
            "subject": SCRIPT,
            "customer": {"name": SCRIPT, "address": SCRIPT},
            "text": SCRIPT,
        },
    )
    assert opened.status == 201
    for row in (
        opened.body,
        caller(supervisor).get(f"conversations/{opened.body['id']}/").body,
    ):
        assert (row["subject"], row["customer"]["name"]) == (SCRIPT, SCRIPT)
    lines = caller(machine).get(f"conversations/{opened.body['id']}/public-messages/")
    assert lines.body["messages"][-1]["text"] == SCRIPT
    assert Customer.objects.filter(name=SCRIPT, address=SCRIPT).exists()


def test_script_in_a_reason_is_text_too(house: House) -> None:
    building.settings_are(force_close=True)
    supervisor = house.people["supervisor"]
    assert supervisor is not None
    path = f"conversations/{house.conversation.pk}/force-close/"
    version = house.conversation.state_version
    body = {"state_version": version, "reason": SCRIPT}
    assert caller(supervisor).post(path, body).status == 200
    event = house.conversation.events.order_by("pk").last()
    assert event is not None
    assert event.reason == SCRIPT


# Customers' words stay out of the logs


def test_no_log_line_repeats_what_was_sent(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "My word is mellowyellow"
    for door in POSTED:
        for body in (
            {**door.right, **dict.fromkeys(door.wrong.keys() & {"text"}, secret)},
            {**door.right, secret: secret},
            {**door.right, "state_version": secret, "agent": secret},
        ):
            house.send(door, json.dumps(body).encode())
        house.send(door, secret.encode())
        house.send(door, secret.encode(), kind="text/plain")
    assert Conversation.objects.filter(messages__text=secret).exists()
    assert "mellowyellow" not in caplog.text


@doors
def test_no_refusal_repeats_what_was_sent(house: House, door: Door) -> None:
    secret = "My word is mellowyellow"
    for name in door.wrong:
        body = {**door.right, name: {"deep": [secret]}}
        answer = house.send(door, json.dumps(body).encode())
        assert_invalid(answer, body)
        assert b"mellowyellow" not in answer.raw
