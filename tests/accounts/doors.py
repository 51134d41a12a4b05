"""The addresses of these tests: the real doors, and rooms behind them to knock at."""

from __future__ import annotations

from typing import NoReturn

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import error_responses
from accounts.parsers import StrictJSONParser
from accounts.serializers import (
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictSerializer,
)
from config import urls
from conversations.refusals import Refused

FAULTS: dict[str, Exception] = {
    "refused": Refused("setting_off", "It is off.", setting="force_close"),
    "forbidden": exceptions.PermissionDenied(),
    "forbidden-by-django": PermissionDenied(),
    "forbidden-with-code": exceptions.PermissionDenied("No.", code="not_participant"),
    "missing": Http404("conversations.Conversation matches nothing"),
    "suspicious": SuspiciousOperation("odd"),
    "fault": RuntimeError("a fault of ours"),
    "disk-full": OperationalError("database or disk is full"),
    "connection-gone": InterfaceError("the connection is closed"),
}


class Home(APIView):
    """Says who is there."""

    parser_classes = (StrictJSONParser,)

    @extend_schema(responses={200: dict, **error_responses(401, 405)})
    def get(self, request: Request) -> Response:
        return Response({"user": request.user.get_username()})

    def post(self, request: Request) -> Response:
        return Response({"user": request.user.get_username()})


class OrderSerializer(StrictSerializer):
    """One field of each strict kind."""

    state_version = StrictIntegerField(min_value=0)
    override = StrictBooleanField(required=False)
    text = StrictCharField(max_length=10, required=False)
    visibility = StrictChoiceField(choices=("public", "internal"), required=False)


class Order(APIView):
    """Gives back what it understood."""

    parser_classes = (StrictJSONParser,)

    def post(self, request: Request) -> Response:
        order = OrderSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(order.validated_data)


class Broken(APIView):
    """Raises the named exception."""

    def get(self, request: Request, kind: str) -> NoReturn:
        raise FAULTS[kind]


def broken_page(request: HttpRequest, kind: str) -> NoReturn:
    """The same outside the framework."""
    raise FAULTS[kind]


handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500

extra = [
    path("api/v1/home/", Home.as_view()),
    path("api/v1/order/", Order.as_view()),
    path("api/v1/broken/<str:kind>/", Broken.as_view()),
    path("api/plain/<str:kind>/", broken_page),
]
urlpatterns = [*extra, *urls.urlpatterns]
