"""The agent's API beside the steps: help, handing over, notes, the notice, why nothing
comes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.openapi import error_responses
from accounts.serializers import StrictSerializer
from conversations import attendance
from conversations.explaining import why_nothing_for
from conversations.models import Conversation
from conversations.once import once
from conversations.receipts import Body
from conversations.refusals import Refused
from conversations.reports import people_of
from conversations.rows import conversation_row
from conversations.schema import AgentRoutingSerializer
from conversations.viewers import Viewer
from desk import commands, helping, schema
from desk.colleagues import colleagues_of
from desk.models import QuickReply
from desk.permission import agent_of
from desk.reading import facts_of, notice_for
from desk.views import AgentView

REFUSALS = schema.REFUSALS


class ColleaguesView(AgentView):
    @extend_schema(
        operation_id="conversation_colleagues",
        responses={
            200: schema.ColleaguesSerializer,
            **error_responses(401, 403, 404),
        },
    )
    def get(self, request: Request, pk: int) -> Response:
        """Whom its agent may ask for help, and to whom they may hand it over."""
        agent = agent_of(request.user)
        own = Conversation.objects.select_related("workstream", "queue")
        conversation = own.filter(pk=pk, agent=agent).first()
        if conversation is None:
            raise Refused.not_found()
        return Response(colleagues_of(agent, conversation))


class ConsultView(AgentView):
    @extend_schema(
        operation_id="conversation_consult",
        request=schema.ConsultSerializer,
        responses={200: schema.OfferOutSerializer, **REFUSALS},
    )
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """Ask a colleague or a supervisor for help; they have a countdown."""
        body = _checked(schema.ConsultSerializer, request)
        offer = helping.consult(
            agent_of(request.user),
            pk,
            state_version=body["state_version"],
            colleague=body.get("agent"),
            supervisor=body.get("supervisor"),
            text=body.get("text", ""),
        )
        return Response({"offer": facts_of(offer)})


class AddConsultantView(AgentView):
    @extend_schema(
        operation_id="conversation_consult_add",
        request=schema.UserSerializer,
        responses={200: schema.DeskPeopleSerializer, **REFUSALS},
    )
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """Let a consultant into the chat; the customer is told."""
        agent = agent_of(request.user)
        user = _checked(schema.UserSerializer, request)["user"]
        conversation = helping.add_consultant(agent, pk, user)
        return Response(_people(conversation, agent.user_id))


class EndConsultView(AgentView):
    @extend_schema(
        operation_id="conversation_consult_end",
        request=schema.UserSerializer,
        responses={200: schema.DeskPeopleSerializer, **REFUSALS},
    )
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """The consultant is needed no longer."""
        agent = agent_of(request.user)
        user = _checked(schema.UserSerializer, request)["user"]
        conversation = helping.end_consult(agent, pk, user)
        return Response(_people(conversation, agent.user_id))


class LeaveView(AgentView):
    @extend_schema(
        operation_id="conversation_consult_leave",
        request=None,
        responses={200: schema.NothingSerializer, **REFUSALS},
    )
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """The consultant leaves."""
        _checked(schema.NothingSerializer, request)
        helping.leave(agent_of(request.user), pk)
        return Response({})


class TakeBackView(AgentView):
    @extend_schema(
        operation_id="offer_withdraw",
        request=None,
        responses={200: schema.OfferOutSerializer, **REFUSALS},
    )
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """Take back an own call for help or hand-over that is not answered yet."""
        _checked(schema.NothingSerializer, request)
        offer = helping.take_back(agent_of(request.user), pk)
        return Response({"offer": facts_of(offer)})


class HandOverView(AgentView):
    @extend_schema(
        operation_id="conversation_hand_over",
        request=schema.HandOverSerializer,
        responses={200: schema.HandedOverSerializer, **REFUSALS},
    )
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """To an agent of the queue, who must accept; or to another queue, at once."""
        agent = agent_of(request.user)
        body = _checked(schema.HandOverSerializer, request)
        version = body["state_version"]
        if "queue" in body:
            moved = helping.hand_over_to_queue(
                agent, pk, state_version=version, queue=body["queue"]
            )
            return Response({"conversation": conversation_row(moved), "offer": None})
        offer = helping.hand_over(
            agent,
            pk,
            state_version=version,
            colleague=body["agent"],
            text=body.get("text", ""),
        )
        row = conversation_row(offer.conversation)
        return Response({"conversation": row, "offer": facts_of(offer)})


def _without_notes(_response: Response) -> Body:
    return {}


def _with_notes(request: Request, _kept: Body, _pk: int) -> Body:
    """The same command has the same words."""
    return {"notes": _checked(schema.NotesSerializer, request)["text"]}


class NotesView(AgentView):
    @extend_schema(
        operation_id="conversation_notes",
        request=schema.NotesSerializer,
        responses={200: schema.NotesSavedSerializer, **REFUSALS},
    )
    @once(_without_notes, _with_notes)
    def put(self, request: Request, pk: int) -> Response:
        """Keep what the agent notes of the conversation."""
        text = _checked(schema.NotesSerializer, request)["text"]
        notes = commands.save_notes(agent_of(request.user), pk, text)
        return Response({"notes": notes})


class NoticeView(AgentView):
    @extend_schema(
        operation_id="desk_notice",
        request=schema.NoticeReadSerializer,
        responses={
            200: schema.NoticeShownSerializer,
            **error_responses(400, 401, 403),
        },
    )
    @once()
    def post(self, request: Request) -> Response:
        """Acknowledge the notice to agents, as it is worded now."""
        agent = agent_of(request.user)
        version = _checked(schema.NoticeReadSerializer, request)["text_version"]
        if version != notice_for(agent)["text_version"]:
            raise Refused("invalid", _("The notice has changed; read it again."))
        attendance.agent_reads_notice(agent.pk, version)
        return Response({"notice": notice_for(agent)})


class QuickRepliesView(AgentView):
    @extend_schema(
        operation_id="quick_replies",
        responses={200: schema.QuickRepliesSerializer, **error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Canned answers for the agent's queues, and for all."""
        agent = agent_of(request.user)
        own = set(agent.queues.values_list("pk", flat=True))
        replies = QuickReply.objects.prefetch_related("queues")
        shown = [_quick_reply(reply) for reply in replies]
        fit = [r for r in shown if not r["queues"] or own & set(r["queues"])]
        return Response({"quick_replies": fit})


class WhyNothingView(AgentView):
    @extend_schema(
        operation_id="desk_routing",
        responses={200: AgentRoutingSerializer, **error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Why the agent is offered nothing just now, by queue."""
        return Response({"now": why_nothing_for(agent_of(request.user))})


def _checked(kind: type[StrictSerializer], request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _people(conversation: Conversation, user_id: int) -> dict[str, object]:
    return {"participants": people_of(conversation, Viewer.AGENT, you=user_id)}


def _quick_reply(reply: QuickReply) -> dict[str, Any]:
    return {
        "id": reply.pk,
        "shortcut": reply.shortcut,
        "title": reply.title,
        "text": reply.text,
        "language": reply.language,
        "queues": [queue.pk for queue in reply.queues.all()],
    }
