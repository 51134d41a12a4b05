"""Browser sessions: the log-in backend, the API's session door, CSRF failures."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as csrf_page
from rest_framework import authentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts.admission import is_admitted
from accounts.roles import POWERS, Role
from accounts.tokens import KEYWORD

CSRF_FAILED = "csrf_failed"


class FloorBackend(ModelBackend):
    """Django's passwords and permissions, with two rules of the floor added.

    Demo users are refused where DEMO is off, existing sessions included. The role
    Administrator opens all of Django admin, but never another role's power.
    """

    def user_can_authenticate(
        self, user: AbstractBaseUser | AnonymousUser | None
    ) -> bool:
        """Asked at every log-in and for the user of every session."""
        return isinstance(user, User) and is_admitted(user)

    def get_group_permissions(
        self, user_obj: User | AnonymousUser, obj: Model | None = None
    ) -> set[str]:
        """What the groups give; administrators hold every permission but the powers."""
        held = super().get_group_permissions(user_obj, obj)
        if f"accounts.{POWERS[Role.ADMINISTRATOR]}" in held:
            held = held | _everything_but_powers()
        return held


def _everything_but_powers() -> set[str]:
    rows = Permission.objects.exclude(codename__in=POWERS.values())
    pairs = rows.order_by().values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in pairs}


class SessionAuthentication(authentication.SessionAuthentication):
    """The session cookie as a door to the API, with a stable code for CSRF."""

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a write that does not carry the CSRF token of the session."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refusal:
            raise PermissionDenied(_csrf_sentence(), code=CSRF_FAILED) from refusal

    def authenticate_header(self, request: Request) -> str:
        """401, not 403, whichever door a view lists first."""
        return KEYWORD


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: JSON for scripts, Django's page for people."""
    if not wants_json(request):
        return csrf_page(request, reason=reason)
    body = {"code": CSRF_FAILED, "detail": _csrf_sentence()}
    return JsonResponse(body, status=403)


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program: an API path, or JSON preferred to a page."""
    accepted = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or accepted.startswith("application/json")


def _csrf_sentence() -> str:
    return _("The request does not carry the security token of this page; reload it.")
