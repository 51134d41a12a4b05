"""`POST` on a conversation: assign, transfer, force close, monitor, join."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import error_responses
from accounts.serializers import StrictSerializer
from conversations.models import Conversation
from conversations.once import once
from conversations.receipts import Body
from conversations.reports import people_of
from conversations.rows import conversation_row, offer_shown
from conversations.viewers import Viewer
from supervisor import commands
from supervisor.api import bodies
from supervisor.looking import look_at

ERRORS = {**error_responses(400, 401, 403, 404), **bodies.CONFLICT}
LEAVING = {**error_responses(400, 401, 404), **bodies.CONFLICT}
S = TypeVar("S", bound=StrictSerializer)


def parsed(request: Request, body: type[S]) -> dict[str, object]:
    """The checked body of a request; raises what becomes a 400."""
    serializer = body(data=request.data)
    serializer.is_valid(raise_exception=True)
    checked: dict[str, object] = serializer.validated_data
    return checked


def caller(request: Request) -> User:
    """The logged-in user; the permission classes let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def seen_again(request: Request, answer: Body, pk: int) -> Body:
    """A first answer again: a row only to whom it is still in sight."""
    if answer["conversation"] is not None:
        look_at(caller(request), pk)
    return answer


class AssignView(APIView):
    @extend_schema(
        operation_id="conversation_assign",
        request=bodies.AssignBody,
        responses={200: bodies.AssignedSerializer, **ERRORS},
    )
    @once(again=seen_again)
    def post(self, request: Request, pk: int) -> Response:
        """Offer it to an agent of its queue, or move it to another queue."""
        body = parsed(request, bodies.AssignBody)
        if "queue" in body:
            body.pop("override")
            moved = commands.assign_to_queue(caller(request), pk, **body)  # type: ignore[arg-type]
        else:
            moved = commands.assign_to_agent(caller(request), pk, **body)  # type: ignore[arg-type]
        return Response(_assigned(moved))


class TransferView(APIView):
    @extend_schema(
        operation_id="conversation_transfer",
        request=bodies.TransferBody,
        responses={200: bodies.TransferredSerializer, **ERRORS},
    )
    @once(again=seen_again)
    def post(self, request: Request, pk: int) -> Response:
        """Offer it to another agent; the first keeps it until that one accepts."""
        body = parsed(request, bodies.TransferBody)
        moved = commands.transfer(caller(request), pk, **body)  # type: ignore[arg-type]
        answer = _assigned(moved)
        del answer["gone"]
        return Response(answer)


class ForceCloseView(APIView):
    @extend_schema(
        operation_id="conversation_force_close",
        request=bodies.ReasonedBody,
        responses={200: bodies.ConversationSerializer, **ERRORS},
    )
    @once(again=seen_again)
    def post(self, request: Request, pk: int) -> Response:
        """End it at once."""
        body = parsed(request, bodies.ReasonedBody)
        closed = commands.force_close(caller(request), pk, **body)  # type: ignore[arg-type]
        return Response({"conversation": conversation_row(closed)})


class MonitorView(APIView):
    @extend_schema(
        operation_id="conversation_monitor",
        request=bodies.VersionBody,
        responses={200: bodies.WatchedSerializer, **ERRORS},
    )
    @once(again=seen_again)
    def post(self, request: Request, pk: int) -> Response:
        """Watch it unseen; again is a sign of life."""
        body = parsed(request, bodies.VersionBody)
        watched = commands.monitor(caller(request), pk, **body)  # type: ignore[arg-type]
        return Response(_watched(request, watched))

    @extend_schema(
        operation_id="conversation_stop_monitoring",
        request=None,
        responses={200: bodies.WatchedSerializer, **LEAVING},
    )
    @once(again=seen_again)
    def delete(self, request: Request, pk: int) -> Response:
        """Stop watching, and leave if joined."""
        return Response(
            _watched(request, commands.stop_monitoring(caller(request), pk))
        )


class JoinView(APIView):
    @extend_schema(
        operation_id="conversation_join",
        request=bodies.VersionBody,
        responses={200: bodies.WatchedSerializer, **ERRORS},
    )
    @once(again=seen_again)
    def post(self, request: Request, pk: int) -> Response:
        """Come in; agent and customer are told."""
        body = parsed(request, bodies.VersionBody)
        joined = commands.join(caller(request), pk, **body)  # type: ignore[arg-type]
        return Response(_watched(request, joined))

    @extend_schema(
        operation_id="conversation_leave",
        request=None,
        responses={200: bodies.WatchedSerializer, **LEAVING},
    )
    @once(again=seen_again)
    def delete(self, request: Request, pk: int) -> Response:
        """Step out and go on monitoring."""
        return Response(_watched(request, commands.leave(caller(request), pk)))


def _assigned(moved: commands.Moved) -> dict[str, object]:
    conversation, offer = moved.conversation, moved.offer
    return {
        "conversation": conversation_row(conversation) if moved.in_scope else None,
        "gone": None if moved.in_scope else _gone(conversation),
        "offer": offer_shown(offer),
        "units_over": 0 if offer is None else offer.units_over,
    }


def _gone(conversation: Conversation) -> dict[str, object]:
    return {
        "id": conversation.pk,
        "version": conversation.version,
        "reason": "out_of_scope",
        "by": "",
    }


def _watched(request: Request, conversation: Conversation) -> dict[str, object]:
    people = people_of(conversation, Viewer.SUPERVISOR, you=caller(request).pk)
    return {"conversation": conversation_row(conversation), "participants": people}
