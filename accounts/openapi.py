"""What every view says about log-in and errors in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

ERRORS: Mapping[int, str] = {
    400: "The request is not as it should be: `invalid`, `too_large`, ...",
    401: "Not logged in, or a token that is not valid: `not_authenticated`.",
    403: "Not allowed: `role_missing`, `setting_off`, `csrf_failed`, ...",
    404: "No such thing, or out of the caller's scope: `not_found`.",
    405: "This address does not know the method: `method_not_allowed`.",
    409: "Not as things are now; carries the present row: `stale_version`, ...",
    429: "Too many failed tries: `throttled`.",
    503: "The database does not answer; come back after `Retry-After`: `unavailable`.",
}


class ErrorSerializer(serializers.Serializer[object]):
    """Every error: a stable code for programs, a sentence for people, facts."""

    code = serializers.CharField()
    detail = serializers.CharField()
    # The framework takes declared fields out of the class before `fields` could clash.
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="The problems of each field of the request; nested ones dotted.",
    )


def error_responses(*statuses: int) -> dict[int, OpenApiResponse]:
    """The entries of `responses=` for these statuses, and for 503, which any may be."""
    return {
        each: OpenApiResponse(ErrorSerializer, ERRORS[each])
        for each in (*statuses, 503)
    }


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Token ...` of machines."""

    target_class = "accounts.tokens.TokenAuthentication"
    name = "tokenAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """An API key in a header: OpenAPI knows no other word for our scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <token>`; tokens come from `POST /api/v1/token/`.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session cookie of browsers; writes carry `X-CSRFToken` as well."""

    target_class = "accounts.sessions.SessionAuthentication"
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """The cookie that Django sets at log-in."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
