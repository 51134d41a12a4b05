"""The OpenAPI document says of the desk and the gateways what they really answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from conversations.models import Conversation
from conversations.states import Channel, Situation
from desk.urls import urlpatterns as desk_doors
from gateways.urls import urlpatterns as gateway_doors
from tests import building
from tests.calling import Answer, Caller, caller

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


@pytest.fixture(scope="module")
def document() -> Any:
    generator = SchemaGenerator(  # type: ignore[no-untyped-call]
        patterns=[*desk_doors, *gateway_doors]
    )
    return generator.get_schema(public=True)  # type: ignore[no-untyped-call]


def test_the_document_is_valid(document: Any) -> None:
    validate_schema(document)  # type: ignore[no-untyped-call]


def test_every_command_names_all_its_answers(document: Any) -> None:
    for path, operations in document["paths"].items():
        if "{id}" in path and "post" in operations:
            named = set(operations["post"]["responses"]) - {"201"}
            refusals = {"400", "401", "403", "404", "409", "503"}
            assert named == {"200", *refusals}, path


def test_every_conflict_carries_the_row(document: Any) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            # Customers never see rows; their conflicts carry what they may see.
            if "409" in operation["responses"] and "/chat/" not in path:
                fields = _fields(document, operation, "409")
                assert {"code", "detail", "conversation"} <= fields


def test_answers_hold_what_is_documented_and_no_more(document: Any) -> None:
    for path, method, answer in _story():
        operation = document["paths"][path][method]
        schema = _schema(document, operation, str(answer.status))
        assert set(schema["required"]) <= set(answer.body) <= set(schema["properties"])


def _fields(document: Any, operation: Mapping[str, Any], status: str) -> set[str]:
    return set(_schema(document, operation, status)["properties"])


def _schema(document: Any, operation: Mapping[str, Any], status: str) -> Any:
    content = operation["responses"][status]["content"]["application/json"]
    name = content["schema"]["$ref"].rpartition("/")[2]
    return document["components"]["schemas"][name]


def _story() -> Iterator[tuple[str, str, Answer]]:
    """One conversation from its arrival to its end, by each of its doors."""
    queue = building.a_queue("Support")
    building.a_workstream(Channel.SMS, queue=queue)
    agent = building.an_agent(queues=[queue])
    desk, gateway = caller(agent.user), caller(building.a_machine())
    one = "/api/v1/conversations/{id}/"
    opened = gateway.post("conversations/", {"channel": "sms", "queue": "Support"})
    yield "/api/v1/conversations/", "post", opened
    path = f"conversations/{opened.body['id']}/"
    said = gateway.post(f"{path}customer-messages/", {"text": "Hello"})
    yield f"{one}customer-messages/", "post", said
    read = gateway.get(f"{path}public-messages/")
    yield f"{one}public-messages/", "get", read
    for verb in ("pick", "wait", "revive", "finish", "close"):
        yield f"{one}{verb}/", "post", _stepped(desk, path, verb)
    yield "/api/v1/desk/", "get", desk.get("desk/")
    offered = building.in_situation(Situation.AWAITING_ACCEPTANCE, agent=agent)
    assert offered.offer is not None
    accepted = desk.post(f"offers/{offered.offer.pk}/accept/")
    yield "/api/v1/offers/{id}/accept/", "post", accepted


def _stepped(desk: Caller, path: str, verb: str) -> Answer:
    seen = Conversation.objects.get(pk=path.split("/")[1]).state_version
    return desk.post(f"{path}{verb}/", {"state_version": seen})
