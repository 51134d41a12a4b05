"""The agent's API: the desk, the answers to offers, the steps of a conversation."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import error_responses
from accounts.parsers import StrictJSONParser
from conversations.models import Offer
from conversations.once import once
from conversations.receipts import Body
from conversations.rows import conversation_row
from conversations.transitions import handling
from desk import commands
from desk.permission import IsAgent, MayAnswer, agent_of
from desk.picture import desk_of
from desk.reading import answered
from desk.schema import (
    REFUSALS,
    CloseSerializer,
    DeskConversationSerializer,
    DeskSerializer,
    NothingSerializer,
    OfferAnsweredSerializer,
    StateVersionSerializer,
)


class AgentView(APIView):
    """A door that opens to agents alone."""

    parser_classes = (StrictJSONParser,)
    permission_classes = (IsAgent,)


class DeskView(AgentView):
    """`GET /api/v1/desk/`."""

    @extend_schema(
        operation_id="desk",
        responses={200: DeskSerializer, **error_responses(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """The calling agent, the offers to them and their conversations."""
        return Response(desk_of(agent_of(request.user).pk))


def _answered_again(request: Request, answer: Body, pk: int) -> Body:
    """A first answer again: a supervisor's only while the queue is still theirs."""
    assert isinstance(request.user, User)
    commands.own_offer(request.user, pk)
    return answer


class AnswerView(APIView):
    """Answers an offer: agents any that was made to them, supervisors a consult."""

    parser_classes = (StrictJSONParser,)
    permission_classes = (MayAnswer,)
    answer: Callable[[User, int], Offer]

    @extend_schema(request=None, responses={200: OfferAnsweredSerializer, **REFUSALS})
    @once(again=_answered_again)
    def post(self, request: Request, pk: int) -> Response:
        user = request.user
        assert isinstance(user, User)
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return Response(answered(type(self).answer(user, pk)))


class AcceptView(AnswerView):
    """Take what was offered, while its countdown runs."""

    answer = staticmethod(commands.accept)


class DeclineView(AnswerView):
    """Say no to an offer, while its countdown runs."""

    answer = staticmethod(commands.decline)


class PickView(AgentView):
    """`POST /api/v1/conversations/{id}/pick/`."""

    @extend_schema(
        request=StateVersionSerializer,
        responses={200: DeskConversationSerializer, **REFUSALS},
    )
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """Take an open conversation of an own queue; capacity never refuses."""
        agent = agent_of(request.user)
        picked = commands.pick(agent, pk, state_version=_seen(request))
        return Response({"conversation": conversation_row(picked)})


class StepView(AgentView):
    """A step that only the agent of the conversation can take."""

    step: commands.Step

    @extend_schema(
        request=StateVersionSerializer,
        responses={200: DeskConversationSerializer, **REFUSALS},
    )
    @once()
    def post(self, request: Request, pk: int) -> Response:
        agent = agent_of(request.user)
        conversation = commands.take_step(
            agent, pk, type(self).step, state_version=_seen(request)
        )
        return Response({"conversation": conversation_row(conversation)})


class ReleaseView(StepView):
    """Give the conversation back to its queue."""

    step = staticmethod(handling.release)


class FinishView(StepView):
    """End it for the customer: the wrap-up begins."""

    step = staticmethod(handling.finish)


class CloseView(AgentView):
    """`POST /api/v1/conversations/{id}/close/`."""

    @extend_schema(
        request=CloseSerializer,
        responses={200: DeskConversationSerializer, **REFUSALS},
    )
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """End the wrap-up, with the last word of the notes: it closes."""
        agent = agent_of(request.user)
        body = CloseSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        closed = commands.close(
            agent,
            pk,
            state_version=body.validated_data["state_version"],
            notes=body.validated_data.get("notes"),
        )
        return Response({"conversation": conversation_row(closed)})


class WaitView(StepView):
    """Put an asynchronous conversation aside until its customer writes."""

    step = staticmethod(handling.wait)


class ReviveView(StepView):
    """Go on with a waiting conversation; capacity never refuses."""

    step = staticmethod(handling.revive)


def _seen(request: Request) -> int:
    body = StateVersionSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    seen: int = body.validated_data["state_version"]
    return seen
