"""Today's counts of each queue: what the tiles cannot know from the screens.

Definitions: domain, section 7. Service level divides by accepted + abandoned, short
abandons left out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from conversations.models import Conversation, Queue
from dashboard.tally import Today


def today_by_queue(now: datetime) -> dict[int, Today]:
    """Today's counts of every queue, each of which has its own thresholds."""
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return {queue.pk: _today(queue, midnight) for queue in Queue.objects.all()}


def _today(queue: Queue, midnight: datetime) -> Today:
    target = timedelta(seconds=queue.service_level_seconds)
    short = timedelta(seconds=queue.short_abandon_seconds)
    accepted = Conversation.objects.filter(
        queue=queue, first_accepted_at__gte=midnight
    ).aggregate(
        all=Count("pk"),
        in_time=Count(
            "pk", filter=Q(first_accepted_at__lte=F("first_queued_at") + target)
        ),
    )
    # Closed without any agent ever accepting; what a bot ended never waited for one.
    abandoned = Conversation.objects.filter(
        Q(closed_at__gte=F("first_queued_at") + short),
        queue=queue,
        closed_at__gte=midnight,
        first_accepted_at__isnull=True,
    )
    return Today(accepted["all"], accepted["in_time"], abandoned.count())
