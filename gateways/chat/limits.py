"""How much one address and one conversation may ask for.

Counted in the database, where all processes count the same; under the lock of what is
counted, so that many at once do not slip through together.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from math import ceil

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.exceptions import Throttled

from conversations.models import Conversation, Message
from conversations.states import Sender, State
from gateways.models import ChatPass

OPENINGS, OPENINGS_WITHIN = 10, timedelta(minutes=10)
ONGOING = 5
MESSAGES, MESSAGES_WITHIN = 20, timedelta(seconds=10)
TRY_AGAIN = 60  # seconds; nobody knows when somebody's other chats will end


def mark_of(address: str) -> str:
    """What is kept of an address: enough to count by, not enough to find it out.

    Of IPv6 the network counts: everybody has countless addresses in theirs.
    """
    digest = salted_hmac("gateways.chat.address", _network(address), algorithm="sha256")
    return digest.hexdigest()


def refuse_many_openings(made_for: str, now: datetime) -> None:
    """Raises Throttled where this address has opened too much; call in a transaction,
    to whose end it makes others of the same address wait."""
    _one_at_a_time(made_for)
    of_address = ChatPass.objects.filter(made_for=made_for)
    recent = of_address.filter(made_at__gt=now - OPENINGS_WITHIN).order_by("-made_at")
    times = list(recent.values_list("made_at", flat=True)[:OPENINGS])
    if len(times) == OPENINGS:
        raise throttled(_until(times[-1], OPENINGS_WITHIN, now))
    if _ongoing(of_address).count() >= ONGOING:
        raise throttled(TRY_AGAIN)


def refuse_many_messages(conversation: Conversation | int, now: datetime) -> None:
    """Raises Throttled where this customer has written too much just now."""
    own = Message.objects.filter(
        conversation=conversation,
        sender_kind=Sender.CUSTOMER,
        at__gt=now - MESSAGES_WITHIN,
    ).order_by("-pk")
    times = list(own.values_list("at", flat=True)[:MESSAGES])
    if len(times) == MESSAGES:
        raise throttled(_until(times[-1], MESSAGES_WITHIN, now))


def throttled(seconds: int) -> Throttled:
    """A 429 that says when to come again."""
    # Given to the constructor, the wait would be added to the sentence as well.
    refusal = Throttled(detail=_("That was too much at once. Try again in a while."))
    refusal.wait = seconds  # type: ignore[attr-defined]
    return refusal


def _ongoing(passes: QuerySet[ChatPass]) -> QuerySet[ChatPass]:
    """Chats that go on; what was written out of hours may wait as long as it takes."""
    ended = (State.WRAP_UP, State.CLOSED)
    chats = passes.filter(conversation__workstream=F("site__workstream"))
    return chats.exclude(conversation__state__in=ended)


def _until(moment: datetime, span: timedelta, now: datetime) -> int:
    return max(1, ceil((moment + span - now).total_seconds()))


def _one_at_a_time(made_for: str) -> None:
    """SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            key = int(made_for[:15], 16)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
