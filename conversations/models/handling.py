"""Who had a conversation, when, and what it cost them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models.choices import choices
from conversations.models.conversation import Conversation
from conversations.models.people import Agent
from conversations.models.places import Queue
from conversations.states import HoldCause, Mode, OfferKind, OfferState

UNANSWERED = Q(ended_at__isnull=True)
"""Open offers, said so that every database takes the index of open ones; a constraint
holds it and the state together."""


class Session(models.Model):
    """One stay of a conversation in one queue, with one agent once offered."""

    conversation = models.ForeignKey(
        Conversation, models.PROTECT, related_name="sessions", db_index=False
    )
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey(
        Agent, models.PROTECT, null=True, related_name="sessions", db_index=False
    )
    bot_name = models.CharField(max_length=80, blank=True, default="")
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(name="session_in_order", fields=("conversation", "id")),
            models.Index(
                name="session_open_by_agent",
                fields=("agent",),
                condition=Q(closed_at__isnull=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                name="one_open_session",
                fields=("conversation",),
                condition=Q(closed_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"


class Offer(models.Model):
    """A notification that somebody must answer before `expires_at`.

    To an agent, or (only a consult) to a supervisor. Work and transfers are one at a
    time and hold units; consults go beside them and take none. `handed_over`: a
    transfer by the first agent, who leaves when it is accepted.
    """

    conversation = models.ForeignKey(
        Conversation, models.PROTECT, related_name="offers"
    )
    agent = models.ForeignKey(
        Agent, models.PROTECT, null=True, related_name="offers", db_index=False
    )
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=choices(OfferKind))
    state = models.CharField(
        max_length=10, choices=choices(OfferState), default=OfferState.OPEN
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    units_over = models.PositiveIntegerField(default=0)
    handed_over = models.BooleanField(default=False)
    text = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                name="offer_open_by_agent", fields=("agent",), condition=UNANSWERED
            ),
            models.Index(
                name="offer_open_by_supervisor",
                fields=("supervisor",),
                condition=UNANSWERED & Q(supervisor__isnull=False),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                name="one_open_offer",
                fields=("conversation",),
                condition=Q(state=OfferState.OPEN) & ~Q(kind=OfferKind.CONSULT),
            ),
            models.UniqueConstraint(
                name="one_open_consult_of_agent",
                fields=("conversation", "agent"),
                condition=Q(
                    state=OfferState.OPEN, kind=OfferKind.CONSULT, agent__isnull=False
                ),
            ),
            models.UniqueConstraint(
                name="one_open_consult_of_supervisor",
                fields=("conversation", "supervisor"),
                condition=Q(state=OfferState.OPEN, supervisor__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_has_one_target",
                condition=Q(agent__isnull=False, supervisor__isnull=True)
                | Q(
                    agent__isnull=True,
                    supervisor__isnull=False,
                    kind=OfferKind.CONSULT,
                ),
            ),
            models.CheckConstraint(
                name="offer_ended_has_time",
                condition=Q(state=OfferState.OPEN, ended_at__isnull=True)
                | (~Q(state=OfferState.OPEN) & Q(ended_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def target(self) -> int:
        """The id of `to_agent`."""
        assert self.agent_id is not None
        return self.agent_id

    @property
    def to_agent(self) -> Agent:
        """The agent to whom work or a transfer was offered; a consult may have none."""
        assert self.agent is not None
        return self.agent


class Hold(models.Model):
    """Units of an agent taken by a conversation; open until `released_at`."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="holds")
    agent = models.ForeignKey(
        Agent, models.PROTECT, related_name="holds", db_index=False
    )
    units = models.PositiveIntegerField()
    cause = models.CharField(max_length=10, choices=choices(HoldCause))
    taken_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                name="hold_open_by_agent",
                fields=("agent",),
                condition=Q(released_at__isnull=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                name="one_open_hold",
                fields=("conversation", "agent"),
                condition=Q(released_at__isnull=True),
            ),
            models.CheckConstraint(
                name="hold_units_positive", condition=Q(units__gt=0)
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"


class Participant(models.Model):
    """A user's stay in a conversation; `seen_at` is the last sign of a watcher.

    A consultant who is not `is_added` reads along and talks to the staff only; the
    customer learns of them when the primary agent adds them.
    """

    conversation = models.ForeignKey(
        Conversation, models.PROTECT, related_name="participants"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="participations",
        db_index=False,
    )
    mode = models.CharField(max_length=10, choices=choices(Mode))
    is_supervising = models.BooleanField(default=False)
    is_added = models.BooleanField(default=True)
    name = models.CharField(max_length=120)
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                name="participant_present",
                fields=("user",),
                condition=Q(left_at__isnull=True),
            ),
            models.Index(
                name="participant_watching",
                fields=("seen_at",),
                condition=Q(is_supervising=True, left_at__isnull=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                name="one_primary",
                fields=("conversation",),
                condition=Q(mode=Mode.PRIMARY, left_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_stay",
                fields=("conversation", "user"),
                condition=Q(left_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.mode}"
