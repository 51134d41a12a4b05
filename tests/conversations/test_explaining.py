"""Why is this not assigned? Said at the moment, and noted for afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from conversations import explaining
from conversations.events import SYSTEM, Actor
from conversations.explaining import at_present, in_the_past, why_nothing_for
from conversations.models import Agent, Conversation, Queue, RoutingDecision
from conversations.router import route_all
from conversations.states import Method, Presence, Situation
from conversations.transitions import offering, staffing
from tests import building
from tests.conversations import ledger
from tests.conversations.conftest import Standing

pytestmark = [pytest.mark.behaviour, pytest.mark.django_db]


def routed(**fields: Any) -> Queue:
    return building.a_queue(**{"method": Method.HIGHEST_CAPACITY, **fields})


def reasons(it: Conversation) -> dict[int, str]:
    """Agent -> why not, now."""
    found = at_present(building.fresh(it))
    assert found is not None
    return {each["agent"]: each["reason"] for each in found["candidates"]}


def decline(it: Conversation) -> None:
    offer = building.fresh(it).offer
    assert offer is not None and offer.agent is not None
    by = Actor.agent(offer.agent)
    building.act(it, lambda scene: offering.decline(scene, offer.pk, by=by))


def noted() -> list[RoutingDecision]:
    return list(RoutingDecision.objects.order_by("pk"))


# At the moment


def test_each_member_has_their_own_reason() -> None:
    building.settings_are(declines_allowed=1)
    queue = routed()
    skills = {"Danish": 5}
    said_no = building.an_agent(queues=[queue], skills=skills, units=80)
    it = building.arrives(
        queue=queue, skills=[{"name": "Danish", "proficiency": 5}], text="Hej"
    )
    route_all()
    decline(it)
    away = building.an_agent(queues=[queue], presence=Presence.AWAY, skills=skills)
    gone = building.an_agent(queues=[queue], presence=Presence.OFFLINE, skills=skills)
    small = building.an_agent(queues=[queue], units=10, skills=skills)
    weak = building.an_agent(queues=[queue], skills={"Danish": 4})
    assert reasons(it) == {
        said_no.pk: "decline_limit",
        away.pk: "presence_not_allowed",
        gone.pk: "presence_not_allowed",
        small.pk: "capacity_exceeded",
        weak.pk: "skills_missing",
    }
    found = at_present(it)
    assert found is not None
    assert (found["reason"], found["chosen"]) == ("", None)
    assert found["summary"] == {
        "decline_limit": 1,
        "presence_not_allowed": 2,
        "capacity_exceeded": 1,
        "skills_missing": 1,
    }
    assert all(each["reason_text"] for each in found["candidates"])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"method": Method.MANUAL}, "manual_queue"),
        ({"is_open": False}, "queue_closed"),
        ({"method": Method.MANUAL, "is_open": False}, "manual_queue"),
    ],
)
def test_sometimes_nobody_is_asked_at_all(fields: Any, reason: str) -> None:
    queue = routed(**fields)
    agent = building.an_agent(queues=[queue])
    it = building.arrives(queue=queue)
    found = at_present(it)
    assert found is not None and found["reason_text"]
    assert (found["reason"], found["chosen"]) == (reason, None)
    assert reasons(it) == {agent.pk: ""}


def test_nobody_works_there() -> None:
    found = at_present(building.arrives(queue=routed()))
    assert found is not None
    assert (found["reason"], found["candidates"]) == ("nobody_in_queue", [])


@pytest.mark.parametrize("situation", [s for s in Situation if s is not Situation.OPEN])
def test_only_what_is_open_waits_for_an_explanation(situation: Situation) -> None:
    assert at_present(building.in_situation(situation)) is None


def test_who_is_next_comes_first() -> None:
    queue = routed()
    small = building.an_agent(queues=[queue], units=20)
    big = building.an_agent(queues=[queue], units=60)
    none = building.an_agent(queues=[queue], presence=Presence.AWAY)
    it = building.arrives(queue=queue)
    found = at_present(it)
    assert found is not None and found["chosen"] == big.pk
    order = [each["agent"] for each in found["candidates"]]
    assert order == [big.pk, small.pk, none.pk]


# Afterwards


def test_an_offer_is_noted_with_everybody_who_was_looked_at(standing: Standing) -> None:
    queue = routed()
    chosen = building.an_agent(queues=[queue], units=60)
    other = building.an_agent(queues=[queue], units=40)
    away = building.an_agent(queues=[queue], presence=Presence.AWAY)
    it = building.arrives(queue=queue)
    route_all()
    (decision,) = noted()
    assert (decision.conversation, decision.queue, decision.chosen) == (
        it,
        queue,
        chosen,
    )
    assert decision.at == standing.now
    assert decision.candidates == [
        [chosen.pk, "", 60, "available"],
        [other.pk, "", 40, "available"],
        [away.pk, "presence_not_allowed", 40, "away"],
    ]


def test_what_waits_is_noted_once_and_again_when_the_reasons_change(
    standing: Standing,
) -> None:
    queue = routed()
    it = building.arrives(queue=queue)
    assert explaining.note_waiting() == 1
    with ledger.nothing_happens():
        assert explaining.note_waiting() == 0
    agent = building.an_agent(queues=[queue], presence=Presence.AWAY)
    standing.forward(seconds=5)
    assert explaining.note_waiting() == 1
    first, second = noted()
    assert (first.reason, second.reason) == ("nobody_in_queue", "")
    assert second.summary == {"presence_not_allowed": 1}
    assert (first.conversation, second.conversation) == (it, it)
    assert second.candidates == [[agent.pk, "presence_not_allowed", 40, "away"]]


def test_other_numbers_are_noted_once_a_minute(standing: Standing) -> None:
    queue = routed()
    building.an_agent(queues=[queue], presence=Presence.AWAY)
    building.arrives(queue=queue)
    assert explaining.note_waiting() == 1
    building.an_agent(queues=[queue], presence=Presence.AWAY)
    standing.forward(seconds=59)
    assert explaining.note_waiting() == 0
    standing.forward(seconds=1)
    assert explaining.note_waiting() == 1
    assert [each.summary for each in noted()] == [
        {"presence_not_allowed": 1},
        {"presence_not_allowed": 2},
    ]


def test_a_declined_one_is_explained_anew() -> None:
    building.settings_are(declines_allowed=1)
    queue = routed()
    building.an_agent(queues=[queue])
    it = building.arrives(queue=queue)
    route_all()
    decline(it)
    assert explaining.note_waiting() == 1
    offered, waits = noted()
    assert offered.chosen is not None and waits.chosen is None
    assert waits.summary == {"decline_limit": 1}


def test_what_somebody_can_take_is_left_to_the_router() -> None:
    queue = routed()
    building.an_agent(queues=[queue])
    building.arrives(queue=queue)
    assert explaining.note_waiting() == 0


def test_the_waiting_ones_cost_the_same_reads_however_many(
    django_assert_max_num_queries: Any,
) -> None:
    queue = routed()
    building.an_agent(queues=[queue], presence=Presence.AWAY)
    for _each in range(30):
        building.arrives(queue=queue)
    explaining.note_waiting()
    with django_assert_max_num_queries(8):
        assert explaining.note_waiting() == 0


def test_of_a_large_queue_the_first_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.explaining.MOST_CANDIDATES", 2)
    queue = routed()
    for _each in range(4):
        building.an_agent(queues=[queue], presence=Presence.AWAY)
    building.arrives(queue=queue)
    explaining.note_waiting()
    (decision,) = noted()
    assert len(decision.candidates) == 2
    assert decision.summary == {"presence_not_allowed": 4}


def test_the_past_is_told_newest_first_and_of_these_queues_only() -> None:
    queue, other = routed(), routed()
    it = building.arrives(queue=queue)
    explaining.note_waiting()
    building.an_agent(queues=[queue])
    route_all()
    past = in_the_past(it, [queue.pk])
    assert [each["reason"] for each in past] == ["", "nobody_in_queue"]
    assert past[0]["chosen"] is not None
    assert past[0]["candidates"][0]["name"]
    assert in_the_past(it, [other.pk]) == []


# For an agent


def nothing(agent: Agent) -> list[tuple[str, int, str]]:
    return [
        (each["queue_name"], each["waiting"], each["reason"])
        for each in why_nothing_for(agent)
    ]


def test_an_agent_learns_for_each_queue_why_nothing_comes() -> None:
    calm, busy = routed(name="Calm"), routed(name="Busy")
    manual = building.a_queue("Manual")
    shut = routed(name="Shut", is_open=False)
    agent = building.an_agent(queues=[calm, busy, manual, shut], units=40)
    for _each in range(2):
        building.arrives(queue=busy, skills=["Klingon"])
    for queue in (busy, manual, shut):
        building.arrives(
            queue=queue, stream=building.a_workstream(queue=queue, units=50)
        )
    assert sorted(nothing(agent)) == [
        ("Busy", 3, "skills_missing"),
        ("Calm", 0, "nothing_waits"),
        ("Manual", 1, "manual_queue"),
        ("Shut", 1, "queue_closed"),
    ]
    assert all(each["reason_text"] for each in why_nothing_for(agent))


def test_who_is_away_gets_nothing_for_that_reason() -> None:
    queue = routed(name="Busy")
    agent = building.an_agent(queues=[queue])
    building.arrives(queue=queue)
    assert nothing(agent) == [("Busy", 1, "")]
    staffing.set_presence(staffing.enter_agent(agent.pk), Presence.AWAY, by=SYSTEM)
    assert nothing(agent) == [("Busy", 1, "presence_not_allowed")]


def test_the_clocks_job_notes_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 0.0, 4.9, 5.0, 5.0])
    monkeypatch.setattr("conversations.explaining.monotonic", lambda: next(moments))
    calls: list[int] = []
    monkeypatch.setattr(
        "conversations.explaining.note_waiting", lambda: calls.append(1)
    )
    job = explaining.Noting()
    for _each in range(3):
        job()
    assert len(calls) == 2
