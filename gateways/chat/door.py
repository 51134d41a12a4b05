"""What customers are told before anybody has come: whether it is open, what the notice
says, how many stand before them, and how long that may take."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import TypedDict

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from conversations.models import (
    ONGOING,
    Conversation,
    FloorSettings,
    OverflowRule,
    Queue,
    Timer,
)
from conversations.moments import iso
from conversations.notices import version_of
from conversations.refusals import Refused
from conversations.states import (
    ConsentMode,
    OverflowAction,
    OverflowTrigger,
    State,
    TimerKind,
)
from gateways.models import ChatSite

PACE_OF = timedelta(minutes=30)
FEWEST = 3  # acceptances; fewer say nothing about the next one
LONGEST_GUESS = 60 * 60
STEP = 30  # seconds; a guess that changes every moment looks like knowledge


class SiteShown(TypedDict):
    key: str
    name: str


class NoticeShown(TypedDict):
    mode: str
    text: str
    text_version: str


class DoorShown(TypedDict):
    site: SiteShown
    is_open: bool
    opens_at: str | None
    channel: str
    notice: NoticeShown
    takes_offline_messages: bool
    expected_wait_seconds: int | None


def door_shown(site: ChatSite, now: datetime) -> DoorShown:
    """What somebody sees who comes to this site."""
    queue = site.workstream.queue
    is_open = takes_in(queue)
    return {
        "site": site_shown(site),
        "is_open": is_open,
        "opens_at": None if is_open else opens_at(queue),
        "channel": site.workstream.channel,
        "notice": notice_shown(FloorSettings.current()),
        "takes_offline_messages": site.offline_workstream_id is not None,
        "expected_wait_seconds": _wait_of_next(queue, now) if is_open else None,
    }


def site_shown(site: ChatSite | None) -> SiteShown:
    """A site that was taken away since leaves its place empty."""
    return {"key": site.key if site else "", "name": site.name if site else ""}


def notice_shown(floor: FloorSettings) -> NoticeShown:
    """The notice that monitoring and storing are told with, and whether it asks."""
    text = "" if floor.consent_mode == ConsentMode.NONE else floor.customer_notice
    return {
        "mode": floor.consent_mode,
        "text": text,
        "text_version": version_of(text) if text else "",
    }


def closed_now(queue: Queue) -> Refused:
    """Nobody is there; the answer says when somebody will be."""
    sentence = _("Nobody is here to answer just now.")
    return Refused("closed_now", sentence, opens_at=opens_at(queue))


def takes_in(queue: Queue) -> bool:
    """Whether who comes now will be served: here, or where the overflow sends them."""
    if queue.is_open:
        return True
    rule = (
        OverflowRule.objects.select_related("target")
        .filter(queue=queue, trigger=OverflowTrigger.OUT_OF_HOURS)
        .first()
    )
    if rule is None:
        return False
    sent_on = rule.action == OverflowAction.TRANSFER
    goes_on = sent_on and rule.target is not None and rule.target.is_open
    return goes_on or rule.action == OverflowAction.ASSIGN_ANYWAY


def opens_at(queue: Queue) -> str | None:
    """When the operating hours say that it opens; None where somebody decides."""
    if queue.hours_id is None:
        return None
    turns = Timer.objects.filter(queue=queue, kind=TimerKind.QUEUE_HOURS)
    return iso(turns.values_list("due_at", flat=True).first())


def position_of(conversation: Conversation) -> int:
    """The place in the queue, in the order in which it is served; 1 is the next.

    Whoever is just being offered to an agent is the next.
    """
    if conversation.state != State.OPEN:
        return 1
    return _waiting(conversation.queue_id).filter(_before(conversation)).count() + 1


def expected_wait(queue_id: int, position: int, now: datetime) -> int | None:
    """How long it takes until so many are accepted, going by the last half hour."""
    return guess(position, pace_of(queue_id, now))


def pace_of(queue_id: int, now: datetime) -> int:
    """How many of this queue were accepted in the last half hour."""
    accepted = Conversation.objects.filter(first_accepted_at__gte=now - PACE_OF)
    return accepted.filter(queue=queue_id).count()


def in_order(queue_id: int) -> list[int]:
    """Everybody who waits in this queue, in the order in which they are served."""
    order = ("-at_front", "priority", "waiting_since", "pk")
    return list(_waiting(queue_id).order_by(*order).values_list("pk", flat=True))


def guess(position: int, accepted: int) -> int | None:
    """Seconds, in steps; None where it would be no more than a number."""
    if accepted < FEWEST:
        return None
    seconds = position * PACE_OF.total_seconds() / accepted
    return ceil(seconds / STEP) * STEP if seconds <= LONGEST_GUESS else None


def _wait_of_next(queue: Queue, now: datetime) -> int | None:
    return expected_wait(queue.pk, _waiting(queue.pk).count() + 1, now)


def _waiting(queue_id: int) -> QuerySet[Conversation]:
    return Conversation.objects.filter(ONGOING, queue=queue_id, state=State.OPEN)


def _before(conversation: Conversation) -> Q:
    """Who is served sooner: those at the front, then the smaller priority, then who has
    waited longer, then who came first."""
    same_front = Q(at_front=conversation.at_front)
    same_priority = same_front & Q(priority=conversation.priority)
    same_wait = same_priority & Q(waiting_since=conversation.waiting_since)
    before = same_front & Q(priority__lt=conversation.priority)
    before |= same_priority & Q(waiting_since__lt=conversation.waiting_since)
    before |= same_wait & Q(pk__lt=conversation.pk)
    return before if conversation.at_front else before | Q(at_front=True)
