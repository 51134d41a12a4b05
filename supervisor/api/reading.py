"""`GET` on a conversation, its transcript and its candidates; writing a message."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import error_responses
from conversations.destinations import other_queues
from conversations.models import Conversation
from conversations.once import Spoken, once_spoken
from conversations.refusals import Refused
from conversations.reports import people_of, sessions_of, timeline_of, transcript_of
from conversations.rows import conversation_row
from conversations.states import Visibility
from conversations.viewers import Viewer, message_shown
from supervisor import commands
from supervisor.api import bodies
from supervisor.api.acting import caller, parsed
from supervisor.looking import candidates_for, look_at, read_transcript
from supervisor.permission import actions_for
from supervisor.rules import Action

AFTER = OpenApiParameter("after", OpenApiTypes.INT, description="The last id known.")


class ConversationView(APIView):
    @extend_schema(
        operation_id="conversation_detail",
        responses={200: bodies.DetailSerializer, **error_responses(401, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The row with what may be done, who is in it and what happened."""
        conversation, viewer = look_at(caller(request), pk)
        return Response(
            {
                **conversation_row(conversation),
                "actions": actions_for(caller(request), conversation),
                "participants": people_of(conversation, viewer, you=caller(request).pk),
                "sessions": sessions_of(conversation),
                "timeline": timeline_of(conversation, viewer),
            }
        )


class AssignableView(APIView):
    @extend_schema(
        operation_id="conversation_assignable",
        responses={200: bodies.CandidatesSerializer, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Every agent of its queue, eligible first, and the other queues."""
        conversation = _supervised(request, pk)
        return Response(
            {
                "agents": candidates_for(conversation, Action.ASSIGN),
                "queues": other_queues(conversation),
            }
        )


class TransferableView(APIView):
    @extend_schema(
        operation_id="conversation_transferable",
        responses={200: bodies.CandidatesSerializer, **error_responses(401, 403, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Every agent of its queue, eligible first; transfers go to agents only."""
        conversation = _supervised(request, pk)
        return Response(
            {"agents": candidates_for(conversation, Action.TRANSFER), "queues": []}
        )


class MessagesView(APIView):
    @extend_schema(
        operation_id="conversation_messages",
        parameters=[AFTER],
        responses={
            200: bodies.TranscriptSerializer,
            **error_responses(400, 401, 403, 404),
        },
    )
    def get(self, request: Request, pk: int) -> Response:
        """The transcript behind `after`, at most 500 messages."""
        after = _after(request)
        conversation, viewer = read_transcript(caller(request), pk)
        return Response({"messages": transcript_of(conversation, viewer, after=after)})

    @extend_schema(
        operation_id="conversation_write",
        request=bodies.MessageBody,
        responses={
            200: bodies.SentSerializer,
            **error_responses(400, 401, 403, 404),
            **bodies.CONFLICT,
        },
    )
    @once_spoken(Viewer.SUPERVISOR)
    def post(self, request: Request, pk: int) -> Response:
        """Say something as whoever one is in it; internal unless told otherwise."""
        body = parsed(request, bodies.MessageBody)
        message = commands.write(
            caller(request),
            pk,
            text=str(body["text"]),
            visibility=Visibility(str(body.get("visibility", Visibility.INTERNAL))),
            client_id=str(body.get("client_id", "")),
        )
        shown = {"message": message_shown(message, Viewer.SUPERVISOR)}
        return Spoken(shown, [message])


def _supervised(request: Request, pk: int) -> Conversation:
    conversation, viewer = look_at(caller(request), pk)
    if viewer is not Viewer.SUPERVISOR:
        raise Refused("role_missing", _("This needs the role Supervisor."))
    return conversation


def _after(request: Request) -> int:
    text = request.query_params.get("after", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refused("invalid", _("after: this is not the id of a message."))
    return int(text)
