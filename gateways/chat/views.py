"""The API of the customer's own door: no cookies, no users; a token is all there is."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import NotAuthenticated, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import error_responses
from accounts.parsers import StrictJSONParser
from accounts.serializers import StrictSerializer
from conversations import moments
from conversations.refusals import Refused
from gateways.chat import commands, limits
from gateways.chat.commands import Consent, Opening
from gateways.chat.door import door_shown
from gateways.chat.passes import no_token
from gateways.chat.reading import present
from gateways.chat.schema import (
    AT_THE_DOOR,
    INSIDE,
    ChatDoorSerializer,
    ChatLineAnswerSerializer,
    ChatNothingSerializer,
    ChatOfflineSerializer,
    ChatOpenedSerializer,
    ChatOpenSerializer,
    ChatQuerySerializer,
    ChatRatingSerializer,
    ChatSerializer,
    ChatStateAnswerSerializer,
    ChatTextSerializer,
)
from gateways.chat.sites import site_of
from gateways.chat.state import line_shown
from gateways.schema import EmptySerializer

KEYWORD = "Chat"
LARGEST_BODY = 64 * 1024  # bytes; the longest message needs forty thousand
# The framework's own types know names alone, its code whole requirements.
OWN_TOKEN: Any = [{"chatToken": []}]
NO_TOKEN: Any = []
MAYBE_TOKEN: Any = [{}, *OWN_TOKEN]


class ChatView(APIView):
    """A door for strangers: sessions, users and their tokens mean nothing here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (StrictJSONParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Large bodies are refused before anything is read of them."""
        super().initial(request, *args, **kwargs)
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            raise RequestDataTooBig

    def handle_exception(self, exc: Exception) -> Response:
        """Refusals speak of the customer's conversation as the customer sees it."""
        if isinstance(exc, Refused):
            exc = self._for_customers(exc)
        answer = super().handle_exception(exc)
        if isinstance(exc, Throttled):
            answer.data["retry_after"] = getattr(exc, "wait", None)
        if answer.status_code == 401:
            answer["WWW-Authenticate"] = KEYWORD
        return answer

    def _for_customers(self, refused: Refused) -> Exception:
        """No row in the answer, but the state, and the next token after the end."""
        refused.about()
        if refused.code == "wrong_state":
            try:
                refused.extra |= present(_token(self.request)).about
            except NotAuthenticated as lost:
                return lost
        return refused

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Nothing of this is kept by anybody on the way."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class ChatDoorView(ChatView):
    """`/api/v1/chat/`: before a chat was opened, and the chat itself."""

    @extend_schema(
        operation_id="chat",
        parameters=[ChatQuerySerializer],
        responses={
            200: PolymorphicProxySerializer(
                component_name="DoorOrChat",
                serializers=[ChatDoorSerializer, ChatSerializer],
                resource_type_field_name=None,
            ),
            **error_responses(400, 401, 404),
        },
        auth=MAYBE_TOKEN,
    )
    def get(self, request: Request) -> Response:
        """Without a token what there is at this site; with one the conversation."""
        wanted = _checked(ChatQuerySerializer, request.query_params.dict())
        if _has_token(request):
            commands.stay(token := _token(request))
            return Response(present(token, after=wanted.get("after", 0)).shown)
        return Response(door_shown(site_of(wanted.get("site", "")), moments.now()))

    @extend_schema(
        operation_id="chat_open",
        request=ChatOpenSerializer,
        responses={200: ChatOpenedSerializer, 201: ChatOpenedSerializer, **AT_THE_DOOR},
        auth=NO_TOKEN,
    )
    def post(self, request: Request) -> Response:
        """Open a conversation; the same `client_id` with the same words opens once."""
        body = _checked(ChatOpenSerializer, request.data)
        opened = commands.open_chat(_opening(request, body, text=body["question"]))
        shown = {**present(opened.token).shown, "token": opened.token}
        return Response(shown, status=201 if opened.is_new else 200)


class OfflineView(ChatView):
    """`POST /api/v1/chat/offline/`."""

    @extend_schema(
        operation_id="chat_offline",
        request=ChatOfflineSerializer,
        responses={
            200: ChatNothingSerializer,
            201: ChatNothingSerializer,
            **AT_THE_DOOR,
        },
        auth=NO_TOKEN,
    )
    def post(self, request: Request) -> Response:
        """Leave a message for later."""
        body = _checked(ChatOfflineSerializer, request.data)
        opening = _opening(request, body, text=body["text"], address=body["address"])
        is_new = commands.leave_message(opening)
        return Response({}, status=201 if is_new else 200)


class ChatMessageView(ChatView):
    """`POST /api/v1/chat/messages/`."""

    @extend_schema(
        operation_id="chat_message",
        request=ChatTextSerializer,
        responses={200: ChatLineAnswerSerializer, **INSIDE},
        auth=OWN_TOKEN,
    )
    def post(self, request: Request) -> Response:
        """Say something; the same `client_id` is stored once."""
        token = _token(request)
        commands.refuse_flood(token)
        body = _checked(ChatTextSerializer, request.data)
        said = commands.write(token, body["text"], body["client_id"])
        return Response({"message": line_shown(said)})


class ChatEndView(ChatView):
    """`POST /api/v1/chat/end/`."""

    @extend_schema(
        operation_id="chat_end",
        request=None,
        responses={200: ChatStateAnswerSerializer, **INSIDE},
        auth=OWN_TOKEN,
    )
    def post(self, request: Request) -> Response:
        """End it. The token in the answer can read and rate for 24 hours."""
        _checked(EmptySerializer, request.data)
        token = _token(request)
        commands.end(token)
        return Response({"token": token, **present(token).about})


class ChatRatingView(ChatView):
    """`POST /api/v1/chat/rating/`."""

    @extend_schema(
        operation_id="chat_rating",
        request=ChatRatingSerializer,
        responses={200: ChatStateAnswerSerializer, **INSIDE},
        auth=OWN_TOKEN,
    )
    def post(self, request: Request) -> Response:
        """Rate what has ended; the last word counts."""
        body = _checked(ChatRatingSerializer, request.data)
        token = _token(request)
        commands.rate(token, body["score"], body.get("comment", ""))
        return Response(present(token).about)


def _has_token(request: Request) -> bool:
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    return scheme.lower() == KEYWORD.lower()


def _token(request: Request) -> str:
    """The token of the header, and of nowhere else."""
    if not _has_token(request):
        raise no_token()
    return request.headers["Authorization"].partition(" ")[2].strip()


def _checked(kind: type[StrictSerializer], data: object) -> dict[str, Any]:
    body = kind(data=data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _opening(
    request: Request, body: dict[str, Any], *, text: str, address: str = ""
) -> Opening:
    consent = body.get("consent")
    return Opening(
        site=site_of(body.get("site", "")),
        name=body["name"],
        text=text,
        client_id=body["client_id"],
        made_for=limits.mark_of(str(request.META.get("REMOTE_ADDR", ""))),
        address=address,
        language=body.get("language", ""),
        consent=Consent(**consent) if consent else None,
    )
