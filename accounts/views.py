"""Logging in: the form for people, the token end point for machines."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import authenticate, views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import throttling, tokens
from accounts.forms import LoginForm
from accounts.openapi import error_responses
from accounts.parsers import StrictJSONParser
from accounts.serializers import StrictCharField, StrictSerializer


class LoginView(views.LoginView):
    """`/accounts/login/`."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Tells the template whether to show the demo log-ins."""
        return super().get_context_data(demo=bool(settings.DEMO), **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again; 429 once the throttle has closed the door."""
        response = super().form_invalid(form)
        if throttling.is_locked_out(self.request):
            response.status_code = 429
            throttling.keep_own_answer(self.request)
        return response


class CredentialsSerializer(StrictSerializer):
    """Who wants a token."""

    username = StrictCharField(max_length=150)
    password = StrictCharField(max_length=1024, write_only=True)


class TokenSerializer(serializers.Serializer[object]):
    """A token, shown this once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class TokenView(APIView):
    """`POST /api/v1/token/`: an access token for a username and password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (StrictJSONParser,)

    @extend_schema(
        operation_id="token_create",
        request=CredentialsSerializer,
        responses={200: TokenSerializer, **error_responses(400, 401, 429)},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Issue a token, or say why not."""
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = _logged_in(request._request, credentials.validated_data)
        token, row = tokens.mint(user)
        body = {"token": token, "expires_at": _iso(row.expires_at)}
        return Response(body, headers={"Cache-Control": "no-store"})


def _logged_in(request: HttpRequest, credentials: dict[str, str]) -> User:
    user = authenticate(request, **credentials)
    if throttling.is_locked_out(request):
        throttling.keep_own_answer(request)
        raise _throttled(request)
    if not isinstance(user, User):
        raise AuthenticationFailed(_("There is no such user with this password."))
    # Tells axes to forget the failures before, and Django when the user last came.
    user_logged_in.send(sender=User, request=request, user=user)
    return user


def _throttled(request: HttpRequest) -> Throttled:
    # Given to the constructor, the wait would be added to the sentence as well.
    refusal = Throttled(detail=throttling.sentence())
    refusal.wait = throttling.cool_off_seconds(request)  # type: ignore[attr-defined]
    return refusal


def _iso(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
