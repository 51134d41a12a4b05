"""Every error has a stable code and a sentence."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts.tokens import issue
from tests.accounts.conftest import Person

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

ORDER = "/api/v1/order/"


@pytest.fixture
def client(person: Person) -> Client:
    """A machine with a token; a fault of the server is an answer to it."""
    token = issue(person("dana"))
    headers = {"authorization": f"Token {token}"}
    return Client(raise_request_exception=False, headers=headers)


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/broken/refused/", 403, "setting_off"),
        ("/api/v1/broken/forbidden/", 403, "role_missing"),
        ("/api/v1/broken/forbidden-by-django/", 403, "role_missing"),
        ("/api/v1/broken/forbidden-with-code/", 403, "not_participant"),
        ("/api/v1/broken/missing/", 404, "not_found"),
        ("/api/v1/broken/suspicious/", 400, "invalid"),
        ("/api/v1/broken/fault/", 500, "server_error"),
        ("/api/v1/broken/disk-full/", 503, "unavailable"),
        ("/api/v1/broken/connection-gone/", 503, "unavailable"),
        ("/api/v1/order/", 405, "method_not_allowed"),
        ("/api/v1/nothing/", 404, "not_found"),
        ("/api/", 404, "not_found"),
        ("/api/plain/forbidden-by-django/", 403, "role_missing"),
        ("/api/plain/missing/", 404, "not_found"),
        ("/api/plain/suspicious/", 400, "invalid"),
        ("/api/plain/fault/", 500, "server_error"),
        ("/api/plain/disk-full/", 503, "unavailable"),
    ],
)
def test_an_error_has_its_status_and_code(
    client: Client, address: str, status: int, code: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"].endswith(".")
    assert "matches nothing" not in answer.json()["detail"]


def test_writing_to_an_unknown_address_is_404_for_browsers_too(
    visitor: Client, person: Person
) -> None:
    visitor.force_login(person("eli"))
    answer = visitor.post("/api/v1/nothing/", {}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_refusal_brings_its_facts(client: Client) -> None:
    answer = client.get("/api/v1/broken/refused/").json()
    assert answer == {
        "code": "setting_off",
        "detail": "It is off.",
        "setting": "force_close",
    }


def test_a_fault_of_ours_says_nothing_about_it(client: Client) -> None:
    assert b"a fault of ours" not in client.get("/api/v1/broken/fault/").content


@pytest.mark.parametrize("door", ["v1/broken", "plain"])
def test_without_the_database_it_says_when_to_come_again(
    client: Client, door: str
) -> None:
    answer = client.get(f"/api/{door}/connection-gone/")
    assert answer["Retry-After"] == "2"
    assert b"connection is closed" not in answer.content


def test_an_unknown_page_is_not_answered_in_json(client: Client) -> None:
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "state_version"),
        ({"state_version": "1"}, "state_version"),
        ({"state_version": True}, "state_version"),
        ({"state_version": 1.0}, "state_version"),
        ({"state_version": None}, "state_version"),
        ({"state_version": [1]}, "state_version"),
        ({"state_version": -1}, "state_version"),
        ({"state_version": 2**63}, "state_version"),
        ({"state_version": 1, "override": 1}, "override"),
        ({"state_version": 1, "override": "yes"}, "override"),
        ({"state_version": 1, "override": None}, "override"),
        ({"state_version": 1, "override": []}, "override"),
        ({"state_version": 1, "text": 5}, "text"),
        ({"state_version": 1, "text": ""}, "text"),
        ({"state_version": 1, "text": True}, "text"),
        ({"state_version": 1, "visibility": "secret"}, "visibility"),
        ({"state_version": 1, "visibility": 1}, "visibility"),
        ({"state_version": 1, "surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_type_or_an_unknown_field_is_invalid(
    client: Client, body: object, field: str
) -> None:
    answer = client.post(ORDER, json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"state_version": NaN}',
        b'{"state_version": 1, "text": "\\u0000"}',
        b'{"state_version": 1, "text": "\\udfff"}',
        b'{"state_version": 1, "\\ud800": 1}',
        b'{"state_version": 1, "\x00": 1}',
        b"\xff\xfe",
        b'[{"state_version": 1}]',
        b"7",
        b"null",
        b"{" * 200_000,
    ],
)
def test_a_body_that_cannot_be_read_or_stored_is_invalid(
    client: Client, raw: bytes
) -> None:
    answer = client.post(ORDER, raw, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_what_is_right_comes_through_as_it_was(client: Client) -> None:
    body = {
        "state_version": 0,
        "override": False,
        "text": " <b>\u00e6</b>",
        "visibility": "public",
    }
    answer = client.post(ORDER, body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, body)


def test_a_text_over_its_length_is_too_large(client: Client) -> None:
    body = {"state_version": 1, "text": "x" * 11}
    answer = client.post(ORDER, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "too_large")
    assert list(answer.json()["fields"]) == ["text"]


def test_a_body_over_the_limit_is_too_large(client: Client) -> None:
    body = {"state_version": 1, "text": "x" * 1_000_000}
    answer = client.post(ORDER, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "too_large")
    assert len(answer.content) < 500


def test_a_long_unknown_field_is_not_repeated_at_length(client: Client) -> None:
    body = {"x" * 100_000: 1}
    answer = client.post(ORDER, body, content_type="application/json")
    assert answer.json()["code"] == "invalid"
    assert len(answer.content) < 500


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_another_media_type_is_invalid(client: Client, kind: str) -> None:
    answer = client.post(ORDER, b"<order/>", content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_caller_who_wants_no_json_gets_an_error_all_the_same(client: Client) -> None:
    answer = client.get("/api/v1/home/", headers={"accept": "application/xml"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
