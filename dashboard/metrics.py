"""Today's counts of each queue: what the tiles cannot know from the screens.

Definitions: domain, section 7. Service level divides by accepted + abandoned, short
abandons left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q
from django.utils import timezone

from conversations.models import Conversation, Queue
from dashboard.tally import Today


def today_by_queue(now: datetime) -> dict[int, Today]:
    """Today's counts of every queue, each of which has its own thresholds."""
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    queues = list(Queue.objects.all())
    abandoned = dict(_abandoned(queues, midnight))
    accepted = {
        pk: Today(every, in_time, abandoned.pop(pk, 0))
        for pk, every, in_time in _accepted(queues, midnight)
    }
    return {
        queue.pk: accepted.get(queue.pk, Today(abandoned=abandoned.get(queue.pk, 0)))
        for queue in queues
    }


def _accepted(
    queues: Iterable[Queue], midnight: datetime
) -> Iterable[tuple[int, int, int]]:
    """(queue, accepted, accepted in time), all of them in one statement."""
    limits = {queue.pk: queue.service_level_seconds for queue in queues}
    in_time = _each_within("first_accepted_at__lte", limits)
    since = Conversation.objects.filter(first_accepted_at__gte=midnight)
    return since.values_list("queue").annotate(
        all=Count("queue"), in_time=Count("queue", filter=in_time)
    )


def _abandoned(
    queues: Iterable[Queue], midnight: datetime
) -> Iterable[tuple[int, int]]:
    """(queue, closed without any agent ever accepting); what a bot ended never waited
    for one."""
    limits = {queue.pk: queue.short_abandon_seconds for queue in queues}
    since = Conversation.objects.filter(
        _each_within("closed_at__gte", limits),
        closed_at__gte=midnight,
        first_accepted_at__isnull=True,
    )
    return since.values_list("queue").annotate(all=Count("queue"))


def _each_within(lookup: str, limits: Mapping[int, int]) -> Q:
    """Compared with the entry into the queue and so many seconds, as each queue says;
    few queues say anything of their own."""
    queues: dict[int, list[int]] = {}
    for queue, seconds in limits.items():
        queues.setdefault(seconds, []).append(queue)
    if not queues:
        return Q()
    conditions = [
        Q(queue__in=some, **{lookup: F("first_queued_at") + timedelta(seconds=seconds)})
        for seconds, some in queues.items()
    ]
    return reduce(or_, conditions)
