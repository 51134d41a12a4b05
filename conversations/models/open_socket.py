"""Browsers that are connected just now, so that any process knows who is there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from conversations.models.conversation import Conversation
from conversations.models.people import Agent


class OpenSocket(models.Model):
    """One socket of an agent's desk or of a customer's chat, in whatever process;
    `seen_at` is the last sign of life of the browser behind it."""

    agent = models.ForeignKey(Agent, models.CASCADE, null=True, related_name="sockets")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="sockets"
    )
    process = models.CharField(max_length=20)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="socket_of_one",
                condition=Q(agent__isnull=False, conversation__isnull=True)
                | Q(agent__isnull=True, conversation__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"
