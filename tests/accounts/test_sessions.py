"""Browsers come in by the form and by their session."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings as live
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from accounts.models import DemoAccount
from accounts.roles import Role
from tests.accounts.conftest import PASSWORD, Person

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

HOME = "/api/v1/home/"
LOGIN = "/accounts/login/"
PAGE = "{{ form.non_field_errors }}{% if demo %}demo log-ins{% endif %}"


@pytest.fixture(autouse=True)
def login_page(settings: Settings) -> None:
    """The log-in page is another room's; here it only has to show what it is given."""
    loaders = [
        ("django.template.loaders.locmem.Loader", {"accounts/login.html": PAGE}),
        "django.template.loaders.app_directories.Loader",
    ]
    engine: Any = copy.deepcopy(live.TEMPLATES[0])
    engine["APP_DIRS"] = False
    engine["OPTIONS"]["loaders"] = loaders
    settings.TEMPLATES = [engine]


def log_in(client: Client, name: str, word: str = PASSWORD) -> Answer:
    return client.post(LOGIN, {"username": name, "password": word})


def test_the_form_logs_in(client: Client, person: Person) -> None:
    person("dana")
    answer = log_in(client, "dana")
    assert (answer.status_code, answer["Location"]) == (302, live.LOGIN_REDIRECT_URL)
    assert client.get(HOME).json() == {"user": "dana"}


def test_a_wrong_password_shows_the_form_again(client: Client, person: Person) -> None:
    person("dana")
    answer = log_in(client, "dana", "wrong")
    assert answer.status_code == 200
    assert b"correct username and password" in answer.content
    assert client.get(HOME).status_code == 401


def test_too_many_wrong_passwords_are_429_on_the_form(
    client: Client, person: Person
) -> None:
    person("dana")
    for _time in range(live.AXES_FAILURE_LIMIT):
        answer = log_in(client, "dana", "wrong")
    assert answer.status_code == 429
    assert b"Too many wrong passwords" in answer.content
    assert log_in(client, "dana").status_code == 429
    assert client.get(HOME).status_code == 401


def test_failures_of_the_form_and_the_token_end_point_count_together(
    client: Client, person: Person
) -> None:
    person("dana")
    log_in(client, "dana", "wrong")
    body = {"username": "dana", "password": "wrong"}
    client.post("/api/v1/token/", body, "application/json")
    assert AccessAttempt.objects.get().failures_since_start == 2


def test_logging_out_ends_the_session(client: Client, person: Person) -> None:
    client.force_login(person("dana"))
    assert client.get("/accounts/logout/").status_code == 405
    answer = client.post("/accounts/logout/")
    assert answer["Location"] == live.LOGOUT_REDIRECT_URL
    assert client.get(HOME).status_code == 401


@pytest.mark.parametrize("demo", [True, False])
def test_the_page_shows_demo_log_ins_only_in_the_demo(
    client: Client, settings: Settings, demo: bool
) -> None:
    settings.DEMO = demo
    assert (b"demo log-ins" in client.get(LOGIN).content) is demo


def test_a_demo_user_cannot_log_in_where_demo_is_off(
    client: Client, person: Person, settings: Settings
) -> None:
    DemoAccount.objects.create(user=person("supervisor"))
    log_in(client, "supervisor")
    assert client.get(HOME).status_code == 401
    settings.DEMO = True
    log_in(client, "supervisor")
    assert client.get(HOME).status_code == 200


def test_a_demo_users_session_is_refused_once_demo_is_off(
    client: Client, person: Person, settings: Settings
) -> None:
    settings.DEMO = "public"
    user = person("supervisor")
    DemoAccount.objects.create(user=user)
    log_in(client, "supervisor")
    assert client.get(HOME).status_code == 200
    settings.DEMO = False
    assert client.get(HOME).status_code == 401


def test_a_deactivated_users_session_is_refused(client: Client, person: Person) -> None:
    client.force_login(person("dana"))
    User.objects.update(is_active=False)
    assert client.get(HOME).status_code == 401


def test_a_write_without_the_csrf_token_is_refused(
    visitor: Client, person: Person
) -> None:
    visitor.force_login(person("dana"))
    answer = visitor.post(HOME)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert answer.json()["detail"]


def test_a_write_with_the_csrf_token_is_done(visitor: Client, person: Person) -> None:
    person("dana")
    visitor.force_login(User.objects.get())
    visitor.cookies["csrftoken"] = "a" * 32
    headers = {"x-csrftoken": "a" * 32}
    answer = visitor.post(HOME, {}, "application/json", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"user": "dana"})


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("application/json", "application/json"), ("text/html", "text/html")],
)
def test_a_csrf_failure_of_a_page_speaks_the_callers_language(
    visitor: Client, accept: str, kind: str
) -> None:
    answer = visitor.post(LOGIN, headers={"accept": accept})
    assert answer.status_code == 403
    assert answer["Content-Type"].startswith(kind)


def test_an_administrator_may_do_everything_in_admin_but_holds_no_power(
    person: Person,
) -> None:
    user = person("boss", Role.ADMINISTRATOR)
    assert user.has_perm("auth.change_user")
    assert user.has_perm("axes.delete_accessattempt")
    assert user.has_module_perms("accounts")
    assert not user.has_perm("accounts.supervise")
    assert not person("dana", Role.SUPERVISOR).has_perm("auth.change_user")
