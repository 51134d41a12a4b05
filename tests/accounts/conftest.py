"""People with and without roles, and clients that come to the doors as they do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from accounts.roles import Role, grant

PASSWORD = "four calm words here"
Person = Callable[..., User]


@pytest.fixture(autouse=True)
def floor(settings: Settings) -> None:
    """Cheap password hashes; the doors of the test; everything else as it runs."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ROOT_URLCONF = "tests.accounts.doors"
    settings.AXES_DISABLE_ACCESS_LOG = True
    settings.DEMO = False


@pytest.fixture
def person(db: None) -> Person:
    """Makes a user with a password and the given roles."""

    def make(username: str = "dana", *roles: Role) -> User:
        user = User.objects.create_user(username, password=PASSWORD)
        grant(user, *roles)
        return user

    return make


@pytest.fixture
def visitor() -> Client:
    """A client on which CSRF is checked as for any visitor."""
    return Client(enforce_csrf_checks=True)
