"""What happens to who comes, or waits, when a queue cannot take them in time; and the
opening hours that a queue keeps.

Closed hours and full queues are looked at once, on entry; the time waited by a timer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from conversations import hours, moments, timers
from conversations.events import SYSTEM, Kind, record
from conversations.locks import lock_queue, one_transaction
from conversations.models import (
    ONGOING,
    Conversation,
    OverflowRule,
    Queue,
    Timer,
)
from conversations.states import (
    ChannelKind,
    OverflowAction,
    OverflowTrigger,
    Sender,
    SessionEnd,
    Situation,
    State,
    StatusReason,
    TimerKind,
    Trigger,
    Visibility,
)
from conversations.transitions import people
from conversations.transitions.ending import shut

if TYPE_CHECKING:
    from conversations.transitions.scene import Scene

MINUTE, DAY = 60, 24 * 60 * 60

LIMITS = {
    ChannelKind.MESSAGING: (MINUTE, 2 * DAY),
    ChannelKind.VOICE: (MINUTE, 60 * MINUTE),
    ChannelKind.RECORD: (3 * MINUTE, 2 * DAY),
}
"""Type of a queue -> the shortest and the longest wait of a rule, in seconds."""
MOST_WAITING = 100


def check_entry(scene: Scene) -> bool:
    """Look once, on entry, whether the queue can take this conversation in; True when
    it moved or ended it. Part of the caller's transition: records no event."""
    conversation = scene.conversation
    for rule in _rules(conversation.queue):
        if _applies_on_entry(rule, conversation) and _act(scene, rule):
            return True
    return False


def run_out_of_patience(scene: Scene) -> None:
    """The conversation has waited in this queue for as long as its rule allows."""
    conversation = scene.conversation
    patience = patience_of(conversation.queue)
    if conversation.situation is not Situation.OPEN or patience is None:
        return
    if scene.now < conversation.queued_at + timedelta(seconds=patience):
        # The rule has become more patient meanwhile.
        timers.start_patience(conversation)
        return
    origin = conversation.queue_id
    for rule in _rules(conversation.queue):
        if rule.trigger == OverflowTrigger.WAITING_TIME and (
            _waive_skills(scene, rule) or _act(scene, rule)
        ):
            scene.record(Kind.OVERFLOWED, by=SYSTEM, origin=origin)


def patience_of(queue: Queue) -> int | None:
    """For how many seconds a conversation may wait here; None: for ever."""
    rule = queue.overflow_rules.filter(trigger=OverflowTrigger.WAITING_TIME).first()
    return None if rule is None else rule.limit


@one_transaction
def turn_queue(queue_id: int) -> None:
    """Open or close a queue as its operating hours say, and look again when they
    say otherwise next. However often it is called, a queue turns once."""
    queue = lock_queue(queue_id)
    if queue is None:
        return
    now = moments.now()
    if follow_hours(queue, now):
        queue.version += 1
        queue.save(update_fields=["is_open", "version"])
        record(
            Kind.HOURS_CHANGED,
            at=now,
            by=SYSTEM,
            changed=[queue],
            data={"queue": queue.pk, "open": queue.is_open},
            routable=True,
        )


def follow_hours(queue: Queue, now: datetime) -> bool:
    """Set the locked queue's opening by its hours and its timer for the next change;
    whether it turned. No event of its own, and the caller saves the queue. Without
    hours the opening stays as people have switched it."""
    due_at, was = None, queue.is_open
    if queue.hours is not None:
        kept = (queue.hours.week, queue.hours.days_off, queue.hours.time_zone)
        queue.is_open = hours.is_open(*kept, now)
        due_at = hours.next_change(*kept, now)
    if due_at is None:
        Timer.objects.filter(queue=queue).delete()
    else:
        Timer.objects.update_or_create(
            queue=queue, defaults={"kind": TimerKind.QUEUE_HOURS, "due_at": due_at}
        )
    return queue.is_open != was


def problems_of(rule: OverflowRule) -> list[str]:
    """Sentences for the administrator about what is wrong; none: it may be saved."""
    problems: list[str] = []
    if rule.action == OverflowAction.TRANSFER:
        problems += _problems_of_target(rule)
    if rule.trigger == OverflowTrigger.WORK_ITEM_LIMIT and not (
        rule.limit is not None and 1 <= rule.limit <= MOST_WAITING
    ):
        problems.append(
            _("The limit is from 1 to %(most)d waiting conversations.")
            % {"most": MOST_WAITING}
        )
    if rule.trigger == OverflowTrigger.WAITING_TIME:
        least, most = LIMITS[ChannelKind(rule.queue.type)]
        if rule.limit is None or not least <= rule.limit <= most:
            problems.append(
                _("The time is from %(least)d to %(most)d seconds.")
                % {"least": least, "most": most}
            )
    return problems


def _rules(queue: Queue) -> list[OverflowRule]:
    """The queue's rules in the order in which they are looked at."""
    rules = queue.overflow_rules.select_related("target")
    return sorted(rules, key=lambda rule: _ORDER.index(OverflowTrigger(rule.trigger)))


_ORDER = (
    OverflowTrigger.OUT_OF_HOURS,
    OverflowTrigger.WORK_ITEM_LIMIT,
    OverflowTrigger.WAITING_TIME,
)


def _applies_on_entry(rule: OverflowRule, conversation: Conversation) -> bool:
    if rule.trigger == OverflowTrigger.OUT_OF_HOURS:
        # Read anew: whoever let it in may hold a queue of some time ago.
        here = Queue.objects.filter(pk=conversation.queue_id)
        return not here.values_list("is_open", flat=True).get()
    if rule.trigger == OverflowTrigger.WORK_ITEM_LIMIT:
        # Not under the queue's lock: of two who come at once both may be let in.
        waiting = Conversation.objects.filter(
            ONGOING, queue=conversation.queue_id, state=State.OPEN
        )
        return waiting.exclude(pk=conversation.pk).count() >= (rule.limit or 0)
    return False


def _act(scene: Scene, rule: OverflowRule) -> bool:
    """Whether the rule moved or ended it; assigning anyway leaves it where it is."""
    if rule.action == OverflowAction.END:
        _note(scene, rule)
        _end(scene, rule)
        return True
    if rule.action == OverflowAction.TRANSFER and _may_go_to(scene, rule.target):
        assert rule.target is not None
        _note(scene, rule)
        _move(scene, rule.target)
        return True
    return False


def _waive_skills(scene: Scene, rule: OverflowRule) -> bool:
    conversation = scene.conversation
    if rule.action != OverflowAction.ASSIGN_ANYWAY or conversation.skills_waived:
        return False
    _note(scene, rule)
    conversation.skills_waived = True
    return True


def _may_go_to(scene: Scene, target: Queue | None) -> bool:
    """Another queue of the same type, in which this wait has not been yet."""
    conversation = scene.conversation
    if target is None or target.type != conversation.channel_kind:
        return False
    since = conversation.waiting_since or conversation.queued_at
    visited = conversation.sessions.filter(opened_at__gte=since, queue=target)
    return target.pk != conversation.queue_id and not visited.exists()


def _move(scene: Scene, target: Queue) -> None:
    people.move_to_queue(scene, target, SessionEnd.OVERFLOW_TRANSFERRED)
    people.tell(scene, "overflow_transferred", queue=target.name)


def _end(scene: Scene, rule: OverflowRule) -> None:
    scene.move(Trigger.OVERFLOW_ENDS, StatusReason.OVERFLOW_ENDED)
    people.say(
        scene,
        kind=Sender.SYSTEM,
        text=rule.message or people.SYSTEM_TEXTS["overflow_ended"],
        visibility=Visibility.PUBLIC,
        code="overflow_ended",
    )
    shut(scene, SessionEnd.OVERFLOW_ENDED)


def _note(scene: Scene, rule: OverflowRule) -> None:
    scene.notes["overflow"] = {
        "trigger": rule.trigger,
        "action": rule.action,
        "origin": scene.conversation.queue_id,
        "target": rule.target_id if rule.action == OverflowAction.TRANSFER else None,
    }


def _problems_of_target(rule: OverflowRule) -> Iterator[str]:
    target = rule.target
    if target is None or target.pk == rule.queue_id:
        yield _("Choose another queue to transfer to.")
    elif target.type != rule.queue.type:
        yield _("%(queue)s takes another type of work.") % {"queue": target.name}
