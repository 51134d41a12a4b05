"""The OpenAPI document is complete and true: schemathesis calls every operation with
what the document allows and with what it forbids, on a floor where things are."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts import tokens
from accounts.roles import Role
from conversations.models import Agent, Conversation
from conversations.states import Situation
from tests import building
from tests.supervisor.matrix import ALL_ON

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 4}


@dataclass(frozen=True, slots=True)
class Crowd:
    """Tokens of those who call, and ids of what there is."""

    tokens: list[str]
    conversations: list[int]
    agents: list[int]


@pytest.fixture
def crowd() -> Crowd:
    """A conversation in every situation, and users with every role between them."""
    building.settings_are(**ALL_ON, capacity_max=10_000)
    queue = building.a_queue()
    building.a_workstream(queue=queue)
    roles = (Role.AGENT, Role.API_ACCESS, Role.SUPERVISOR)
    agent = building.an_agent(queues=[queue], units=1000, roles=roles)
    spare = building.an_agent(queues=[queue], units=1000, skills={"Danish": 5})
    supervisor = building.a_supervisor(queues=[queue])
    queue.supervisors.add(agent.user)
    things = [
        building.in_situation(
            situation, queue=queue, agent=agent, target=agent, text="Hello"
        )
        if "transfer" not in situation
        else building.in_situation(situation, queue=queue, agent=spare, target=agent)
        for situation in Situation
    ]
    return Crowd(
        tokens=[tokens.issue(user) for user in (agent.user, supervisor)],
        conversations=[thing.pk for thing in things],
        agents=[agent.pk, spare.pk],
    )


@pytest.fixture
def connected() -> Iterator[None]:
    """As Django's own test client does it: requests leave the test's connection open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def document(connected: None) -> Any:
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", WSGIHandler())


def operations(document: Any) -> Iterator[Any]:
    for found in document.get_all_operations():
        yield found.ok()


def aimed(case: Any, crowd: Crowd, chance: random.Random) -> None:
    """Mostly at things that are there, as they are now: else all would be 404."""
    if "id" in (case.path_parameters or {}) and chance.random() < 0.9:
        agents = "/agents/" in case.operation.path
        ids = crowd.agents if agents else crowd.conversations
        case.path_parameters["id"] = pk = chance.choice(ids)
        model = Agent if agents else Conversation
        seen = model._default_manager.values_list("state_version", flat=True)
        _see(case.body, seen.filter(pk=pk).first(), crowd, chance)


def _see(body: object, seen: int | None, crowd: Crowd, chance: random.Random) -> None:
    if not isinstance(body, dict):
        return
    if isinstance(body.get("state_version"), int) and chance.random() < 0.9:
        body["state_version"] = seen
    if isinstance(body.get("agent"), int):
        body.pop("queue", None)
        body["agent"] = chance.choice(crowd.agents)


def tried(
    operation: Any, mode: GenerationMode, use: Callable[[Any, Any], None]
) -> None:
    """Call `use` with some cases of the operation, always the same ones."""

    @hypothesis.seed(2)
    @hypothesis.settings(
        max_examples=EXAMPLES[mode],
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(
        case=operation.as_strategy(generation_mode=mode),
        chance=st.randoms(use_true_random=False),
    )
    def run(case: Any, chance: random.Random) -> None:
        use(case, chance)

    run()


@pytest.mark.parametrize("mode", EXAMPLES)
def test_every_answer_is_as_documented(
    document: Any, crowd: Crowd, mode: GenerationMode
) -> None:
    seen: set[tuple[str, int]] = set()

    def use(case: Any, chance: random.Random) -> None:
        aimed(case, crowd, chance)
        token = chance.choice(crowd.tokens)
        answer = case.call_and_validate(
            headers={"Authorization": f"Token {token}"}, checks=CHECKS
        )
        seen.add((f"{case.operation.method} {case.operation.path}", answer.status_code))

    for operation in operations(document):
        tried(operation, mode, use)
    print(sorted(seen))
    assert len({label for label, _status in seen}) > 30
