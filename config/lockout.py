"""What someone reads who has tried too many passwords."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _


def answer(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    detail = _("Too many failed attempts. Try again in 15 minutes.")
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "throttled", "detail": detail}, status=429)
    return HttpResponse(detail, content_type="text/plain; charset=utf-8", status=429)
