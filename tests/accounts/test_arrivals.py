"""Who stands behind a session cookie: the rules of every request, for many at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.arrivals import session_key_of, users_of_sessions
from accounts.models import DemoAccount

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]


def signed_in(name: str) -> tuple[User, str]:
    user = User.objects.create_user(name, password="a long one, of one's own")
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    return user, str(client.session.session_key)


def test_many_sessions_are_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    people = [signed_in(f"user{number}") for number in range(5)]
    with django_assert_num_queries(2):
        found = users_of_sessions([*(key for _user, key in people), "made-up"])
    assert found == {key: user for user, key in people}


def expired(_user: User, key: str) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Session.objects.filter(pk=key).update(expire_date=past)


def without_password(user: User, _key: str) -> None:
    user.set_password("another one, also long")
    user.save()


def dismissed(user: User, _key: str) -> None:
    user.is_active = False
    user.save()


def a_demo_user(user: User, _key: str) -> None:
    DemoAccount.objects.create(user=user)


def unknown_way(_user: User, key: str) -> None:
    store = SessionStore(key)
    store["_auth_user_backend"] = "some.backend.of.old"
    store.save()


@pytest.mark.parametrize(
    "spoil", [expired, without_password, dismissed, a_demo_user, unknown_way]
)
@override_settings(DEMO=False)
def test_who_may_not_come_in_is_nobody(spoil: Callable[[User, str], None]) -> None:
    user, key = signed_in("kirsten")
    assert users_of_sessions([key]) == {key: user}
    spoil(user, key)
    assert users_of_sessions([key]) == {}


def test_a_session_of_nobody_is_nobody() -> None:
    client = Client()
    session = client.session
    session["language"] = "da"
    session.save()
    assert users_of_sessions([str(session.session_key)]) == {}


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ([(b"cookie", b"a=b; sessionid=xyz; c=d")], "xyz"),
        ([(b"host", b"x"), (b"cookie", b"a=b")], ""),
        ([], ""),
    ],
)
def test_the_key_is_that_of_the_cookie(
    headers: list[tuple[bytes, bytes]], key: str
) -> None:
    assert session_key_of(headers) == key
