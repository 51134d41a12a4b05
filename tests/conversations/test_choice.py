"""Whom routing chooses, and why not the others: pure, against a slow reference."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.routing import Candidate, Work, choose, why_not
from conversations.states import Method, Presence

MOMENTS = [datetime(2026, 3, 2, 9, minute, tzinfo=UTC) for minute in range(3)]
SKILLS = ["Danish", "German"]
had = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 4))
asked = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 4), max_size=2)
candidates = st.lists(
    st.builds(
        Candidate,
        agent=st.integers(1, 100),
        presence=st.sampled_from(Presence),
        remaining=st.integers(-10, 40),
        open_sessions=st.integers(7, 11),
        skills=had,
        declines=st.integers(0, 4),
        paused=st.booleans(),
        offered_at=st.none() | st.sampled_from(MOMENTS),
        freed_at=st.none() | st.sampled_from(MOMENTS),
        membership=st.integers(1, 1000),
    ),
    unique_by=(lambda one: one.agent, lambda one: one.membership),
    max_size=8,
)
works = st.builds(
    Work,
    units=st.integers(1, 30),
    allowed_presences=st.frozensets(st.sampled_from(Presence)),
    skills=asked,
    skill_match=st.sampled_from(["exact", "closest"]),
    declines_allowed=st.integers(1, 5),
    same_agent=st.none() | st.integers(1, 5),
)


def lacks(candidate: Candidate, work: Work) -> int:
    """Points of proficiency that are missing over all skills asked for."""
    has = candidate.skills
    return sum(
        least - min(has.get(skill, 0), least) for skill, least in work.skills.items()
    )


def may(candidate: Candidate, work: Work) -> bool:
    """The domain's sentence, word for word."""
    return all(
        (
            candidate.presence in work.allowed_presences,
            candidate.remaining >= work.units,
            work.skill_match == "closest" or lacks(candidate, work) == 0,
            candidate.declines < work.declines_allowed,
            candidate.open_sessions < 10,
        )
    )


def longest_ago(left: list[Candidate], field: str) -> list[Candidate]:
    """Those for whom it was never; else for whom it is longest ago."""
    times = [getattr(member, field) for member in left]
    first = None if None in times else min(times, default=None)
    return [member for member in left if getattr(member, field) == first]


def slow_choice(method: Method, members: list[Candidate], work: Work) -> int | None:
    """By throwing out, one rule after the other."""
    left = [member for member in members if may(member, work)]
    if method is Method.MANUAL:
        return None
    if any(not member.paused for member in left):
        left = [member for member in left if not member.paused]
    if any(member.agent == work.same_agent for member in left):
        left = [member for member in left if member.agent == work.same_agent]
    if work.skill_match == "closest":
        least = min((lacks(member, work) for member in left), default=0)
        left = [member for member in left if lacks(member, work) == least]
    if method is Method.HIGHEST_CAPACITY:
        most = max((member.remaining for member in left), default=0)
        left = [member for member in left if member.remaining == most]
    if method is Method.LEAST_ACTIVE:
        left = longest_ago(left, "freed_at")
    left = longest_ago(left, "offered_at")
    first = min(left, key=lambda member: member.membership, default=None)
    return None if first is None else first.agent


@given(st.sampled_from(Method), candidates, works)
def test_the_choice_is_the_slow_one(
    method: Method, members: list[Candidate], work: Work
) -> None:
    chosen = choose(method, members, work)
    found = None if chosen is None else chosen.agent
    assert found == slow_choice(method, members, work)


@given(candidates, works)
def test_who_is_passed_over_is_told_why(members: list[Candidate], work: Work) -> None:
    for member in members:
        assert (why_not(member, work) in (None, "paused")) == may(member, work)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"presence": "away"}, "presence_not_allowed"),
        ({"remaining": 19}, "capacity_exceeded"),
        ({"skills": {"Danish": 1}}, "skills_missing"),
        ({"declines": 3}, "decline_limit"),
        ({"open_sessions": 10}, "session_limit"),
        ({}, None),
    ],
)
def test_each_reason_has_its_code(change: dict[str, object], reason: str) -> None:
    work = Work(20, frozenset({"available"}), {"Danish": 2})
    facts: dict[str, object] = {
        "agent": 1,
        "presence": "available",
        "remaining": 20,
        "open_sessions": 9,
        "skills": {"Danish": 2},
        "declines": 2,
    }
    member = Candidate(**(facts | change))  # type: ignore[arg-type]
    assert why_not(member, work) == reason
