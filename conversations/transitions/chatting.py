"""What the customer's own browser brings about: gone, back, and a rating."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from conversations import timers
from conversations.events import CUSTOMER, SYSTEM, Kind, record
from conversations.models import Conversation, Rating, Timer
from conversations.refusals import Refused
from conversations.states import Channel, Situation, State, TimerKind
from conversations.transitions.arrival import customer_ends
from conversations.transitions.scene import Scene

_HELD = (
    Situation.OPEN,
    Situation.AWAITING_ACCEPTANCE,
    Situation.IN_CONVERSATION,
    Situation.TRANSFER_PENDING,
)


def customer_gone_soon(scene: Scene) -> None:
    """No browser of the customer's is connected: a live chat ends unless one is."""
    conversation = scene.conversation
    live = conversation.channel == Channel.LIVE_CHAT
    if not live or conversation.situation not in _HELD or _is_gone(conversation):
        return
    timers.start_gone(conversation, scene.now)
    scene.record(Kind.CUSTOMER_GONE, by=SYSTEM)


def customer_back(scene: Scene) -> None:
    """The customer's browser is connected again: as before."""
    if _is_gone(scene.conversation):
        timers.stop_gone(scene.conversation)
        scene.record(Kind.CUSTOMER_BACK, by=CUSTOMER)


def end_for_gone_customer(scene: Scene) -> None:
    """They have not come back in time."""
    if scene.conversation.situation in _HELD:
        customer_ends(scene, left=True)


def rate(
    conversation: Conversation, score: int, comment: str, *, now: datetime
) -> Rating:
    """What the customer thinks of it, once it has ended for them; the last word counts.

    Raises `wrong_state` while it still goes on.
    """
    if conversation.state not in (State.WRAP_UP, State.CLOSED):
        raise Refused("wrong_state", _("It can be rated once it has ended."))
    rating, _made = Rating.objects.update_or_create(
        conversation=conversation,
        defaults={"score": score, "comment": comment, "at": now},
    )
    record(
        Kind.RATED,
        at=now,
        by=CUSTOMER,
        conversation=conversation,
        watched=[conversation.pk],
        data={"queue": conversation.queue_id, "score": score},
    )
    return rating


def _is_gone(conversation: Conversation) -> bool:
    return Timer.objects.filter(
        conversation=conversation, kind=TimerKind.CUSTOMER_GONE
    ).exists()
