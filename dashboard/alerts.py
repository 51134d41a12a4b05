"""Alerts on their way to open pages: read from their rows, each sent once a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import orjson
from django.contrib.auth.models import User

from conversations import moments
from conversations.events import shown_name
from conversations.models import UNANSWERED, Alert, Offer
from conversations.moments import iso
from conversations.states import OfferKind

FRESH = timedelta(minutes=2)
"""What is older was told before, or is too late to be news."""

TEXTS = {
    "assign_declined": "%(agent)s declined “%(subject)s”; it is back in the queue.",
    "assign_timed_out": "%(agent)s did not answer; “%(subject)s” is back in the queue.",
    "transfer_accepted": "%(agent)s accepted the transfer of “%(subject)s”.",
    "transfer_declined": "%(agent)s declined the transfer of “%(subject)s”.",
    "transfer_timed_out": "%(agent)s did not answer the transfer of “%(subject)s”.",
    "offer_withdrawn": "The offer of “%(subject)s” to %(agent)s was withdrawn.",
    "sentiment_fell": "%(customer)s's mood fell in “%(subject)s”.",
    "mood_fell_yours": "%(customer)s's mood fell in “%(subject)s”.",
    "hand_raised": "%(agent)s asks for help in “%(subject)s”: %(text)s",
    "hand_cleared": "%(by)s has seen to your call for help in “%(subject)s”.",
    "consult_asked": "%(agent)s asks you to read along in “%(subject)s”: %(text)s",
    "consult_accepted": "%(agent)s reads along in “%(subject)s”.",
    "consult_declined": "%(agent)s cannot help in “%(subject)s” just now.",
    "consult_timed_out": (
        "%(agent)s did not answer your call for help in “%(subject)s”."
    ),
    "agent_vanished": "%(agent)s has gone; “%(subject)s” is back in the queue.",
    "hand_over_accepted": "%(agent)s has taken over “%(subject)s”.",
    "hand_over_declined": "%(agent)s did not take over “%(subject)s”.",
    "hand_over_timed_out": "%(agent)s did not answer the transfer of “%(subject)s”.",
}


@dataclass(frozen=True, slots=True)
class Sendable:
    """An alert for every page of `user` that shows `queue` (None: shows anything)."""

    id: int
    user: int
    queue: int | None
    frame: str


class Outbox:
    """Remembers what this process has sent; the rows are the truth."""

    def __init__(self) -> None:
        self._sent: set[int] = set()

    def unsent(self, users: Iterable[int]) -> list[Sendable]:
        """Fresh alerts of these users that no page here has been sent yet."""
        fresh = Alert.objects.filter(
            user__in=list(users), at__gte=moments.now() - FRESH
        ).select_related("conversation")
        alerts = list(fresh.order_by("pk"))
        news = [alert for alert in alerts if alert.pk not in self._sent]
        # Only what is still fresh has to be remembered.
        self._sent = {alert.pk for alert in alerts}
        return [_sendable(alert) for alert in news]


def open_asks(user: User) -> list[dict[str, object]]:
    """What agents ask of this supervisor just now: for a page that is opened after the
    alert was sent."""
    asked = Offer.objects.filter(
        UNANSWERED,
        supervisor=user,
        kind=OfferKind.CONSULT,
        expires_at__gt=moments.now(),
    ).select_related("offered_by", "conversation__customer")
    return [_ask(offer) for offer in asked.order_by("pk")]


def _ask(offer: Offer) -> dict[str, object]:
    by = offer.offered_by
    return {
        "conversation": offer.conversation_id,
        "agent": "" if by is None else shown_name(by),
        "subject": offer.conversation.subject,
        "customer": offer.conversation.customer.name,
        "text": offer.text,
        "offer": offer.pk,
        "expires_at": iso(offer.expires_at),
    }


def _sendable(alert: Alert) -> Sendable:
    about = alert.conversation
    queue = None if about is None else about.queue_id
    return Sendable(alert.pk, alert.user_id, queue, _frame(alert))


def _frame(alert: Alert) -> str:
    return orjson.dumps(
        {
            "type": "alert",
            "id": alert.pk,
            "level": alert.level,
            "kind": alert.kind,
            "text": TEXTS[alert.kind] % alert.params,
            "conversation": alert.conversation_id,
            "params": alert.params,
        }
    ).decode()
