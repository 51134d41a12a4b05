"""Machines come in by token, and only as long as the token should live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import AccessToken, DemoAccount
from accounts.tokens import issue
from tests.accounts.conftest import PASSWORD, Person

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

HOME = "/api/v1/home/"


def knock(client: Client, header: str) -> int:
    return client.get(HOME, headers={"authorization": header}).status_code


def test_a_token_opens_the_door(client: Client, person: Person) -> None:
    token = issue(person("dana"))
    answer = client.get(HOME, headers={"authorization": f"Token {token}"})
    assert (answer.status_code, answer.json()) == (200, {"user": "dana"})


def test_a_user_may_hold_several_tokens(client: Client, person: Person) -> None:
    user = person()
    tokens = [issue(user), issue(user)]
    assert [knock(client, f"Token {token}") for token in tokens] == [200, 200]


def test_the_token_itself_is_not_stored(person: Person) -> None:
    token = issue(person())
    row = AccessToken.objects.values().get()
    assert token not in str(row)
    assert len(row["digest"]) == 64


def test_checking_a_token_takes_one_query(
    client: Client, person: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = issue(person())
    with django_assert_num_queries(1):
        assert knock(client, f"Token {token}") == 200


@pytest.mark.parametrize(
    "header",
    ["Token", "Token ", "Token wrong", "Token a b", "token \xff\xfe", "Token \u00e6"],
)
def test_a_strange_header_is_401(client: Client, header: str) -> None:
    answer = client.get(HOME, HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic YTpi"}])
def test_no_token_is_401(client: Client, headers: dict[str, str]) -> None:
    answer = client.get(HOME, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"] == "Token"


def expire(user: User) -> None:
    user.access_tokens.update(expires_at=timezone.now())


def deactivate(user: User) -> None:
    user.is_active = False
    user.save()


def deactivate_and_activate(user: User) -> None:
    deactivate(user)
    user.is_active = True
    user.save()


def deactivate_in_bulk(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user: User) -> None:
    user.set_password("another four calm words")
    user.save()


def revoke(user: User) -> None:
    user.access_tokens.all().delete()


def mark_as_demo(user: User) -> None:
    DemoAccount.objects.create(user=user)


@pytest.mark.parametrize(
    "end",
    [
        expire,
        deactivate,
        deactivate_and_activate,
        deactivate_in_bulk,
        change_password,
        revoke,
        mark_as_demo,
    ],
)
def test_a_token_ends(
    client: Client, person: Person, end: Callable[[User], None]
) -> None:
    user = person()
    token = issue(user)
    assert knock(client, f"Token {token}") == 200
    end(user)
    assert knock(client, f"Token {token}") == 401


def test_a_token_lives_for_thirty_days(person: Person) -> None:
    issue(person())
    row = AccessToken.objects.get()
    assert row.expires_at - row.created_at == timedelta(days=30)


def test_another_users_token_is_left_alone(client: Client, person: Person) -> None:
    token = issue(person("dana"))
    deactivate(person("eli"))
    assert knock(client, f"Token {token}") == 200


def test_a_rotated_secret_key_with_a_fallback_keeps_tokens_alive(
    client: Client, person: Person, settings: Settings
) -> None:
    token = issue(person())
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a-new-key-that-is-long-enough-for-every-check-of-django"
    assert knock(client, f"Token {token}") == 401
    settings.SECRET_KEY_FALLBACKS = [old]
    assert knock(client, f"Token {token}") == 200


def test_expired_rows_go_when_the_next_token_is_issued(person: Person) -> None:
    user = person()
    issue(user)
    expire(user)
    issue(user)
    assert user.access_tokens.count() == 1


def test_a_demo_users_token_works_while_demo_is_on(
    client: Client, person: Person, settings: Settings
) -> None:
    user = person()
    mark_as_demo(user)
    token = issue(user)
    assert knock(client, f"Token {token}") == 401
    settings.DEMO = True
    assert knock(client, f"Token {token}") == 200
    assert user.check_password(PASSWORD)
