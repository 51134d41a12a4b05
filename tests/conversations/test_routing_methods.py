"""Who comes first by each method, and what goes before the method. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.routing import (
    MAX_DECLINES,
    Candidate,
    Work,
    asked_for,
    choose,
    explain,
    shortfall,
    why_not,
)
from conversations.states import Method

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
PRESENCES = frozenset({"available", "busy"})
ROUTED = [method for method in Method if method is not Method.MANUAL]


def minutes(number: int | None) -> datetime | None:
    return None if number is None else NINE + timedelta(minutes=number)


def member(agent: int, **fields: Any) -> Candidate:
    """An available agent with room, who joined in the order of the numbers."""
    facts = {"presence": "available", "remaining": 40, "membership": agent, **fields}
    return Candidate(agent, **facts)


def work(**fields: Any) -> Work:
    return Work(**{"units": 20, "allowed_presences": PRESENCES, **fields})


def order(method: str, members: list[Candidate], what: Work | None = None) -> list[int]:
    """The agents in the order in which they would be asked."""
    found = explain(method, members, what or work())
    return [each.candidate.agent for each in found.verdicts if not each.reason]


def test_highest_capacity_then_whose_turn_is_longest_ago() -> None:
    members = [
        member(1, remaining=20),
        member(2, remaining=40, offered_at=minutes(5)),
        member(3, remaining=40, offered_at=minutes(1)),
        member(4, remaining=40),
        member(5, remaining=60, offered_at=minutes(9)),
    ]
    assert order("highest_capacity", members) == [5, 4, 3, 2, 1]


def test_round_robin_starts_in_the_order_of_joining() -> None:
    members = [
        member(1, offered_at=minutes(5)),
        member(2, membership=9),
        member(3, offered_at=minutes(1), remaining=400),
        member(4, membership=8),
    ]
    assert order("advanced_round_robin", members) == [4, 2, 3, 1]


def test_least_active_has_rested_longest_and_who_signed_in_has_most() -> None:
    members = [
        member(1, freed_at=minutes(5)),
        member(2, freed_at=minutes(1)),
        member(3, offered_at=minutes(3)),
        member(4, offered_at=minutes(2)),
    ]
    assert order("least_active", members) == [4, 3, 2, 1]


def test_by_hand_nobody_is_asked() -> None:
    assert choose("manual", [member(1)], work()) is None
    assert explain("manual", [member(1)], work()).reason == "manual_queue"


@pytest.mark.parametrize("method", ROUTED)
def test_the_closest_match_goes_before_the_method(method: str) -> None:
    members = [
        member(1, remaining=400, skills={"Danish": 1}),
        member(2, skills={"Danish": 4, "Refunds": 1}),
        member(3, skills={"Danish": 9, "Refunds": 9}),
        member(4),
    ]
    what = work(skills={"Danish": 5, "Refunds": 2}, skill_match="closest")
    assert [shortfall(each, what) for each in members] == [6, 2, 0, 7]
    assert order(method, members, what) == [3, 2, 1, 4]


@pytest.mark.parametrize(("has", "why"), [(4, "skills_missing"), (5, None), (9, None)])
def test_an_exact_match_has_every_skill_in_that_proficiency(
    has: int, why: str | None
) -> None:
    what = work(skills={"Danish": 5, "Refunds": 1})
    skilled = member(1, skills={"Danish": has, "Refunds": 3})
    assert why_not(skilled, what) == why
    assert why_not(member(1, skills={"Danish": 9}), what) == "skills_missing"


@pytest.mark.parametrize("method", ROUTED)
@pytest.mark.parametrize("match", ["exact", "closest"])
def test_the_same_agent_goes_before_everything(method: str, match: str) -> None:
    best = member(1, remaining=400, skills={"Danish": 9})
    known = member(2, offered_at=NINE, freed_at=NINE, skills={"Danish": 1})
    what = work(skills={"Danish": 1}, skill_match=match, same_agent=2)
    assert order(method, [best, known], what) == [2, 1]


def test_a_bare_name_asks_for_any_proficiency() -> None:
    stored = ["Danish", {"name": "Cars", "proficiency": 4}, "Cars", {"name": "German"}]
    assert asked_for(stored) == {"Danish": 1, "Cars": 4, "German": 1}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"presence": "away", "remaining": 0}, "presence_not_allowed"),
        ({"remaining": 19, "declines": 3}, "capacity_exceeded"),
        ({"declines": 3, "open_sessions": 10}, "decline_limit"),
        ({"open_sessions": 10, "paused": True}, "session_limit"),
        ({"paused": True}, "paused"),
        ({"open_sessions": 9, "declines": 2, "remaining": 20}, None),
    ],
)
def test_the_first_reason_counts(fields: dict[str, Any], why: str | None) -> None:
    assert why_not(member(1, **fields), work()) == why


def test_who_just_declined_is_passed_over_while_there_is_another() -> None:
    paused, other = member(1, remaining=400, paused=True), member(2)
    full = member(3, remaining=0)
    found = explain("highest_capacity", [paused, other, full], work())
    assert (found.chosen, found.summary) == (2, {"paused": 1, "capacity_exceeded": 1})
    alone = explain("highest_capacity", [paused, full], work())
    assert (alone.chosen, alone.summary) == (1, {"capacity_exceeded": 1})


def test_after_a_hundred_declines_only_people_decide() -> None:
    assert choose("highest_capacity", [member(1)], work(declines=MAX_DECLINES - 1))
    what = work(declines=MAX_DECLINES)
    assert choose("highest_capacity", [member(1)], what) is None
    found = explain("highest_capacity", [member(1)], what)
    assert (found.reason, found.chosen) == ("too_many_declines", None)


members = st.builds(
    member,
    st.integers(1, 6),
    presence=st.sampled_from(["available", "busy", "away", "offline"]),
    remaining=st.integers(-20, 60),
    open_sessions=st.integers(0, 11),
    skills=st.dictionaries(st.sampled_from("ab"), st.integers(1, 5)),
    declines=st.integers(0, 3),
    paused=st.booleans(),
    offered_at=st.sampled_from([None, 1, 2, 3]).map(minutes),
    freed_at=st.sampled_from([None, 1, 2, 3]).map(minutes),
)
works = st.builds(
    work,
    skills=st.dictionaries(st.sampled_from("ab"), st.integers(1, 5)),
    skill_match=st.sampled_from(["exact", "closest"]),
    same_agent=st.sampled_from([None, 1, 2]),
    declines=st.sampled_from([0, MAX_DECLINES]),
)


@given(
    st.sampled_from(list(Method)),
    st.lists(members, max_size=6, unique_by=lambda each: each.agent),
    works,
)
def test_the_choice_and_its_explanation_agree(
    method: Method, candidates: list[Candidate], what: Work
) -> None:
    chosen = choose(method, candidates, what)
    found = explain(method, candidates, what)
    assert found.chosen == (None if chosen is None else chosen.agent)
    assert {each.candidate.agent for each in found.verdicts} == {
        each.agent for each in candidates
    }
    reasons = [bool(each.reason) for each in found.verdicts]
    assert reasons == sorted(reasons)
    assert found.chosen == explain(method, candidates[::-1], what).chosen
