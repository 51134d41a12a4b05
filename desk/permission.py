"""Who may sit at a desk: users with the role Agent whom the floor knows as agents."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.roles import Role, has_role, roles_of
from conversations.models import Agent
from conversations.refusals import Refused


class IsAgent(BasePermission):
    """The role Agent, as the database has it at this request."""

    message = gettext_lazy("Only agents can do this; you do not have the role Agent.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """403 `role_missing` where this is False, 401 for strangers."""
        return has_role(request.user, Role.AGENT)


class MayAnswer(BasePermission):
    """Agents, and supervisors whom agents may ask for help."""

    message = gettext_lazy("Only agents and supervisors are offered anything.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """403 `role_missing` where this is False, 401 for strangers."""
        return bool(roles_of(request.user) & {Role.AGENT, Role.SUPERVISOR})


def agent_of(user: User | AnonymousUser) -> Agent:
    """The caller as an agent; raises `Refused("role_missing")` where there is none."""
    agent = Agent.objects.filter(user=user.pk).select_related("user").first()
    if agent is None:
        raise Refused("role_missing", _("You are not set up as an agent yet."))
    return agent
