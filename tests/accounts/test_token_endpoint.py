"""`POST /api/v1/token/`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as live
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AccessToken, DemoAccount
from tests.accounts.conftest import PASSWORD, Person

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

TOKEN = "/api/v1/token/"


def ask(
    client: Client, username: str, password: str = PASSWORD, address: str = "10.0.0.1"
) -> Answer:
    body = {"username": username, "password": password}
    return client.post(TOKEN, body, "application/json", REMOTE_ADDR=address)


def test_username_and_password_give_a_token_that_works(
    visitor: Client, person: Person
) -> None:
    person("dana")
    answer = ask(visitor, "dana")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    token = answer.json()["token"]
    home = visitor.get("/api/v1/home/", headers={"authorization": f"Token {token}"})
    assert home.json() == {"user": "dana"}


def test_the_answer_says_when_the_token_expires(client: Client, person: Person) -> None:
    person("dana")
    said = ask(client, "dana").json()["expires_at"]
    assert said.endswith("Z")
    left = datetime.fromisoformat(said) - timezone.now()
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)


def test_asking_for_a_token_makes_no_session(client: Client, person: Person) -> None:
    person("dana")
    answer = ask(client, "dana")
    assert not answer.cookies
    assert Session.objects.count() == 0


@pytest.mark.parametrize(("name", "word"), [("dana", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_or_password_is_401(
    client: Client, person: Person, name: str, word: str
) -> None:
    person("dana")
    answer = ask(client, name, word)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"] == "Token"
    assert AccessToken.objects.count() == 0


def test_a_deactivated_user_gets_no_token(client: Client, person: Person) -> None:
    person("dana")
    User.objects.update(is_active=False)
    assert ask(client, "dana").status_code == 401


def test_a_demo_user_gets_a_token_only_while_demo_is_on(
    client: Client, person: Person, settings: Settings
) -> None:
    DemoAccount.objects.create(user=person("supervisor"))
    assert ask(client, "supervisor").status_code == 401
    settings.DEMO = True
    assert ask(client, "supervisor").status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{}", "invalid"),
        ('{"username": "dana"}', "invalid"),
        ('{"username": 1, "password": "x"}', "invalid"),
        ('{"username": null, "password": "x"}', "invalid"),
        ('{"username": "da\\u0000na", "password": "x"}', "invalid"),
        ('{"username": "da\\ud800na", "password": "x"}', "invalid"),
        ('{"username": "dana", "password": "x", "role": "admin"}', "invalid"),
        ('{"username": "%s", "password": "x"}' % ("d" * 151), "too_large"),
        ('["dana", "x"]', "invalid"),
        ('"dana"', "invalid"),
        ("not json", "invalid"),
        ("[" * 100_000, "invalid"),
        ('{"username": %s, "password": "x"}' % ("9" * 5000), "invalid"),
        ('{"username": "dana", "password": "%s"}' % ("x" * 300_000), "too_large"),
    ],
)
def test_a_malformed_request_is_400(
    client: Client, person: Person, body: str, code: str
) -> None:
    answer = client.post(TOKEN, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["detail"]


def test_a_form_instead_of_json_is_400(client: Client, person: Person) -> None:
    person("dana")
    answer = client.post(TOKEN, {"username": "dana", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_getting_it_is_405(client: Client) -> None:
    answer = client.get(TOKEN)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer["Allow"]


def fail_until_locked(client: Client, username: str) -> Answer:
    for _time in range(live.AXES_FAILURE_LIMIT - 1):
        assert ask(client, username, "wrong").status_code == 401
    return ask(client, username, "wrong")


def test_too_many_failures_are_429(client: Client, person: Person) -> None:
    person("dana")
    answer = fail_until_locked(client, "dana")
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert answer["Retry-After"] == "900"
    assert answer.json()["detail"].endswith("then try again.")
    right_but_late = ask(client, "dana")
    assert right_but_late.status_code == 429
    assert "token" not in right_but_late.json()


def test_the_throttle_is_for_one_user_from_one_address(
    client: Client, person: Person
) -> None:
    person("dana")
    person("eli")
    fail_until_locked(client, "dana")
    assert ask(client, "eli").status_code == 200
    assert ask(client, "dana", address="10.0.0.2").status_code == 200


def test_a_success_forgets_the_failures_before(client: Client, person: Person) -> None:
    person("dana")
    for _time in range(live.AXES_FAILURE_LIMIT - 1):
        ask(client, "dana", "wrong")
    assert ask(client, "dana").status_code == 200
    assert ask(client, "dana", "wrong").status_code == 401


def test_successful_log_ins_are_never_throttled(client: Client, person: Person) -> None:
    person("dana")
    tries = live.AXES_FAILURE_LIMIT * 3
    assert {ask(client, "dana").status_code for _time in range(tries)} == {200}
