"""`/api/v1/conversations/{id}/hand/`: an agent's call for help."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import error_responses
from conversations.once import once
from conversations.rows import conversation_row
from supervisor import commands
from supervisor.api import bodies
from supervisor.api.acting import caller, parsed, seen_again

ERRORS = {**error_responses(400, 401, 403, 404), **bodies.CONFLICT}


class HandView(APIView):
    @extend_schema(
        operation_id="conversation_raise_hand",
        request=bodies.HandBody,
        responses={200: bodies.ConversationSerializer, **ERRORS},
    )
    @once(again=seen_again)
    def post(self, request: Request, pk: int) -> Response:
        """Its agent calls the queue's supervisors, in a sentence."""
        text = str(parsed(request, bodies.HandBody)["text"])
        raised = commands.raise_hand(caller(request), pk, text)
        return Response({"conversation": conversation_row(raised)})

    @extend_schema(
        operation_id="conversation_lower_hand",
        request=None,
        responses={
            200: bodies.ConversationSerializer,
            **error_responses(400, 401, 404),
        },
    )
    @once(again=seen_again)
    def delete(self, request: Request, pk: int) -> Response:
        """A supervisor has seen to it, or the agent needs no help any more."""
        lowered = commands.lower_hand(caller(request), pk)
        return Response({"conversation": conversation_row(lowered)})
