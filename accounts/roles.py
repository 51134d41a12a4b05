"""The four roles, read from group permissions alone; every room asks here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser, Group, Permission, User

from accounts.admission import admitted


class Role(StrEnum):
    """The values are the names of the groups."""

    AGENT = "Agent"
    SUPERVISOR = "Supervisor"
    ADMINISTRATOR = "Administrator"
    API_ACCESS = "API access"


POWERS: Mapping[Role, str] = {
    Role.AGENT: "take_conversations",
    Role.SUPERVISOR: "supervise",
    Role.ADMINISTRATOR: "administer_floor",
    Role.API_ACCESS: "use_api",
}
"""The permission (of `accounts.Power`) that a group must hold to give the role."""

ROLE_OF: Mapping[str, Role] = {power: role for role, power in POWERS.items()}


def has_role(user: User | AnonymousUser, role: Role) -> bool:
    """Whether one of the user's groups gives the role, as the database has it now."""
    return role in roles_of(user)


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """All roles of one user; none for anonymous, inactive and refused users."""
    return frozenset() if user.pk is None else roles_of_users([user.pk])[user.pk]


def roles_of_users(ids: Iterable[int]) -> dict[int, frozenset[Role]]:
    """The roles of each user in one query; unknown ids have none.

    Superuser status and a user's own permissions give no role on purpose: nobody
    gets a supervisor's powers by administering the system.
    """
    held: dict[int, set[Role]] = {pk: set() for pk in ids}
    rows = admitted(User.objects.filter(pk__in=held)).filter(
        groups__permissions__content_type__app_label="accounts",
        groups__permissions__content_type__model="power",
        groups__permissions__codename__in=ROLE_OF,
    )
    for pk, power in rows.values_list("pk", "groups__permissions__codename"):
        held[pk].add(ROLE_OF[power])
    return {pk: frozenset(roles) for pk, roles in held.items()}


def grant(user: User, *roles: Role) -> None:
    """Put the user into the groups of these roles, making a group that is missing."""
    user.groups.add(*(role_group(role) for role in roles))


def role_group(role: Role) -> Group:
    """The role's group, with its power."""
    group, _created = Group.objects.get_or_create(name=role.value)
    group.permissions.add(power_of(role))
    return group


def power_of(role: Role) -> Permission:
    """The permission that gives the role."""
    return Permission.objects.get(
        content_type__app_label="accounts",
        content_type__model="power",
        codename=POWERS[role],
    )
