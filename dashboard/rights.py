"""Who may look at what: read at connection, and again with every comparison."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import User

from accounts.roles import Role, roles_of_users
from accounts.signed_in import signed_out
from conversations.events import shown_name
from conversations.models import Agent
from live.sockets import FORBIDDEN, SIGNED_OUT
from supervisor.scope import scopes_of


@dataclass(frozen=True, slots=True)
class Viewer:
    """A supervisor at a socket: who, with which session, seeing which queues."""

    user: int
    session: str
    stamp: str
    roles: frozenset[Role]
    queues: frozenset[int]

    @property
    def may_watch(self) -> bool:
        """Only supervisors have a floor."""
        return Role.SUPERVISOR in self.roles

    def sees(self, queue: int | None) -> bool:
        """Whether what belongs to this queue, or to none, may be shown to them."""
        return queue is None or queue in self.queues


Arrival = tuple[User, str]
"""A user with the session by which they come."""


class Supervisor(NamedTuple):
    """A viewer who has a floor, and what their page knows of them."""

    viewer: Viewer
    me: dict[str, object]


def viewer_of(user: User, session: str) -> Viewer:
    """What this user may see at this moment."""
    return viewers_of([(user, session)])[user, session]


def viewers_of(people: Collection[Arrival]) -> dict[Arrival, Viewer]:
    """The same for many who come at once; two queries for all of them."""
    users = {user.pk for user, _session in people}
    roles, scopes = roles_of_users(users), scopes_of(users)
    return {
        (user, session): Viewer(
            user=user.pk,
            session=session,
            stamp=user.get_session_auth_hash(),
            roles=roles[user.pk],
            queues=scopes[user.pk],
        )
        for user, session in people
    }


def lost_rights(viewers: Collection[Viewer]) -> dict[Viewer, int]:
    """The close code for each viewer who is signed out (4401) or whose role or scope
    has changed (4403); a few queries for all of them."""
    users = {viewer.user for viewer in viewers}
    out = signed_out(viewers)
    roles, scopes = roles_of_users(users), scopes_of(users)
    lost = {}
    for viewer in viewers:
        if viewer in out:
            lost[viewer] = SIGNED_OUT
        elif (roles[viewer.user], scopes[viewer.user]) != (viewer.roles, viewer.queues):
            lost[viewer] = FORBIDDEN
    return lost


def me(user: User) -> dict[str, object]:
    """What the page knows of its own user."""
    return _about(user, viewer_of(user, ""), agents_of([user.pk]).get(user.pk))


def supervisors_of(people: Collection[Arrival]) -> dict[Arrival, Supervisor]:
    """Whoever has a floor, with what their page knows of them; three queries."""
    viewers = viewers_of(people)
    agents = agents_of(user.pk for user, _session in people)
    return {
        arrival: Supervisor(viewer, _about(arrival[0], viewer, agents.get(viewer.user)))
        for arrival, viewer in viewers.items()
        if viewer.may_watch
    }


def agents_of(users: Iterable[int]) -> dict[int, int]:
    """User -> the agent that they are."""
    return dict(Agent.objects.filter(user__in=users).values_list("user", "pk"))


def _about(user: User, viewer: Viewer, agent: int | None) -> dict[str, object]:
    return {
        "id": user.pk,
        "name": shown_name(user),
        "username": user.get_username(),
        "roles": sorted(role.name.lower() for role in viewer.roles),
        "agent": agent,
        "queues": sorted(viewer.queues),
    }
