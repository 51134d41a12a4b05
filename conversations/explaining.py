"""Why a conversation is not assigned, and why an agent gets nothing: at this moment,
and afterwards from what was noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Any, TypedDict

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy

from conversations import moments
from conversations.locks import lock_queue, one_transaction
from conversations.models import (
    ONGOING,
    Agent,
    Conversation,
    Queue,
    RoutingDecision,
)
from conversations.moments import iso
from conversations.queue_facts import (
    is_closed,
    members_of,
    refusals_of,
    waiting_in,
    works_of,
)
from conversations.routing import (
    Candidate,
    Explanation,
    Work,
    blocked,
    explain,
    why_not,
)
from conversations.states import State
from conversations.transitions.scene import Scene

MOST_CANDIDATES = 200
"""What is noted of the members of a large queue: the first in the order of choice."""
MOST_PAST = 50
PERIOD = 5.0
NUMBERS_AGAIN = timedelta(minutes=1)
"""New reasons are noted at once; the same ones with other numbers this seldom."""


class CandidateShown(TypedDict):
    agent: int
    name: str
    reason: str
    reason_text: str
    remaining: int
    presence: str


class ExplanationShown(TypedDict):
    at: str | None
    reason: str
    reason_text: str
    summary: dict[str, int]
    chosen: int | None
    candidates: list[CandidateShown]


class NothingShown(TypedDict):
    queue: int
    queue_name: str
    waiting: int
    reason: str
    reason_text: str


TEXTS: Mapping[str, object] = {
    "": "",
    "presence_not_allowed": gettext_lazy(
        "The presence is not one that takes such work."
    ),
    "capacity_exceeded": gettext_lazy("Not enough units are left."),
    "skills_missing": gettext_lazy("A skill that is asked for is missing."),
    "decline_limit": gettext_lazy("It was declined as often as is allowed."),
    "session_limit": gettext_lazy("Too many sessions are open already."),
    "paused": gettext_lazy("It was just declined; others come first for a minute."),
    "queue_closed": gettext_lazy("The queue is closed now."),
    "manual_queue": gettext_lazy(
        "This queue does not assign by itself: agents pick, supervisors assign."
    ),
    "too_many_declines": gettext_lazy(
        "It was declined too many times; only people can give it to somebody now."
    ),
    "nobody_in_queue": gettext_lazy("Nobody works in this queue."),
    "nothing_waits": gettext_lazy("Nothing waits here."),
}
"""Every reason that routing gives, about a conversation or about an agent."""


# What is noted, to be looked up afterwards


class Noting:
    """`note_waiting` as a job of the clock, which comes round far more often."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self) -> None:
        """Note, unless it was done a moment ago."""
        if monotonic() >= self._next:
            self._next = monotonic() + PERIOD
            note_waiting()


def note_offer(
    scene: Scene, queue: Queue, candidates: Iterable[Candidate], work: Work
) -> None:
    """Keep with an offer why it went to this agent, and why not to the others."""
    found = explain(queue.method, candidates, work)
    _decision(scene.conversation.pk, queue, found, scene.now).save()


def note_waiting() -> int:
    """Keep for everything that waits why nobody gets it, wherever the reasons are
    others than those noted last; answers how many were noted."""
    waiting = Conversation.objects.filter(ONGOING, state=State.OPEN).order_by()
    queues = Queue.objects.filter(pk__in=waiting.values("queue"))
    return sum(_note_queue(queue.pk) for queue in queues if _news_of(queue))


@one_transaction
def _note_queue(queue_id: int) -> int:
    """Looked at again under the lock of the queue's router, so that no two processes
    note the same."""
    queue = lock_queue(queue_id, skip_locked=True)
    news = [] if queue is None else _news_of(queue)
    RoutingDecision.objects.bulk_create(news)
    return len(news)


def _news_of(queue: Queue) -> list[RoutingDecision]:
    now = moments.now()
    noted = _noted_last(queue)
    return [
        _decision(pk, queue, found, now)
        for pk, found in _explained(queue, now).items()
        # What somebody can take is offered at the router's next turn.
        if found.chosen is None and _is_news(found, noted.get(pk), now)
    ]


def _explained(queue: Queue, now: datetime) -> dict[int, Explanation]:
    """Everything that waits in the queue; what asks for the same is looked at once."""
    waiting = works_of(queue, waiting_in(queue))
    members, closed = members_of(queue), is_closed(queue)
    refusals = refusals_of(waiting, now)
    known: dict[tuple[object, ...], Explanation] = {}
    explained = {}
    for pk, asked in waiting.items():
        work = refusals.counted(pk, asked)
        alike = (*work.needs, work.same_agent, pk if work.declines else None)
        if alike not in known:
            candidates = refusals.seen_by(pk, members)
            known[alike] = explain(queue.method, candidates, work, is_closed=closed)
        explained[pk] = known[alike]
    return explained


_Noted = tuple[int | None, str, dict[str, int], datetime]


def _noted_last(queue: Queue) -> dict[int, _Noted]:
    """Conversation -> what was noted last of its present stay in this queue."""
    last = RoutingDecision.objects.filter(conversation=OuterRef("pk")).order_by("-pk")
    newest = waiting_in(queue).annotate(last=Subquery(last.values("pk")[:1]))
    rows = RoutingDecision.objects.filter(
        pk__in=newest.order_by().values("last"), queue=queue
    ).values_list("conversation_id", "chosen_id", "reason", "summary", "at")
    return {pk: noted for pk, *noted in rows}  # type: ignore[misc]


def _is_news(found: Explanation, noted: _Noted | None, now: datetime) -> bool:
    if noted is None:
        return True
    chosen, reason, summary, at = noted
    if chosen is not None or found.reason != reason:
        return True
    if found.summary.keys() != summary.keys():
        return True
    return found.summary != summary and now - at >= NUMBERS_AGAIN


def _decision(
    conversation_id: int, queue: Queue, found: Explanation, now: datetime
) -> RoutingDecision:
    return RoutingDecision(
        conversation_id=conversation_id,
        queue=queue,
        at=now,
        chosen_id=found.chosen,
        reason=found.reason,
        summary=found.summary,
        candidates=[
            [
                each.candidate.agent,
                each.reason,
                each.candidate.remaining,
                each.candidate.presence,
            ]
            for each in islice(found.verdicts, MOST_CANDIDATES)
        ],
    )


# What is told


def at_present(conversation: Conversation) -> ExplanationShown | None:
    """Why it is not assigned at this moment; None unless it waits for somebody."""
    if conversation.state != State.OPEN:
        return None
    queue, now = conversation.queue, moments.now()
    waiting = works_of(queue, waiting_in(queue).filter(pk=conversation.pk))
    refusals = refusals_of(waiting, now)
    for pk, asked in waiting.items():
        found = explain(
            queue.method,
            refusals.seen_by(pk, members_of(queue)),
            refusals.counted(pk, asked),
            is_closed=is_closed(queue),
        )
        return _shown([_decision(pk, queue, found, now)])[0]
    return None


def in_the_past(
    conversation: Conversation, queues: Iterable[int]
) -> list[ExplanationShown]:
    """What was noted of its stays in these queues, newest first."""
    noted = RoutingDecision.objects.filter(
        conversation=conversation, queue__in=list(queues)
    )
    return _shown(list(noted.order_by("-pk")[:MOST_PAST]))


def why_nothing_for(
    agent: Agent, queues: Iterable[int] | None = None
) -> list[NothingShown]:
    """For each queue of the agent (or of these), why they get nothing from it now."""
    own = Queue.objects.filter(memberships__agent=agent)
    if queues is not None:
        own = own.filter(pk__in=list(queues))
    return [_nothing_from(queue, agent) for queue in own]


def _nothing_from(queue: Queue, agent: Agent) -> NothingShown:
    waiting = works_of(queue, waiting_in(queue))
    reason = _commonest(queue, agent, waiting) if waiting else "nothing_waits"
    return {
        "queue": queue.pk,
        "queue_name": queue.name,
        "waiting": len(waiting),
        "reason": reason,
        "reason_text": str(TEXTS[reason]),
    }


def _commonest(queue: Queue, agent: Agent, waiting: Mapping[int, Work]) -> str:
    """Why they get nothing of what waits, mostly; empty when something suits them."""
    members = members_of(queue, agent=agent)
    refusals = refusals_of(waiting, moments.now())
    closed = is_closed(queue)
    reasons: Counter[str] = Counter()
    for pk, asked in waiting.items():
        work = refusals.counted(pk, asked)
        whole = blocked(queue.method, work, is_closed=closed)
        for candidate in refusals.seen_by(pk, members):
            reasons[whole or why_not(candidate, work) or ""] += 1
    if "" in reasons or not reasons:
        return ""
    return reasons.most_common(1)[0][0]


def _shown(decisions: list[RoutingDecision]) -> list[ExplanationShown]:
    ids = {agent for each in decisions for agent, *_rest in each.candidates}
    names = dict(Agent.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        {
            "at": iso(each.at),
            "reason": each.reason,
            "reason_text": str(TEXTS[each.reason]),
            "summary": each.summary,
            "chosen": each.chosen_id,
            "candidates": [_candidate_shown(row, names) for row in each.candidates],
        }
        for each in decisions
    ]


def _candidate_shown(row: list[Any], names: Mapping[int, str]) -> CandidateShown:
    agent, reason, remaining, presence = row
    return {
        "agent": agent,
        "name": names.get(agent, ""),
        "reason": reason,
        "reason_text": str(TEXTS[reason]),
        "remaining": remaining,
        "presence": presence,
    }
