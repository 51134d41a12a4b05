"""Who may look at what: read at connection, and again with every comparison."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import User

from accounts.roles import Role, roles_of, roles_of_users
from accounts.signed_in import signed_out
from conversations.events import shown_name
from conversations.models import Agent
from live.sockets import FORBIDDEN, SIGNED_OUT
from supervisor.scope import scopes_of, supervised_queues


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


def viewer_of(user: User, session: str) -> Viewer:
    """What this user may see at this moment."""
    return Viewer(
        user=user.pk,
        session=session,
        stamp=user.get_session_auth_hash(),
        roles=roles_of(user),
        queues=supervised_queues(user),
    )


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
    agent = Agent.objects.filter(user=user).values_list("pk", flat=True).first()
    return {
        "id": user.pk,
        "name": shown_name(user),
        "username": user.get_username(),
        "roles": sorted(role.name.lower() for role in roles_of(user)),
        "agent": agent,
        "queues": sorted(supervised_queues(user)),
    }
