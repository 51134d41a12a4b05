"""Whom routing chooses, and why not the others: pure, against a slow reference."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.routing import Candidate, Work, choose_highest_capacity, why_not
from conversations.states import Presence

MOMENTS = [datetime(2026, 3, 2, 9, minute, tzinfo=UTC) for minute in range(3)]
SKILLS = ["Danish", "German"]
candidates = st.lists(
    st.builds(
        Candidate,
        agent=st.integers(1, 100),
        presence=st.sampled_from(Presence),
        remaining=st.integers(-10, 40),
        open_sessions=st.integers(7, 11),
        skills=st.frozensets(st.sampled_from(SKILLS)),
        declines=st.integers(0, 4),
        paused=st.booleans(),
        offered_at=st.none() | st.sampled_from(MOMENTS),
    ),
    unique_by=lambda candidate: candidate.agent,
    max_size=8,
)
works = st.builds(
    Work,
    units=st.integers(1, 30),
    allowed_presences=st.frozensets(st.sampled_from(Presence)),
    skills=st.frozensets(st.sampled_from(SKILLS), max_size=1),
    declines_allowed=st.integers(1, 5),
    same_agent=st.none() | st.integers(1, 5),
)


def may(candidate: Candidate, work: Work) -> bool:
    """The domain's sentence, word for word."""
    return all(
        (
            candidate.presence in work.allowed_presences,
            candidate.remaining >= work.units,
            all(skill in candidate.skills for skill in work.skills),
            candidate.declines < work.declines_allowed,
            candidate.open_sessions < 10,
        )
    )


def slow_choice(members: list[Candidate], work: Work) -> Candidate | None:
    """By throwing out, one rule after the other."""
    left = [member for member in members if may(member, work)]
    if any(not member.paused for member in left):
        left = [member for member in left if not member.paused]
    if any(member.agent == work.same_agent for member in left):
        left = [member for member in left if member.agent == work.same_agent]
    most = max((member.remaining for member in left), default=0)
    left = [member for member in left if member.remaining == most]
    never = [member for member in left if member.offered_at is None]
    longest = min((m.offered_at for m in left if m.offered_at), default=None)
    left = never or [member for member in left if member.offered_at == longest]
    return min(left, key=lambda member: member.agent, default=None)


@given(candidates, works)
def test_the_choice_is_the_slow_one(members: list[Candidate], work: Work) -> None:
    assert choose_highest_capacity(members, work) == slow_choice(members, work)


@given(candidates, works)
def test_who_is_passed_over_is_told_why(members: list[Candidate], work: Work) -> None:
    for member in members:
        assert (why_not(member, work) is None) == may(member, work)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"presence": "away"}, "presence_not_allowed"),
        ({"remaining": 19}, "capacity_exceeded"),
        ({"skills": frozenset()}, "skills_missing"),
        ({"declines": 3}, "decline_limit"),
        ({"open_sessions": 10}, "session_limit"),
        ({}, None),
    ],
)
def test_each_reason_has_its_code(change: dict[str, object], reason: str) -> None:
    work = Work(20, frozenset({"available"}), frozenset({"Danish"}), 3)
    facts: dict[str, object] = {
        "agent": 1,
        "presence": "available",
        "remaining": 20,
        "open_sessions": 9,
        "skills": frozenset({"Danish"}),
        "declines": 2,
    }
    member = Candidate(**(facts | change))  # type: ignore[arg-type]
    assert why_not(member, work) == reason
