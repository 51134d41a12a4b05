"""What administrators write about places and words, and what queues do by themselves.
Part of the table of writers."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from conversations import clock, moments
from conversations.events import SYSTEM, Kind
from conversations.models import (
    Conversation,
    OperatingHours,
    OverflowRule,
    PresenceLabel,
    Timer,
)
from conversations.states import Situation
from conversations.transitions import configuring, overflowing, wording
from tests.building import act, at, later
from tests.dashboard.door_writers import fire
from tests.dashboard.writers import Act, House, Writer

K, OPEN = Kind, Situation.OPEN


def _hours() -> OperatingHours:
    """Never open."""
    hours = OperatingHours(name="Shop", time_zone="UTC", week=[[]] * 7, days_off=[])
    hours.save()
    return hours


def _queue_with_hours(house: House) -> OperatingHours:
    hours = _hours()
    house.queue.hours, house.queue.is_open = hours, True
    house.queue.save()
    return hours


def _hours_change(house: House) -> Act:
    hours = _queue_with_hours(house)

    def save() -> None:
        with transaction.atomic():
            configuring.save_hours(hours, by=SYSTEM)

    return save


def _queue_turns(house: House) -> Act:
    _queue_with_hours(house)
    return lambda: overflowing.turn_queue(house.queue.pk)


def _clock_turns(house: House) -> Act:
    _queue_with_hours(house)
    Timer.objects.create(queue=house.queue, kind="queue_hours", due_at=moments.now())

    def fire() -> None:
        assert clock.fire_due() == 1

    return fire


def _overflow_is_set(house: House) -> Act:
    rules = [OverflowRule(trigger="waiting_time", limit=120, action="end")]

    def save() -> None:
        with transaction.atomic():
            configuring.save_overflow(house.queue, rules, by=SYSTEM)

    return save


def _waits_in_vain(house: House) -> Conversation:
    OverflowRule.objects.create(
        queue=house.queue, trigger="waiting_time", limit=60, action="end"
    )
    return house.at(OPEN)


def _runs_out(house: House) -> Act:
    it = _waits_in_vain(house)

    def end() -> None:
        with at(later(seconds=61)):
            act(it, overflowing.run_out_of_patience)

    return end


def _runs_out_by_clock(house: House) -> Act:
    _waits_in_vain(house)
    return lambda: fire(61)


def _label(house: House) -> PresenceLabel:
    label = PresenceLabel(name="Lunch", base="away")
    with transaction.atomic():
        wording.save_presence_label(label, by=SYSTEM)
    return label


def _a_label_comes(house: House) -> Act:
    return lambda: _label(house)


def _worded(step: Callable[[], object]) -> Act:
    def run() -> None:
        with transaction.atomic():
            step()

    return run


def _a_label_goes(house: House) -> Act:
    label = _label(house)
    return _worded(lambda: wording.remove_presence_label(label, by=SYSTEM))


def _a_reply_is_worded(house: House) -> Act:
    return _worded(lambda: wording.note_quick_reply("hello", by=SYSTEM))


def _hours_go(house: House) -> Act:
    hours = _hours()
    return _worded(lambda: wording.remove_hours(hours, by=SYSTEM))


PLACES = (
    Writer("configuring.save_hours", K.HOURS_CHANGED, _hours_change),
    Writer("configuring.save_overflow", K.QUEUE_CHANGED, _overflow_is_set, silent=True),
    Writer("overflowing.run_out_of_patience", K.OVERFLOWED, _runs_out),
    Writer("overflowing.turn_queue", K.HOURS_CHANGED, _queue_turns),
    Writer("clock.overflow", K.OVERFLOWED, _runs_out_by_clock),
    Writer("clock.queue_hours", K.HOURS_CHANGED, _clock_turns),
    Writer(
        "wording.save_presence_label", K.WORDING_CHANGED, _a_label_comes, silent=True
    ),
    Writer(
        "wording.remove_presence_label", K.WORDING_CHANGED, _a_label_goes, silent=True
    ),
    Writer(
        "wording.note_quick_reply", K.WORDING_CHANGED, _a_reply_is_worded, silent=True
    ),
    Writer("wording.remove_hours", K.HOURS_CHANGED, _hours_go, silent=True),
)
