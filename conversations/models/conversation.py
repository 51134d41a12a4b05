"""One customer's matter on one channel, in one queue at a time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models.choices import choices
from conversations.models.people import Agent, Customer
from conversations.models.places import Queue, Workstream
from conversations.states import (
    Channel,
    ChannelKind,
    Elevation,
    Phase,
    Situation,
    State,
    situation_of,
)

ONGOING = Q(closed_at__isnull=True)
"""Not closed, said so that every database takes the index of what goes on: SQLite knows
nothing of a bound `state` when it chooses. A constraint holds the two together."""

_STORED_PAIRS = [situation.parts for situation in Situation]


class Conversation(models.Model):
    """The row of the floor. `agent` is the primary; `offer` the one that is open.

    `waiting_since` starts the present wait for an agent and survives a declined offer
    and an assignment to another queue; `queued_at` is the entry into this queue.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="conversations", db_index=False
    )
    workstream = models.ForeignKey(Workstream, models.PROTECT, db_index=False)
    channel = models.CharField(max_length=20, choices=choices(Channel))
    queue = models.ForeignKey(
        Queue, models.PROTECT, related_name="conversations", db_index=False
    )
    agent = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        related_name="conversations",
        db_index=False,
    )
    offer = models.OneToOneField(
        "Offer", models.PROTECT, null=True, related_name="offered_conversation"
    )
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="next")
    subject = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    skills = models.JSONField(default=list)
    units = models.PositiveIntegerField()
    priority = models.IntegerField(default=100)
    at_front = models.BooleanField(default=False)

    state = models.CharField(max_length=10, choices=choices(State))
    phase = models.CharField(max_length=20, choices=choices(Phase), blank=True)
    status_reason = models.CharField(max_length=30)
    elevated = models.CharField(
        max_length=8, choices=choices(Elevation), blank=True, default=""
    )
    bot_name = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveBigIntegerField(default=1)
    state_version = models.PositiveBigIntegerField(default=1)

    opened_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    state_since = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    first_queued_at = models.DateTimeField(null=True)
    first_accepted_at = models.DateTimeField(null=True)
    waited_seconds = models.PositiveIntegerField(null=True)
    last_customer_message_at = models.DateTimeField(null=True)
    last_agent_message_at = models.DateTimeField(null=True)
    unanswered_since = models.DateTimeField(null=True)
    transfer_count = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    # What is shown of the clock that would close it: its timer may run longer, since
    # monitoring restarts that unseen (domain, section 3).
    closes_at = models.DateTimeField(null=True)
    closes_kind = models.CharField(max_length=20, blank=True, default="")
    hand_since = models.DateTimeField(null=True)
    hand_text = models.CharField(max_length=200, blank=True, default="")
    notes = models.TextField(max_length=4_000, blank=True, default="")
    skills_waived = models.BooleanField(default=False)

    consent_given = models.BooleanField(null=True)
    consent_at = models.DateTimeField(null=True)
    consent_text_version = models.CharField(max_length=40, blank=True, default="")

    mood_level = models.CharField(max_length=20, default="unknown")
    mood_score = models.FloatField(null=True)
    mood_trend = models.CharField(max_length=10, default="steady")
    mood_points = models.JSONField(default=list)
    mood_message = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(
                name="conversation_ongoing",
                fields=("queue", "state", "waiting_since"),
                condition=ONGOING,
            ),
            models.Index(
                name="conversation_of_agent", fields=("agent",), condition=ONGOING
            ),
            models.Index(
                name="conversation_of_customer", fields=("customer", "closed_at")
            ),
            # Without the empty ones: SQLite takes "none" for a value as rare as others.
            models.Index(
                name="conversation_closed",
                fields=("closed_at",),
                condition=Q(closed_at__isnull=False),
            ),
            # These two hold all that today's counts ask for.
            models.Index(
                name="conversation_accepted",
                fields=("first_accepted_at", "queue", "first_queued_at"),
                condition=Q(first_accepted_at__isnull=False),
            ),
            models.Index(
                name="conversation_abandoned",
                fields=("closed_at", "queue", "first_queued_at"),
                condition=Q(first_accepted_at__isnull=True),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="conversation_state_and_phase",
                condition=Q(
                    *[Q(state=s, phase=p) for s, p in _STORED_PAIRS], _connector=Q.OR
                ),
            ),
            models.CheckConstraint(
                name="conversation_closed_has_time",
                condition=Q(state=State.CLOSED, closed_at__isnull=False)
                | (~Q(state=State.CLOSED) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="conversation_open_has_no_agent",
                condition=~Q(state=State.OPEN)
                | Q(agent__isnull=True, offer__isnull=True),
            ),
            models.CheckConstraint(
                name="conversation_talk_has_agent",
                condition=~Q(phase=Phase.IN_CONVERSATION) | Q(agent__isnull=False),
            ),
            models.CheckConstraint(
                name="conversation_offer_fits_phase",
                condition=Q(
                    phase__in=(Phase.AWAITING_ACCEPTANCE, Phase.TRANSFER_PENDING),
                    offer__isnull=False,
                )
                | (
                    ~Q(phase__in=(Phase.AWAITING_ACCEPTANCE, Phase.TRANSFER_PENDING))
                    & Q(offer__isnull=True)
                ),
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def situation(self) -> Situation:
        """State and phase in one word."""
        return situation_of(self.state, self.phase)

    @property
    def channel_kind(self) -> ChannelKind:
        """Messaging, voice or record."""
        return Channel(self.channel).kind

    @property
    def is_closed(self) -> bool:
        """Closed is final."""
        return self.state == State.CLOSED
