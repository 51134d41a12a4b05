"""The chat page, which the pages of the site's origins may frame, and its widget."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from csp.constants import SELF
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from conversations.models.message import MAX_TEXT
from conversations.refusals import Refused
from conversations.states import Channel
from gateways.chat.sites import origins_of, site_of
from gateways.models import ChatSite

WIDGET = "js/widget.js"
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
SHORT = 300  # seconds that browsers keep what has a stable address


@require_safe
@gzip_page
@xframe_options_exempt
def chat(request: HttpRequest) -> HttpResponse:
    """`/chat/?site=KEY[&embedded=1][&lang=da]`."""
    with _spoken(request.GET.get("lang", "")):
        answer = _page(request)
        answer["Content-Language"] = translation.get_language() or "en"
    answer["Cache-Control"] = "no-store"
    return answer


def _widget_tag(_request: HttpRequest) -> str | None:
    script = _widget_script()
    if script is None:
        return None
    return f'"{hashlib.sha256(script).hexdigest()[:32]}"'


@require_safe
@gzip_page
@condition(etag_func=_widget_tag)
def widget(_request: HttpRequest) -> HttpResponse:
    """`/chat/widget.js`: the one line on other people's pages points here for good."""
    script = _widget_script()
    if script is None:
        raise Http404
    return HttpResponse(
        script,
        content_type="text/javascript; charset=utf-8",
        headers={
            "Cache-Control": f"public, max-age={SHORT}",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "*",
        },
    )


def _page(request: HttpRequest) -> HttpResponse:
    key = request.GET.get("site", "")
    try:
        site = site_of(key)
    except Refused:
        known = {"has_sites": ChatSite.objects.exists()}
        return _unframed(render(request, "chat/nowhere.html", known, status=404))
    embedded = request.GET.get("embedded") == "1"
    config = {
        "site": site.key,
        "api": "/api/v1/chat/",
        "socket": "/ws/chat/",
        "embedded": embedded,
        "locale": translation.get_language(),
        "origins": origins_of(site),
        "max_text": MAX_TEXT,
        "customer_gone_seconds": _patience(site),
    }
    facts = {"site": site, "embedded": embedded, "config": config}
    return _framed_by(origins_of(site), render(request, "chat/chat.html", facts))


def _patience(site: ChatSite) -> int | None:
    """For how many seconds a customer may be away; None: for as long as they like."""
    stream = site.workstream
    is_live = stream.channel == Channel.LIVE_CHAT
    return stream.customer_gone_seconds if is_live else None


def _framed_by(origins: list[str], answer: HttpResponse) -> HttpResponse:
    """Lets these pages show it in a frame, beside our own."""
    answer._csp_replace = {  # type: ignore[attr-defined]
        "frame-ancestors": [SELF, *origins]
    }
    return answer


def _unframed(answer: HttpResponse) -> HttpResponse:
    """Whose page it could be on is not known."""
    answer["X-Frame-Options"] = "DENY"
    return answer


def _spoken(language: str) -> AbstractContextManager[None]:
    """The language that the page asks for; else the browser's, which is on already."""
    return translation.override(language) if language in LANGUAGES else nullcontext()


def _widget_script() -> bytes | None:
    """As it travels, where static files were collected; else as it is written."""
    stored_name = getattr(staticfiles_storage, "stored_name", None)
    if stored_name is not None and staticfiles_storage.exists(stored_name(WIDGET)):
        with staticfiles_storage.open(stored_name(WIDGET)) as file:
            return bytes(file.read())
    found = finders.find(WIDGET)
    return Path(found).read_bytes() if isinstance(found, str) else None
