"""The tenth gate: who may be chosen, by how much it exceeds, overrides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conversations.models import Agent, Queue
from conversations.reconciliation import differences
from conversations.states import ChannelKind, Presence, Situation
from tests import building
from tests.calling import Answer, caller
from tests.supervisor.matrix import Floor, a_floor, assert_refused, last_event, stored

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]

OFFERING = {"assign": "open", "transfer": "in_conversation"}
both = pytest.mark.parametrize("action", OFFERING)


def elsewhere(_floor: Floor) -> int:
    return building.an_agent(queues=[building.a_queue()]).pk


def nobody(_floor: Floor) -> int:
    return 999_999


def deactivated(floor: Floor) -> int:
    agent = building.an_agent(queues=[floor.queue])
    agent.user.is_active = False
    agent.user.save()
    return agent.pk


def refused(floor: Floor, action: str, **body: Any) -> Answer:
    """The answer, after which everything is as before."""
    before = stored()
    answer = floor.post(action, **body)
    assert stored() == before
    return answer


def tight_floor(action: str, **spare: object) -> Floor:
    """Needs 20 units, and the agent has 12 in all."""
    return a_floor(OFFERING[action], spare={"units": 12, **spare})


def candidate(floor: Floor, action: str, agent: Agent) -> Mapping[str, object]:
    """The agent as the dialog of this action lists them."""
    what = {"assign": "assignable/", "transfer": "transferable/"}[action]
    listed = caller(floor.supervisor).get(floor.path(what)).body["agents"]
    return next(one for one in listed if one["id"] == agent.pk)


@both
@pytest.mark.parametrize("chosen", [elsewhere, nobody, deactivated])
@pytest.mark.parametrize("override", [False, True])
def test_only_agents_of_the_queue_can_be_chosen(
    action: str, chosen: Callable[[Floor], int], override: bool
) -> None:
    floor = a_floor(OFFERING[action])
    answer = refused(floor, action, agent=chosen(floor), override=override)
    assert_refused(answer, floor, "not_in_queue")


def test_who_has_it_is_no_target_of_its_transfer() -> None:
    floor = a_floor("in_conversation")
    holder = floor.conversation.agent_id
    answer = refused(floor, "transfer", agent=holder, override=True)
    assert (answer.status, answer.code) == (400, "invalid")


@both
@pytest.mark.parametrize(
    "presence", [Presence.AWAY, Presence.DO_NOT_DISTURB, Presence.OFFLINE]
)
def test_a_presence_that_takes_no_work_is_refused(
    action: str, presence: Presence
) -> None:
    floor = a_floor(OFFERING[action], spare={"presence": presence})
    answer = refused(floor, action)
    assert_refused(answer, floor, "presence_not_allowed")
    assert floor.spare.name in answer.body["detail"]
    said = candidate(floor, action, floor.spare)
    assert (said["eligible"], said["code"]) == (False, "presence_not_allowed")
    assert said["detail"] == answer.body["detail"]


@both
def test_too_little_capacity_is_refused_with_the_exact_excess(action: str) -> None:
    floor = tight_floor(action)
    answer = refused(floor, action)
    assert_refused(answer, floor, "capacity_exceeded")
    assert answer.body["units_over"] == 8
    detail = answer.body["detail"]
    assert "20" in detail and "12" in detail and "exceeds by 8" in detail
    said = candidate(floor, action, floor.spare)
    assert (said["units_over"], said["code"]) == (8, "capacity_exceeded")
    assert (said["used_units"], said["total_units"]) == (0, 12)
    assert said["detail"] == detail


@both
def test_units_in_use_count(action: str) -> None:
    floor = a_floor(OFFERING[action], spare={"units": 35})
    building.in_situation(
        Situation.IN_CONVERSATION, queue=floor.queue, agent=floor.spare
    )
    answer = refused(floor, action)
    assert (answer.code, answer.body["units_over"]) == ("capacity_exceeded", 5)


@both
def test_the_last_unit_may_be_used(action: str) -> None:
    floor = a_floor(OFFERING[action], spare={"units": 20})
    assert candidate(floor, action, floor.spare)["eligible"] is True
    done = floor.post(action)
    assert (done.status, done.body["units_over"]) == (200, 0)


@both
def test_an_override_exceeds_and_disturbs_no_more(action: str) -> None:
    floor = tight_floor(action)
    done = floor.post(action, override=True)
    assert (done.status, done.body["units_over"]) == (200, 8)
    floor.spare.refresh_from_db()
    assert (floor.spare.used_units, floor.spare.total_units) == (20, 12)
    assert floor.spare.presence == Presence.DO_NOT_DISTURB
    assert floor.spare.presence_set_by == "system"
    event = last_event()
    assert (event.data["overridden"], event.data["units_over"]) == (True, 8)
    assert list(differences()) == []


def test_an_assignment_overrides_a_presence_and_leaves_it() -> None:
    floor = a_floor("open", spare={"presence": Presence.AWAY})
    assert candidate(floor, "assign", floor.spare)["possible"] is True
    done = floor.post("assign", override=True)
    assert (done.status, done.body["units_over"]) == (200, 0)
    floor.spare.refresh_from_db()
    assert floor.spare.presence == Presence.AWAY
    assert last_event().data["overridden"] is True


def test_a_transfer_overrides_no_presence() -> None:
    floor = a_floor("in_conversation", spare={"presence": Presence.AWAY})
    assert candidate(floor, "transfer", floor.spare)["possible"] is False
    answer = refused(floor, "transfer", override=True)
    assert_refused(answer, floor, "presence_not_allowed")


@both
def test_too_little_capacity_is_possible_all_the_same(action: str) -> None:
    floor = tight_floor(action)
    said = candidate(floor, action, floor.spare)
    assert (said["eligible"], said["possible"]) == (False, True)


@both
def test_an_override_that_was_not_needed_is_none(action: str) -> None:
    floor = a_floor(OFFERING[action])
    assert floor.post(action, override=True).status == 200
    assert last_event().data["overridden"] is False


@both
def test_the_list_shows_every_agent_eligible_first(action: str) -> None:
    floor = a_floor(OFFERING[action], spare={"units": 5})
    building.an_agent(queues=[floor.queue], presence=Presence.AWAY)
    fit = building.an_agent(queues=[floor.queue], skills={"Danish": 7})
    what = {"assign": "assignable/", "transfer": "transferable/"}[action]
    listed = caller(floor.supervisor).get(floor.path(what)).body["agents"]
    members = floor.queue.memberships.values_list("agent_id", flat=True)
    assert {one["id"] for one in listed} == set(members)
    assert listed[0]["id"] == fit.pk
    assert listed[0]["skills"] == [{"name": "Danish", "proficiency": 7}]
    eligible = [one["eligible"] for one in listed]
    assert eligible == sorted(eligible, reverse=True)


# Queues


def another_queue(floor: Floor, *, mine: bool = True, **fields: object) -> Queue:
    supervisors = [floor.supervisor] if mine else []
    return building.a_queue(supervisors=supervisors, **fields)  # type: ignore[arg-type]


def test_a_queue_of_another_type_is_refused() -> None:
    floor = a_floor("open")
    other = another_queue(floor, kind=ChannelKind.VOICE)
    answer = refused(floor, "assign", queue=other.pk)
    assert (answer.status, answer.code) == (400, "wrong_queue_type")
    assert other.name in answer.body["detail"]


def test_a_closed_queue_the_same_and_an_unknown_one_are_refused() -> None:
    floor = a_floor("open")
    shut = another_queue(floor, is_open=False)
    for queue in (shut.pk, floor.queue.pk, 999_999):
        answer = refused(floor, "assign", queue=queue)
        assert (answer.status, answer.code) == (400, "invalid")


def test_only_open_queues_of_the_type_are_listed_by_id_and_name() -> None:
    floor = a_floor("open")
    theirs = another_queue(floor, mine=False)
    another_queue(floor, is_open=False)
    another_queue(floor, kind=ChannelKind.RECORD)
    listed = caller(floor.supervisor).get(floor.path("assignable/")).body["queues"]
    assert listed == [{"id": theirs.pk, "name": theirs.name}]


def test_assigned_to_an_own_queue_it_is_shown_there() -> None:
    floor = a_floor("open")
    waited = floor.conversation.waiting_since
    other = another_queue(floor, priority=3)
    done = floor.post("assign", queue=other.pk, reason="They know more")
    assert done.status == 200
    assert (done.body["gone"], done.body["offer"]) == (None, None)
    row = done.body["conversation"]
    assert (row["queue"], row["state"], row["priority"]) == (other.pk, "open", 3)
    building.fresh(floor.conversation)
    assert floor.conversation.waiting_since == waited
    reasons = floor.conversation.sessions.values_list("reason", "queue_id")
    assert list(reasons) == [
        ("supervisor_assigned_to_queue", floor.queue.pk),
        ("", other.pk),
    ]
    assert last_event().kind == "conversation.assigned_to_queue"
    assert last_event().reason == "They know more"


def test_assigned_out_of_scope_it_is_only_gone() -> None:
    floor = a_floor("open", customer="Kirsten")
    other = another_queue(floor, mine=False)
    done = floor.post("assign", queue=other.pk)
    assert done.status == 200
    assert done.body == {
        "conversation": None,
        "gone": {
            "id": floor.conversation.pk,
            "version": floor.conversation.version + 1,
            "reason": "out_of_scope",
            "by": "",
        },
        "offer": None,
        "units_over": 0,
    }
    assert other.name.encode() not in done.raw
    assert caller(floor.supervisor).get(floor.path("")).status == 404


@pytest.mark.parametrize("body", [{}, {"queue": 1, "agent": 1}])
def test_there_is_exactly_one_target(body: dict[str, object]) -> None:
    floor = a_floor("open")
    path = floor.path("assign/")
    answer = caller(floor.supervisor).post(path, {"state_version": 1, **body})
    assert (answer.status, answer.code) == (400, "invalid")


# Reasons


@pytest.mark.parametrize("action", ["transfer", "force_close"])
@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_mandatory_reason_is_demanded(action: str, reason: str) -> None:
    floor = a_floor("in_conversation")
    building.settings_are(reason_mandatory=True)
    answer = refused(floor, action, reason=reason)
    assert_refused(answer, floor, "reason_required")
    assert floor.post(action, reason="They asked for it").status == 200
    assert last_event().reason == "They asked for it"


def test_an_assignment_needs_a_reason_only_where_it_overrides() -> None:
    floor = tight_floor("assign")
    building.settings_are(reason_mandatory=True)
    answer = refused(floor, "assign", override=True)
    assert_refused(answer, floor, "reason_required")
    roomy = building.an_agent(queues=[floor.queue])
    assert floor.post("assign", agent=roomy.pk, override=True).status == 200


def test_a_queue_needs_no_reason() -> None:
    floor = a_floor("open")
    building.settings_are(reason_mandatory=True)
    assert floor.post("assign", queue=another_queue(floor).pk).status == 200


def test_a_reason_may_be_given_where_none_is_demanded() -> None:
    floor = a_floor("open")
    assert floor.post("assign", reason="Knows her").status == 200
    assert last_event().reason == "Knows her"
