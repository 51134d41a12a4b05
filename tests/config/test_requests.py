"""Each request makes one line and one measure, both without what was written in it."""

from __future__ import annotations

import json

import pytest
import structlog
from django.test import Client
from prometheus_client import REGISTRY, generate_latest

from accounts.roles import Role
from tests import building

pytestmark = pytest.mark.django_db
WORDS = "my-secret-illness"
FAULT = {"route": "/", "method": "GET", "status": "5xx"}


def counted(**labels: str) -> float:
    name = "floorwalker_request_seconds_count"
    return REGISTRY.get_sample_value(name, labels) or 0.0


def asked(client: Client, path: str, **headers: str) -> tuple[dict[str, object], str]:
    """The one line that a request made, and the id in its answer."""
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars]
    ) as lines:
        answer = client.get(path, headers=headers)
    (line,) = [line for line in lines if line["event"] == "request"]
    return dict(line), answer.headers["X-Request-ID"]


def test_a_request_is_told_by_the_pattern_of_its_address(client: Client) -> None:
    user = building.a_user("Astrid", Role.SUPERVISOR)
    client.force_login(user)
    route = "/api/v1/conversations/<id:pk>/"
    before = counted(route=route, method="GET", status="4xx")
    line, request_id = asked(client, f"/api/v1/conversations/4711/?q={WORDS}")
    assert counted(route=route, method="GET", status="4xx") == before + 1
    assert (line["route"], line["status"], line["method"]) == (route, 404, "GET")
    assert (line["user"], line["request_id"]) == (user.pk, request_id)
    assert "4711" not in json.dumps(line)
    assert WORDS not in json.dumps(line)


def test_a_path_that_nobody_has_leaves_no_trace_of_itself(client: Client) -> None:
    line, _id = asked(client, f"/{WORDS}")
    assert (line["route"], line["user"]) == ("unknown", None)
    assert WORDS not in generate_latest().decode()


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("proxy-id-12345", True), ("short", False), ("two words here", False)],
)
def test_a_decent_id_of_the_proxy_is_kept(
    client: Client, given: str, is_kept: bool
) -> None:
    _line, request_id = asked(client, "/accounts/login/", **{"X-Request-ID": given})
    assert (request_id == given) == is_kept
