"""What administrators set: settings, queues, workstreams. Shown things change only
through here, also from Django admin (domain, section 2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.forms.models import model_to_dict

from conversations import hours, moments
from conversations.events import Actor, Kind, record
from conversations.locks import lock_queue
from conversations.models import (
    Agent,
    FloorSettings,
    Membership,
    OperatingHours,
    OverflowRule,
    Queue,
    Workstream,
)
from conversations.refusals import Refused
from conversations.rows import queue_row
from conversations.transitions import overflowing


def save_settings(changed: FloorSettings, *, by: Actor) -> None:
    """Store the one row; which fields changed is in the audit trail, and every open
    page hears of it."""
    FloorSettings.objects.get_or_create(pk=1)
    before = FloorSettings.objects.select_for_update().get(pk=1)
    names = _changed_fields(before, changed)
    if not names:
        return
    changed.pk = 1
    changed.version = before.version + 1
    changed.save()
    record(
        Kind.SETTINGS_CHANGED,
        at=moments.now(),
        by=by,
        data={name: _plain(getattr(changed, name)) for name in names},
        settings=True,
        rights=True,
    )


def add_queue(queue: Queue, *, by: Actor, now: datetime) -> Queue:
    """A new queue, without members yet."""
    queue.save()
    if overflowing.follow_hours(queue, now):
        queue.save(update_fields=["is_open"])
    record(
        Kind.QUEUE_CHANGED,
        at=now,
        by=by,
        changed=[queue],
        data={"queue": queue.pk, "added": True},
        rights=True,
    )
    return queue


def save_queue(
    changed: Queue,
    *,
    by: Actor,
    agents: Iterable[int] | None = None,
    supervisors: Iterable[int] | None = None,
) -> None:
    """Store a queue with its members and supervisors; None leaves them as they are."""
    before = lock_queue(changed.pk)
    if before is None:
        raise Refused.not_found()
    shown = queue_row(before, _members(before))
    now = moments.now()
    changed.version = before.version
    overflowing.follow_hours(changed, now)
    changed.save()
    if agents is not None:
        _set_members(changed, set(agents))
    rights = supervisors is not None and _set_supervisors(changed, set(supervisors))
    is_news = queue_row(changed, _members(changed)) != shown
    if is_news:
        changed.version += 1
        changed.save(update_fields=["version"])
    if is_news or rights:
        record(
            Kind.QUEUE_CHANGED if is_news else Kind.SUPERVISORS_CHANGED,
            at=now,
            by=by,
            changed=[changed] if is_news else [],
            data={"queue": changed.pk},
            routable=True,
            rights=True,
        )


def save_overflow(queue: Queue, rules: Iterable[OverflowRule], *, by: Actor) -> None:
    """Exactly these rules for the queue, at most one of a kind. What waits already
    keeps the time that it got, unless the new one is longer."""
    if lock_queue(queue.pk) is None:
        raise Refused.not_found()
    wanted = list(rules)
    for rule in wanted:
        rule.queue = queue
        for problem in overflowing.problems_of(rule):
            raise Refused("invalid", problem)
    queue.overflow_rules.all().delete()
    for rule in wanted:
        rule.pk = None
        rule.save(force_insert=True)
    record(
        Kind.QUEUE_CHANGED,
        at=moments.now(),
        by=by,
        data={"queue": queue.pk, "overflow": [_told_of(rule) for rule in wanted]},
        routable=True,
    )


def save_hours(changed: OperatingHours, *, by: Actor) -> None:
    """Store operating hours; the queues that keep them open and close at once."""
    for problem in hours.problems_of(changed.week, changed.days_off, changed.time_zone):
        raise Refused("invalid", problem)
    changed.save()
    now, turned = moments.now(), []
    for queue_id in changed.queues.order_by("pk").values_list("pk", flat=True):
        queue = lock_queue(queue_id)
        if queue is not None and overflowing.follow_hours(queue, now):
            queue.version += 1
            queue.save(update_fields=["is_open", "version"])
            turned.append(queue)
    record(
        Kind.HOURS_CHANGED,
        at=now,
        by=by,
        changed=turned,
        data={"hours": changed.pk},
        routable=True,
    )


def save_workstream(stream: Workstream, *, by: Actor) -> None:
    """Store a workstream. What is out there keeps the units and times that it got."""
    stream.save()
    record(
        Kind.WORKSTREAM_CHANGED,
        at=moments.now(),
        by=by,
        data={"workstream": stream.pk},
    )


def _changed_fields(before: FloorSettings, changed: FloorSettings) -> list[str]:
    was, will_be = model_to_dict(before), model_to_dict(changed)
    return [name for name in was if name != "id" and was[name] != will_be[name]]


def _plain(value: object) -> object:
    """Texts of notices are long: the audit trail says that they changed."""
    return value if isinstance(value, bool | int) else str(value)[:80]


def _told_of(rule: OverflowRule) -> dict[str, object]:
    return {
        "trigger": rule.trigger,
        "limit": rule.limit,
        "action": rule.action,
        "target": rule.target_id,
    }


def _members(queue: Queue) -> list[int]:
    return list(queue.memberships.values_list("agent_id", flat=True))


def _set_members(queue: Queue, wanted: set[int]) -> None:
    present = set(_members(queue))
    queue.memberships.filter(agent__in=present - wanted).delete()
    Membership.objects.bulk_create(
        Membership(queue=queue, agent=agent)
        for agent in Agent.objects.filter(pk__in=wanted - present)
    )


def _set_supervisors(queue: Queue, wanted: set[int]) -> bool:
    present = set(queue.supervisors.values_list("pk", flat=True))
    queue.supervisors.set(wanted)
    return present != wanted
