"""Removes old events, the one way that there is, and records what was removed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from conversations import append_only, moments
from conversations.events import SYSTEM, Kind, record
from conversations.locks import one_transaction
from conversations.models import Alert, Event, PresenceStay, RoutingDecision

# While events are removed nobody can write one, so it happens in short strokes.
STROKE = 20_000
KEPT = (Kind.EVENTS_REMOVED, Kind.CONVERSATIONS_ARCHIVED)


def cut_of(days: int) -> datetime:
    """What happened before this moment is older than `days` days."""
    if days < 1:
        raise ValueError(days)
    return moments.now() - timedelta(days=days)


def removable(cut: datetime) -> QuerySet[Event]:
    """Events before the cut. Records of earlier removals, and of what went
    into the archive, are kept for good."""
    return Event.objects.filter(at__lt=cut).exclude(kind__in=KEPT)


def remove(cut: datetime, *, stroke: int = STROKE) -> int:
    """Remove them all and answer how many there were. Each stroke is one transaction
    with its own record, so nothing is ever gone without one."""
    total = 0
    while removed := _remove_some(cut, stroke):
        total += removed
    return total


def remove_traces(cut: datetime) -> int:
    """What explains the past beside the events: routing's findings, presences that
    have ended, alerts. Answers how many rows there were."""
    old = (
        RoutingDecision.objects.filter(at__lt=cut),
        PresenceStay.objects.filter(until__lt=cut),
        Alert.objects.filter(at__lt=cut),
    )
    return sum(rows.delete()[0] for rows in old)


@one_transaction
def _remove_some(cut: datetime, stroke: int) -> int:
    oldest = list(removable(cut).order_by("pk").values_list("pk", flat=True)[:stroke])
    if not oldest:
        return 0
    with append_only.lifted():
        count, _each = removable(cut).filter(pk__lte=oldest[-1]).delete()
    record(
        Kind.EVENTS_REMOVED,
        at=moments.now(),
        by=SYSTEM,
        data={"count": count, "cut": moments.iso(cut)},
    )
    return count
