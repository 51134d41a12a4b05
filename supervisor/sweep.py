"""Ends monitoring that nobody may or does hold any more; a job of every clock.

By loss of switch, role or scope, by logout, or after 60 s without a sign of life
(domain, section 3). The rows decide, so that any process may do it, each once.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User

from conversations import moments
from conversations.locks import one_transaction
from conversations.models import Participant
from conversations.transitions import supervising
from conversations.transitions.scene import enter
from supervisor.permission import why_not_watching

SILENCE = timedelta(seconds=60)


def end_orphaned_watching() -> int:
    """Look at everybody who watches; answers how many stays were ended."""
    stays = Participant.objects.filter(is_supervising=True, left_at__isnull=True)
    # In the order of the index of those who watch, so that it is taken.
    watching = stays.select_related("user", "conversation__agent").order_by("seen_at")
    return sum(_end_if_due(stay) for stay in watching)


def end_all_watching(user: User, *, reason: str) -> None:
    """This user logs out."""
    stays = Participant.objects.filter(
        user=user, is_supervising=True, left_at__isnull=True
    )
    for stay in stays:
        _end(stay.conversation_id, user, reason)


def _end_if_due(stay: Participant) -> bool:
    reason = _reason(stay)
    if reason is None:
        return False
    return _end(stay.conversation_id, stay.user, reason)


def _reason(stay: Participant) -> str | None:
    lost = why_not_watching(stay.user, stay.conversation)
    if lost is not None:
        return {"not_found": "out_of_scope"}.get(lost, lost)
    agent = stay.conversation.agent
    if agent is not None and agent.user_id == stay.user_id:
        return "became_agent"
    seen_at = stay.seen_at or stay.joined_at
    return "no_heartbeat" if moments.now() - seen_at > SILENCE else None


@one_transaction
def _end(conversation_id: int, user: User, reason: str) -> bool:
    scene = enter(conversation_id)
    if scene is None:
        return False
    return supervising.stop_watching(scene, user, reason=reason, by_system=True)
