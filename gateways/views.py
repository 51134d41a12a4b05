"""The API of channels, record systems and bots: opening, feeding, ending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import error_responses
from accounts.parsers import StrictJSONParser
from accounts.serializers import StrictSerializer
from conversations.events import Actor, shown_name
from conversations.once import (
    Spoken,
    claim_of,
    once,
    once_spoken,
    replayed,
    with_key,
)
from conversations.states import Elevation
from conversations.transitions import arrival
from conversations.transitions.arrival import Words
from conversations.transitions.scene import Scene
from conversations.viewers import Viewer
from gateways import commands
from gateways.ingestion import take_in
from gateways.permission import IsMachine
from gateways.places import places_for
from gateways.reading import all_said_shown, linked_row, public_messages, said_shown
from gateways.schema import (
    REFUSALS,
    AfterSerializer,
    ArrivedSerializer,
    ConsentSerializer,
    CustomerSaidSerializer,
    CustomerWordsSerializer,
    ElevateSerializer,
    EmptySerializer,
    EndSerializer,
    IngestedSerializer,
    IngestionSerializer,
    LinkedConversationSerializer,
    NewConversationSerializer,
    PublicMessagesSerializer,
    SaidSerializer,
    TextSerializer,
)

CHANGED = {200: ArrivedSerializer, **REFUSALS}


class MachineView(APIView):
    """A door that opens to channels and machines alone."""

    parser_classes = (StrictJSONParser,)
    permission_classes = (IsMachine,)


class ArrivalView(MachineView):
    """`POST /api/v1/conversations/`."""

    @extend_schema(
        operation_id="conversations_open",
        request=NewConversationSerializer,
        responses={
            201: LinkedConversationSerializer,
            **error_responses(400, 401, 403),
        },
    )
    @once()
    def post(self, request: Request) -> Response:
        """A customer has reached us, or a record came in as work."""
        facts = _arrival(_checked(NewConversationSerializer, request.data))
        return Response(linked_row(commands.open_conversation(facts)), status=201)


class CustomerMessageView(MachineView):
    """`POST /api/v1/conversations/{id}/customer-messages/`."""

    @extend_schema(
        request=CustomerWordsSerializer,
        responses={
            200: CustomerSaidSerializer,
            201: CustomerSaidSerializer,
            **REFUSALS,
        },
    )
    @once_spoken(Viewer.CUSTOMER)
    def post(self, request: Request, pk: int) -> Response:
        """The customer writes, once or (`messages`) several times in one transition.
        To a closed asynchronous conversation: 201 with the new one that goes on."""
        body = _checked(CustomerWordsSerializer, request.data)
        several = body.get("messages")
        words = [Words(**said) for said in several or [body]]
        said = commands.customer_writes(pk, words)
        shown = all_said_shown(said) if several else said_shown(said)
        return Spoken(shown, said.messages, status=201 if said.is_new else 200)


class CustomerMessagesView(MachineView):
    """`POST /api/v1/customer-messages/`."""

    @extend_schema(
        operation_id="customer_messages_ingest",
        request=IngestionSerializer,
        responses={200: IngestedSerializer, **error_responses(400, 401, 403)},
    )
    @with_key
    def post(self, request: Request) -> Response:
        """Customers write in several conversations: each is a transition of its own,
        with a result for every message; one that fails does not stop the rest."""
        entries = _checked(IngestionSerializer, request.data)["messages"]
        taken = take_in(entries, claim_of(request))
        body = {"results": taken.results}
        return replayed(body) if taken.replayed else Response(body)


class PublicMessagesView(MachineView):
    """`GET /api/v1/conversations/{id}/public-messages/?after=N`."""

    @extend_schema(
        operation_id="conversations_public_messages",
        parameters=[AfterSerializer],
        responses={
            200: PublicMessagesSerializer,
            **error_responses(400, 401, 403, 404),
        },
    )
    def get(self, request: Request, pk: int) -> Response:
        """What the customer may see; at most 500, the next ones `after` the last."""
        wanted = _checked(AfterSerializer, request.query_params.dict())
        messages = public_messages(pk, after=wanted.get("after", 0))
        return Response({"messages": messages})


class ConsentView(MachineView):
    """`POST /api/v1/conversations/{id}/consent/`."""

    @extend_schema(request=ConsentSerializer, responses=CHANGED)
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """Record the customer's answer to being monitored."""
        answer = _checked(ConsentSerializer, request.data)
        return _changed(
            pk,
            lambda scene: arrival.record_consent(
                scene,
                given=answer["given"],
                at=answer.get("at"),
                text_version=answer["text_version"],
            ),
        )


class EndView(MachineView):
    """`POST /api/v1/conversations/{id}/end/`."""

    @extend_schema(request=EndSerializer, responses=CHANGED)
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """The customer ends it, or has left."""
        left = _checked(EndSerializer, request.data).get("left", False)
        return _changed(pk, lambda scene: arrival.customer_ends(scene, left=left))


class ElevateView(MachineView):
    """`POST /api/v1/conversations/{id}/elevate/`."""

    @extend_schema(request=ElevateSerializer, responses=CHANGED)
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """The text conversation becomes voice or video."""
        to = Elevation(_checked(ElevateSerializer, request.data)["to"])
        return _changed(pk, lambda scene: arrival.elevate(scene, to))


class ResolveView(MachineView):
    """`POST /api/v1/conversations/{id}/resolve/`."""

    @extend_schema(request=None, responses=CHANGED)
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """The record behind the work was resolved: the work item closes."""
        _checked(EmptySerializer, request.data)
        by = _machine(request)
        return _changed(pk, lambda scene: arrival.resolve(scene, by=by))


class BotMessageView(MachineView):
    """`POST /api/v1/conversations/{id}/bot/message/`."""

    @extend_schema(request=TextSerializer, responses={200: SaidSerializer, **REFUSALS})
    @once_spoken(Viewer.CUSTOMER)
    def post(self, request: Request, pk: int) -> Response:
        """The bot answers the customer."""
        said = commands.bot_writes(pk, **_checked(TextSerializer, request.data))
        return Spoken(said_shown(said), said.messages)


class BotEscalateView(MachineView):
    """`POST /api/v1/conversations/{id}/bot/escalate/`."""

    @extend_schema(request=None, responses=CHANGED)
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """The bot hands over to the queue."""
        _checked(EmptySerializer, request.data)
        return _changed(pk, arrival.bot_escalates)


class BotEndView(MachineView):
    """`POST /api/v1/conversations/{id}/bot/end/`."""

    @extend_schema(request=None, responses=CHANGED)
    @once()
    def post(self, request: Request, pk: int) -> Response:
        """The bot has done it all."""
        _checked(EmptySerializer, request.data)
        return _changed(pk, arrival.bot_ends)


def _checked(kind: type[StrictSerializer], data: object) -> dict[str, Any]:
    body = kind(data=data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _changed(pk: int, step: Callable[[Scene], None]) -> Response:
    return Response({"conversation": linked_row(commands.change(pk, step))})


def _arrival(body: dict[str, Any]) -> arrival.Arrival:
    """The facts of an arrival from the checked body."""
    stream, queue = places_for(
        channel=body.get("channel"),
        queue=body.get("queue"),
        workstream=body.get("workstream"),
    )
    customer = body.get("customer") or {}
    consent = body.get("consent") or {}
    return arrival.Arrival(
        workstream=stream,
        queue=queue,
        customer_name=customer.get("name", ""),
        address=customer.get("address", ""),
        subject=body.get("subject", ""),
        language=body.get("language", ""),
        skills=list(dict.fromkeys(body.get("skills", ()))),
        text=body.get("text", ""),
        client_id=body.get("client_id", ""),
        bot_name=body.get("bot", ""),
        consent=consent.get("given"),
        consent_at=consent.get("at"),
        consent_text_version=consent.get("text_version", ""),
    )


def _machine(request: Request) -> Actor:
    user = request.user
    assert isinstance(user, User)
    return Actor("machine", user, shown_name(user))
