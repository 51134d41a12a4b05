"""Every error of the API leaves here as `{"code", "detail", ...}` (interface, HTTP)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import structlog
from django.core import exceptions as django_errors
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions as api_errors
from rest_framework.response import Response

from accounts.tokens import KEYWORD
from conversations.board import present_things
from conversations.refusals import Refused

REPLIES: tuple[tuple[tuple[type[Exception], ...], int, str], ...] = (
    ((api_errors.NotAuthenticated,), 401, "not_authenticated"),
    ((api_errors.AuthenticationFailed,), 401, "not_authenticated"),
    ((api_errors.PermissionDenied,), 403, "role_missing"),
    ((django_errors.PermissionDenied,), 403, "role_missing"),
    ((api_errors.NotFound, Http404), 404, "not_found"),
    ((api_errors.MethodNotAllowed,), 405, "method_not_allowed"),
    ((api_errors.Throttled,), 429, "throttled"),
    ((django_errors.RequestDataTooBig,), 400, "too_large"),
    ((api_errors.ParseError,), 400, "invalid"),
    ((api_errors.UnsupportedMediaType,), 400, "invalid"),
    ((api_errors.NotAcceptable,), 400, "invalid"),
    ((django_errors.SuspiciousOperation,), 400, "invalid"),
    ((OperationalError, InterfaceError), 503, "unavailable"),
)
"""First match decides; what is not listed is a fault of ours and becomes a 500."""
RETRY_AFTER = 2
"""Seconds until it is worth asking a database again that has not answered."""

log = structlog.get_logger(__name__)


def answer(exc: Exception, context: Mapping[str, object]) -> Response | None:
    """DRF's EXCEPTION_HANDLER."""
    if isinstance(exc, Refused):
        return _reply(exc.status, exc.code, exc.detail, _facts(exc))
    if isinstance(exc, api_errors.ValidationError):
        return _invalid(exc)
    for kinds, status, code in REPLIES:
        if isinstance(exc, kinds):
            reply = _reply(status, _own_code(exc) or code, _sentence(exc, code), {})
            return _with_headers(reply, exc)
    return None


def _facts(refused: Refused) -> dict[str, object]:
    """Every 409 carries the present row of what it is about."""
    present = present_things(refused) if refused.status == 409 else {}
    return {**refused.extra, **present}


def _reply(
    status: int, code: str, detail: str, extra: Mapping[str, object]
) -> Response:
    return Response({"code": code, "detail": detail, **extra}, status=status)


def _invalid(exc: api_errors.ValidationError) -> Response:
    problems = list(_problems(exc.detail))
    code = (
        "too_large" if any(p.code == "max_length" for _f, p in problems) else "invalid"
    )
    fields: dict[str, list[str]] = {}
    for field, problem in problems:
        fields.setdefault(field, []).append(str(problem))
    return _reply(400, code, _first(problems), {"fields": fields})


def _problems(
    detail: object, path: str = ""
) -> Iterator[tuple[str, api_errors.ErrorDetail]]:
    """Each problem with the dotted name of its field."""
    if isinstance(detail, api_errors.ErrorDetail):
        yield path or "non_field_errors", detail
    elif isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _problems(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _problems(inner, path)


def _first(problems: list[tuple[str, api_errors.ErrorDetail]]) -> str:
    field, problem = problems[0]
    if field == "non_field_errors":
        return str(problem)
    return _("%(field)s: %(problem)s") % {"field": field, "problem": problem}


def _own_code(exc: Exception) -> str | None:
    """A refusal may bring its own code, such as `csrf_failed`."""
    if not isinstance(exc, api_errors.PermissionDenied):
        return None
    code = exc.detail.code if isinstance(exc.detail, api_errors.ErrorDetail) else None
    return None if code == exc.default_code else code


def _sentence(exc: Exception, code: str) -> str:
    if isinstance(exc, api_errors.APIException) and isinstance(exc.detail, str):
        return exc.detail
    return sentences()[code]


def sentences() -> Mapping[str, str]:
    """What people read where the exception says nothing fit for them."""
    return {
        "invalid": _("The request is not as it should be."),
        "too_large": _("The request is larger than this server takes."),
        "role_missing": _("Your roles do not allow this."),
        "not_found": _("There is no such thing here, or it is not yours."),
        "unavailable": _("The database does not answer; try again in a moment."),
        "server_error": _("Something went wrong on the server; it has been noted."),
    }


def _with_headers(reply: Response, exc: Exception) -> Response:
    if reply.status_code == 503:
        _note_unavailable(exc)
        reply["Retry-After"] = str(RETRY_AFTER)
    if reply.status_code == 401:
        reply["WWW-Authenticate"] = KEYWORD
    wait = getattr(exc, "wait", None)
    if wait is not None:
        reply["Retry-After"] = str(wait)
    return reply


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    too_big = isinstance(exception, django_errors.RequestDataTooBig)
    return _json(400, "too_large" if too_big else "invalid")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    if _is_api(request):
        return _json(403, "role_missing")
    return defaults.permission_denied(request, exception)


@csrf_exempt
def page_not_found(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    """handler404; also the last route below `/api/`: DEBUG has its own page."""
    if _is_api(request):
        return _json(404, "not_found")
    return defaults.page_not_found(request, exception or Http404())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500; also for what fails around the views, such as reading a session."""
    exc = sys.exc_info()[1]  # Django calls this inside its `except`
    if isinstance(exc, OperationalError | InterfaceError):
        return _unavailable(request, exc)
    if _is_api(request):
        return _json(500, "server_error")
    return defaults.server_error(request)


def _unavailable(request: HttpRequest, exc: Exception) -> HttpResponse:
    _note_unavailable(exc)
    if _is_api(request):
        reply = _json(503, "unavailable")
    else:
        reply = HttpResponse(sentences()["unavailable"], "text/plain", 503)
    reply["Retry-After"] = str(RETRY_AFTER)
    return reply


def _note_unavailable(exc: Exception) -> None:
    """Its kind alone: the text of such an error may quote what was to be written."""
    log.warning("database.unavailable", error=type(exc.__cause__ or exc).__name__)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _json(status: int, code: str) -> HttpResponse:
    return JsonResponse({"code": code, "detail": sentences()[code]}, status=status)
