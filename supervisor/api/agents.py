"""`/api/v1/agents/{id}/`: presence and capacity, by supervisors and by agents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import error_responses
from conversations import moments
from conversations.board import agent_row_of
from conversations.events import Actor
from conversations.locks import one_transaction
from conversations.models import FloorSettings, PresenceStay
from conversations.moments import iso
from conversations.once import once
from conversations.receipts import Body
from conversations.refusals import Refused
from conversations.schema import AgentRowSerializer
from conversations.states import Presence
from conversations.transitions import staffing
from supervisor.api import bodies
from supervisor.api.acting import caller, parsed
from supervisor.looking import agent_in_sight

SINCE = OpenApiParameter(
    "since", OpenApiTypes.DATETIME, description="Stays that ended earlier are left out."
)


def _seen_again(request: Request, answer: Body, pk: int) -> Body:
    agent_in_sight(caller(request), pk)
    return answer


class AgentView(APIView):
    @extend_schema(
        operation_id="agent_detail",
        responses={200: AgentRowSerializer, **error_responses(401, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The agent as the floor sees them."""
        agent_in_sight(caller(request), pk)
        return Response(agent_row_of(pk))

    @extend_schema(
        operation_id="agent_change",
        request=bodies.AgentBody,
        responses={
            200: bodies.AgentSerializer,
            **error_responses(400, 401, 403, 404),
            **bodies.AGENT_CONFLICT,
        },
    )
    @once(again=_seen_again)
    def patch(self, request: Request, pk: int) -> Response:
        """Change presence or, as a supervisor, capacity within the limits."""
        body = parsed(request, bodies.AgentBody)
        change_agent(caller(request), pk, body)
        return Response({"agent": agent_row_of(pk)})


class PresenceHistoryView(APIView):
    @extend_schema(
        operation_id="agent_presence_history",
        parameters=[SINCE],
        responses={
            200: bodies.PresenceHistorySerializer,
            **error_responses(400, 401, 404),
        },
    )
    def get(self, request: Request, pk: int) -> Response:
        """The agent's presences of the last 24 hours, or since a moment; at most
        500."""
        agent, _supervises = agent_in_sight(caller(request), pk)
        overlapping = Q(until__isnull=True) | Q(until__gte=_since(request))
        stays = agent.presence_stays.filter(overlapping).order_by("-pk")
        return Response({"stays": [_stay_shown(stay) for stay in stays[:500]]})


@one_transaction
def change_agent(user: User, pk: int, body: dict[str, object]) -> None:
    """Apply the checked body to the locked agent; raises `Refused`."""
    seen, supervises = agent_in_sight(user, pk)
    units = body.get("capacity_units")
    if units is not None:
        _check_units(int(str(units)), supervises=supervises)
    by = Actor.supervisor(user) if supervises else Actor.agent(seen)
    scene = staffing.enter_agent(pk)
    _refuse_stale(scene, body["state_version"])
    presence = Presence(str(body["presence"])) if "presence" in body else None
    label = str(body.get("presence_label", ""))
    if units is not None:
        staffing.set_capacity(
            scene, int(str(units)), by=by, presence=presence, label=label
        )
    elif presence is not None:
        staffing.set_presence(scene, presence, by=by, label=label)


def _since(request: Request) -> datetime:
    text = request.query_params.get("since", "")
    if not text:
        return moments.now() - timedelta(days=1)
    try:
        since = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("invalid", _("since: this is not a time.")) from None
    if since.tzinfo is None:
        raise Refused("invalid", _("since: say in which time zone."))
    try:
        return since.astimezone(UTC)
    except OverflowError:
        raise Refused("invalid", _("since: this is not a time.")) from None


def _stay_shown(stay: PresenceStay) -> dict[str, object]:
    return {
        "presence": stay.presence,
        "label": stay.label,
        "since": iso(stay.since),
        "until": iso(stay.until),
        "set_by": stay.set_by,
        "reason": stay.reason,
    }


def _refuse_stale(scene: staffing.AgentScene, state_version: object) -> None:
    if scene.agent.state_version != state_version:
        detail = _("Somebody was there first: the agent has changed since you saw it.")
        raise Refused("stale_version", detail).about(agent=scene.agent.pk)


def _check_units(units: int, *, supervises: bool) -> None:
    if not supervises:
        raise Refused("role_missing", _("Only a supervisor may change capacity."))
    limits = FloorSettings.current()
    if not limits.capacity_min <= units <= limits.capacity_max:
        raise Refused(
            "invalid",
            _("Capacity must be between %(least)d and %(most)d units.")
            % {"least": limits.capacity_min, "most": limits.capacity_max},
        )
