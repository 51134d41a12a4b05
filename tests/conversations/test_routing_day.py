"""A whole day of routing, every choice and every explanation checked against an
independent reference."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, pairwise
from operator import attrgetter

import pytest
from django.db import connection

from conversations import explaining, moments
from conversations.models import Agent, Conversation, Offer, RoutingDecision
from conversations.reconciliation import differences
from conversations.router import route_all
from tests.conversations.routing_day import STEP, Day
from tests.conversations.routing_reference import Finding, Reference

# In one transaction PostgreSQL would keep, and read past, every old row of the day.
COMMITS = connection.vendor == "postgresql"
pytestmark = pytest.mark.django_db(transaction=COMMITS)

NOTED_EVERY = 15  # steps of the day


@pytest.mark.soak
@pytest.mark.behaviour
def test_five_thousand_conversations_over_sixty_agents() -> None:
    seen = live_through(Day(seed=2026, agents=60), conversations=5_000)
    assert Conversation.objects.count() == 5_000
    assert seen["offers"] > 4_000
    everything_happened(seen)


@pytest.mark.parametrize("seed", [1])
def test_a_short_day(seed: int) -> None:
    seen = live_through(Day(seed, agents=20, hours=2.5), conversations=300)
    assert seen["offers"] > 200
    assert seen["waited"] > 20


def live_through(day: Day, *, conversations: int) -> Counter[str]:
    """Play the day step by step; answers what was met on the way."""
    seen: Counter[str] = Counter()
    day.plan(conversations)
    steps = 0
    with moments.clock(lambda: day.now):
        while not day.is_over:
            steps += 1
            if day.pass_time(day.now + STEP):
                check_round(day, seen)
            if steps % NOTED_EVERY == 0:
                check_notes(day, seen)
    check_offers()
    assert list(differences()) == []
    return seen


def check_round(day: Day, seen: Counter[str]) -> None:
    """The router offers exactly what the reference says, in its order, and notes for
    each why it went to this one and to nobody else."""
    last = RoutingDecision.objects.order_by("-pk").values_list("pk", flat=True).first()
    expected = Reference(day.now).offers()
    made = route_all()
    assert made == len(expected)
    if made:
        noted = RoutingDecision.objects.filter(pk__gt=last or 0).order_by("pk")
        for finding, decision in zip(expected, noted, strict=True):
            assert told(decision) == as_told(finding)
            assert decision.chosen_id is not None
        offers = Offer.objects.order_by("-pk").values_list("conversation", "agent")
        wanted = [(finding.case, finding.chosen) for finding in expected]
        assert list(offers[:made])[::-1] == wanted
        seen["offers"] += made
        check_capacity(day)
    day.answer_offers()


def check_capacity(day: Day) -> None:
    over = Agent.objects.filter(used_units__gt=0).values_list(
        "pk", "used_units", "total_units"
    )
    for agent, used, total in over:
        assert used <= total or agent in day.overridden


def check_notes(day: Day, seen: Counter[str]) -> None:
    """Everything that waits is explained, and as the reference explains it."""
    explaining.note_waiting()
    latest = {
        decision.conversation_id: decision
        for decision in RoutingDecision.objects.filter(
            conversation__state="open"
        ).order_by("pk")
    }
    for place, finding in Reference(day.now).findings():
        assert finding.chosen is None, "somebody could take it, but nobody was asked"
        decision = latest[finding.case]
        assert decision.queue_id == place.pk
        assert (decision.reason, decision.chosen_id) == (finding.whole, None)
        assert decision.summary.keys() == finding.counts.keys()
        if decision.at == day.now:
            assert told(decision) == as_told(finding)
        seen.update(finding.counts.keys())
        seen[finding.whole] += 1
        seen["waited"] += 1
    assert explaining.note_waiting() == 0


def told(decision: RoutingDecision) -> tuple[object, ...]:
    """What was noted, without the numbers of units and the presences."""
    candidates = [(agent, reason) for agent, reason, *_rest in decision.candidates]
    return (
        decision.conversation_id,
        decision.reason,
        decision.chosen_id,
        decision.summary,
        candidates,
    )


def as_told(finding: Finding) -> tuple[object, ...]:
    return (
        finding.case,
        finding.whole,
        finding.chosen,
        finding.counts,
        finding.reasons,
    )


def check_offers() -> None:
    """Nothing was offered twice at once; routing alone exceeds nobody's units."""
    offers = list(Offer.objects.order_by("conversation", "pk"))
    for _pk, group in groupby(offers, key=attrgetter("conversation_id")):
        for first, second in pairwise(group):
            assert first.ended_at is not None
            assert first.ended_at <= second.created_at
    assert [
        offer for offer in offers if offer.units_over and not offer.offered_by
    ] == []


def everything_happened(seen: Counter[str]) -> None:
    """A day on which a rule never mattered would not prove it."""
    reasons = {
        "presence_not_allowed",
        "capacity_exceeded",
        "skills_missing",
        "decline_limit",
        "session_limit",
        "queue_closed",
        "manual_queue",
    }
    assert reasons - seen.keys() == set()
    ends = Counter(
        Conversation.objects.filter(state="closed").values_list(
            "status_reason", flat=True
        )
    )
    assert ends["overflow_ended"] > 10
    moved = Conversation.objects.filter(sessions__reason="overflow_transferred")
    assert moved.count() > 10
    assert Conversation.objects.filter(skills_waived=True).exists()
