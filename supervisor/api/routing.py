"""`GET .../routing/`: why a conversation is not assigned, why an agent gets nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import error_responses
from conversations import explaining
from conversations.refusals import Refused
from conversations.schema import AgentRoutingSerializer
from conversations.states import Presence
from conversations.viewers import Viewer
from supervisor.api.acting import caller
from supervisor.looking import agent_in_sight, look_at
from supervisor.scope import supervised_queues


class RoutingCandidateSerializer(serializers.Serializer[object]):
    """A member of the queue; an empty reason is an eligible one."""

    agent = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    reason_text = serializers.CharField(allow_blank=True)
    remaining = serializers.IntegerField()
    presence = serializers.ChoiceField(choices=list(Presence))


class ExplanationSerializer(serializers.Serializer[object]):
    """What routing found at a moment, the first 200 members in the order of choice."""

    at = serializers.DateTimeField()
    reason = serializers.CharField(
        allow_blank=True, help_text="About the whole; empty: the candidates say why."
    )
    reason_text = serializers.CharField(allow_blank=True)
    summary = serializers.DictField(
        child=serializers.IntegerField(), help_text="Reason -> number of candidates."
    )
    chosen = serializers.IntegerField(allow_null=True)
    candidates = RoutingCandidateSerializer(many=True)


class ConversationRoutingSerializer(serializers.Serializer[object]):
    now = ExplanationSerializer(allow_null=True)
    past = ExplanationSerializer(many=True)


class ConversationRoutingView(APIView):
    @extend_schema(
        operation_id="conversation_routing",
        responses={
            200: ConversationRoutingSerializer,
            **error_responses(401, 403, 404),
        },
    )
    def get(self, request: Request, pk: int) -> Response:
        """Why it is not assigned: now, while it is open, and what was noted before."""
        user = caller(request)
        conversation, viewer = look_at(user, pk)
        if viewer is not Viewer.SUPERVISOR:
            raise Refused("role_missing", _("This needs the role Supervisor."))
        # Of stays in queues out of scope nothing is told, not even who works there.
        past = explaining.in_the_past(conversation, supervised_queues(user))
        return Response({"now": explaining.at_present(conversation), "past": past})


class AgentRoutingView(APIView):
    @extend_schema(
        operation_id="agent_routing",
        responses={200: AgentRoutingSerializer, **error_responses(401, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """For each of their queues (in scope), why they get nothing there now."""
        user = caller(request)
        agent, _supervises = agent_in_sight(user, pk)
        queues = None if agent.user_id == user.pk else supervised_queues(user)
        return Response({"now": explaining.why_nothing_for(agent, queues)})
