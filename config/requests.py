"""One line in the log and one measure for each request, under an id that its answer
names. Neither holds more of the address than its pattern."""

from __future__ import annotations

import re
import sys
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_only_middleware
from prometheus_client import Histogram
from structlog.contextvars import bind_contextvars, clear_contextvars

GetResponse = Callable[[HttpRequest], HttpResponseBase]

LATENCY = Histogram(
    "floorwalker_request_seconds",
    "How long requests took, by the pattern of their address, method and status class.",
    ["route", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
HEADER = "X-Request-ID"
ACCEPTED_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

log = structlog.get_logger(__name__)


@sync_only_middleware
def noted(get_response: GetResponse) -> GetResponse:
    """The outermost middleware: what it measures is all that Django does."""

    def note(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request_id = _request_id(request)
        bind_contextvars(request_id=request_id)
        try:
            response = get_response(request)
            response[HEADER] = request_id
            _note(request, response.status_code, time.perf_counter() - began)
        finally:
            clear_contextvars()
        return response

    return note


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    route = _route(request)
    method = request.method if request.method in METHODS else "other"
    LATENCY.labels(route, method, f"{status // 100}xx").observe(seconds)
    say = log.error if status >= 500 else log.info
    say(
        "request",
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1_000, 1),
        user=_user_id(request),
    )


def _route(request: HttpRequest) -> str:
    """The pattern, never the path: that is anybody's to write."""
    if request.resolver_match is not None:
        return f"/{request.resolver_match.route}"
    return "static" if request.path.startswith(settings.STATIC_URL) else "unknown"


def _user_id(request: HttpRequest) -> int | None:
    """Who asked, if that was looked at: the log alone is not worth a query."""
    for user in (vars(request).get("user"), vars(request).get("_cached_user")):
        if type(user) is User:
            return user.pk
    return None


def _request_id(request: HttpRequest) -> str:
    """The proxy's, if it gave a decent one."""
    given = request.headers.get(HEADER, "")
    return given if ACCEPTED_ID.fullmatch(given) else uuid.uuid4().hex


def _log_fault(request: HttpRequest | None = None, **_signal: object) -> None:
    route = "unknown" if request is None else _route(request)
    log.error("request.failed", route=route, exc_info=sys.exception())


got_request_exception.connect(_log_fault, dispatch_uid="config.requests")
