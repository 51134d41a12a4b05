"""Roles come from groups and from nothing else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import DemoAccount
from accounts.roles import (
    POWERS,
    Role,
    grant,
    has_role,
    power_of,
    roles_of,
    roles_of_users,
)
from tests.accounts.conftest import Person

pytestmark = [pytest.mark.django_db, pytest.mark.behaviour]


def test_the_migration_makes_a_group_for_each_role() -> None:
    made = {group.name: group for group in Group.objects.all()}
    assert set(made) >= {"Agent", "Supervisor", "Administrator", "API access"}
    for role, power in POWERS.items():
        codes = made[role].permissions.values_list("codename", flat=True)
        assert list(codes) == [power]


@pytest.mark.parametrize("role", Role)
def test_a_group_gives_its_role_and_no_other(person: Person, role: Role) -> None:
    user = person("dana", role)
    assert roles_of(user) == {role}
    assert [each for each in Role if has_role(user, each)] == [role]


def test_a_user_may_hold_several_roles(person: Person) -> None:
    user = person("api", Role.API_ACCESS, Role.SUPERVISOR)
    assert roles_of(user) == {Role.API_ACCESS, Role.SUPERVISOR}


def test_a_group_of_the_customers_own_gives_the_role_by_its_permission(
    person: Person,
) -> None:
    night_shift = Group.objects.create(name="Night shift")
    night_shift.permissions.add(power_of(Role.SUPERVISOR))
    user = person()
    user.groups.add(night_shift)
    assert has_role(user, Role.SUPERVISOR)


def test_a_superuser_has_no_role_by_being_one() -> None:
    boss = User.objects.create_superuser("boss")
    assert roles_of(boss) == frozenset()


def test_a_permission_of_the_users_own_gives_no_role(person: Person) -> None:
    user = person()
    user.user_permissions.add(power_of(Role.SUPERVISOR))
    assert user.has_perm("accounts.supervise")
    assert not has_role(user, Role.SUPERVISOR)


def test_an_inactive_user_has_no_role(person: Person) -> None:
    user = person("dana", Role.SUPERVISOR)
    User.objects.update(is_active=False)
    assert roles_of(user) == frozenset()


def test_nobody_has_no_role() -> None:
    assert not has_role(AnonymousUser(), Role.SUPERVISOR)


def test_a_demo_user_has_roles_only_while_demo_is_on(
    person: Person, settings: Settings
) -> None:
    user = person("supervisor", Role.SUPERVISOR)
    DemoAccount.objects.create(user=user)
    assert not has_role(user, Role.SUPERVISOR)
    settings.DEMO = True
    assert has_role(user, Role.SUPERVISOR)


def test_a_role_taken_away_is_gone_at_once(person: Person) -> None:
    user = person("dana", Role.SUPERVISOR, Role.AGENT)
    assert has_role(user, Role.SUPERVISOR)
    user.groups.remove(Group.objects.get(name=Role.SUPERVISOR))
    assert roles_of(user) == {Role.AGENT}


def test_the_roles_of_many_users_take_one_query(
    person: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    both = person("both", Role.AGENT, Role.SUPERVISOR)
    none = person("none")
    with django_assert_num_queries(1):
        roles = roles_of_users([both.pk, none.pk, 987_654])
    assert roles == {
        both.pk: {Role.AGENT, Role.SUPERVISOR},
        none.pk: frozenset(),
        987_654: frozenset(),
    }


def test_granting_makes_a_missing_group_again(person: Person) -> None:
    Group.objects.all().delete()
    user = person()
    grant(user, Role.AGENT)
    assert roles_of(user) == {Role.AGENT}


@pytest.mark.django_db(transaction=True)
def test_roles_can_be_granted_after_a_flush() -> None:
    call_command("flush", interactive=False, verbosity=0)
    user = User.objects.create_user("dana")
    grant(user, *Role)
    assert roles_of(user) == frozenset(Role)
