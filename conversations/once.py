"""`Idempotency-Key` at the API: a command that comes again gets its first answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conversations import receipts
from conversations.models import Message
from conversations.models.receipt import MAX_KEY
from conversations.receipts import Body, Claim, Outcome
from conversations.refusals import Refused
from conversations.viewers import Viewer, message_shown

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

V = TypeVar("V", bound=APIView)
P = ParamSpec("P")
Handler = Callable[Concatenate[V, Request, P], Response]
Keep = Callable[[Response], Body]
Again = Callable[[Request, Body, int], Body]

_VISIBLE = re.compile(rf"[!-~]{{1,{MAX_KEY}}}")
_PARAMETERS = [
    OpenApiParameter(
        HEADER,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        pattern=f"^[!-~]{{1,{MAX_KEY}}}$",
        description=(
            f"1 to {MAX_KEY} visible ASCII characters. The same command sent again "
            "with the same key within 24 hours is not done again: it gets its first "
            "answer. Another command under the same key: 400 `key_reused`."
        ),
    ),
    OpenApiParameter(
        REPLAYED,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        response=[200, 201],
        enum=["true"],
        description="The command had been done before; this is its first answer.",
    ),
]


class Spoken(Response):
    """An answer that shows messages, and which they are."""

    def __init__(
        self, body: object, messages: Sequence[Message], status: int = 200
    ) -> None:
        super().__init__(body, status=status)
        self.messages = [message.pk for message in messages]


def _whole(response: Response) -> Body:
    body: Body = response.data
    return body


def _as_kept(_request: Request, kept: Body, _pk: int) -> Body:
    return kept


def once(
    keep: Keep = _whole, again: Again = _as_kept
) -> Callable[[Handler[V, P]], Handler[V, P]]:
    """Makes a handler of one command do nothing twice for the same user and key.

    `keep` takes out of the answer what must not be stored a second time; `again` makes
    the answer of what was kept (request, kept, id in the path), or refuses.
    """

    def decorated(handler: Handler[V, P]) -> Handler[V, P]:
        @wraps(handler)
        def handle(
            view: V, request: Request, /, *args: P.args, **kwargs: P.kwargs
        ) -> Response:
            claim = claim_of(request)
            if claim is None:
                return handler(view, request, *args, **kwargs)

            def command() -> Outcome:
                response = handler(view, request, *args, **kwargs)
                return Outcome(response.status_code, response.data, keep(response))

            outcome = receipts.once(claim, command)
            return _answer(request, outcome, again, kwargs.get("pk"))

        return with_key(handle)

    return decorated


def once_spoken(viewer: Viewer) -> Callable[[Handler[V, P]], Handler[V, P]]:
    """The same for a handler that answers `Spoken` to this kind of viewer."""

    def with_words(_request: Request, kept: Body, _pk: int) -> Body:
        return with_messages(kept, viewer)

    return once(_without_words, with_words)


def _without_words(response: Response) -> Body:
    assert isinstance(response, Spoken)
    body: Body = response.data
    return without_messages(body, response.messages)


def without_messages(body: Body, messages: list[int]) -> Body:
    """The answer with the ids of its `message` or `messages` in their places."""
    one = {"message": messages[0]} if "message" in body else {"messages": messages}
    return {**body, **one}


def with_messages(kept: Body, viewer: Viewer) -> Body:
    """What `without_messages` has left, with the messages as this viewer sees them.
    Raises `not_found`."""
    ids = kept.get("messages") or [kept["message"]]
    known = Message.objects.in_bulk(ids)
    if not known.keys() >= set(ids):
        raise Refused.not_found()  # gone into the archive meanwhile
    shown = [message_shown(known[pk], viewer) for pk in ids]
    whole = {"message": shown[0]} if "message" in kept else {"messages": shown}
    return {**kept, **whole}


def with_key(handler: Callable[P, Response]) -> Callable[P, Response]:
    """Says in the OpenAPI document that the handler takes the header."""
    documented: Callable[P, Response] = extend_schema(parameters=_PARAMETERS)(handler)
    return documented


def claim_of(request: Request) -> Claim | None:
    """Who sends what under which key; None without the header. Raises `invalid`."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _VISIBLE.fullmatch(key):
        raise Refused(
            "invalid",
            _("Idempotency-Key: 1 to %(most)d visible ASCII characters.")
            % {"most": MAX_KEY},
        )
    assert isinstance(request.user, User)
    return Claim(request.user.pk, key, _fingerprint(request))


def replayed(body: Body, status: int = 200) -> Response:
    """An answer that was given before."""
    return Response(body, status=status, headers={REPLAYED: "true"})


def _fingerprint(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True)
    command = f"{request.method} {request.get_full_path()}\n{body}"
    return sha256(command.encode()).hexdigest()


def _answer(request: Request, outcome: Outcome, again: Again, pk: object) -> Response:
    if not outcome.replayed:
        return Response(outcome.body, status=outcome.status)
    assert isinstance(pk, int | None)
    return replayed(again(request, outcome.body, pk or 0), outcome.status)
