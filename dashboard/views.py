"""The floor page and the snapshot by HTTP."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.openapi import error_responses
from accounts.roles import Role, has_role
from conversations.refusals import Refused
from dashboard.alerts import open_asks
from dashboard.process import process
from dashboard.schema import BoardQuerySerializer, BoardSerializer
from dashboard.snapshot import Board, board_of, plain_rows
from supervisor.scope import supervised_queues
from supervisor.sentences import rules_document


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """`/`: the ongoing-conversations dashboard; `?plain=1` works without JavaScript."""
    assert isinstance(request.user, User)
    if not has_role(request.user, Role.SUPERVISOR):
        return _elsewhere(request)
    if "plain" in request.GET:
        rows = plain_rows(supervised_queues(request.user))
        return render(request, "dashboard/plain.html", {"rows": rows})
    context = {
        "rules": rules_document(),
        "config": {
            "board_socket": "/ws/board/",
            "snapshot": "/api/v1/board/?shared=1",
            "api": "/api/v1/",
            "nonce": str(getattr(request, "csp_nonce", "")),
            "locale": get_language(),
            "desk": has_role(request.user, Role.AGENT),
            "asks": open_asks(request.user),
        },
    }
    return render(request, "dashboard/floor.html", context)


class BoardView(APIView):
    @extend_schema(
        operation_id="board",
        parameters=[BoardQuerySerializer],
        responses={200: BoardSerializer, 304: None, **error_responses(400, 401, 403)},
    )
    def get(self, request: Request) -> HttpResponse:
        """The snapshot: everything ongoing in the caller's scope, read now; `shared`
        with all who poll, as of `compared_at`, which is a second ago at the most."""
        user = request.user
        if not isinstance(user, User) or not has_role(user, Role.SUPERVISOR):
            raise Refused("role_missing", _("This needs the role Supervisor."))
        query = BoardQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        known = request.headers.get("If-None-Match")
        is_shared = query.validated_data["shared"]
        board = process.board(user, known) if is_shared else board_of(user)
        return _board_answer(request, board, known)


def _board_answer(request: Request, board: Board, known: str | None) -> HttpResponse:
    headers = {
        "ETag": board.tag,
        "Cache-Control": "no-store",
        "Vary": "Accept-Encoding",
        # Nothing changed, but it was compared again: the page may say so.
        "X-Compared-At": board.compared_at or "",
    }
    if known == board.tag:
        return HttpResponse(status=304, headers=headers)
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    if packs:
        headers["Content-Encoding"] = "gzip"
    body = board.packed if packs else board.text
    return HttpResponse(body, content_type="application/json", headers=headers)


def _elsewhere(request: HttpRequest) -> HttpResponse:
    """People without a floor: agents have their desk, administrators admin, others a
    plain refusal."""
    if has_role(request.user, Role.AGENT):
        return redirect("desk-page")
    if request.user.is_authenticated and request.user.is_staff:
        return redirect("admin:index")
    raise PermissionDenied
