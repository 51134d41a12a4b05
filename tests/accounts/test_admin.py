"""Administrators see and end log-ins; nobody is deleted, nobody becomes superuser."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from accounts.models import AccessToken
from accounts.roles import Role, has_role, role_group
from accounts.tokens import issue
from tests.accounts.conftest import PASSWORD, Person

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]

USERS = "/admin/auth/user/"
TOKENS = "/admin/accounts/accesstoken/"


@pytest.fixture
def admin(client: Client, person: Person) -> Client:
    """Logged in as an administrator who is not a superuser."""
    user = person("boss", Role.ADMINISTRATOR)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "page",
    [
        "",
        "auth/user/",
        "auth/user/add/",
        "auth/group/",
        "accounts/accesstoken/",
        "axes/accessattempt/",
    ],
)
def test_an_administrator_sees_every_page(admin: Client, page: str) -> None:
    assert admin.get(f"/admin/{page}").status_code == 200


def test_a_supervisor_with_staff_status_sees_no_users(
    client: Client, person: Person
) -> None:
    user = person("dana", Role.SUPERVISOR)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)
    assert client.get(USERS).status_code == 403


def test_users_cannot_be_deleted_even_by_a_superuser(
    client: Client, person: Person
) -> None:
    user = person("dana")
    client.force_login(User.objects.create_superuser("root"))
    assert client.post(f"{USERS}{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert b"delete_selected" not in client.get(USERS).content
    assert User.objects.filter(pk=user.pk).exists()


def test_deactivating_users_ends_their_tokens(admin: Client, person: Person) -> None:
    user = person("dana")
    issue(user)
    answer = admin.post(USERS, {"action": "deactivate", "_selected_action": [user.pk]})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert not AccessToken.objects.exists()


def test_an_administrator_cannot_touch_a_superuser(admin: Client) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    admin.post(USERS, {"action": "deactivate", "_selected_action": [root.pk]})
    admin.post(f"{USERS}{root.pk}/change/", {"username": "gone"})
    words = {"password1": "new calm words", "password2": "new calm words"}
    assert admin.post(f"{USERS}{root.pk}/password/", words).status_code == 403
    root.refresh_from_db()
    assert (root.is_active, root.username) == (True, "root")
    assert root.check_password(PASSWORD)


def test_an_administrator_gives_roles_but_cannot_make_a_superuser(
    admin: Client, person: Person
) -> None:
    user = person("dana")
    form = {
        "username": "dana",
        "is_active": "on",
        "is_superuser": "on",
        "groups": [Group.objects.get(name=Role.SUPERVISOR).pk],
    }
    answer = admin.post(f"{USERS}{user.pk}/change/", form)
    assert answer.status_code == 302
    user.refresh_from_db()
    assert has_role(user, Role.SUPERVISOR)
    assert not user.is_superuser


def test_a_new_user_can_be_added(admin: Client) -> None:
    words = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    answer = admin.post(f"{USERS}add/", {"username": "eli", **words})
    assert answer.status_code == 302
    assert User.objects.get(username="eli").check_password(PASSWORD)


def test_the_groups_of_the_roles_stay_as_they_are(admin: Client) -> None:
    group = role_group(Role.SUPERVISOR)
    change = reverse("admin:auth_group_change", args=[group.pk])
    admin.post(change, {"name": "Bosses", "permissions": []})
    delete = reverse("admin:auth_group_delete", args=[group.pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    group.refresh_from_db()
    assert (group.name, group.permissions.count()) == ("Supervisor", 1)


def test_a_group_of_ones_own_can_be_deleted(admin: Client) -> None:
    group = Group.objects.create(name="Night shift")
    delete = reverse("admin:auth_group_delete", args=[group.pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 302
    assert not Group.objects.filter(pk=group.pk).exists()


def test_a_token_can_be_revoked_but_neither_added_nor_changed(
    admin: Client, person: Person
) -> None:
    token = issue(person("dana"))
    row = AccessToken.objects.get()
    assert admin.get(f"{TOKENS}add/").status_code == 403
    assert admin.post(f"{TOKENS}{row.pk}/change/").status_code == 403
    answer = admin.post(TOKENS, {"action": "revoke", "_selected_action": [row.pk]})
    assert answer.status_code == 302
    header = {"authorization": f"Token {token}"}
    assert Client().get("/api/v1/home/", headers=header).status_code == 401


def test_deleting_an_attempt_lets_the_user_try_again(
    admin: Client, client: Client
) -> None:
    body = {"username": "dana", "password": "wrong"}
    client.post("/api/v1/token/", body, "application/json")
    row = AccessAttempt.objects.get()
    answer = admin.post(f"/admin/axes/accessattempt/{row.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert not AccessAttempt.objects.exists()
