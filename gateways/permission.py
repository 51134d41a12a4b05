"""Who may open and feed conversations: channels and machines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.roles import Role, has_role


class IsMachine(BasePermission):
    """The role API access, as the database has it at this request."""

    message = gettext_lazy(
        "Only channels and machines can do this; you do not have the role API access."
    )

    def has_permission(self, request: Request, view: APIView) -> bool:
        """403 `role_missing` where this is False, 401 for strangers."""
        return has_role(request.user, Role.API_ACCESS)
