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
from django.db.models import Model
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
from conversations.models import Agent, Conversation, Offer, Queue
from conversations.states import Situation
from tests import building
from tests.gateways.chat_door import a_pass, a_site
from tests.supervisor.matrix import ALL_ON

pytestmark = [
    pytest.mark.behaviour,
    pytest.mark.thorough,
    pytest.mark.django_db,
]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 4}

HOUSE = "Open house"
FITTING = {
    "assign": Situation.OPEN,
    "pick": Situation.OPEN,
    "close": Situation.WRAP_UP,
    "revive": Situation.WAITING,
    "message": Situation.WITH_BOT,
    "escalate": Situation.WITH_BOT,
}
"""Where a command does something; all others in conversation."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Tokens of those who call, and ids of what there is."""

    tokens: list[str]
    queue: Queue
    agent: Agent
    agents: list[int]
    offers: list[int]


@pytest.fixture
def crowd() -> Crowd:
    """A conversation in every situation, and users with every role between them."""
    building.settings_are(**ALL_ON, capacity_max=10_000)
    queue = building.a_queue(HOUSE)
    building.a_workstream(queue=queue, name=HOUSE)
    roles = (Role.AGENT, Role.API_ACCESS, Role.SUPERVISOR)
    agent = building.an_agent(queues=[queue], units=5000, roles=roles)
    spare = building.an_agent(queues=[queue], units=5000, skills={"Danish": 5})
    supervisor = building.a_supervisor(queues=[queue])
    queue.supervisors.add(agent.user)
    a_site(is_default=True)
    things = [
        building.in_situation(
            situation,
            queue=queue,
            agent=spare if "transfer" in situation else agent,
            target=agent,
        )
        for situation in Situation
    ]
    return Crowd(
        tokens=[tokens.issue(user) for user in (agent.user, supervisor)],
        queue=queue,
        agent=agent,
        agents=[agent.pk, spare.pk],
        offers=[thing.offer_id for thing in things if thing.offer_id],
    )


@pytest.fixture
def connected() -> Iterator[None]:
    """As in Django's own test client, a request leaves the connection open."""
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
    if case.operation.path.endswith("/conversations/") and isinstance(case.body, dict):
        case.body = {**case.body, "queue": HOUSE, "workstream": HOUSE}
        case.body.pop("channel", None)
    if "id" not in (case.path_parameters or {}) or chance.random() < 0.2:
        return
    things, model = _meant(case.operation.path, crowd)
    case.path_parameters["id"] = pk = chance.choice(things)
    if model is not Offer:
        seen = model._default_manager.values_list("state_version", flat=True)
        _see(case.body, seen.get(pk=pk), crowd, chance)


def chat_right(case: Any, crowd: Crowd, chance: random.Random) -> str:
    """At the customer's door: its one site, and mostly the token that it wants."""
    if isinstance(case.body, dict) and "site" in case.body:
        case.body["site"] = ""
    if case.query and "site" in case.query:
        case.query["site"] = ""
    if chance.random() < 0.3:
        return f"Token {chance.choice(crowd.tokens)}"
    ended = case.operation.path.endswith("/rating/")
    situation = Situation.WRAP_UP if ended else Situation.IN_CONVERSATION
    return f"Chat {a_pass(situation, crowd.queue, crowd.agent)}"


def _meant(path: str, crowd: Crowd) -> tuple[list[int], type[Model]]:
    if "/agents/" in path:
        return crowd.agents, Agent
    if "/offers/" in path:
        return crowd.offers, Offer
    situation = FITTING.get(path.split("/")[-2], Situation.IN_CONVERSATION)
    state, phase = situation.parts
    fitting = Conversation.objects.filter(state=state, phase=phase)
    if not fitting.exists():
        building.in_situation(situation, queue=crowd.queue, agent=crowd.agent)
    return list(fitting.values_list("pk", flat=True)), Conversation


def _see(body: object, seen: int, crowd: Crowd, chance: random.Random) -> None:
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
    # Not hypothesis' own chance, which likes to take the first of everything.
    chance = random.Random(operation.label)

    @hypothesis.seed(2)
    @hypothesis.settings(
        max_examples=EXAMPLES[mode],
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        use(case, chance)

    run()


def called(document: Any, crowd: Crowd, mode: GenerationMode) -> set[tuple[str, int]]:
    """Every operation with cases of this mode; what was answered by which."""
    seen: set[tuple[str, int]] = set()

    def use(case: Any, chance: random.Random) -> None:
        aimed(case, crowd, chance)
        token = chance.choice(crowd.tokens)
        at_chat = case.operation.path.startswith("/api/v1/chat/")
        right = chat_right(case, crowd, chance) if at_chat else f"Token {token}"
        # Its reader of answers unpacks nothing.
        headers = {"Authorization": right, "Accept-Encoding": "identity"}
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        seen.add((case.operation.label, answer.status_code))

    for operation in operations(document):
        if mode is GenerationMode.POSITIVE or operation.body or operation.query:
            tried(operation, mode, use)
    return seen


def test_what_is_allowed_is_answered_as_documented(document: Any, crowd: Crowd) -> None:
    seen = called(document, crowd, GenerationMode.POSITIVE)
    labels = {operation.label for operation in operations(document)}
    assert {label for label, _status in seen} == labels
    done = {label for label, status in seen if status in (200, 201)}
    assert len(done) > len(labels) / 2


def test_what_is_forbidden_is_refused_as_documented(
    document: Any, crowd: Crowd
) -> None:
    seen = called(document, crowd, GenerationMode.NEGATIVE)
    assert {status for _label, status in seen} >= {400, 403}
