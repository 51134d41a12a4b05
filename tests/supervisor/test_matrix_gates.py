"""Every gate shut alone, and neighbours together: the first one speaks, in its words,
with what its answer must carry, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from accounts.roles import Role, grant
from conversations.models import Agent, Conversation
from conversations.states import Channel, Elevation, Presence
from tests import building
from tests.calling import Answer, Caller, caller
from tests.supervisor.matrix import (
    ACTIONS,
    SWITCHES,
    Floor,
    a_floor,
    assert_refused,
    stored,
)

pytestmark = [
    pytest.mark.behaviour,
    pytest.mark.thorough,
    pytest.mark.django_db,
]

UNKNOWN = 999_999


@dataclass(frozen=True, slots=True)
class Shut:
    """How one gate is shut: by what the floor is made of, or afterwards."""

    made: Mapping[str, Any] = field(default_factory=dict)
    spare: Mapping[str, Any] = field(default_factory=dict)
    then: Callable[[Floor, str], object] = lambda _floor, _action: None


def switch_off(_floor: Floor, action: str) -> None:
    building.settings_are(**{SWITCHES[action][0]: False})


def look_away(floor: Floor, _action: str) -> None:
    floor.state_version += 1


def have_it_oneself(floor: Floor, _action: str) -> None:
    agent = floor.conversation.agent
    assert agent is not None
    Agent.objects.filter(pk=agent.pk).update(user=floor.supervisor)


def leave_the_queue(floor: Floor, _action: str) -> None:
    floor.queue.memberships.filter(agent=floor.spare).delete()


GATES: Mapping[str, Shut] = {
    "setting_off": Shut(then=switch_off),
    "role_missing": Shut(then=lambda floor, _a: floor.supervisor.groups.clear()),
    "not_found": Shut(then=lambda floor, _a: floor.queue.supervisors.clear()),
    "stale_version": Shut(then=look_away),
    "own_conversation": Shut(then=have_it_oneself),
    "api_role_present": Shut(then=lambda f, _a: grant(f.supervisor, Role.API_ACCESS)),
    "consent_missing": Shut(
        then=lambda _f, _a: building.settings_are(consent_mode="consent")
    ),
    "wrong_channel": Shut({"channel": Channel.VOICE}),
    "elevated": Shut({"elevated": Elevation.VOICE}),
    "bot_handled": Shut({"situation": "with_bot"}),
    "offer_pending": Shut({"situation": "awaiting_acceptance"}),
    "wrong_state": Shut(),
    "not_in_queue": Shut(then=leave_the_queue),
    "presence_not_allowed": Shut(spare={"presence": Presence.AWAY}),
    "capacity_exceeded": Shut(spare={"units": 5}),
    "reason_required": Shut(
        then=lambda _f, _a: building.settings_are(reason_mandatory=True)
    ),
}
FROM = {
    "monitor": "in_conversation",
    "join": "wrap_up",
    "assign": "open",
    "transfer": "in_conversation",
    "force_close": "in_conversation",
}
WRONG = {
    "monitor": "waiting",
    "join": "waiting",
    "assign": "in_conversation",
    "transfer": "wrap_up",
    "force_close": "closed",
}
ALWAYS = ("setting_off", "role_missing", "not_found", "stale_version")
TARGET = ("not_in_queue", "presence_not_allowed", "capacity_exceeded")
ORDER: Mapping[str, tuple[str, ...]] = {
    "monitor": (*ALWAYS, "own_conversation", "consent_missing", "wrong_state"),
    "join": (*ALWAYS, "own_conversation", "consent_missing", "wrong_state"),
    "assign": (*ALWAYS, "api_role_present", "wrong_state", *TARGET),
    "transfer": (*ALWAYS, "wrong_channel", "wrong_state", *TARGET, "reason_required"),
    "force_close": (*ALWAYS, "wrong_state", "reason_required"),
}
"""The gates of each action in the domain's order."""

BESIDE = (
    ("transfer", "stale_version", "elevated"),
    ("transfer", "elevated", "wrong_state"),
    ("transfer", "stale_version", "bot_handled"),
    ("transfer", "bot_handled", "not_in_queue"),
    ("transfer", "wrong_channel", "offer_pending"),
    ("transfer", "stale_version", "offer_pending"),
    ("transfer", "offer_pending", "not_in_queue"),
    ("assign", "api_role_present", "offer_pending"),
    ("assign", "offer_pending", "not_in_queue"),
)
"""Neighbours where a gate has several codes."""

ALONE = [
    *((action, code) for action in ACTIONS for code in ORDER[action]),
    *(("transfer", code) for code in ("elevated", "bot_handled", "offer_pending")),
    ("assign", "offer_pending"),
]
TOGETHER = [
    *((action, *pair) for action in ACTIONS for pair in pairwise(ORDER[action])),
    *BESIDE,
]


def floor_with(action: str, *codes: str) -> Floor:
    """Everything is as the action wants it, but for these gates."""
    made: dict[str, Any] = {"situation": FROM[action], "spare": {}}
    if "wrong_state" in codes:
        made["situation"] = WRONG[action]
    for code in codes:
        made |= GATES[code].made
        made["spare"] |= GATES[code].spare
    floor = a_floor(**made)
    for code in codes:
        GATES[code].then(floor, action)
    return floor


def refused_by(action: str, *codes: str) -> tuple[Floor, Answer]:
    """The answer to the command, after which everything is as before."""
    floor = floor_with(action, *codes)
    before = stored()
    answer = floor.post(action)
    assert stored() == before
    return floor, answer


@pytest.mark.parametrize(("action", "code"), ALONE)
def test_each_gate_refuses_alone(action: str, code: str) -> None:
    floor, answer = refused_by(action, code)
    assert_refused(answer, floor, code)
    setting = SWITCHES[action][0] if code == "setting_off" else None
    assert answer.body.get("setting") == setting
    assert ("units_over" in answer.body) == (code == "capacity_exceeded")


@pytest.mark.parametrize(("action", "first", "second"), TOGETHER)
def test_of_two_neighbours_the_first_refuses(
    action: str, first: str, second: str
) -> None:
    floor, answer = refused_by(action, first, second)
    assert_refused(answer, floor, first)


@pytest.mark.parametrize("action", ACTIONS)
def test_with_every_gate_open_it_is_done(action: str) -> None:
    assert floor_with(action).post(action).status == 200


@pytest.mark.parametrize("action", ACTIONS)
def test_the_sentence_names_the_switch(action: str) -> None:
    _floor, answer = refused_by(action, "setting_off")
    assert SWITCHES[action][1] in answer.body["detail"]


@pytest.mark.parametrize("action", ACTIONS)
def test_the_sentence_names_the_role(action: str) -> None:
    _floor, answer = refused_by(action, "role_missing")
    assert "Supervisor" in answer.body["detail"]


def test_the_sentence_names_the_role_that_must_go() -> None:
    _floor, answer = refused_by("assign", "api_role_present")
    assert "API access" in answer.body["detail"]


@pytest.mark.parametrize("action", ACTIONS)
def test_an_old_version_is_as_stale_as_a_new_one(action: str) -> None:
    floor = floor_with(action)
    Conversation.objects.filter(pk=floor.conversation.pk).update(state_version=7)
    floor.state_version = 6
    before = stored()
    assert_refused(floor.post(action), floor, "stale_version")
    assert stored() == before


@pytest.mark.parametrize("action", ACTIONS)
def test_a_customers_message_makes_no_click_stale(action: str) -> None:
    floor = floor_with(action)
    building.customer_says(floor.conversation, "Hello?")
    assert floor.post(action).status == 200


@pytest.mark.parametrize("action", ACTIONS)
def test_administrators_have_no_powers_by_being_administrators(action: str) -> None:
    floor = floor_with(action)
    admin = building.a_user("", Role.ADMINISTRATOR, is_superuser=True, is_staff=True)
    floor.queue.supervisors.add(admin)
    before = stored()
    assert_refused(floor.post(action, admin), floor, "role_missing")
    assert stored() == before


@pytest.mark.parametrize("action", [a for a in ACTIONS if a != "assign"])
def test_api_access_forbids_nothing_but_to_assign(action: str) -> None:
    floor = floor_with(action, "api_role_present")
    assert floor.post(action).status == 200


ASKED = (
    *(("POST", f"{action.replace('_', '-')}/") for action in ACTIONS),
    *(("DELETE", f"{action}/") for action in ("monitor", "join")),
    *(("GET", what) for what in ("", "assignable/", "transferable/", "messages/")),
    ("POST", "messages/"),
)


def asked(door: Caller, method: str, path: str, floor: Floor) -> Answer:
    """The request with all that it needs."""
    if method == "GET":
        return door.get(path)
    if method == "DELETE":
        return door.delete(path)
    body: dict[str, object] = {"state_version": floor.state_version}
    if "assign/" in path or "transfer/" in path:
        body["agent"] = floor.spare.pk
    return door.post(path, {"text": "Hello"} if "messages/" in path else body)


@pytest.mark.parametrize(("method", "what"), ASKED)
def test_out_of_scope_is_byte_for_byte_unknown(method: str, what: str) -> None:
    floor = a_floor("in_conversation", customer="Kirsten")
    stranger = caller(building.a_supervisor(queues=[building.a_queue()]))
    before = stored()
    hidden = asked(stranger, method, floor.path(what), floor)
    unknown = asked(stranger, method, f"conversations/{UNKNOWN}/{what}", floor)
    assert (hidden.status, hidden.code) == (404, "not_found")
    assert hidden == unknown
    assert stored() == before
