"""What a supervisor's command does once the table of rules has allowed it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User

from conversations import timers
from conversations.events import SYSTEM, Actor, Kind, shown_name
from conversations.models import Participant, Queue
from conversations.reports import stay_of
from conversations.states import (
    Mode,
    SessionEnd,
    Situation,
    StatusReason,
    Trigger,
)
from conversations.transitions import offering, people
from conversations.transitions.ending import shut
from conversations.transitions.scene import Scene


def assign_to_queue(scene: Scene, queue: Queue, *, by: Actor, reason: str = "") -> None:
    """Move an open conversation to another queue; its wait clock goes on."""
    origin = scene.conversation.queue_id
    people.move_to_queue(scene, queue, SessionEnd.SUPERVISOR_ASSIGNED_TO_QUEUE)
    scene.record(Kind.ASSIGNED_TO_QUEUE, by=by, reason=reason, origin=origin)


def force_close(scene: Scene, *, by: Actor, reason: str = "") -> None:
    """Closed at once from any state; everybody in it is told by whom."""
    was = scene.conversation.situation
    scene.move(Trigger.FORCE_CLOSE, StatusReason.FORCE_CLOSED)
    offering.withdraw(scene)
    people.tell(scene, "force_closed")
    shut(scene, SessionEnd.FORCE_CLOSED)
    scene.conversation.closed_by = by.user
    scene.record(Kind.FORCE_CLOSED, by=by, reason=reason, was=was)


def start_monitoring(scene: Scene, user: User) -> bool:
    """Watch unseen. False when the user was watching already: one monitoring.

    Nothing that a customer or an agent can see moves: no version, no due time.
    """
    if stay_of(scene.conversation.pk, user) is not None:
        return False
    Participant.objects.create(
        conversation=scene.conversation,
        user=user,
        mode=Mode.MONITOR,
        is_supervising=True,
        name=shown_name(user),
        joined_at=scene.now,
        seen_at=scene.now,
    )
    # What would close it starts anew, as for every action; nobody inside may see it.
    timers.restart(scene.conversation, scene.now, unseen=True)
    scene.record(Kind.MONITORING_STARTED, by=Actor.supervisor(user))
    return True


def join(scene: Scene, user: User) -> bool:
    """Come into the conversation as a consultant: agent and customer are told."""
    stay = stay_of(scene.conversation.pk, user)
    if stay is not None and stay.mode != Mode.MONITOR and stay.is_added:
        return False
    if stay is None:
        stay = Participant(
            conversation=scene.conversation,
            user=user,
            is_supervising=True,
            name=shown_name(user),
            joined_at=scene.now,
        )
    stay.mode, stay.seen_at, stay.is_added = Mode.CONSULT, scene.now, True
    stay.save()
    people.tell(scene, "supervisor_joined", name=shown_name(user))
    scene.record(Kind.JOINED, by=Actor.supervisor(user))
    return True


def leave(scene: Scene, user: User, *, reason: str = "left") -> bool:
    """Step out after a join; the supervisor goes on monitoring."""
    stay = stay_of(scene.conversation.pk, user)
    if stay is None or stay.mode != Mode.CONSULT:
        return False
    _tell_of_leaving(scene, stay)
    stay.mode, stay.is_added = Mode.MONITOR, True
    stay.save(update_fields=["mode", "is_added"])
    scene.record(Kind.LEFT, by=Actor.supervisor(user), why=reason)
    return True


def stop_watching(
    scene: Scene, user: User, *, reason: str = "left", by_system: bool = False
) -> bool:
    """End monitoring, and a join with it; the end is in the audit trail with why."""
    stay = stay_of(scene.conversation.pk, user)
    if stay is None or not stay.is_supervising:
        return False
    stay.left_at, stay.left_reason = scene.now, reason
    stay.save(update_fields=["left_at", "left_reason"])
    if stay.mode == Mode.CONSULT:
        _tell_of_leaving(scene, stay)
    scene.record(
        Kind.MONITORING_ENDED,
        by=SYSTEM if by_system else Actor.supervisor(user),
        why=reason,
        user=user.pk,
    )
    return True


def see(stays: Iterable[int], now: datetime) -> None:
    """These watchers gave a sign of life. No transition: nothing of it is shown."""
    Participant.objects.filter(pk__in=list(stays), left_at__isnull=True).update(
        seen_at=now
    )


def _tell_of_leaving(scene: Scene, stay: Participant) -> None:
    if scene.conversation.situation is Situation.CLOSED:
        return
    if stay.is_added:
        people.tell(scene, "supervisor_left", name=stay.name)
    else:
        people.note(scene, "consult_ended", name=stay.name)
