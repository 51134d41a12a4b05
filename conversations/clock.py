"""Fires what is due and routes what waits; any number of processes may run it.

Due ids are read without a lock; then the conversation is taken with SKIP LOCKED and
everything is checked again, so that each timer fires exactly once (domain, Locks).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import structlog
from django.db import DatabaseError, close_old_connections

from conversations import attendance, doorbell, moments, router
from conversations.events import SYSTEM, Kind
from conversations.locks import one_transaction
from conversations.meters import CLOCK_JOB, CLOCK_ROUND, TIMER_LAG
from conversations.models import (
    ONGOING,
    UNANSWERED,
    Conversation,
    Offer,
    Participant,
    Timer,
)
from conversations.states import (
    Channel,
    Mode,
    OfferKind,
    SessionEnd,
    State,
    StatusReason,
    TimerKind,
    Trigger,
)
from conversations.transitions import (
    chatting,
    consulting,
    handling,
    offering,
    overflowing,
    people,
    staffing,
)
from conversations.transitions.ending import shut, wind_up
from conversations.transitions.scene import Scene, enter
from conversations.troubles import Troubles

PERIOD = 1.0  # seconds between looks when nothing rings
GAP = 0.1
BATCH = 200

log = structlog.get_logger(__name__)

JOBS: list[Callable[[], object]] = []
"""What other rooms want done once a period, such as ending orphaned monitoring."""


class Clock:
    """The loop of one process; `wake` it when something may be routable at once."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._stopped = threading.Event()
        self._troubles = Troubles("clock")

    def run(self) -> None:
        """Work until `stop`; a database that is away is waited for."""
        unlisten = doorbell.listen(self._hear)
        try:
            while not self._stopped.is_set():
                self._round()
                # Rings that come close together are answered by one round.
                self._stopped.wait(GAP)
                self._rung.wait(PERIOD)
                self._rung.clear()
        finally:
            unlisten()

    def stop(self) -> None:
        """End after the present round."""
        self._stopped.set()
        self._rung.set()

    def _hear(self, ring: doorbell.Ring) -> None:
        if ring.routable:
            self._rung.set()

    def _round(self) -> None:
        close_old_connections()
        for job in (fire_due, attendance.end_lost_sockets, router.route_all, *JOBS):
            self._do(job, getattr(job, "__name__", type(job).__name__))
        CLOCK_ROUND.set_to_current_time()

    def _do(self, job: Callable[[], object], name: str) -> None:
        try:
            with CLOCK_JOB.labels(name).time():
                job()
        except Exception as error:
            # Whatever it is, the clock must go on: everybody's timers hang on it.
            self._troubles.failed(name, error)
            close_old_connections()
        else:
            self._troubles.worked(name)


def fire_due() -> int:
    """Fire everything that is due; answers how many timers really fired here."""
    due = Timer.objects.filter(due_at__lte=moments.now()).order_by("due_at")
    return sum(_fire_safely(timer) for timer in list(due[:BATCH]))


def _fire_safely(timer: Timer) -> bool:
    """One timer that fails must not hold up those behind it."""
    try:
        fired = _fire(timer)
    except DatabaseError:
        raise
    except Exception:
        log.exception("clock.timer_failed", timer=timer.pk)
        return False
    if fired:
        lag = moments.now() - timer.due_at
        TIMER_LAG.labels(timer.kind).observe(max(0.0, lag.total_seconds()))
    return fired


def _fire(timer: Timer) -> bool:
    if timer.conversation_id is not None:
        return _fire_for_conversation(timer.pk, timer.conversation_id)
    if timer.queue_id is not None:
        overflowing.turn_queue(timer.queue_id)
        return True
    assert timer.agent_id is not None
    return _end_grace(timer.pk, timer.agent_id)


@one_transaction
def _fire_for_conversation(pk: int, conversation_id: int) -> bool:
    scene = enter(conversation_id, skip_locked=True)
    if scene is None:
        return False
    timer = Timer.objects.filter(pk=pk, due_at__lte=scene.now).first()
    if timer is None:
        return False
    timer.delete()
    _ACTIONS[TimerKind(timer.kind)](scene)
    return True


def _close_by_itself(scene: Scene) -> None:
    scene.move(Trigger.TIMER_CLOSES, StatusReason.AUTO_CLOSED)
    offering.withdraw(scene)
    people.tell(scene, "auto_closed")
    shut(scene, SessionEnd.AUTO_CLOSED)
    scene.record(Kind.AUTO_CLOSED, by=SYSTEM)


def _end_active(scene: Scene) -> None:
    if scene.conversation.channel != Channel.VOICE:
        _close_by_itself(scene)
        return
    scene.move(Trigger.TIMER_ENDS_CALL, StatusReason.AUTO_CLOSED)
    offering.withdraw(scene)
    wind_up(scene, SessionEnd.AUTO_CLOSED)
    scene.record(Kind.CALL_TIMED_OUT, by=SYSTEM)


def _free_units(scene: Scene) -> None:
    handling.free_wrap_up_units(scene)
    scene.record(Kind.UNITS_FREED, by=SYSTEM)


_ACTIONS: Mapping[TimerKind, Callable[[Scene], None]] = {
    TimerKind.OFFER: offering.time_out,
    TimerKind.OPEN: _close_by_itself,
    TimerKind.ACTIVE: _end_active,
    TimerKind.WAITING: _close_by_itself,
    TimerKind.WRAP_UP: _close_by_itself,
    TimerKind.WRAP_UP_UNITS: _free_units,
    TimerKind.CUSTOMER_GONE: chatting.end_for_gone_customer,
    TimerKind.CONSULT: consulting.time_out,
    TimerKind.OVERFLOW: overflowing.run_out_of_patience,
}


def _end_grace(pk: int, agent_id: int) -> bool:
    """Take the live work back, one conversation a transaction; the timer goes last,
    so that a process killed half-way leaves the rest to the next one."""
    for conversation_id in _live_work(agent_id):
        if not _take_back(pk, conversation_id, agent_id):
            return False
    return _finish_grace(pk, agent_id)


def _live_work(agent_id: int) -> list[int]:
    live = [channel for channel in Channel if channel.is_live]
    handled = Conversation.objects.filter(
        ONGOING, agent=agent_id, state=State.ACTIVE, channel__in=live
    )
    offered = Offer.objects.filter(UNANSWERED, agent=agent_id)
    helping = Participant.objects.filter(
        user__agent=agent_id, mode=Mode.CONSULT, left_at__isnull=True
    )
    return sorted(
        {
            *handled.values_list("pk", flat=True),
            *offered.exclude(kind=OfferKind.CONSULT).values_list(
                "conversation_id", flat=True
            ),
            *helping.values_list("conversation_id", flat=True),
        }
    )


@one_transaction
def _take_back(timer: int, conversation_id: int, agent_id: int) -> bool:
    scene = enter(conversation_id, agents=[agent_id])
    if scene is None or not _grace_is_over(timer, scene.agents[agent_id].pk):
        return False
    staffing.lose_agent(scene, agent_id)
    return True


@one_transaction
def _finish_grace(timer: int, agent_id: int) -> bool:
    scene = staffing.enter_agent(agent_id)
    if not _grace_is_over(timer, agent_id):
        return False
    staffing.vanish(scene)
    return True


def _grace_is_over(timer: int, agent_id: int) -> bool:
    return Timer.objects.filter(
        pk=timer, agent=agent_id, due_at__lte=moments.now()
    ).exists()
