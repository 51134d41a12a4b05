"""`/desk/`: the page at which agents work."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.roles import Role, has_role
from conversations.events import shown_name
from desk.consumers import HEARTBEAT


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The agent's desk; only for the role Agent."""
    user = request.user
    assert isinstance(user, User)
    if not has_role(user, Role.AGENT) or not hasattr(user, "agent"):
        raise PermissionDenied
    config = {
        "socket": "/ws/desk/",
        "api": "/api/v1/",
        "locale": get_language(),
        "user": {"id": user.pk, "name": shown_name(user)},
        "agent": user.agent.pk,
        "heartbeat_seconds": HEARTBEAT,
        "floor": has_role(user, Role.SUPERVISOR),
    }
    return render(request, "desk/desk.html", {"config": config})
