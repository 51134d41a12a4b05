"""What will fall due, as rows that any process may fire, each exactly once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from conversations.models.choices import choices
from conversations.models.conversation import Conversation
from conversations.models.handling import Offer
from conversations.models.people import Agent
from conversations.models.places import Queue
from conversations.states import TimerKind


class Timer(models.Model):
    """Of a conversation, an agent, a consult (with its conversation) or a queue."""

    kind = models.CharField(max_length=20, choices=choices(TimerKind))
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="timers"
    )
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, related_name="timers")
    offer = models.OneToOneField(Offer, models.CASCADE, null=True, related_name="timer")
    queue = models.OneToOneField(Queue, models.CASCADE, null=True, related_name="timer")
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_timer_of_a_kind",
                fields=("conversation", "kind"),
                condition=Q(conversation__isnull=False, offer__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_agent_timer_of_a_kind",
                fields=("agent", "kind"),
                condition=Q(agent__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
